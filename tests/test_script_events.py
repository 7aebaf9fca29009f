"""Events, conditions and barriers of a traced script: their steps are recorded, and nothing about them changes."""

from pathlib import Path

import pytest

from lost_update.model.ops import Op
from tests.script_streams import START_METHODS, Traced
from tests.script_waits import both, declared, lane, of, said, value, words
from tests.variants import one_in

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_events_conditions_and_barriers_behave_as_without_us_and_leave_their_steps(tmp_path: Path, method: str) -> None:
    plain, run = both("events.py", tmp_path, method)
    assert said(run) == said(plain)
    assert run.returncode == 0
    _check_event(run)
    _check_condition(run)
    _check_barrier(run)


def _check_event(run: Traced) -> None:
    event, _ = declared(run, kind="event")
    mine = [step for step in of(run, key=event["key"]) if lane(run, step) == "MainProcess"]
    assert words(run, mine) == [
        *["MainProcess check", "MainProcess wait to wake", "MainProcess wake", "MainProcess check"],
        *["MainProcess set", "MainProcess clear", "MainProcess check"],
    ]
    assert [value(run, step) for step in mine if step["op"] in (Op.CHECK, Op.WAKE)] == [0, 0, 0, 0]
    (woken,) = [step for step in of(run, key=event["key"]) if lane(run, step) == "W" and step["op"] is Op.WAKE]
    (set_,) = [step for step in mine if step["op"] is Op.SET]
    assert value(run, woken) == 1
    assert woken["t_ns"] > set_["t_ns"]


def _check_condition(run: Traced) -> None:
    condition, own = declared(run, kind="condition")
    told = [step for step in of(run, key=condition["key"]) if step["op"] is not Op.WAIT]
    assert words(run, told) == ["MainProcess wake", "W notify", "MainProcess wake"]
    assert [value(run, step) for step in told] == [0, 1, 1]
    # Its lock is a target of its own, given away for as long as one waits.
    ops = [step["op"] for step in of(run, guards=condition["key"]) if lane(run, step) == "MainProcess"]
    held = [op for op in ops if op is not Op.WAIT]
    assert held == [Op.ACQUIRE, Op.RELEASE] * (len(held) // 2)
    assert len(held) == 6
    # The person's own lock is what a condition has, if it was given one.
    (lock,) = declared(run, kind="lock", what="Lock")
    assert not of(run, guards=own["key"])
    assert words(run, [step for step in of(run, key=lock["key"]) if step["op"] is not Op.WAIT]) == [
        *["W acquire", "W release", "MainProcess acquire", "MainProcess release", "W acquire", "W release"],
    ]


def _check_barrier(run: Traced) -> None:
    (barrier,) = declared(run, kind="barrier")
    assert barrier["amount"] == 2
    met = of(run, key=barrier["key"])
    first = [step["op"] for step in met[:4]]
    assert (first[0], sorted(first)) == (Op.WAIT, sorted([Op.WAIT, Op.NOTIFY, Op.WAKE, Op.WAKE]))
    rest = [(step["op"], value(run, step)) for step in met[4:] if step["op"] is not Op.WAIT]
    assert rest == [
        *[(Op.CLOSE, None), (Op.WAKE, 0), (Op.CHECK, 1)],
        *[(Op.CLEAR, None), (Op.CHECK, 0), (Op.CLOSE, None)],
    ]
