"""The catalogue is complete and agrees with the code that it describes."""

import inspect
import multiprocessing
import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lost_update.scenarios.catalogue import PACES, SCENARIOS
from lost_update.scenarios.scenario import Scenario, Variant
from lost_update.settings import Settings
from lost_update.sources.code import code_of
from lost_update.sources.naming import name_shared
from lost_update.sources.request import RunRequest, check
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.scenario_process import parameters_of
from tests.serving import RunningServer

CONTEXT: Any = multiprocessing.get_context("forkserver")
CASES = [(scenario, variant) for scenario in SCENARIOS.values() for variant in scenario.variants.values()]
NAMES = [f"{scenario.name}-{variant.name}" for scenario, variant in CASES]


def test_everything_on_offer_is_described() -> None:
    for scenario, variant in CASES:
        assert scenario.about.endswith(".")
        assert variant.about.endswith(".")
        assert all((scenario.title, variant.title))
    assert all(pace.about.endswith(".") and pace.title for pace in PACES.values())


def test_all_scenarios_of_the_contract_are_there() -> None:
    assert set(SCENARIOS) >= {"value", "array", "tutorial", "processes", "queue-fifo", "queue-workers", "pool"}
    assert set(SCENARIOS["value"].variants) == {
        *("none", "lock", "with", "get_lock", "separate_locks", "write_only", "crossed_locks", "forgotten_release")
    }
    assert set(SCENARIOS["array"].variants) == {"none", "lock", "with", "get_lock"}
    assert set(SCENARIOS["tutorial"].variants) == {"none", "lock", "with"}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_what_is_usual_is_allowed(scenario: Scenario) -> None:
    check(RunRequest(scenario=scenario.name), Settings())
    for name in scenario.variants:
        request = {"scenario": scenario.name, scenario.field: name, **scenario.page}
        check(RunRequest.model_validate(request), Settings())


@pytest.mark.parametrize(("scenario", "variant"), CASES, ids=NAMES)
def test_each_process_is_handed_what_it_takes(scenario: Scenario, variant: Variant) -> None:
    processes = scenario.processes.usual
    handed = scenario.share(CONTEXT, variant.name, processes)
    works = [variant.role_of(process, processes).work for process in range(processes)]
    if variant.extra:
        works.append(variant.extra.role.work)
    assert len(handed) == len(works)
    own = {"iterations", "pause", "mp", "chunksize"}
    launched = processes if variant.extra and variant.extra.launches else 0
    for work, arguments in list(zip(works, handed, strict=True))[launched:]:
        assert set(arguments) <= set(parameters_of(work)) <= {*arguments, *own}


@pytest.mark.parametrize(("scenario", "variant"), CASES, ids=NAMES)
def test_the_code_shown_is_the_functions_themselves(scenario: Scenario, variant: Variant) -> None:
    code = code_of(variant.functions)
    for function in variant.functions:
        assert inspect.getsource(function) in code["text"]


@pytest.mark.parametrize(
    ("scenario", "variant"),
    [case for case in CASES if case[1].stage == "cells" and not (case[1].may_fail or case[1].may_block)],
    ids=lambda one: one.name,
)
def test_a_round_takes_the_steps_that_the_catalogue_says(
    server: RunningServer, scenario: Scenario, variant: Variant
) -> None:
    processes = scenario.processes.least
    view = server.run(scenario=scenario.name, guard=variant.name, processes=processes, iterations=3)
    made = Counter(step["op"] for step in server.steps(view["id"]) if step["op"] != "wait")
    said: Counter[str] = Counter()
    for process in range(processes):
        role = variant.role_of(process, processes)
        said.update(op.word for op in (*role.free, *role.held))
    assert made == {**{op: count * 3 for op, count in said.items()}, "start": processes, "exit": processes}
    assert sum(made.values()) == variant.steps(processes, 3)


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


def test_the_scenario_that_the_documentation_shows_is_a_complete_one() -> None:
    text = (Path(__file__).parent.parent / "docs" / "ARCHITECTURE.md").read_text()
    found = re.search(r"^   ```python\n(.*?)^   ```", text, re.DOTALL | re.MULTILINE)
    assert found
    module: dict[str, Any] = {}
    exec(textwrap.dedent(found[1]), module)
    for variant in module["SCENARIO"].variants.values():
        test_each_process_is_handed_what_it_takes(module["SCENARIO"], variant)
