"""The plugin in a project of its own that has installed the wheel: a directory with tests, run by pytest."""

import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests import ROOT
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

DOCUMENT = ROOT / "docs" / "TESTING.md"

TRACED = """
import sys
import time
from multiprocessing import Lock, Process, Value


def add(number):
    before = number.value
    time.sleep(0.2)
    number.value = before + 1


def both(number_of_processes=2, pause=0.0):
    print("both begin")
    number = Value("i", 0)
    processes = [Process(target=add, args=(number,)) for _ in range(number_of_processes)]
    for process in processes:
        process.start()
        time.sleep(pause)
    for process in processes:
        process.join()
    return number.value


def one_after_another():
    number = Value("i", 0)
    for _ in range(2):
        process = Process(target=add, args=(number,))
        process.start()
        process.join()
    return number.value


def hang():
    lock = Lock()
    lock.acquire()
    lock.acquire()


def wrong():
    raise LookupError("not there")


def end_at_once():
    import os

    os._exit(7)


def loaded():
    return sorted({"fastapi", "numpy", "pydantic", "pytest", "click", "lost_update.web"} & set(sys.modules))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with what the wheel installs: the package, and beside it its metadata, with the entry point."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (built,) = directory.glob("*.whl")
    site = directory / "site"
    with ZipFile(built) as wheel:
        wheel.extractall(site)
    return site


class Project:
    """A project of somebody's own."""

    def __init__(self, directory: Path, installed: Path) -> None:
        self.directory = directory
        self.installed = installed
        self.write("pyproject.toml", '[tool.pytest.ini_options]\nfilterwarnings = ["error"]\n')

    def write(self, name: str, text: str) -> None:
        file = self.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test(self, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(self.installed), path]))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
        return subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def project(tmp_path: Path, installed: Path) -> Project:
    return Project(tmp_path, installed)


def assert_passes(done: subprocess.CompletedProcess[str], count: int) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} passed" in done.stdout


