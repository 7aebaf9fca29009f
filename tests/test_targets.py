"""What targets are is declared where they are made, and decides; how they are called does not."""

import sys
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

import pytest

from lost_update.model.targets import Target
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.scenarios.scenario import Scenario
from lost_update.settings import MAX_PROCESSES
from lost_update.sources.naming import Shared, name_shared
from lost_update.tracing.context import TracedObjects
from tests.recordings import RECORDINGS, load
from tests.serving import RunningServer, serving_by, until
from tests.streaming import events

CONTEXT = get_context("forkserver")

MISLEADING = [
    {"name": "P1", "kind": "cell"},
    {"name": "P1.get_lock()", "kind": "lock", "guards": "P1", "is_reentrant": True},
    {"name": "queue", "kind": "lock"},
    {"name": "lock", "kind": "queue"},
]


def shared_by(scenario: Scenario, variant: str, processes: int) -> Shared:
    arguments = scenario.share(TracedObjects(CONTEXT), variant, processes)
    return name_shared([f"P{number + 1}" for number in range(len(arguments))], arguments)


def test_what_each_has_for_itself_says_whose_it_is() -> None:
    declared = shared_by(SCENARIOS["value"], "separate_locks", 2).names.declared
    assert declared[2:] == [Target("locks[0]", "lock", owner="P1"), Target("locks[1]", "lock", owner="P2")]


def test_the_lock_inside_says_what_it_guards() -> None:
    declared = shared_by(SCENARIOS["array"], "get_lock", 2).names.declared
    assert [(target.kind, target.guards) for target in declared] == [*[("cell", None)] * 3, ("lock", "numbers")]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_the_catalogue_knows_beforehand_which_locks_there_will_be(scenario: Scenario) -> None:
    for variant in scenario.variants.values():
        locks = [
            target
            for target in shared_by(scenario, variant.name, scenario.processes.at_most(MAX_PROCESSES)).names.declared
            if target.kind == "lock" and target.guards is None
        ]
        assert variant.own_locks == any(lock.owner for lock in locks)
        if not variant.own_locks and len(locks) > 1:
            assert variant.locks == tuple(lock.name for lock in locks)


@pytest.mark.parametrize("name", [name for name in RECORDINGS if load(name)[1]])
def test_every_step_is_about_a_target_that_was_declared(name: str) -> None:
    view, steps = load(name)
    kinds = {target["name"]: target["kind"] for target in view["targets"]}
    assert {step["target"] for step in steps if "target" in step} <= set(kinds)
    for cell in view["summary"]["cells"]:
        assert kinds[cell["name"]] == "cell"


@pytest.fixture(scope="module")
def misleading() -> Iterator[RunningServer]:
    """A server that offers the scenario whose names mislead."""
    with serving_by([sys.executable, "-m", "tests.misnamed_server"]) as running:
        yield running


@pytest.mark.processes
def test_misleading_names_mislead_nobody(misleading: RunningServer) -> None:
    view = misleading.run(scenario="misnamed", guard="with", iterations=5)
    assert (view["status"], view["targets"]) == ("finished", MISLEADING)
    [cell] = view["summary"]["cells"]
    assert (cell["name"], cell["final"], cell["lost"]) == ("P1", 10, 0)
    about = {step["op"]: step["target"] for step in misleading.steps(view["id"]) if "target" in step}
    assert (about["acquire"], about["put"], about["write"]) == ("queue", "lock", "P1")


@pytest.mark.processes
def test_a_deadlock_with_misleading_names_is_found_and_explained(misleading: RunningServer) -> None:
    view = misleading.run(scenario="misnamed", guard="forgotten_release", iterations=1)
    assert view["reason"] == (
        "Deadlock: P1 waits for the lock, which it holds itself; "
        "P2 waits for the queue, which is empty, and nobody is left to put anything into it."
    )
    assert [(one["waits_for"], one["held_by"]) for one in view["deadlock"]] == [("queue", "P1"), ("lock", None)]


@pytest.mark.processes
def test_the_reason_why_a_process_cannot_run_depends_on_kinds_and_not_on_names(misleading: RunningServer) -> None:
    run_id = misleading.start(scenario="misnamed", guard="with", iterations=1, pace="step")
    until(lambda: misleading.view(run_id), lambda view: "P1" in view["runnable"] and "P2" in view["runnable"])
    misleading.ask("POST", f"/api/runs/{run_id}/grants", json={"process": "P1"})
    view = until(lambda: misleading.view(run_id), lambda view: "P1" in view["runnable"])
    [would] = [each for each in view["next"] if each["process"] == "P2"]
    assert would["obstacle"] == "P2 waits for the lock, which P1 holds."
    misleading.stop(run_id)


@pytest.mark.processes
@pytest.mark.parametrize("is_over", [False, True])
def test_targets_are_declared_in_the_stream_before_the_first_step(misleading: RunningServer, is_over: bool) -> None:
    request: dict[str, Any] = {"scenario": "misnamed", "guard": "with", "iterations": 2, "pace": "slow", "step_ms": 5}
    run_id = misleading.run(**request)["id"] if is_over else misleading.start(**request)
    seen = list(events(misleading, run_id))
    first = next(place for place, event in enumerate(seen) if event.name == "steps")
    assert [event.data["targets"] for event in seen[:first] if event.name == "run"][-1] == MISLEADING
