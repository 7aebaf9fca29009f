"""The explorer with a clock: everything that can happen, worked out until a deadline. Light, for a process of its own.

now ─────────── counting, witnesses ───────────┬── only where that was not enough: random schedules ── deadline
"""

import random
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from lost_update.explorer.explore import Answer, Budget, explore
from lost_update.explorer.program import Program

SAMPLING_SHARE: Final = 0.2
"""Of the time that there is, for random schedules where not every interleaving can be counted."""

SEED: Final = 2004


def explore_until(
    deadline: float,
    programs: Sequence[Program],
    initial: int,
    max_states: int,
    progress: Callable[[int], None] = lambda _states: None,
) -> Answer:
    """Every interleaving, or what could be found out until `deadline`, by `monotonic()`, the clock of all processes.

    `progress` is told how many states are known.
    """
    counting_ends = deadline - SAMPLING_SHARE * (deadline - monotonic())

    def may_count(states: int) -> bool:
        progress(states)
        return monotonic() < counting_ends

    budget = Budget(max_states, may_count, lambda: monotonic() < deadline)
    names = [f"P{number}" for number in range(1, len(programs) + 1)]
    return explore(programs, names, initial, budget, random.Random(SEED).randrange)
