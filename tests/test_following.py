"""The test of tests: real processes follow every schedule that the explorer names, and end as it said.

The explorer knows a program only from one real process that ran alone. Whether its machine does what real processes do,
with a real Value and real locks, is shown here: over all outcomes and deadlocks of all small cases of all guards.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from lost_update.execution.explorations import ExploreRequest, explore_here
from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.ops import GATED
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from tests.brute_force import INCREMENT, enumerate_all, locked
from tests.serving import ended
from tests.variants import FULL

SMALL = [(2, 1), (2, 2), (3, 1), (2, 3)]
GUARDS = [name for name, variant in SCENARIOS["value"].variants.items() if variant.stage == "cells"]
AT_ONCE = 6


def follow(registry: Registry, asked: dict[str, Any], outcome: Any) -> tuple[Any, Run]:
    run = registry.submit(RunRequest(**asked, pace="step", schedule=outcome["schedule"]))
    return outcome, ended(run)


@pytest.mark.parametrize("guard", GUARDS)
def test_every_schedule_that_the_explorer_names_ends_as_it_said(registry: Registry, guard: str) -> None:
    followed: list[tuple[dict[str, Any], Any]] = []
    for processes, iterations in SMALL:
        asked: dict[str, Any] = {"processes": processes, "iterations": iterations, "guard": guard}
        answer = explore_here(Settings(), ExploreRequest(**asked))
        assert answer["exhausted"]
        followed += [(asked, outcome) for outcome in [*answer["outcomes"], *answer["deadlocks"]]]
    assert followed
    with ThreadPoolExecutor(AT_ONCE) as pool:
        came_true = list(pool.map(lambda one: follow(registry, *one), followed))
    for outcome, run in came_true:
        check(outcome, run)


def check(outcome: Any, run: Run) -> None:
    """It ended as it was said, by the very steps that were said."""
    schedule = outcome["schedule"]
    view = run.view()
    rows = run.recording.log.rows(0, len(run.recording.log))
    gated = [run.recording.names.processes[row["process"]] for row in rows if row["op"] in GATED]
    assert gated == schedule
    assert sum(one != other for one, other in pairwise(schedule)) == outcome["switches"]
    assert view["summary"]["consistent"]
    if "final" in outcome:
        assert view["status"] == "finished", (outcome, view["reason"])
        assert view["summary"]["cells"][0]["final"] == outcome["final"]
        assert view["summary"]["cells"][0]["expected"] == view["adds"]["number"]
    else:
        assert view["status"] == "failed"
        assert (view["reason"] or "").startswith("Deadlock: "), (outcome, view["reason"])


@pytest.mark.parametrize(
    ("guard", "code"),
    [
        ("none", INCREMENT),
        ("lock", locked(INCREMENT, "lock")),
        ("with", locked(INCREMENT, "lock")),
        ("get_lock", locked(INCREMENT, "lock")),
        ("forgotten_release", [("acquire", "lock"), *INCREMENT]),
        ("write_only", [("read",), ("acquire", "lock"), ("modify", 1), ("write",), ("release", "lock")]),
    ],
)
@pytest.mark.processes
@pytest.mark.parametrize(("processes", "iterations"), [(2, 1), (2, 2)])
def test_what_was_recorded_from_real_processes_counts_as_what_was_written_by_hand(
    guard: str, code: Any, processes: int, iterations: int
) -> None:
    by_hand = enumerate_all([[*code] * iterations] * processes)
    answer = explore_here(Settings(), ExploreRequest(processes=processes, iterations=iterations, guard=guard))
    told: dict[int | None, str] = {one["final"]: one["interleavings"] for one in answer["outcomes"]}
    told.update((None, one["interleavings"]) for one in answer["deadlocks"])
    assert told == {final: str(ways) for final, ways in by_hand.interleavings.items()}


@FULL
def test_what_theory_knows_beyond_the_budget_comes_true(registry: Registry) -> None:
    # Eight processes with four increments each: more states than any budget, and yet they can end at 2.
    asked: dict[str, Any] = {"processes": 8, "iterations": 4}
    answer = explore_here(Settings(explore_states=1_000), ExploreRequest(**asked))
    assert not answer["exhausted"]
    (known,) = answer["known"]
    _, run = follow(registry, asked, known)
    assert (run.recording.snapshot.status, run.view()["summary"]["cells"][0]["final"]) == ("finished", 2)
    assert known["final"] == 2
