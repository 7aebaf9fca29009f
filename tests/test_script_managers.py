"""What the managers of a traced script hold: cells in the order in which the server saw them, and nothing changes."""

from pathlib import Path
from typing import Any

import pytest

from lost_update.model.ops import Op
from lost_update.tracing.script.askers import asker_of
from tests.script_streams import SCRIPTS, START_METHODS, Traced
from tests.script_waits import both, lane, line, said, value, words
from tests.variants import one_in

pytestmark = pytest.mark.processes

SOURCE = (SCRIPTS / "managed.py").read_text().splitlines()


def _cell(run: Traced, what: str, suffix: str, first: int = 0) -> list[dict[str, Any]]:
    """The steps of a cell of the first thing of that kind."""
    every = [step for step in run.steps(Op.READ, Op.WRITE) if step["target"]["what"] == f"Manager().{what}()"]
    whole = sorted({step["target"]["whole"] for step in every})[first]
    return [step for step in every if step["target"]["whole"] == whole and step["target"]["suffixes"] == [suffix]]


def _told(run: Traced, step: dict[str, Any]) -> tuple[str, Op, Any, int]:
    return lane(run, step), step["op"], value(run, step), step["second"]


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_managers_behave_as_without_us_and_their_cells_are_those_of_who_asks(tmp_path: Path, method: str) -> None:
    plain, run = both("managed.py", tmp_path, method)
    assert said(run) == said(plain)
    assert run.returncode == 0
    counted = _cell(run, "dict", "['the']")
    assert [_told(run, step) for step in counted[:6]] == [
        (("W", op, number + (op is Op.WRITE), number + (op is Op.WRITE)))
        for number in range(3)
        for op in (Op.READ, Op.WRITE)
    ]
    assert {SOURCE[(line(run, step) or 0) - 1].strip() for step in counted[:6]} == {
        'words["the"] = words.get("the", 0) + 1'
    }
    assert counted[0]["target"]["initial"] == 0
    _check_where_it_was_made(run, counted[0]["target"])
    for what, suffix, initial, last in (
        ("list", "[0]", 300, 297),
        ("Namespace", ".count", 0, 3),
        ("Value", "", 0, 3),
    ):
        steps = [step for step in _cell(run, what, suffix) if lane(run, step) == "W"]
        assert [step["op"] for step in steps] == [Op.READ, Op.WRITE] * 3
        assert steps[0]["target"]["initial"] == initial
        assert value(run, steps[-1]) == last
    (numbered,) = [step for step in _cell(run, "Array", "[1]") if step["op"] is Op.WRITE]
    assert value(run, numbered) == 7


def _check_where_it_was_made(run: Traced, target: dict[str, Any]) -> None:
    asker = asker_of(target["made"])
    assert asker is not None
    assert asker[:2] == (0, 1)
    made = run.processes[0].line(asker[2])
    assert made is not None
    assert "manager.dict(" in SOURCE[made - 1]


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_versions_count_every_change_and_times_agree(tmp_path: Path, method: str) -> None:
    _, run = both("managed.py", tmp_path, method)
    cells: dict[str, list[dict[str, Any]]] = {}
    for step in run.steps(Op.READ, Op.WRITE):
        cells.setdefault(step["key"], []).append(step)
    assert len(cells) > 12
    for steps in cells.values():
        version, held = 0, steps[0]["target"]["initial"]
        for step in steps:
            if step["op"] is Op.WRITE:
                version, held = version + 1, value(run, step)
                assert step["modified_ns"] <= step["t_ns"]
            assert (step["second"], value(run, step)) == (version, held)


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_what_is_done_in_one_call_is_one_read_and_one_write(tmp_path: Path, method: str) -> None:
    _, run = both("managed.py", tmp_path, method)
    popped = [step for step in _cell(run, "dict", "['b']") if "words.pop" in SOURCE[(line(run, step) or 0) - 1]]
    assert [_told(run, step)[1:] for step in popped[-2:]] == [(Op.READ, 1, 0), (Op.WRITE, "(nothing)", 1)]
    set_ = [step for step in _cell(run, "dict", "['a']") if "setdefault" in SOURCE[(line(run, step) or 0) - 1]]
    assert [step["op"] for step in set_] == [Op.READ, Op.WRITE, Op.READ, Op.READ]


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_locks_events_and_queues_of_a_manager_are_steps_of_who_uses_them(tmp_path: Path, method: str) -> None:
    _, run = both("managed.py", tmp_path, method)

    def told(kind: str, *ops: Op) -> list[str]:
        return words(run, [step for step in run.steps(*ops) if step["target"]["kind"] == kind])

    guarding = {step["target"].get("guards") for step in run.steps(Op.ACQUIRE, Op.RELEASE)}
    assert len(guarding) == 2
    own = [step for step in run.steps(Op.ACQUIRE, Op.RELEASE) if "guards" not in step["target"]]
    assert words(run, own) == ["W acquire", "W release"] * 3
    assert told("event", Op.SET, Op.CHECK) == ["MainProcess set", "MainProcess check"]
    assert told("event", Op.WAKE) == ["W wake"]
    assert told("condition", Op.NOTIFY, Op.WAKE) == ["W notify", "MainProcess wake"]
    assert sorted(told("barrier", Op.WAKE)) == ["MainProcess wake", "W wake"]
    assert told("queue", Op.PUT, Op.GET) == ["W put", "MainProcess get", "MainProcess put"]
