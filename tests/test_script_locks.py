"""Locks and semaphores of a traced script: their steps are recorded, and nothing about them changes."""

from pathlib import Path

import pytest

from lost_update.model.ops import ENDS_BY_ITSELF, Op
from tests.script_streams import START_METHODS
from tests.script_waits import both, declared, lane, of, said, words
from tests.variants import one_in

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_locks_behave_as_without_us_and_leave_their_steps(tmp_path: Path, method: str) -> None:
    plain, run = both("locks.py", tmp_path, method)
    assert said(run) == said(plain)
    assert run.returncode == 0

    (lock,) = declared(run, kind="lock", what="Lock")
    about_it = of(run, key=lock["key"])
    # An attempt without a wait that fails leaves nothing, one that waits for a time at most leaves the wait.
    wait, *_ = [step for step in about_it if step["op"] is Op.WAIT]
    assert (lane(run, wait), wait["first"], wait["second"]) == ("W", ENDS_BY_ITSELF, Op.ACQUIRE)
    assert words(run, [step for step in about_it if step["op"] is not Op.WAIT])[:4] == [
        *("MainProcess acquire", "MainProcess release"),
        *("W acquire", "W release"),
    ]
    assert about_it[0]["t_ns"] < wait["t_ns"] < about_it[-1]["t_ns"]

    (mutex,) = declared(run, what="RLock", is_reentrant=True)
    assert words(run, of(run, key=mutex["key"])) == [
        *["W acquire"] * 2,
        *["W release"] * 2,
        *["MainProcess acquire", "MainProcess release"],
    ]

    (places,) = declared(run, kind="semaphore", what="Semaphore")
    (bounded,) = declared(run, kind="semaphore", what="BoundedSemaphore")
    assert (places["amount"], bounded["amount"]) == (1, 2)
    assert words(run, of(run, key=places["key"])) == ["W acquire", "W release"]


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_the_lock_of_a_value_guards_it_and_is_silent_in_a_single_access(tmp_path: Path, method: str) -> None:
    _, run = both("locks.py", tmp_path, method)
    (value,) = {step["target"]["key"] for step in run.steps(Op.WRITE)}
    steps = [step for step in of(run, kind="lock", guards=value) if lane(run, step) == "W"]
    assert words(run, steps) == ["W acquire", "W release"] * 3
