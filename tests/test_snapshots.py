"""A run can be looked at while it is busy, and what is seen belongs together."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from lost_update.execution import supervisor
from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.view import RunView
from lost_update.sources.request import RunRequest
from lost_update.web.server import create_app
from lost_update.web.service import service
from tests.serving import WAIT_SECONDS, ended, until
from tests.variants import one_in

pytestmark = pytest.mark.processes

READERS = 6


@contextmanager
def while_processes_start() -> Iterator[None]:
    """Within this, some thread is starting a process and does not come to an end with it."""
    with supervisor._children:
        yield


def seen(registry: Registry, run: Run) -> dict[str, Any]:
    """The run over the interface, asked for in a thread of its own, so that the test ends if it is never answered."""

    async def ask() -> dict[str, Any]:
        transport = httpx.ASGITransport(
            create_app(service(registry, Explorations(registry.settings)), registry.settings)
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get(f"/api/runs/{run.id}")
            view: dict[str, Any] = answer.json()
            return view

    with ExitStack() as stack:
        asking = ThreadPoolExecutor(1)
        stack.callback(asking.shutdown, wait=False)
        return asking.submit(asyncio.run, ask()).result(WAIT_SECONDS)


@pytest.mark.parametrize("pace", ["free", "step"])
def test_a_run_whose_processes_are_being_started_can_be_looked_at(registry: Registry, pace: str) -> None:
    with while_processes_start():
        run = registry.submit(RunRequest(pace=pace, iterations=1))
        view = until(lambda: seen(registry, run), lambda view: view["summary"]["cells"])
        assert (view["status"], view["steps"]) == ("running", 0)
        assert [process["state"] for process in view["processes"]] == ["starting", "starting"]
        registry.stop(run, "It was stopped on request.")  # and asking it to stop waits for nobody either
    assert ended(run).recording.snapshot.reason == "It was stopped on request."


def test_a_run_that_goes_on_can_be_looked_at_while_others_start(registry: Registry) -> None:
    run = registry.submit(RunRequest(pace="step", iterations=1))
    until(lambda: run.view()["runnable"])
    with while_processes_start():
        other = registry.submit(RunRequest(iterations=1))
        view = seen(registry, run)
        assert view["runnable"] == ["P1", "P2"]
        assert run.step(run.grant("P1").result())["op"] == "read"
        assert [one["op"] for one in seen(registry, run)["next"]] == ["modify", "read"]
    assert ended(other).recording.snapshot.status == "finished"
    registry.stop(run, "It was enough.")
    ended(run)


def check_one_moment(view: RunView) -> None:
    """The figures of a run of increments are those of one and the same moment."""
    if not view["summary"]["cells"]:
        assert (view["status"], view["steps"]) in {("queued", 0), ("running", 0)}
        return
    (cell,) = view["summary"]["cells"]
    assert cell["expected"] == cell["writes"]  # each write adds 1
    assert cell["lost"] is not None
    assert 0 <= cell["lost"] <= cell["writes"]
    assert 3 * cell["writes"] <= view["steps"]  # a read, a modify and a write each
    is_over = view["status"] in {"finished", "stopped"}
    assert (cell["final"] is not None) == is_over
    if is_over:
        assert cell["final"] == cell["writes"] - cell["lost"]
        assert {process["state"] for process in view["processes"]} == {"ended"}
        assert (view["reason"] is not None) == (view["status"] == "stopped")


def watched(run: Run) -> list[RunView]:
    """What a viewer saw that looked as often as possible, up to a little after the end; checked meanwhile."""
    views: list[RunView] = []
    while len(views) < 3 or views[-3]["status"] in {"queued", "running"}:
        views.append(run.view())
        check_one_moment(views[-1])
    return views


def goes_forward(values: list[int]) -> bool:
    return values == sorted(values)


def let_it_end(_registry: Registry, run: Run) -> None:
    ended(run)


def stop_it(registry: Registry, run: Run) -> None:
    until(lambda: len(run.recording.log) > 100)
    registry.stop(run, "It was stopped on request.")
    ended(run)


FAST: dict[str, Any] = {"iterations": 3000}
LONG: dict[str, Any] = {"iterations": 1000, "pace": "slow", "step_ms": 5}


@pytest.mark.parametrize(
    ("request_", "end"), one_in(2, [(FAST, let_it_end), (LONG, stop_it)]), ids=["finished", "stopped"]
)
def test_many_who_look_while_a_run_ends_never_see_half_of_it(
    registry: Registry, request_: dict[str, Any], end: Callable[[Registry, Run], None]
) -> None:
    run = registry.submit(RunRequest(**request_))
    with ThreadPoolExecutor(READERS) as readers:
        watching = [readers.submit(watched, run) for _ in range(READERS)]
        end(registry, run)
    last = run.view()
    assert last["steps"] == len(run.recording.log)
    for views in (each.result() for each in watching):
        assert views[-1] == last
        assert goes_forward([view["steps"] for view in views])
        assert goes_forward([["queued", "running", last["status"]].index(view["status"]) for view in views])


def test_no_thread_but_its_own_works_for_a_run(registry: Registry) -> None:
    before = set(threading.enumerate())
    run = registry.submit(RunRequest(pace="slow", step_ms=5, iterations=1000))
    until(lambda: run.view()["steps"] > 0)
    assert [thread.name for thread in threading.enumerate() if thread not in before] == [f"run {run.id}"]
    registry.stop(run, "It was enough.")
    ended(run)
