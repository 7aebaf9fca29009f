"""Pools and executors of a traced script: their tasks are recorded, and nothing about them changes."""

from pathlib import Path
from typing import Any

import pytest

from lost_update.model.ops import Op
from lost_update.tracing.script.pools import WHOLE, task_of
from tests.script_streams import START_METHODS, Traced
from tests.script_waits import both, declared, of, said, value
from tests.variants import one_in

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_pools_and_executors_behave_as_without_us_and_leave_their_tasks(tmp_path: Path, method: str) -> None:
    plain, run = both("jobs.py", tmp_path, method)
    assert said(run) == said(plain)
    assert run.returncode == 0
    assert not [target for target in declared(run) if target["kind"] not in ("pool", "process")]
    pool, lonely, executor = (_Tasks(run, target) for target in declared(run, kind="pool"))
    assert {each.role for each in pool.workers} == {"pool"}
    assert {each.role for each in executor.workers} == {"executor"}
    for each in (pool, lonely, executor):
        each.check_order()
    _check_pool(pool)
    assert [lonely.value(step) for step in lonely.of(Op.TASK_END)] == ["raised ValueError: seven"]
    assert not lonely.of(Op.RESULT)
    _check_executor(executor)


class _Worker:
    def __init__(self, role: str) -> None:
        self.role = role


class _Tasks:
    """The steps of one pool."""

    def __init__(self, run: Traced, target: dict[str, Any]) -> None:
        self.run = run
        self.steps = of(run, key=target["key"])
        roles = {each.process["number"]: each.process["role"] for each in run.processes}
        self.workers = [_Worker(roles[step["process"]]) for step in self.steps if step["op"] is Op.TASK_START]

    def of(self, *ops: Op) -> list[dict[str, Any]]:
        return [step for step in self.steps if step["op"] in ops]

    def value(self, step: dict[str, Any]) -> Any:
        return value(self.run, step)

    def check_order(self) -> None:
        """A task is handed in, started, ended, and then there is a result: by the same numbers."""
        submitted = {step["second"]: step["t_ns"] for step in self.of(Op.SUBMIT)}
        for start in self.of(Op.TASK_START):
            task = start["second"]
            whole = task if task in submitted else task_of(task >> 24, WHOLE)
            ends = [step for step in self.of(Op.TASK_END) if step["second"] == task]
            assert submitted[whole] < start["t_ns"]
            if not ends:
                assert self.value(start) == "sleep(0.2)"  # The pool is terminated before it is over.
                continue
            # A result that cannot be sent ends its task a second time.
            assert len(ends) == 2 if self.value(start) == "not_to_be_sent()" else 1
            assert start["t_ns"] < ends[0]["t_ns"]
            results = [step for step in self.of(Op.RESULT, Op.CALLBACK) if step["second"] in (task, whole)]
            assert all(ends[0]["t_ns"] < step["t_ns"] for step in results)


def _check_pool(pool: _Tasks) -> None:
    said = [pool.value(step) for step in pool.of(Op.SUBMIT)]
    assert said[:6] == ["square × 5", "add × 2", "add(1, other=2)", "square × 3", "square × 3", "square × 3"]
    results = [pool.value(step) for step in pool.of(Op.RESULT)]
    assert results[:3] == ["[0, 1, 4, 9, 16]", "[3, 7]", 3]
    assert results[3:6] == [1, 4, 9]
    assert sorted(results[6:9]) == [1, 4, 9]
    assert results.count("raised ValueError: seven") == 3
    parts = [step["second"] & WHOLE for step in pool.of(Op.RESULT)]
    assert parts[:6] == [WHOLE, WHOLE, 0, 0, 1, 2]
    assert sorted(parts[6:9]) == [0, 1, 2]
    (called_back,) = pool.of(Op.CALLBACK)
    assert pool.value(called_back) == "raised ValueError: seven"
    assert [step["op"] for step in pool.steps[-3:] if step["op"] is not Op.WAIT][-1] is Op.JOIN


def _check_executor(executor: _Tasks) -> None:
    said = [executor.value(step) for step in executor.of(Op.SUBMIT)]
    assert said[:5] == ["square(0)", "square(1)", "square(2)", "square × 2", "square(2)"]
    failed = executor.of(Op.SUBMIT)[8]["second"]
    assert {executor.value(step) for step in executor.of(Op.RESULT) if step["second"] == failed} == {
        "raised ValueError: seven"
    }
    assert [step["op"] for step in executor.of(Op.CLOSE, Op.JOIN)] == [Op.CLOSE, Op.JOIN]
