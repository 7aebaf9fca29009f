"""The goals as data; each is reached by real processes, with exactly as many context switches as its par says."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lost_update.analysis.lineage import Lineage
from lost_update.execution.explorations import ExploreRequest, explore_here
from lost_update.execution.registry import Registry
from lost_update.goals.content import FILE, BadGoals, Goal, read
from lost_update.model.ops import Op
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest, check
from tests.serving import ended

GOALS = {goal.slug: goal for goal in read()}

WRITTEN = {
    # P1 reads v0. P2 writes v1 and reads it. P1's write of v2 erases v1, and its v3 stands on that; then P2 writes v4
    # on v1, which counts again, and v2 and v3 are lost for good.
    "back-to-life": "P1 P2 P2 P2 P2 P1 P1 P1 P1 P1 P2 P2",
}
"""Schedules for what the explorer does not look for."""

GOOD = """
[[goals]]
slug = "one"
title = "One"
text = "Do it."
hint = "Like this."
request = { processes = 2, iterations = 1, guard = "none" }
reach = { final = 1 }
par = 2
"""


def switches_of(schedule: Sequence[str]) -> int:
    return sum(one != other for one, other in pairwise(schedule))


def explored(goal: Goal) -> tuple[int, list[str]]:
    """The fewest switches that lead there, and a schedule with so many."""
    request = goal.request
    answer = explore_here(Settings(), ExploreRequest(**request.model_dump()))
    assert answer["exhausted"]
    ways: list[Any] = []
    if goal.reach.deadlock:
        ways = list(answer["deadlocks"])
    else:
        expected = request.processes * request.iterations
        for outcome in answer["outcomes"]:
            is_final = goal.reach.final in (None, outcome["final"])
            if is_final and expected - outcome["final"] >= (goal.reach.lost or 0):
                ways.append(outcome)
    best = min(ways, key=lambda way: way["switches"])
    return best["switches"], best["schedule"]


def revived_at_the_end(bases: Sequence[int]) -> set[int]:
    """Versions that count at the end although they were lost for a while; `bases` are those of versions 1, 2, ….

    Written as it is described, and so slowly: whatever is not on the chain from the newest version back is lost.
    """
    lineage = Lineage()
    lost_once: set[int] = set()
    chain: set[int] = set()
    for version, base in enumerate(bases, 1):
        lineage.write([base])
        chain = set()
        at = version
        while at > 0:
            chain.add(at)
            at = lineage.parent(at)
        lost_once |= set(range(1, version)) - chain
    return chain & lost_once


def every_interleaving(left: tuple[int, ...], so_far: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every order in which processes can take so many steps each."""
    if not any(left):
        yield so_far
    for process, steps in enumerate(left):
        if steps:
            rest = tuple(count - (place == process) for place, count in enumerate(left))
            yield from every_interleaving(rest, (*so_far, process))


def bases_of(schedule: Sequence[int]) -> list[int]:
    """What each write of a schedule of reads, modifies and writes was built on."""
    bases: list[int] = []
    read: dict[int, int] = {}
    taken = dict.fromkeys(schedule, 0)
    for process in schedule:
        if taken[process] % 3 == 0:
            read[process] = len(bases)
        elif taken[process] % 3 == 2:
            bases.append(read[process])
        taken[process] += 1
    return bases


@pytest.mark.parametrize("goal", GOALS.values(), ids=GOALS)
def test_every_request_is_allowed(goal: Goal) -> None:
    check(RunRequest(scenario="value", pace="step", seed=1, **goal.request.model_dump()), Settings())


@pytest.mark.parametrize("goal", GOALS.values(), ids=GOALS)
def test_a_schedule_with_as_many_switches_as_par_leads_there(goal: Goal, registry: Registry) -> None:
    if goal.slug in WRITTEN:
        schedule = WRITTEN[goal.slug].split()
        assert switches_of(schedule) == goal.par
    else:
        fewest, schedule = explored(goal)
        assert fewest == goal.par == switches_of(schedule)

    request = RunRequest(scenario="value", pace="step", schedule=schedule, **goal.request.model_dump())
    run = ended(registry.submit(request))
    view = run.view()
    reach = goal.reach
    [cell] = view["summary"]["cells"]
    assert view["summary"]["consistent"]
    if reach.deadlock:
        assert {blocked["process"] for blocked in view["deadlock"]} == {"P1", "P2"}
    else:
        assert view["status"] == "finished", view["reason"]
    assert reach.final in (None, cell["final"])
    assert (cell["lost"] or 0) >= (reach.lost or 0)
    rows = run.recording.log.rows(0, len(run.recording.log))
    bases = [int(base) for base in rows["base"][rows["op"] == Op.WRITE]]
    assert len(revived_at_the_end(bases)) >= (reach.revived or 0)


def test_nothing_comes_back_to_life_with_fewer_switches() -> None:
    """All 924 interleavings of two by two: those that bring something back take three switches or more."""
    found = [each for each in every_interleaving((6, 6)) if revived_at_the_end(bases_of(each))]
    assert min(switches_of([str(process) for process in each]) for each in found) == GOALS["back-to-life"].par


@pytest.mark.processes
@pytest.mark.parametrize(("processes", "iterations"), [(2, 3), (3, 2)])
def test_six_in_several_rounds_never_lose_all_but_one(processes: int, iterations: int) -> None:
    """Which is why that goal asks for six processes."""
    answer = explore_here(Settings(), ExploreRequest(processes=processes, iterations=iterations))
    assert min(outcome["final"] for outcome in answer["outcomes"]) == 2


def test_a_goal_reads_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "goals.toml"
    file.write_text(GOOD)
    [goal] = read(file)
    assert (goal.slug, goal.reach.final, goal.reach.deadlock, goal.par) == ("one", 1, False, 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("par = 2", ""),
        ("par = 2", "par = -1"),
        ("par = 2", "par = 2\nsolution = 'P1'"),
        ('title = "One"', 'title = " "'),
        ('slug = "one"', 'slug = "One!"'),
        ("processes = 2", 'processes = "2"'),
        ("final = 1", ""),
        ("final = 1", "lost = 0"),
        ("final = 1", "end = 1"),
        ("[[goals]]", "[[goal]]"),
        ("[[goals]]", "[[goals"),
        (GOOD, GOOD + GOOD),
    ],
)
def test_what_is_wrong_with_a_goal_is_said_with_its_file(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "goals.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(BadGoals, match=re.escape(str(file))):
        read(file)


def test_the_goals_lie_in_the_package() -> None:
    assert FILE.is_file()
