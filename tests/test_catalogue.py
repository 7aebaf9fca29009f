"""The catalogue is complete and agrees with the code that it describes."""

import inspect
import multiprocessing
from collections import Counter

import pytest

from app.runs.naming import name_shared
from app.runs.source import code_of
from app.scenarios.catalogue import GUARDS, PACES, SCENARIOS, Scenario
from app.tracing.context import TracedObjects
from tests.serving import RunningServer

CONTEXT = multiprocessing.get_context("forkserver")
CASES = [(scenario, guard) for scenario in SCENARIOS.values() for guard in scenario.rounds]


def test_every_guard_of_a_scenario_is_described() -> None:
    assert {guard for _, guard in CASES} <= set(GUARDS)
    assert all(guard.about.endswith(".") and guard.title for guard in GUARDS.values())
    assert all(pace.about.endswith(".") and pace.title for pace in PACES.values())


@pytest.mark.parametrize(("scenario", "guard"), CASES)
def test_what_is_shared_fits_the_worker(scenario: Scenario, guard: str) -> None:
    handed = scenario.share(CONTEXT, guard, 3)
    assert len(handed) == 3
    parameters = set(inspect.signature(scenario.rounds[guard].work).parameters)
    assert all(parameters == {*arguments, "iterations", "pause"} for arguments in handed)


@pytest.mark.parametrize(("scenario", "guard"), CASES)
def test_the_code_shown_is_the_function_itself(scenario: Scenario, guard: str) -> None:
    work = scenario.rounds[guard].work
    code = code_of(work)
    assert code["text"].startswith(f"def {code['name']}(")
    assert code["text"] == inspect.getsource(work)


@pytest.mark.parametrize(("scenario", "guard"), CASES)
def test_a_round_takes_the_steps_that_the_catalogue_says(server: RunningServer, scenario: Scenario, guard: str) -> None:
    view = server.run(scenario=scenario.name, guard=guard, processes=1, iterations=3)
    made = Counter(step["op"] for step in server.steps(view["id"]))
    said = Counter(op.word for op in (*scenario.rounds[guard].free, *scenario.rounds[guard].held))
    assert made == {**{op: count * 3 for op, count in said.items()}, "start": 1, "exit": 1}


def test_what_all_share_is_called_as_their_parameter() -> None:
    objects = TracedObjects(CONTEXT)
    number, lock = objects.Value("i", 0), objects.Lock()
    shared = name_shared(["P1", "P2"], [{"number": number, "lock": lock}] * 2)
    assert shared.names.targets == ["", "number", "number.get_lock()", "lock"]
    assert shared.cells == {"number": number}
    assert (number.target, number.get_lock().target, lock.target) == (1, 2, 3)


def test_what_each_has_for_itself_is_numbered() -> None:
    objects = TracedObjects(CONTEXT)
    shared = name_shared(["P1", "P2"], [{"lock": objects.Lock()}, {"lock": objects.Lock()}])
    assert shared.names.targets == ["", "locks[0]", "locks[1]"]
