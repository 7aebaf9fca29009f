"""Queues and pipes of a traced script: their steps are recorded, and nothing about them changes."""

from pathlib import Path

import pytest

from lost_update.model.ops import ENDS_BY_ITSELF, Op
from tests.script_streams import START_METHODS, Traced
from tests.script_waits import both, declared, lane, of, said, value, words
from tests.variants import one_in

pytestmark = pytest.mark.processes

MOVED = (Op.PUT, Op.GET)


def _moved(run: Traced, key: str) -> list[tuple[str, Op, object]]:
    return [(lane(run, step), step["op"], value(run, step)) for step in of(run, key=key) if step["op"] in MOVED]


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_queues_behave_as_without_us_and_leave_their_steps(tmp_path: Path, method: str) -> None:
    plain, run = both("queues.py", tmp_path, method)
    assert said(run) == said(plain)
    assert run.returncode == 0
    queues = {queue["what"]: queue for queue in declared(run, kind="queue")}
    assert {name: queue["amount"] for name, queue in queues.items()} == {
        "Queue": 2,
        "SimpleQueue": 0,
        "JoinableQueue": 0,
    }
    _check_queue(run, queues["Queue"]["key"])
    _check_simple(run, queues["SimpleQueue"]["key"])
    _check_joinable(run, queues["JoinableQueue"]["key"])


def _check_queue(run: Traced, key: str) -> None:
    moved = _moved(run, key)
    for op, there in ((Op.PUT, "W"), (Op.GET, "MainProcess")):
        assert [shown for who, what, shown in moved if (who, what) == (there, op)] == [0, 1, 2, "<Parcel>"]
    assert [shown for who, what, shown in moved if (who, what) == ("MainProcess", Op.PUT)] == [1, 2]
    steps = of(run, key=key)
    # A process that has put something waits at its end until it is in the pipe.
    assert words(run, steps)[-2:] == ["MainProcess wait to flush", "MainProcess flush"] or _gave_up(run, steps)
    ends = [step for step in steps if lane(run, step) == "W"][-2:]
    assert words(run, ends) == ["W wait to flush", "W flush"]
    assert ends[0]["line"] == next(step["line"] for step in steps if value(run, step) == "<Parcel>")
    # Who asks for a time at most, and gets nothing, has been told so; who asks at once leaves nothing.
    waits = [step for step in steps if lane(run, step) == "MainProcess" and step["first"] == ENDS_BY_ITSELF]
    assert [Op(step["second"]) for step in waits if step["op"] is Op.WAIT] == [Op.GET, Op.PUT]
    assert [value(run, step) for step in steps if step["op"] is Op.CHECK][-1] == 0


def _gave_up(run: Traced, steps: list[dict[str, object]]) -> bool:
    """Its feeder thread had ended before: then there is nothing to wait for."""
    return not any(lane(run, step) == "MainProcess" and step["op"] is Op.FLUSH for step in steps)


def _check_simple(run: Traced, key: str) -> None:
    assert sorted(_moved(run, key), key=lambda each: each[0]) == [
        *[("MainProcess", Op.GET, "'a word'"), ("MainProcess", Op.GET, "<200009 bytes>")],
        *[("W", Op.PUT, "'a word'"), ("W", Op.PUT, "<200009 bytes>")],
    ]
    # It is larger than a pipe holds: its sender waits for the reader.
    sent = [step for step in of(run, key=key) if lane(run, step) == "W"]
    assert words(run, sent) == ["W put", "W put", "W wait to flush", "W flush"]


def _check_joinable(run: Traced, key: str) -> None:
    steps = [step for step in of(run, key=key) if step["op"] not in (*MOVED, Op.WAIT, Op.FLUSH)]
    assert words(run, steps) == ["W task_done"] * 3 + ["MainProcess join"]


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_both_ends_of_a_pipe_are_one_target(tmp_path: Path, method: str) -> None:
    _, run = both("queues.py", tmp_path, method)
    two_ways, one_way = declared(run, kind="pipe")
    steps = [step for step in of(run, key=two_ways["key"]) if step["op"] in MOVED]
    assert [(lane(run, step), step["op"], value(run, step), step["second"]) for step in steps] == [
        ("W", Op.PUT, "{'a': 1}", 1),
        ("W", Op.PUT, "b'raw'", 1),
        ("MainProcess", Op.GET, "{'a': 1}", 1),
        ("MainProcess", Op.GET, "b'raw'", 1),
        ("MainProcess", Op.PUT, 5, 0),
        ("W", Op.GET, 5, 0),
    ] or sorted(lane(run, step) for step in steps) == ["MainProcess"] * 3 + ["W"] * 3
    large = of(run, key=one_way["key"])
    sent = [step for step in large if lane(run, step) == "W"]
    assert words(run, sent) == ["W put", "W wait to flush", "W flush"]
    (got,) = [step for step in large if step["op"] is Op.GET]
    assert got["t_ns"] > sent[0]["t_ns"]
