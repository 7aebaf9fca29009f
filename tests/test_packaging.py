import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from app import __version__

ROOT = Path(__file__).parent.parent
LOCKS = [ROOT / name for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=50)
    (built,) = directory.glob("*.whl")
    return ZipFile(built)


def test_the_wheel_carries_every_file_of_the_page(wheel: ZipFile) -> None:
    files = [file for folder in ("templates", "static") for file in (ROOT / folder).rglob("*") if file.is_file()]
    assert files
    assert {f"app/{file.relative_to(ROOT).as_posix()}" for file in files} <= set(wheel.namelist())


def test_the_wheel_carries_every_chapter_of_the_walkthrough(wheel: ZipFile) -> None:
    chapters = {file.relative_to(ROOT).as_posix() for file in (ROOT / "app" / "walkthrough" / "chapters").iterdir()}
    assert chapters
    assert chapters <= set(wheel.namelist())


def test_the_wheel_carries_the_package_and_nothing_else(wheel: ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist()} == {"app", f"lost_update-{__version__}.dist-info"}


def test_the_wheel_brings_the_command(wheel: ZipFile) -> None:
    entry_points = wheel.read(f"lost_update-{__version__}.dist-info/entry_points.txt").decode()
    assert "lost-update = app.__main__:main" in entry_points


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_pins_by_hash_and_names_no_place(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^[a-z0-9-]+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE)


def test_every_declared_dependency_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[><=; ]", dependency)[0] for dependency in declared}
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", LOCKS[0].read_text(), re.MULTILINE))
