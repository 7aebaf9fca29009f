"""`lost-update export`, as a person or a script uses it."""

import base64
import gzip
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lost_update.exports.formats import FORMATS
from tests.exported import exported
from tests.recordings import file_of, recorded
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

RACE = str(file_of("race-none"))


def export(*arguments: str, **more: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "lost_update", "export", *arguments]
    return subprocess.run(command, capture_output=True, timeout=40, check=False, **more)  # type: ignore[call-overload,no-any-return]


def refused(*arguments: str) -> str:
    ended = export(*arguments)
    assert (ended.returncode, ended.stdout) == (2, b"")
    text = ended.stderr.decode()
    assert "Traceback" not in text
    return text


def test_the_help_names_every_format_in_the_order_of_their_table() -> None:
    said = " ".join(export("--help").stdout.decode().split())
    assert f"{', '.join(FORMATS)}; any other" in said


@pytest.mark.parametrize("name", one_in(3, ["ndjson", "csv", "perfetto", "svg", "markdown"]))
def test_a_file_is_written_to_standard_output_in_another_format(name: str) -> None:
    ended = export(RACE, "--format", name)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == exported(recorded("race-none"), name)


def test_the_recording_in_a_page_is_one_too(tmp_path: Path) -> None:
    packed = base64.b64encode(gzip.compress(file_of("race-none").read_bytes(), mtime=0)).decode()
    page = tmp_path / "run.html"
    page.write_text(f'<!doctype html>\n<script type="application/gzip" id="recording">{packed}</script>\n')
    assert export(str(page), "--format", "ndjson").stdout == file_of("race-none").read_bytes()


def test_a_file_is_replaced_and_is_never_half_written(tmp_path: Path) -> None:
    output = tmp_path / "race.svg"
    output.write_text("what was there before")
    output.chmod(0o640)
    assert export(RACE, "--format", "svg", "-o", str(output)).returncode == 0
    assert output.read_bytes() == exported(recorded("race-none"), "svg")
    assert stat.S_IMODE(output.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [output]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "race.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    assert export(RACE, "--format", "csv", "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert target.read_bytes() == exported(recorded("race-none"), "csv")


@FULL
def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    told = refused(RACE, "--format", "svg", "-o", str(tmp_path / "nowhere" / "race.svg"))
    assert told == f"Cannot write {tmp_path}/nowhere/race.svg: No such file or directory.\n"


def test_an_unknown_format_lists_all_with_what_they_are_for() -> None:
    told = refused(RACE, "--format", "papyrus")
    for each in FORMATS.values():
        assert f"{each.name} " in told
        assert each.about in told


@pytest.mark.parametrize(
    ("content", "why"),
    one_in(
        4,
        [
            (b"", "the file is cut off"),
            (b"hello", "this is not JSON"),
            (b'{"lost_update": 1}\n', "line 1"),
            (file_of("race-none").read_bytes()[:3000], "line"),
            (b'<script type="application/gzip" id="recording">AAAA</script>', "cannot be unpacked"),
        ],
    ),
)
def test_a_file_that_is_no_recording_is_one_line(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    told = refused(str(file), "--format", "text")
    assert why in told
    assert told.count("\n") == 1


@FULL
def test_what_is_neither_a_file_nor_a_kept_run_is_one_line() -> None:
    told = refused("nothing", "--format", "text")
    assert told == "There is no file nothing, and no recording of that id is kept here.\n"


@FULL
def test_a_name_that_is_too_long_for_any_file_is_one_line() -> None:
    assert "no recording of that id is kept here" in refused("a" * 5000, "--format", "csv")


def test_what_a_format_cannot_show_is_one_line_with_what_to_do() -> None:
    told = refused(str(file_of("pool-map")), "--format", "svg-map")
    assert "none is shared" in told
    assert "`svg`" in told


@pytest.mark.parametrize(("name", "status"), [("perfetto", 2), ("text", 0)])
def test_a_terminal_is_shown_text_and_nothing_else(name: str, status: int) -> None:
    ours, theirs = pty.openpty()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "lost_update", "export", RACE, "--format", name],
            stdout=theirs,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            timeout=40,
            check=False,
        )
        assert ended.returncode == status
        assert ended.stderr.decode().count("\n") == (1 if status else 0)
    finally:
        os.close(theirs)
        os.close(ours)


def test_who_stops_reading_ends_it_quietly() -> None:
    command = f"{sys.executable} -m lost_update export {RACE} --format csv | head -n 1"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, timeout=40, check=False)
    assert (ended.stdout.count(b"\n"), ended.stderr) == (1, b"")
