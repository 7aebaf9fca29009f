"""Whatever hangs, and wherever it does: a test run says so, goes on, and ends."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import ROOT
from tests.variants import FULL

pytestmark = pytest.mark.processes

HANGING = """
    import threading
    import pytest

    def hang():
        while True:  # also when an error is raised in it
            try:
                threading.Event().wait()
            except BaseException:
                pass
"""

SUITES = {
    "a teardown": """
        @pytest.fixture
        def never_ready_to_go():
            yield
            hang()

        def test_that_hangs(never_ready_to_go):
            raise AssertionError("it fails before")

        def test_after_it():
            pass
    """,
    "a test that cannot be interrupted": """
        def test_that_hangs():
            hang()

        def test_after_it():
            pass
    """,
}

AT_THE_END = """
    def test_that_leaves_a_thread_behind():
        threading.Thread(target=hang).start()
"""


def run_tests(folder: Path, text: str, *options: str, grace: int) -> "subprocess.CompletedProcess[str]":
    """A test run of its own, in which a test may take half a second, and what hangs is ended after `grace` seconds.

    The grace holds for the whole run when its tests are over: on a busy machine it takes a while to tell of them.
    """
    test = folder / "test_it.py"
    test.write_text(textwrap.dedent(HANGING) + textwrap.dedent(text))
    plugins = ["-p", "tests.limits", "-p", "tests.sharing", "-p", "no:cacheprovider"]
    limits = ["-c", "/dev/null", "-o", "timeout=0.5", "-o", f"grace_seconds={grace}"]
    where = ["--rootdir", str(folder), "--basetemp", str(folder / "temporary"), str(test)]
    command = [sys.executable, "-m", "pytest", "-rA", "--tb=no", *plugins, *limits, *options, *where]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@FULL
@pytest.mark.parametrize("suite", SUITES)
def test_what_hangs_fails_and_the_other_tests_are_run(tmp_path: Path, suite: str) -> None:
    ended = run_tests(tmp_path, SUITES[suite], "--numprocesses", "1", "--dist", "loadfile", grace=10)
    assert ended.returncode == 1
    assert re.search(r"^FAILED .*::test_that_hangs", ended.stdout, re.MULTILINE)
    assert re.search(r"^PASSED .*::test_after_it", ended.stdout, re.MULTILINE)
    assert ended.stdout.count("node down") == 1, "it is not tried again"
    assert "in hang" in ended.stderr


@FULL
def test_what_hangs_after_the_last_test_is_ended(tmp_path: Path) -> None:
    ended = run_tests(tmp_path, AT_THE_END, "--numprocesses", "0", grace=5)
    assert "1 passed" in ended.stdout
    assert ended.returncode != 0
    assert "in hang" in ended.stderr


A_BROWSER_THAT_NEVER_ANSWERS = """
    import psutil
    from tests.browser import chromium
    from tests.browser.closing import playwright_that_ends

    with playwright_that_ends(within=1) as playwright:
        playwright.chromium.launch(executable_path=chromium.find()).new_page()
        started = psutil.Process().children(recursive=True)
        for process in started:
            process.suspend()
    print(len(started) > 1, psutil.wait_procs(started, 20)[1])
"""


def test_a_browser_that_never_answers_is_killed_in_the_end() -> None:
    command = [sys.executable, "-c", textwrap.dedent(A_BROWSER_THAT_NEVER_ANSWERS)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout, ended.stderr) == ("True []\n", "")
