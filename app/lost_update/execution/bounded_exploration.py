"""The explorer with a deadline. It imports little, because each exploration starts a process for it.

now ─────────── counting, witnesses ───────────┬── only where that was not enough: random schedules ── deadline
"""

import random
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from lost_update.explorer.explore import Budget, Exploration, explore
from lost_update.explorer.program import Program

SAMPLING_SHARE: Final = 0.2
"""The part of the time that is kept for random schedules, in case not every interleaving can be counted."""

SEED: Final = 2004


def explore_until(
    deadline: float,
    programs: Sequence[Program],
    initial: int,
    max_states: int,
    longest_schedule: int,
    *,
    progress: Callable[[int], None] = lambda _states: None,
) -> Exploration:
    """Every interleaving, or what could be found before `deadline`, a time of `monotonic()`, which all processes share.

    `progress` gets the number of visited states.
    """
    counting_ends = deadline - SAMPLING_SHARE * (deadline - monotonic())

    def may_count(states: int) -> bool:
        progress(states)
        return monotonic() < counting_ends

    budget = Budget(max_states, may_count, lambda: monotonic() < deadline, longest=longest_schedule)
    names = [f"P{number}" for number in range(1, len(programs) + 1)]
    return explore(programs, names, initial, budget, random.Random(SEED).randrange)
