"""Judges a lock placement: it is right in every interleaving, or here is a schedule that breaks it.

a placement ─▶ the program, recorded from a real process alone ─┬─▶ it fails, even alone
                                                                └─▶ every interleaving ─▶ all right | the breaking
                                                                    one with the fewest context switches
"""

from typing import Literal

from pydantic import Field
from typing_extensions import TypedDict

from lost_update.execution.bounded_exploration import SEED
from lost_update.explorer.answer import Exploration
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.model.process_names import process_names
from lost_update.scenarios.lock_placement import SCENARIO, InsertionPoint, lines_between
from lost_update.settings import MAX_PUZZLE_ITERATIONS, MAX_PUZZLE_PROCESSES
from lost_update.sources.request import FromJSON, Refusal, RunRequest

Ends = Literal["right", "wrong", "deadlock", "failure"]


class FixRequest(FromJSON):
    """Where the lock is acquired and released; None is nowhere. So few steps can always be explored completely."""

    processes: int = Field(2, ge=2, le=MAX_PUZZLE_PROCESSES)
    iterations: int = Field(2, ge=1, le=MAX_PUZZLE_ITERATIONS)
    acquire: InsertionPoint | None = None
    release: InsertionPoint | None = None


class Judgement(TypedDict):
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


def run_to_judge(wanted: FixRequest) -> RunRequest:
    """The run with this lock placement."""
    return RunRequest(scenario=SCENARIO.name, seed=SEED, **wanted.model_dump())


def judged(answer: Exploration, wanted: FixRequest) -> Judgement:
    """The judgement of a placement, from the explorer's `answer`. Raises `Refusal` if that is not complete.

    The breaking outcome with the fewest context switches, where there is one.
    """
    if not answer["exhausted"]:
        raise Refusal("not_explored", "There was no time to try every interleaving.", "Try again, or with less.")
    expected = _expected(wanted)
    breaking: list[tuple[int, list[str] | None, int | None]] = [
        (one["switches"], one["schedule"], one["final"]) for one in answer["outcomes"] if one["final"] != expected
    ]
    breaking += [(one["switches"], one["schedule"], None) for one in answer["deadlocks"]]
    found = Judgement(
        passes=not breaking,
        ends="right",
        why=f"In every interleaving it ends at {expected}, and nobody waits for ever.",
        schedule=None,
        final=expected,
        expected=expected,
        interleavings=answer["interleavings"],
        held=_held(wanted),
    )
    if not breaking:
        return found
    switches, schedule, final = min(breaking, key=lambda one: (one[0], len(one[1] or ())))
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


def failing(program: Program, wanted: FixRequest) -> Judgement:
    """The judgement of a placement with which each process fails, even alone, in the step after those of `program`.

    They run one after the other, each up to that step and into it. Only the release of a lock that is not held fails,
    so the next process finds the lock free.
    """
    names = process_names(wanted.processes)
    machine = Machine([program] * len(names))
    state = machine.start
    for process in range(len(names)):
        for _ in program:
            state = machine.step(state, process)
    return Judgement(
        passes=False,
        ends="failure",
        why="A process fails even when it runs alone: it releases a lock that nobody holds, which is a ValueError.",
        schedule=[name for name in names for _ in range(len(program) + 1)],
        final=state[0],
        expected=_expected(wanted),
        interleavings=None,
        held=_held(wanted),
    )


def _expected(wanted: FixRequest) -> int:
    return wanted.processes * wanted.iterations


def _held(wanted: FixRequest) -> int:
    return lines_between(wanted.acquire, wanted.release)
