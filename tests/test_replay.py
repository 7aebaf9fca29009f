"""A run taken away as a test: pytest runs it, elsewhere, and it fails where the end would be another one."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from lost_update.exports.replay import NotReplayable, replay
from tests.recordings import recorded
from tests.serving import CLIENT, RunningServer
from tests.test_api import error_of
from tests.variants import FULL, one_in

PROJECT = Path(__file__).parent.parent


def taken_away(server: RunningServer, run_id: str) -> httpx.Response:
    return CLIENT.get(f"{server.url}/api/runs/{run_id}/replay.py", timeout=20)


def run_by_pytest(text: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the exported file by itself, in a folder without any settings of ours."""
    file = folder / "test_replay.py"
    file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file.name]
    environment = {"PYTHONPATH": str(PROJECT / "app"), "PATH": ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False)


def kept(server: RunningServer, **request: Any) -> str:
    response = taken_away(server, server.run(**request)["id"])
    assert response.status_code == 200, response.text
    return response.text


@FULL
def test_an_exported_run_passes_and_fails_where_another_end_is_expected(server: RunningServer, tmp_path: Path) -> None:
    # Everybody reads 0 before anybody writes: both write 1.
    text = kept(server, iterations=1, pace="step", schedule="P1 P2 P1 P2 P1 P2")
    assert "P1 P2 P1 P2 P1 P2" in text
    assert "finals == {'number': 1}" in text
    passed = run_by_pytest(text, tmp_path)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    other = text.replace("finals == {'number': 1}", "finals == {'number': 2}")
    assert run_by_pytest(other, tmp_path).returncode == 1
    another = text.replace("P1 P2 P1 P2 P1 P2", "P1 P1 P1 P2 P2 P2")
    failed = run_by_pytest(another, tmp_path)
    assert failed.returncode == 1
    assert "{'number': 2} == {'number': 1}" in failed.stdout


@pytest.mark.parametrize(
    "request_",
    one_in(
        6,
        [
            {"processes": 3, "iterations": 20},
            {"guard": "with", "iterations": 30, "processes": 3},
            {"guard": "write_only", "iterations": 20, "pace": "slow", "step_ms": 1},
            {"scenario": "array", "iterations": 5},
            {"scenario": "raising", "guard": "with", "iterations": 3},
            {"guard": "forgotten_release", "iterations": 2},
        ],
    ),
)
def test_what_real_processes_did_by_chance_happens_again(
    server: RunningServer, request_: dict[str, Any], tmp_path: Path
) -> None:
    passed = run_by_pytest(kept(server, **request_), tmp_path)
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_it_is_sent_as_python_and_is_plain_to_read(server: RunningServer) -> None:
    response = taken_away(server, server.run(iterations=300)["id"])
    assert response.headers["content-type"].startswith("text/x-python")
    assert "attachment" in response.headers["content-disposition"]
    assert max(map(len, response.text.splitlines())) <= 120
    assert len(re.findall(r"\bP[12]\b", response.text.split('"""')[3])) == 1_800
    compile(response.text, "test_replay.py", "exec")


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"traced": False}, "not traced"),
        ({"iterations": 5_000}, "at most 10,000"),
        ({"scenario": "pool"}, "step by step"),
        ({"iterations": 1, "pace": "step", "schedule": "P1 P1 P1 P1"}, "was ended before"),
    ],
)
def test_what_no_schedule_can_repeat_is_409_with_the_reason(
    server: RunningServer, request_: dict[str, Any], why: str
) -> None:
    response = taken_away(server, server.run(**request_)["id"])
    assert response.status_code == 409
    error = error_of(response)
    assert error["code"] == "not_replayable"
    assert why in error["message"]


def test_a_run_that_still_goes_on_is_409(server: RunningServer) -> None:
    run_id = server.start(pace="step")
    assert taken_away(server, run_id).status_code == 409
    server.stop(run_id)


def test_an_unknown_run_is_404(server: RunningServer) -> None:
    assert taken_away(server, "nothing").status_code == 404


def test_a_cell_whose_name_could_end_a_string_does_not() -> None:
    recording = recorded("race-none")
    summary = recording.snapshot.summary
    (cell,) = summary["cells"]
    cell["name"] = '"""\\'
    compile(replay(recording, 1000), "test_replay.py", "exec")


def test_a_run_with_unknown_steps_is_not_replayable() -> None:
    recording = recorded("race-none")
    summary = recording.snapshot.summary
    recording.publish(replace(recording.snapshot, summary={**summary, "unrecorded": 1}))
    with pytest.raises(NotReplayable, match="Not all steps"):
        replay(recording, 1000)
