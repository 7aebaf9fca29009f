"""A traced Pool: who did which task, and that it remains the plain Pool in every other respect."""

from typing import Any

import pytest

from lost_update.model.ops import Op
from lost_update.tracing.pool import Pool, Task
from lost_update.tracing.recorder import Recorder
from tests.serving import RunningServer
from tests.tracing_here import ops, recorded

POOL = 3


def cube(number: int, *, plus: int = 0) -> int:
    return number**3 + plus


def fail(number: int) -> None:
    raise ValueError(number)


def test_a_task_is_a_start_and_an_end_around_the_function(recorder: Recorder) -> None:
    assert Task(cube, POOL)((4, (2,), {"plus": 1})) == 9
    steps = [(step["op"], step["target"], step["task"], step["value"]) for step in recorded()]
    assert steps == [("task_start", POOL, 4, 2), ("task_end", POOL, 4, 9)]


def test_a_task_that_raises_never_ends(recorder: Recorder) -> None:
    with pytest.raises(ValueError, match="7"):
        Task(fail, POOL)((0, (7,), {}))
    assert ops() == ["task_start"]


def test_the_gate_is_asked_before_a_task_starts_and_before_it_ends(recorder: Recorder) -> None:
    asked: list[tuple[Op, list[str]]] = []
    recorder.gate = lambda op, _target: asked.append((op, ops()))
    Task(cube, POOL)((0, (1,), {}))
    assert asked == [(Op.TASK_START, []), (Op.TASK_END, ["task_start"])]


def test_it_is_a_pool_like_the_plain_one() -> None:
    (plain,) = Pool.__bases__
    assert set(dir(plain)) <= set(dir(Pool))


def run_of(server: RunningServer, **request: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    view = server.run(scenario="pool", **request)
    assert (view["status"], view["reason"]) == ("finished", None)
    return view, server.steps(view["id"])


def tasks_by_worker(steps: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The numbers of the tasks that each worker did, in the order in which it did them; never two at a time."""
    done: dict[str, list[int]] = {}
    doing: dict[str, int] = {}
    for step in steps:
        if step["op"] == "task_start":
            assert step["process"] not in doing
            doing[step["process"]] = step["task"]
        elif step["op"] == "task_end":
            assert doing.pop(step["process"]) == step["task"]
            done.setdefault(step["process"], []).append(step["task"])
    assert doing == {}
    return done


@pytest.mark.parametrize("call", ["map", "map_async"])
@pytest.mark.parametrize(("tasks", "chunksize"), [(10, 1), (10, 3), (7, 7), (5, 100)])
def test_a_chunk_goes_to_one_worker_at_once(server: RunningServer, call: str, tasks: int, chunksize: int) -> None:
    _, steps = run_of(server, call=call, iterations=tasks, chunksize=chunksize, pace="slow", step_ms=2)
    done = tasks_by_worker(steps)
    chunks = [list(range(first, min(first + chunksize, tasks))) for first in range(0, tasks, chunksize)]
    for own in done.values():
        left = list(own)
        while left:
            (chunk,) = [chunk for chunk in chunks if chunk[0] == left[0]]
            assert left[: len(chunk)] == chunk
            del left[: len(chunk)]
    assert sorted(task for own in done.values() for task in own) == list(range(tasks))


def test_several_workers_are_busy_at_once(server: RunningServer) -> None:
    _, steps = run_of(server, call="map", processes=3, iterations=6, chunksize=1, pace="slow", step_ms=30)
    busy = most = 0
    for step in steps:
        busy += {"task_start": 1, "task_end": -1}.get(step["op"], 0)
        most = max(most, busy)
    assert most > 1
    assert len(tasks_by_worker(steps)) > 1


def test_with_apply_only_one_is_ever_busy(server: RunningServer) -> None:
    _, steps = run_of(server, call="apply", processes=3, iterations=6)
    of_interest = ("submit", "task_start", "task_end", "result")
    assert [step["op"] for step in steps if step["op"] in of_interest] == list(of_interest) * 6


def test_a_callback_is_handed_all_results_of_map_async_and_each_of_apply_async(server: RunningServer) -> None:
    _, mapped = run_of(server, call="map_async", iterations=5)
    assert [step["value"] for step in mapped if step["op"] == "callback"] == [5]
    _, applied = run_of(server, call="apply_async", iterations=5)
    assert [step["value"] for step in applied if step["op"] == "callback"] == [1] * 5


@pytest.mark.parametrize("call", ["map", "apply", "map_async", "apply_async"])
def test_it_does_the_same_untraced(server: RunningServer, call: str) -> None:
    view, steps = run_of(server, call=call, processes=2, iterations=5, traced=False)
    assert steps == []
    assert [process["exitcode"] for process in view["processes"]] == [0, 0, 0]


@pytest.mark.parametrize(("processes", "tasks"), [(1, 3), (8, 1)])
def test_there_may_be_more_tasks_than_workers_and_the_other_way_round(
    server: RunningServer, processes: int, tasks: int
) -> None:
    view, steps = run_of(server, call="map", processes=processes, iterations=tasks)
    assert len(view["processes"]) == processes + 1
    assert sum(map(len, tasks_by_worker(steps).values())) == tasks
