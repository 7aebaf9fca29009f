"""Processes that start others, and these others again: all are known before they take a step, and nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.encoding import steps as steps_of
from lost_update.model.view import RunView
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.tracing.launching import StartMethod
from tests import families
from tests.recomputing import recompute
from tests.serving import descendants, ended, is_alive, until

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("method", families.METHODS)]

MANY = 100
MANY_SECONDS = 240
"""A hundred times a new Python takes its time, most of all beside other tests."""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    before = dict(SCENARIOS)
    families.offer()
    made = Registry(Settings(max_seconds=2 * MANY_SECONDS))
    yield made
    made.close()
    SCENARIOS.clear()
    SCENARIOS.update(before)


@pytest.fixture(autouse=True)
def _nothing_is_left(registry: Registry, method: StartMethod) -> Iterator[None]:
    """Whatever the run did, this process has neither a child nor a descriptor more than before."""
    ended(registry.submit(RunRequest(scenario="fails_to_start", start_method=method)))  # what is made once is there
    before = held()
    yield
    until(held, lambda now: now == before)


def held() -> tuple[int, int]:
    own = psutil.Process()
    return own.num_fds(), len([each for each in own.children(recursive=True) if each.status() != psutil.STATUS_ZOMBIE])


def start(registry: Registry, scenario: str, method: StartMethod, **more: Any) -> Run:
    return registry.submit(RunRequest(scenario=scenario, start_method=method, **more))


def steps_in(run: Run) -> list[dict[str, Any]]:
    return [dict(step) for step in steps_of(run.recording.log.rows(0, len(run.recording.log)), 0, run.recording.names)]


def check_family(view: RunView, steps: list[dict[str, Any]]) -> None:
    """Every process was launched by its parent before it took a step, and exited, if it did, before it was joined."""
    parents = {process["name"]: process["parent"] for process in view["processes"]}
    assert parents["main"] is None
    seen = {"main"}
    exits = [step["process"] for step in steps if step["op"] == "exit"]
    exited = set()
    for step in steps:
        assert step["process"] in seen, step
        if step["op"] == "launch":
            assert parents[step["target"]] == step["process"]
            seen.add(step["target"])
        elif step["op"] == "exit":
            exited.add(step["process"])
        elif step["op"] == "join":
            assert step["target"] in exited or step["target"] not in exits, step
    assert seen == set(parents)


def check_figures(view: RunView, steps: list[dict[str, Any]], writes: int) -> None:
    assert view["summary"]["consistent"]
    assert view["summary"]["unrecorded"] == 0
    (cell,) = view["summary"]["cells"]
    found = recompute(steps, "number", 0)
    assert (cell["writes"], cell["lost"], cell["final"]) == (writes, found.lost, found.final)
    assert cell["final"] == writes - found.lost


def check_all_gone(view: RunView) -> None:
    assert {process["state"] for process in view["processes"]} == {"ended"}
    pids = [process["pid"] for process in view["processes"] if process["pid"]]
    until(lambda: [pid for pid in pids if is_alive(pid)], lambda alive: not alive)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("scenario", "iterations", "children"), [("family", 2, 2 * families.FAMILY), ("many", MANY, MANY)]
)
def test_every_step_of_everybody_is_in_the_log_in_its_order(
    registry: Registry, method: StartMethod, scenario: str, iterations: int, children: int
) -> None:
    run = ended(start(registry, scenario, method, iterations=iterations), MANY_SECONDS)
    view, steps = run.view(), steps_in(run)
    assert (view["status"], view["reason"]) == ("finished", None)
    names = [process["name"] for process in view["processes"]]
    assert sorted(names) == sorted(["main", *(f"P{number}" for number in range(1, children + 1))])
    check_family(view, steps)
    check_figures(view, steps, children)
    by_op = {op: len([step for step in steps if step["op"] == op]) for op in ("start", "exit", "launch", "join")}
    assert by_op == {"start": children + 1, "exit": children + 1, "launch": children, "join": children}
    check_all_gone(view)


def test_a_child_that_is_killed_at_once_is_missed(registry: Registry, method: StartMethod) -> None:
    run = ended(start(registry, "killed_at_once", method))
    view = run.view()
    assert view["status"] == "failed"
    assert view["reason"] is not None
    assert view["reason"].startswith("P1 ")
    assert "was killed" in view["reason"]
    check_family(view, steps_in(run))
    check_all_gone(view)


@pytest.mark.parametrize("victim", ["main", "P1"])
def test_when_a_parent_is_killed_it_is_the_reason_and_its_children_are_ended(
    registry: Registry, method: StartMethod, victim: str
) -> None:
    run = start(registry, "living", method)
    view = until(run.view, lambda view: len(view["processes"]) == 3 and all(each["pid"] for each in view["processes"]))
    (pid,) = [process["pid"] for process in view["processes"] if process["name"] == victim]
    os.kill(pid, signal.SIGKILL)
    view = ended(run).view()
    assert view["status"] == "failed"
    assert view["reason"] is not None
    assert view["reason"].startswith(f"{victim} (pid {pid}) was killed")
    check_family(view, steps_in(run))
    check_all_gone(view)


def test_stopping_a_run_stops_the_children_of_children(registry: Registry, method: StartMethod) -> None:
    run = start(registry, "living", method)
    until(run.view, lambda view: len(view["processes"]) == 3)
    run.stop("It was stopped on request.")
    view = ended(run).view()
    assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request.")
    assert view["summary"]["consistent"]
    check_family(view, steps_in(run))
    check_all_gone(view)


def test_a_run_that_started_more_processes_than_expected_takes_their_room(method: StartMethod) -> None:
    """Two were expected and three live: of four that may live, the next run, of two, would take the fifth."""
    registry = Registry(Settings(max_live_processes=4))
    try:
        large = start(registry, "living", method)
        until(lambda: large.total_processes, lambda workers: workers == 3)
        small = registry.submit(RunRequest(iterations=1))
        assert small.view()["status"] == "queued"
        registry.stop(large, "It was stopped on request.")
        assert ended(small).view()["status"] == "finished"
    finally:
        registry.close()


def test_a_process_that_could_not_be_started_is_no_death_and_holds_nobody_up(
    registry: Registry, method: StartMethod
) -> None:
    run = ended(start(registry, "fails_to_start", method))
    view, steps = run.view(), steps_in(run)
    if method == "fork":  # a forked process is handed everything as it is, and fails by itself
        assert view["status"] == "failed"
        return
    assert (view["status"], view["reason"]) == ("finished", None)
    check_figures(view, steps, 2)
    assert {step["process"] for step in steps} == {"main", "P2"}
    check_all_gone(view)


def test_a_parent_that_dies_between_registering_and_starting_leaves_nobody(
    registry: Registry, method: StartMethod
) -> None:
    if method == "fork":
        pytest.skip("nothing is pickled, so that nothing can happen in between")
    run = ended(start(registry, "killed_while_it_starts_one", method))
    view = run.view()
    assert view["status"] == "failed"
    assert view["reason"] is not None
    assert view["reason"].startswith("main (pid ")
    assert view["reason"].endswith("was killed by SIGKILL.")
    assert [step["op"] for step in steps_in(run)] == ["start", "launch"]
    check_all_gone(view)


def test_when_the_server_is_killed_the_children_of_children_end(method: StartMethod) -> None:
    command = [sys.executable, "-c", f"from tests import families; families.run_living({method!r})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            everybody = descendants(server.pid)
        finally:
            server.kill()
    assert {int(pid) for pid in said.split()} <= {each.pid for each in everybody}
    until(lambda: [each for each in everybody if is_alive(each)], lambda alive: not alive)
