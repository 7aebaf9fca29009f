"""What a scenario is, as data: its variants, who does what in each, and how much of it.

The limits of a run are computed from these, so that what cannot end within them is refused before anything starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from lost_update.model.ops import Op
from lost_update.tracing.context import SharedObjects
from lost_update.tracing.source_text import Work, function_of

VariantKind = Literal["none", "right", "faulty", "plain"]
Stage = Literal["cells", "lifelines", "pipe", "pool"]
VariantField = Literal["guard", "start_method", "call"]
Lineup = Literal["pair", "all", "one"]

INCREMENT: Final = (Op.READ, Op.MODIFY, Op.WRITE)
HELD: Final = (*INCREMENT, Op.RELEASE)

LIFECYCLE_STEPS: Final = 2
"""Each process starts and exits."""

LAUNCH_STEPS: Final = 3
"""A process that is launched is launched, waited for and joined."""

OWN_LOOKS: Final = 8
"""So many processes have a colour and a shape of their own. A scenario for more than these says so."""


@dataclass(frozen=True)
class Role:
    """What a process does: a function, and the steps of one round of it, those taken while it holds a lock apart.

    `wait` is left out: it depends on chance. A process makes `iterations` rounds; with `of` "run" all processes of the
    role make that many together, with "everybody" the process makes as many as all others do, and with "once" one.
    """

    work: Work
    free: tuple[Op, ...] = ()
    held: tuple[Op, ...] = ()
    of: Literal["process", "run", "everybody", "once"] = "process"

    @property
    def steps(self) -> int:
        """How many steps one round takes."""
        return len(self.free) + len(self.held)

    def rounds(self, members: int, processes: int, iterations: int) -> int:
        """How many rounds the `members` of the role make together, in a run of that many processes and iterations."""
        if self.of == "once":
            return members
        return iterations * {"process": members, "run": 1, "everybody": processes}[self.of]


@dataclass(frozen=True)
class Extra:
    """A process in addition to the requested ones. If it `launches`, it starts and joins all of them itself."""

    name: str
    role: Role
    launches: bool = False
    start_method: Literal["fork", "forkserver", "spawn"] = "forkserver"
    has_threads: bool = True

    @property
    def makes_a_pool(self) -> bool:
        """Whether it makes a pool and hands tasks to it."""
        return Op.SUBMIT in self.role.free


@dataclass(frozen=True)
class Variant:
    """One way to do it: under one guard, by one start method, with one call.

    The processes are shared out over the `roles`, evenly and in order. `shows` are more functions that belong to the
    code on the page. `may_fail`: an exception is part of the lesson. `may_block`: so is a deadlock.
    `locks` are the names of the locks that all processes share; `own_locks`: each process gets a lock of its own.
    """

    name: str
    title: str
    about: str
    kind: VariantKind
    roles: tuple[Role, ...]
    extra: Extra | None = None
    stage: Stage = "cells"
    shows: tuple[Callable[..., Any], ...] = ()
    may_fail: bool = False
    may_block: bool = False
    locks: tuple[str, ...] = ()
    own_locks: bool = False

    @property
    def functions(self) -> tuple[Callable[..., Any], ...]:
        """The code that the page shows, in order."""
        roles = [*self.roles, self.extra.role] if self.extra else self.roles
        works = [function_of(role.work) for role in roles]
        return tuple(dict.fromkeys([*self.shows, *works]))

    def role_of(self, process: int, processes: int) -> Role:
        """What process number `process`, from 0, does."""
        return self.roles[process * len(self.roles) // processes]

    def shares(self, processes: int) -> list[tuple[Role, int]]:
        """Each role, the extra one included, and how many processes have it."""
        members = [self.role_of(process, processes) for process in range(processes)]
        extra = [(self.extra.role, 1)] if self.extra else []
        return [(role, members.count(role)) for role in self.roles] + extra

    def steps(self, processes: int, iterations: int) -> int:
        """How many steps a run takes, not counting those that depend on chance."""
        rounds = sum(
            role.steps * role.rounds(members, processes, iterations) for role, members in self.shares(processes)
        )
        alive = processes + (1 if self.extra else 0)
        launched = processes if self.extra and self.extra.launches else 0
        return rounds + LIFECYCLE_STEPS * alive + LAUNCH_STEPS * launched

    def pauses(self, processes: int, iterations: int) -> int:
        """How many pauses of the pace slow follow on each other: one process's own, or those that a lock queues."""
        alone = max(
            role.steps * role.rounds(1, processes, iterations) for role, members in self.shares(processes) if members
        )
        queued = sum(
            len(role.held) * role.rounds(members, processes, iterations) for role, members in self.shares(processes)
        )
        return max(alone, queued)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How many processes or iterations a scenario takes. `most` None: as many as the limits allow."""

    least: int = 1
    usual: int
    most: int | None = None

    def at_most(self, limit: int) -> int:
        """The most that it takes under that limit."""
        return limit if self.most is None else min(self.most, limit)


@dataclass(frozen=True)
class Scenario:
    """A small program to run, in its variants.

    `share(mp, variant, processes)` makes what is shared and returns, for each process and last for an extra one, its
    arguments by name. `adds(processes, iterations)` says by how much each cell grows when nothing is lost, `cells` what
    each begins with.
    `lineup`: which runs stand side by side; a pair is the first variant and a chosen one. `page` is what the page
    offers to start: `pace`, `step_ms`, `iterations`. `pauses_queue`: the code's own pauses may follow on each other.
    `sentence` says what would run, and `beside` what stands beside it. In both {…} is a choice, and [one|many] follows
    the number before it. `asks`: whether the page asks what the counter will show.
    `place_lock` makes the variant whose lock is acquired and released at given insertion points; without it they cannot
    be chosen. `listed`: whether it is offered among the others, or has a page of its own.
    """

    name: str
    title: str
    about: str
    field: VariantField
    lineup: Lineup
    variants: dict[str, Variant]
    share: Callable[[SharedObjects, str, int], list[dict[str, Any]]]
    chosen: str
    iterations_label: str
    page: dict[str, Any]
    adds: Callable[[int, int], dict[str, int]] = lambda _processes, _iterations: {}
    cells: tuple[tuple[str, float], ...] = ()
    processes: Amount = Amount(usual=2, most=OWN_LOOKS)
    iterations: Amount = Amount(usual=100)
    takes_chunks: bool = False
    pauses_queue: bool = False
    place_lock: Callable[[Any, Any], Variant] | None = None
    listed: bool = True
    sentence: str = "{processes} [process|processes], {iterations} [round|rounds] each, {pace}."
    beside: str = ""
    asks: bool = False
    panels: tuple[str, ...] = ("value", "timeline", "map", "lineage", "code", "anatomy", "distribution")

    @property
    def default(self) -> str:
        """The variant of a request that names none."""
        return "none" if "none" in self.variants else self.chosen


def by_name(*variants: Variant) -> dict[str, Variant]:
    """Variants, in order, by their names."""
    return {variant.name: variant for variant in variants}
