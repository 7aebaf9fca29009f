"""However a test run ends, the servers that it started end too."""

import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from tests import ROOT
from tests.leash import on_a_leash
from tests.serving import is_alive, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

A_TEST_THAT_HANGS = """
    import pathlib, threading
    from tests.serving import serving

    def test_that_never_ends():
        with serving() as server:
            server.start(pace="slow", step_ms=500, iterations=50)
            pathlib.Path("{told}").write_text(str(server.pid))
            threading.Event().wait()
"""


@pytest.mark.parametrize("workers", ["0", "1"], ids=["alone", "side by side"])
@FULL
def test_a_killed_test_run_leaves_no_server_behind(tmp_path: Path, workers: str) -> None:
    told = tmp_path / "pid"
    test = tmp_path / "test_hangs.py"
    test.write_text(textwrap.dedent(A_TEST_THAT_HANGS.format(told=told)))
    command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses", workers, "-p", "no:cacheprovider"]
    run = subprocess.Popen([*command, "--rootdir", tmp_path, test], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        server = psutil.Process(int(until(lambda: told.exists() and told.read_text())))
        family = [server, *until(lambda: server.children(recursive=True))]
    finally:
        run.kill()
        run.wait(20)
    until(lambda: not any(map(is_alive, family)))


def test_what_is_on_a_leash_prints_and_ends_like_any_other_process() -> None:
    process = on_a_leash([sys.executable, "-c", "print('here'); raise SystemExit(3)"], stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert (process.stdout.read(), process.wait(20)) == ("here\n", 3)
    process.stdin.close()
    process.stdout.close()


@FULL
def test_who_does_not_end_when_it_is_asked_to_is_killed() -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); signal.pause()"
    while_stubborn = f"{stubborn}\nwhile True: signal.pause()"
    process = on_a_leash([sys.executable, "-c", while_stubborn], stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.stdin.close()
    assert process.wait(20) != 0
    process.stdout.close()
