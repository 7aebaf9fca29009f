"""Judges where somebody placed a lock: it holds in every interleaving, or here is a schedule that breaks it.

a placement ─▶ the program, recorded from a real process alone ─┬─▶ it fails, even alone
                                                                └─▶ every interleaving ─▶ all right | the breaking
                                                                    one with the fewest context switches
"""

import random
from collections.abc import Sequence
from time import monotonic
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from lost_update.execution.exploring import SEED
from lost_update.execution.solo import programs_of
from lost_update.execution.supervisor import Context
from lost_update.explorer.explore import Answer, Budget, explore
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Fails, Program
from lost_update.scenarios.lock_placement import SCENARIO, Slot, lines_between
from lost_update.settings import Settings
from lost_update.sources.request import Refusal, RunRequest, check

Ends = Literal["right", "wrong", "deadlock", "failure"]


class FixRequest(BaseModel):
    """Where the lock is acquired and released: None is nowhere. So few steps can always be explored to the end."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    processes: int = Field(2, ge=2, le=3)
    iterations: int = Field(2, ge=1, le=3)
    acquire: Slot | None = None
    release: Slot | None = None


class Verdict(TypedDict):
    """Whether every interleaving `ends` right; or how the schedule that breaks it ends, and what is in the cell then.

    `final` is None for a deadlock, and `interleavings` where a process fails even alone: then none were counted. `held`
    is how many lines of the worker stand between acquire and release.
    """

    passes: bool
    ends: Ends
    why: str
    schedule: list[str] | None
    final: int | None
    expected: int
    interleavings: str | None
    held: int


def verdict(context: Context, settings: Settings, wanted: FixRequest) -> Verdict:
    """What comes of that placement. Raises `Refusal`."""
    request = RunRequest(scenario=SCENARIO.name, seed=SEED, **wanted.model_dump())
    check(request, settings)
    names = [f"P{number}" for number in range(1, wanted.processes + 1)]
    expected = wanted.processes * wanted.iterations
    held = lines_between(wanted.acquire, wanted.release)
    try:
        programs, initial = programs_of(context, request)
    except Fails as failing:
        return _failing(failing.program, names, expected, held)
    deadline = monotonic() + settings.explore_seconds
    budget = Budget(settings.explore_states, lambda _states: monotonic() < deadline)
    answer = explore(programs, names, initial, budget, random.Random(SEED).randrange)
    if not answer["exhausted"]:
        raise Refusal("not_explored", "There was no time to try every interleaving.", "Try again, or with less.")
    return _judged(answer, expected, held)


def _judged(answer: Answer, expected: int, held: int) -> Verdict:
    """The breaking outcome with the fewest context switches, where there is one."""
    breaking: list[tuple[int, list[str], int | None]] = [
        (one["switches"], one["schedule"], one["final"]) for one in answer["outcomes"] if one["final"] != expected
    ]
    breaking += [(one["switches"], one["schedule"], None) for one in answer["deadlocks"]]
    found = Verdict(
        passes=not breaking,
        ends="right",
        why=f"In every interleaving it ends at {expected}, and nobody waits for ever.",
        schedule=None,
        final=expected,
        expected=expected,
        interleavings=answer["interleavings"],
        held=held,
    )
    if not breaking:
        return found
    switches, schedule, final = min(breaking, key=lambda one: (one[0], len(one[1])))
    found.update({"passes": False, "schedule": schedule, "final": final})
    begins = {0: "Without any context switch", 1: "After one context switch"}.get(
        switches, f"After {switches} context switches"
    )
    if final is None:
        found.update(
            {"ends": "deadlock", "why": f"{begins} everybody who has not finished waits for the lock for ever."}
        )
    else:
        found.update({"ends": "wrong", "why": f"{begins} it ends at {final} instead of {expected}."})
    return found


def _failing(program: Program, names: Sequence[str], expected: int, held: int) -> Verdict:
    """All do the same, one after the other: up to the step in which each fails, and into it.

    Only a release of a lock that nobody holds fails, so the next process finds the lock free.
    """
    machine = Machine([program] * len(names))
    state = machine.start
    for process in range(len(names)):
        for _ in program:
            state = machine.step(state, process)
    return Verdict(
        passes=False,
        ends="failure",
        why="A process fails even when it runs alone: it releases a lock that nobody holds, which is a ValueError.",
        schedule=[name for name in names for _ in range(len(program) + 1)],
        final=state[0],
        expected=expected,
        interleavings=None,
        held=held,
    )
