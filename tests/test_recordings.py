"""Recorded runs are served as the runs that they were, step by step, and each still shows what it is kept for."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lost_update.analysis.summary import summary_of
from lost_update.exports import ndjson
from lost_update.model.encoding import columns
from lost_update.sources.code import code_of
from lost_update.sources.request import RunRequest
from tests.recomputing import recompute
from tests.recordings import RECORDINGS, file_of, kind_of, load, recorded
from tests.recordings.__main__ import main
from tests.serving import CLIENT, RunningServer, serving_by
from tests.variants import one_of_each

TRACED = [name for name in RECORDINGS if load(name)[0]["steps"]]
"""Not all were."""


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_that_is_read_and_written_is_the_same_file(name: str) -> None:
    assert b"".join(ndjson.write(recorded(name))) == file_of(name).read_bytes()


@pytest.mark.parametrize("name", TRACED)
def test_its_columns_say_the_same_as_its_steps(name: str) -> None:
    recording = recorded(name)
    sent: dict[str, Any] = dict(columns(recording.log.rows(0, len(recording.log)), 0, recording.names))
    _, steps = load(name)
    assert all(sent.get(field, [None] * len(steps))[step["index"]] == value
               for step in steps for field, value in step.items())  # fmt: skip


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_shows_what_it_is_kept_for(name: str) -> None:
    view, steps = load(name)
    asked = RECORDINGS[name]
    assert asked.is_wanted(view, steps)
    assert (
        RunRequest(**asked.request).model_copy(update={"seed": view["request"]["seed"]}).model_dump()
        == (view["request"])
    ), f"it was asked for otherwise; make it anew: python -m tests.recordings {name}"
    assert view["code"]["text"] == code_of(RunRequest(**view["request"]).variant.functions)["text"], (
        f"other code ran than would run today; make it anew: python -m tests.recordings {name}"
    )
    assert file_of(name).stat().st_size < 200_000


@pytest.mark.parametrize("name", TRACED)
def test_the_figures_of_a_recording_follow_from_its_steps(name: str) -> None:
    view, steps = load(name)
    recording = recorded(name)
    assert summary_of(recording.log, recording.names) == view["summary"]
    for cell in view["summary"]["cells"]:
        truth = recompute(steps, cell["name"], cell["initial"])
        assert (cell["writes"], cell["lost"], cell["expected"], cell["final"]) == (
            truth.writes,
            truth.lost,
            truth.expected,
            truth.final,
        )


def test_the_shorter_run_of_the_pair_is_the_one_that_lost() -> None:
    (none, _), (locked, _) = load("race-none"), load("race-with")
    assert none["steps"] < locked["steps"]
    for view in (none, locked):
        assert (view["request"]["processes"], view["request"]["iterations"]) == (2, 10)


@pytest.fixture(scope="module")
def recorded_server() -> Iterator[RunningServer]:
    """A server that knows the recordings."""
    with serving_by([sys.executable, "-m", "tests.recorded_server"]) as running:
        yield running


@pytest.mark.processes
@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_a_server_gives_a_recording_out_as_it_gave_the_run(recorded_server: RunningServer, name: str) -> None:
    view, steps = load(name)
    assert recorded_server.view(name) == view
    assert recorded_server.steps(name) == steps
    assert recorded_server.stop(name) == view, "to stop what has ended changes nothing"


@pytest.mark.processes
def test_a_viewer_who_comes_back_to_a_recording_goes_on_where_it_was(recorded_server: RunningServer) -> None:
    address = f"{recorded_server.url}/api/runs/race-none/events"
    answer = CLIENT.get(address, params={"after": "race-none-5"})
    run, batch, end = answer.text.replace("\r\n", "\n").strip().split("\n\n")
    last = load("race-none")[0]["steps"]
    assert "event: run\n" in run  # what its steps are about is declared first
    assert batch.startswith(f"id: race-none-{last}\nevent: steps\n")
    assert json.loads(batch.partition("data: ")[2])["index"] == list(range(5, last))
    assert end.startswith(f"id: race-none-{last}\nevent: end\n")


@pytest.mark.processes
def test_a_server_with_recordings_starts_runs_too(recorded_server: RunningServer) -> None:
    assert recorded_server.run(guard="with", iterations=3)["summary"]["cells"][0]["final"] == 6


@pytest.mark.processes
def test_recordings_are_made_by_real_processes(tmp_path: Path) -> None:
    names = ["race-lucky", "race-stopped"]
    main(names, tmp_path)
    for name in names:
        view, steps = load(name, tmp_path)
        assert view["id"] == name
        assert RECORDINGS[name].is_wanted(view, steps)
        assert json.loads(file_of(name, tmp_path).read_bytes().splitlines()[-2]) == steps[-1]
