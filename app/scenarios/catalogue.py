"""Everything that can be run, as data: the page, the command line and the interface all read this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.scenarios import value
from app.steps import Op
from app.tracing.context import SharedObjects

GuardKind = Literal["none", "right", "faulty"]


@dataclass(frozen=True)
class Guard:
    """How code protects the cell, and whether that works."""

    name: str
    title: str
    about: str
    kind: GuardKind


@dataclass(frozen=True)
class Round:
    """One round of a worker's loop under one guard: what it does, and how much of it while it holds the lock.

    `free` steps can overlap with other processes', `held` ones cannot. `wait` is left out: it depends on luck.
    """

    work: Callable[..., None]
    free: tuple[Op, ...]
    held: tuple[Op, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps one round takes."""
        return len(self.free) + len(self.held)


@dataclass(frozen=True)
class Scenario:
    """A small program to run.

    `share(mp, guard, processes)` makes what is shared and returns, for each process, its arguments by name.
    Every round of every process adds `per_round` to every cell.
    """

    name: str
    title: str
    about: str
    rounds: Mapping[str, Round]
    share: Callable[[SharedObjects, str, int], list[dict[str, Any]]]
    per_round: int


@dataclass(frozen=True)
class PaceChoice:
    """A pace that a run may ask for; `badge` is what its runs wear, `about` what it means in a sentence."""

    name: str
    title: str
    badge: str
    about: str


GUARDS: Final = {
    guard.name: guard
    for guard in (
        Guard("none", "no lock", "Nothing protects the counter.", "none"),
        Guard("lock", "acquire and release", "The lock is acquired before the increment, released after.", "right"),
        Guard("with", "with lock", "The increment stands in a `with lock:` block.", "right"),
        Guard("get_lock", "with get_lock()", "The Value's own lock is held around the whole increment.", "right"),
        Guard("separate_locks", "a lock each", "Each process made its own lock, so nobody ever waits.", "faulty"),
        Guard("write_only", "only the write locked", "The lock is taken after the value was read.", "faulty"),
    )
}

PACES: Final = {
    pace.name: pace
    for pace in (
        PaceChoice("slow", "slow", "slow · we pause", "We pause at random before each step, so that you can watch."),
        PaceChoice(
            "tutorial",
            "tutorial",
            "tutorial · the code pauses",
            "The code itself sleeps 10 ms before each increment.",
        ),
        PaceChoice("free", "free", "free · nobody pauses", "As fast as it goes: nobody pauses."),
    )
}

_INCREMENT: Final = (Op.READ, Op.MODIFY, Op.WRITE)
_HELD: Final = (*_INCREMENT, Op.RELEASE)

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name="value",
            title="Shared counter",
            about="Every process adds 1 to the same Value, again and again.",
            rounds={
                "none": Round(value.without_a_lock, free=_INCREMENT),
                "lock": Round(value.with_acquire_and_release, free=(Op.ACQUIRE,), held=_HELD),
                "with": Round(value.with_the_lock, free=(Op.ACQUIRE,), held=_HELD),
                "get_lock": Round(value.with_get_lock, free=(Op.ACQUIRE,), held=_HELD),
                "separate_locks": Round(value.with_a_lock_of_its_own, free=(Op.ACQUIRE, *_HELD)),
                "write_only": Round(
                    value.with_only_the_write_locked,
                    free=(Op.READ, Op.ACQUIRE),
                    held=(Op.MODIFY, Op.WRITE, Op.RELEASE),
                ),
            },
            share=value.share,
            per_round=1,
        ),
    )
}
