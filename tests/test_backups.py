"""The command by which docs/OPERATIONS.md says to copy what is kept, carried out as it stands while a server writes."""

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

MANUAL = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
COMMANDS = [line for line in MANUAL.splitlines() if "VACUUM INTO" in line]
FILE = "recordings.sqlite3"


def listed(server: RunningServer) -> list[dict[str, Any]]:
    """What it keeps, newest first."""
    answer: dict[str, Any] = server.ask("GET", "/api/recordings").json()
    found: list[dict[str, Any]] = answer["recordings"]
    return found


def kept(server: RunningServer, count: int) -> list[dict[str, Any]]:
    """The same, once there are so many."""
    found: list[dict[str, Any]] = until(lambda: listed(server), lambda recordings: len(recordings) == count)
    return found


@FULL
def test_the_copy_made_while_a_server_writes_is_whole_and_can_be_put_in_its_place(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    after.mkdir()
    [command] = [line for line in COMMANDS if line.startswith("python3 ")]
    assert "'DIR/" in command
    with serving(LOST_UPDATE_DATA_DIR=str(before)) as server:
        server.run(iterations=1000)
        server.run(iterations=10)
        whole = kept(server, 2)
        writing = [server.start(iterations=1000) for _ in range(4)]
        carried_out = command.replace("DIR", str(before)).replace("python3", sys.executable, 1)
        subprocess.run(carried_out, shell=True, check=True, timeout=WAIT_SECONDS)
        for run_id in writing:
            server.finished(run_id)
        kept(server, 6)
    shutil.move(before / "copy.sqlite3", after / FILE)
    with sqlite3.connect(after / FILE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with serving(LOST_UPDATE_DATA_DIR=str(after)) as server:
        there = listed(server)
        assert [one for one in there if one["id"] not in writing] == whole
        for one in there:
            assert len(server.steps(one["id"])) == one["steps"]
        server.run(iterations=1)
        kept(server, len(there) + 1)


@FULL
def test_a_copy_of_the_file_alone_would_lack_what_stands_in_the_journal(tmp_path: Path) -> None:
    """It is what the manual warns of: otherwise nobody would need its command."""
    live, copy = tmp_path / "live", tmp_path / "copy"
    copy.mkdir()
    with serving(LOST_UPDATE_DATA_DIR=str(live)) as server:
        server.run(iterations=10)
        kept(server, 1)
        shutil.copy(live / FILE, copy / FILE)
    with serving(LOST_UPDATE_DATA_DIR=str(copy)) as server:
        assert listed(server) == []


def test_the_command_for_a_container_is_the_same() -> None:
    plain, contained = (re.sub(r"'(DIR|/data)/", "'", line) for line in COMMANDS)
    assert contained.endswith(plain)
