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
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.tracing.launching import StartMethod
from tests import families
from tests.kinship import check_a_whole_family, check_all_gone, check_family, check_figures, steps_in
from tests.serving import descendants, ended, is_alive, pythons_since, until
from tests.variants import FULL, one_in

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("method", families.METHODS)]

MANY: dict[StartMethod, int] = {"fork": 100, "forkserver": 30, "spawn": 10}
"""A hundred times a new Python takes its time: by each method there are a hundred at a time in `make soak`."""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with families.offered() as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_is_left(registry: Registry, method: StartMethod) -> Iterator[None]:
    """Whatever the run did, this process has neither a Python nor a descriptor more than before."""
    ended(registry.submit(RunRequest(scenario="fails_to_start", start_method=method)))  # what is made once is there
    before, descriptors = descendants(os.getpid()), psutil.Process().num_fds()
    yield
    until(lambda: pythons_since(before), lambda left: not left)
    until(psutil.Process().num_fds, lambda held: held <= descriptors)


def start(registry: Registry, scenario: str, method: StartMethod, **more: Any) -> Run:
    return registry.submit(RunRequest(scenario=scenario, start_method=method, **more))


@pytest.mark.parametrize("scenario", one_in(2, ["family", "many"]))
def test_every_step_of_everybody_is_in_the_log_in_its_order(
    registry: Registry, method: StartMethod, scenario: str
) -> None:
    iterations, children = (2, 2 * families.FAMILY) if scenario == "family" else (MANY[method], MANY[method])
    check_a_whole_family(start(registry, scenario, method, iterations=iterations), children)


def test_a_child_that_is_killed_at_once_is_missed(registry: Registry, method: StartMethod) -> None:
    run = ended(start(registry, "killed_at_once", method))
    view = run.view()
    assert view["status"] == "failed"
    assert view["reason"] is not None
    assert view["reason"].startswith("P1 ")
    assert "was killed" in view["reason"]
    check_family(view, steps_in(run))
    check_all_gone(view)


@pytest.mark.parametrize("victim", one_in(2, ["main", "P1"]))
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


@FULL
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


@FULL
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