def blocks(document: Path) -> dict[str, str]:
    """The Python files in a document: each begins with its name in a comment."""
    found = {}
    for text in re.findall(r"^```python\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL):
        name = text.split("\n", 1)[0].removeprefix("# ")
        found[name] = text
    return found


def test_the_documented_example_fails_is_fixed_and_passes(project: Project) -> None:
    files = blocks(DOCUMENT)
    project.write("votes.py", files["votes.py"])
    project.write("test_votes.py", files["test_votes.py"])
    failing = project.test("-rN")
    assert failing.returncode == 1
    assert "2 failed" in failing.stdout
    printed = [line.removeprefix("E").strip() for line in failing.stdout.splitlines()]
    for shown in re.findall(r"^```text\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL):
        for line in shown.splitlines():
            if "of 10 updates were lost" not in line:  # How many differs from run to run.
                expected = line.partition(" …")[0].strip()
                assert any(expected in each for each in printed), line
    assert "of 10 updates were lost here" in failing.stdout
    project.write("votes.py", files["votes.py, fixed"])
    assert_passes(project.test(), 2)


@FULL
def test_a_traced_function_that_is_right_passes_and_returns(project: Project) -> None:
    project.write("traced.py", TRACED)
    project.write(
        "test_it.py",
        "from traced import both, loaded, one_after_another\n"
        "def test_right(lost_update):\n"
        "    traced = lost_update.trace(one_after_another).check()\n"
        "    assert (traced.returned, traced.findings, traced.run['status']) == (2, [], 'finished')\n"
        "def test_not_checked(lost_update):\n"
        "    traced = lost_update.trace(both, 3, repeat=2)\n"
        "    assert (traced.returned, len(traced.runs)) == (1, 2)\n"
        "    assert [finding['kind'] for finding in traced.findings] == ['lost_update']\n"
        "def test_light(lost_update):\n"
        "    assert lost_update.trace(loaded).returned == []\n",
    )
    assert_passes(project.test(), 3)


def test_what_fails_says_why_in_the_persons_own_lines(project: Project) -> None:
    project.write("traced.py", TRACED)
    project.write(
        "test_it.py",
        "import traced\n"
        "def test_lost(lost_update):\n"
        "    lost_update.trace(traced.both).check()\n"
        "def test_hangs(lost_update):\n"
        "    lost_update.trace(traced.hang, timeout=2).check()\n"
        "def test_raises(lost_update):\n"
        "    lost_update.trace(traced.wrong).check()\n"
        "def test_ends(lost_update):\n"
        "    lost_update.trace(traced.end_at_once).check()\n"
        "def test_inside(lost_update):\n"
        "    lost_update.trace(lambda: None)\n"
        "def test_is_an_assertion_error(lost_update):\n"
        "    try:\n"
        "        lost_update.trace(traced.both).check()\n"
        "    except AssertionError as error:\n"
        "        assert 'Lost update: number' in str(error)\n",
    )
    done = project.test("-rN")
    assert (done.returncode, "5 failed, 1 passed" in done.stdout) == (1, True), done.stdout
    for text in (
        "Lost update: number (happened)",
        "traced.py:10  number.value = before + 1",
        "Deadlock: lock (happened)",
        "It did not end by itself. It was ended after 2 s.",
        "LookupError: not there",
        'raise LookupError("not there")',
        "ended its process with exit status 7",
        "Move it to the top level of test_it",
    ):
        assert text in done.stdout, text
    assert "lost_update/testing" not in done.stdout
    assert "lost_update/execution" not in done.stdout


@FULL
def test_a_suspicion_fails_only_where_it_is_asked_for_and_can_be_proved(project: Project) -> None:
    project.write("traced.py", TRACED)
    project.write(
        "test_it.py",
        "import pytest\n"
        "from traced import both\n"
        "def test_lucky(lost_update):\n"
        "    traced = lost_update.trace(both, 2, 0.6).check()\n"
        "    with pytest.raises(AssertionError, match='suspected'):\n"
        "        traced.check(suspected=True)\n"
        "def test_proved(lost_update):\n"
        "    with pytest.raises(AssertionError, match='shown, 5 of 5'):\n"
        "        lost_update.trace(both, 2, 0.6, prove=True).check()\n",
    )
    assert_passes(project.test(), 2)


@FULL
@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_output_is_captured_as_usual(capture: str, project: Project) -> None:
    project.write("traced.py", TRACED)
    project.write(
        "test_it.py",
        "from traced import both\n"
        "def test_prints(lost_update):\n"
        "    lost_update.trace(both).check()\n"
        "def test_reads(lost_update, capsys):\n"
        "    lost_update.trace(both)\n"
        "    assert capsys.readouterr().out == 'both begin\\n'\n",
    )
    done = project.test(f"--capture={capture}", "-rN")
    assert "1 failed, 1 passed" in done.stdout
    captured = done.stdout.partition("Captured stdout call")[2]
    assert ("both begin" in captured) == (capture != "no")
    assert "both begin" in done.stdout


LAYOUTS = {
    "prepend": ("tests/unit/test_it.py", "test_it", "--import-mode=prepend"),
    "append": ("tests/unit/test_it.py", "test_it", "--import-mode=append"),
    "importlib": ("tests/unit/test_it.py", "", "--import-mode=importlib"),
    "package": ("tests/test_it.py", "tests.test_it", "--import-mode=prepend"),
}


@pytest.mark.parametrize("layout", one_in(len(LAYOUTS), LAYOUTS, beginning=1))
def test_functions_of_the_test_module_are_imported_as_pytest_imports_them(layout: str, project: Project) -> None:
    file, name, option = LAYOUTS[layout]
    if layout == "package":
        project.write("tests/__init__.py", "")
    project.write("src/library.py", "from multiprocessing import Value\ndef share(): return (Value('i', 0),)\n")
    project.write("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["src"]\n')
    project.write(
        file,
        "from library import share\n"
        "def inc(number):\n"
        "    number.value += 1\n"
        "def main():\n"
        "    (number,) = share()\n"
        "    inc(number)\n"
        "    return __name__\n"
        "def test_it(lost_update):\n"
        f"    assert lost_update.trace(main).check().returned == __name__ == ({name!r} or __name__)\n"
        "    assert lost_update.explore(inc, share).executions == 4\n",
    )
    assert_passes(project.test(option), 1)


@FULL
def test_nothing_is_loaded_and_nothing_changes_for_who_does_not_use_it(project: Project) -> None:
    project.write(
        "test_it.py",
        "import sys\n"
        "from multiprocessing import synchronize\n"
        "def test_light(request):\n"
        "    ours = {name for name in sys.modules if name.startswith('lost_update')}\n"
        "    assert ours == {'lost_update', 'lost_update.testing', 'lost_update.testing.plugin'}\n"
        "    assert not {'fastapi', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "    assert synchronize.Lock.__init__.__code__.co_filename == synchronize.__file__\n",
    )
    assert_passes(project.test(), 1)
    fixtures = project.test("--fixtures", "-q")
    assert "lost_update [session scope]" in fixtures.stdout
    assert "pytest_lost" not in project.test("--trace-config", "--collect-only").stdout
