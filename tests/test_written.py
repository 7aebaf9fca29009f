"""Runs of every scenario, written to a file and read back: a server that has only the file answers the same."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lost_update.analysis.summary import summary_of
from lost_update.exports.formats import FORMATS
from tests.chapters import EVERY, MAY_BLOCK, short
from tests.recordings import file_of, recorded
from tests.serving import CLIENT, RunningServer, serving, serving_by, until
from tests.streaming import events, steps_of
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

LONG = {"pace": "slow", "step_ms": 20, "iterations": 500}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files are."""
    return tmp_path_factory.mktemp("written")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[RunningServer]:
    """A server that has never run any of them."""
    with serving_by(reading(folder)) as running:
        yield running


def reading(folder: Path) -> list[str]:
    """The command that starts a server which knows these files."""
    return [sys.executable, "-m", "tests.recorded_server", str(folder)]


def written(server: RunningServer, run_id: str, folder: Path) -> None:
    """Take the recording of a run away to a file of its name."""
    answer = server.ask("GET", f"/api/runs/{run_id}/export/ndjson")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="run-{run_id}.ndjson"'
    file_of(run_id, folder).write_bytes(answer.content)


def page(server: RunningServer, run_id: str) -> str:
    answer = CLIENT.get(f"{server.url}/runs/{run_id}")
    assert answer.status_code == 200
    return answer.text


def streamed(server: RunningServer, run_id: str) -> tuple[Any, ...]:
    """What a viewer gets, however many steps come at a time."""
    first, *batches, last = events(server, run_id)
    return first.name, first.data, steps_of(batches), last.name, last.data, last.id


def check_that_they_say_the_same(server: RunningServer, reader: RunningServer, run_id: str) -> None:
    for what in ("", "/steps.ndjson", "/export/ndjson", "/replay.py"):
        kept, live = (each.ask("GET", f"/api/runs/{run_id}{what}") for each in (reader, server))
        assert (kept.status_code, kept.content) == (live.status_code, live.content), what
        assert kept.headers.get("content-disposition") == live.headers.get("content-disposition")
    assert streamed(reader, run_id) == streamed(server, run_id)
    assert page(reader, run_id) == page(server, run_id)


def check_written(server: RunningServer, reader: RunningServer, folder: Path, run_id: str) -> dict[str, Any]:
    """Whatever is asked of a run, its file answers the same, and its figures follow from its steps: its view."""
    view = server.finished(run_id)
    written(server, run_id, folder)
    check_that_they_say_the_same(server, reader, run_id)
    if view["request"]["traced"] and not view["summary"]["unrecorded"]:
        recording = recorded(run_id, folder)
        assert summary_of(recording.log, recording.names) == view["summary"]
    return view


@pytest.mark.parametrize("name", one_in(2, EVERY))
def test_a_run_that_was_written_and_read_back_is_the_same(
    server: RunningServer, reader: RunningServer, folder: Path, name: str
) -> None:
    view = check_written(server, reader, folder, server.start(**short(name)))
    assert view["status"] == "finished" or name in MAY_BLOCK
    assert view["steps"]


def test_so_is_one_that_was_not_traced(server: RunningServer, reader: RunningServer, folder: Path) -> None:
    view = check_written(server, reader, folder, server.start(traced=False, iterations=10))
    assert (view["status"], view["steps"]) == ("finished", 0)


def test_so_is_one_that_was_stopped(server: RunningServer, reader: RunningServer, folder: Path) -> None:
    run_id = server.start(**LONG)
    until(lambda: server.view(run_id)["steps"] > 10)
    server.stop(run_id)
    assert check_written(server, reader, folder, run_id)["status"] == "stopped"


def test_so_is_one_with_a_process_that_was_killed(server: RunningServer, reader: RunningServer, folder: Path) -> None:
    run_id = server.start(**LONG)
    running = until(lambda: server.view(run_id), lambda view: view["steps"] > 10)
    os.kill(running["processes"][0]["pid"], signal.SIGKILL)
    assert check_written(server, reader, folder, run_id)["processes"][0]["exitcode"] == -signal.SIGKILL


def test_so_is_one_that_was_taken_step_by_step(server: RunningServer, reader: RunningServer, folder: Path) -> None:
    run_id = server.start(pace="step", iterations=1, schedule="P1 P2 P1 P1 P2 P2")
    view = check_written(server, reader, folder, run_id)
    assert view["summary"]["cells"][0]["lost"] == 1


def test_nothing_is_written_while_a_run_goes_on(server: RunningServer) -> None:
    run_id = server.start(pace="step")
    answer = server.ask("GET", f"/api/runs/{run_id}/export/ndjson")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_over")
    server.stop(run_id)


def test_a_format_that_there_is_not_is_404_with_those_that_there_are(server: RunningServer) -> None:
    run_id = server.run(iterations=1)["id"]
    answer = server.ask("GET", f"/api/runs/{run_id}/export/papyrus")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_format")
    assert answer.json()["error"]["hint"] == f"Choose one of these: {', '.join(FORMATS)}."


@FULL
def test_so_is_one_that_was_given_up_before_it_began(folder: Path) -> None:
    small: dict[str, Any] = {"LOST_UPDATE_MAX_LIVE_PROCESSES": "2"}  # which the pages of both show
    with serving(**small) as server, serving_by(reading(folder), **small) as reader:
        server.start(**LONG)
        run_id = server.start(iterations=1)
        server.stop(run_id)
        view = check_written(server, reader, folder, run_id)
        assert (view["status"], view["steps"], view["targets"]) == ("stopped", 0, [])
