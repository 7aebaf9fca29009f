"""The wheel: what it carries, and that it runs where nothing of the project is but the wheel."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lost_update import __version__
from tests import PACKAGE, ROOT
from tests.serving import CLIENT, serving_by
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

LOCKS = [ROOT / name for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")]
PATIENCE_SECONDS = 50


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    with ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_the_wheel_carries_every_file_of_the_page(names: set[str]) -> None:
    files = [file for folder in ("templates", "static") for file in (ROOT / folder).rglob("*") if file.is_file()]
    assert files
    assert {f"lost_update/{file.relative_to(ROOT).as_posix()}" for file in files} <= names


def test_the_wheel_carries_every_module_and_every_chapter_of_the_walkthrough(names: set[str]) -> None:
    sources = {file.relative_to(PACKAGE.parent).as_posix() for file in PACKAGE.rglob("*") if file.suffix != ".pyc"}
    files = {name for name in sources if (PACKAGE.parent / name).is_file()}
    assert any(name.endswith(".toml") for name in files)
    assert files <= names


def test_the_wheel_carries_the_package_and_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names} == {"lost_update", f"lost_update-{__version__}.dist-info"}


def needed(*names: str) -> set[str]:
    """These distributions and all that they need, as their own metadata says, for this Python on this machine."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            for text in distribution(name).requires or ():
                requirement = Requirement(text)
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    waiting.append(requirement.name)
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh environment: the wheel, and beside it what the project declares that it needs, alone.

    What it needs is linked from the environment of the tests, so that nothing has to be fetched.
    """
    directory = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True, timeout=PATIENCE_SECONDS)
    (packages,) = directory.glob("lib/python*/site-packages")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for name in needed(*(Requirement(text).name for text in declared)):
        found = distribution(name)
        for part in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            (packages / part).symlink_to(Path(str(found.locate_file(part))))
    python = directory / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    return directory / "bin"


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's own project, with folders of the same names as ours. An import from them fails."""
    directory = tmp_path_factory.mktemp("project")
    for name in ("app", "tests", "static", "templates"):
        (directory / name).mkdir()
        (directory / name / "__init__.py").write_text("raise SystemExit('this is somebody else’s')\n")
    (directory / "static" / "js").mkdir()
    (directory / "static" / "js" / "main.js").write_text("// somebody else's\n")
    (directory / "templates" / "base.html").write_text("somebody else's")
    return directory


def environment(somewhere: Path) -> dict[str, str]:
    """An environment whose PYTHONPATH leads into that project."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOST_UPDATE_")}
    return {**own, "PYTHONPATH": python_path(somewhere), "LOST_UPDATE_DATA_DIR": ":memory:"}


def python_path(somewhere: Path) -> str:
    return os.pathsep.join(map(str, [somewhere, *(somewhere / name for name in ("app", "static", "tests"))]))


@pytest.fixture(scope="module", params=one_in(2, ["the console script", "python -m lost_update"]))
def command(request: pytest.FixtureRequest, installed: Path) -> list[str]:
    """The two ways to start it."""
    script, python = installed / "lost-update", installed / "python"
    return [str(script)] if request.param == "the console script" else [str(python), "-m", "lost_update"]


@pytest.fixture
def address(command: list[str], somewhere: Path) -> Iterator[str]:
    """The address of the installed server, which was started from a user's own project."""
    # `python -m tests.leash` becomes the command; it must find our tests, and the command somebody else's.
    serve = ["env", "--chdir", str(somewhere), f"PYTHONPATH={python_path(somewhere)}", *command]
    with serving_by([*serve, "serve", "--port", "0", "--no-open"]) as server:
        yield server.url


@FULL
def test_the_wheel_works_in_a_folder_that_has_its_own_app_static_and_tests(command: list[str], somewhere: Path) -> None:
    for scenario in ("value", "processes", "pool"):
        ended = subprocess.run(
            [*command, "run", "--scenario", scenario, "--processes", "2", "--iterations", "5"],
            cwd=somewhere,
            env=environment(somewhere),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
        assert "finished after" in ended.stdout


def test_the_wheel_serves_its_own_page_in_a_folder_that_has_its_own_app_static_and_tests(address: str) -> None:
    page = CLIENT.get(address).text
    assert "<title>" in page
    scripts = re.findall(r'(?:href|src)="\./(static/together/[^"]+)"', page)
    assert scripts
    for script in scripts:
        answer = CLIENT.get(f"{address}/{script}")
        assert answer.status_code == 200
        assert "somebody else's" not in answer.text


def test_the_installed_package_knows_no_module_of_the_name_app(installed: Path) -> None:
    code = "import importlib.util, lost_update; print(lost_update.__file__, importlib.util.find_spec('app'))"
    ended = subprocess.run([installed / "python", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert Path(ended.stdout.split()[0]).is_relative_to(installed.parent)
    assert ended.stdout.split()[1] == "None"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_pins_by_hash_and_names_no_place(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^[a-z0-9-]+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE)


def test_every_declared_dependency_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {Requirement(dependency).name for dependency in declared}
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", LOCKS[0].read_text(), re.MULTILINE))
