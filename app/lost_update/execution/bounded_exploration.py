"""The explorer with a deadline. It imports little: only where something is explored does it bring numpy.

now ─────────── counting, witnesses ───────────┬── only where that was not enough: random schedules ── deadline
"""

import random
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from lost_update.explorer.answer import Budget, Exploration, Limits
from lost_update.explorer.program import Program
from lost_update.model.process_names import process_names

SAMPLING_SHARE: Final = 0.2
"""The part of the time that is kept for random schedules, in case not every interleaving can be counted."""

SEED: Final = 2004

EXPLORER: Final = "lost_update.explorer.explore"
"""What the process that explores imports before it is asked."""


def explore_until(
    deadline: float,
    programs: Sequence[Program],
    initial: int,
    limits: Limits,
    progress: Callable[[int], None] = lambda _states: None,
) -> Exploration:
    """Every interleaving, or what could be found before `deadline`, a time of `monotonic()`, which all processes share.

    `progress` gets the number of visited states.
    """
    from lost_update.explorer.explore import explore

    counting_ends = deadline - SAMPLING_SHARE * (deadline - monotonic())

    def may_count(states: int) -> bool:
        progress(states)
        return monotonic() < counting_ends

    budget = Budget(limits, may_count, lambda: monotonic() < deadline)
    return explore(programs, process_names(len(programs)), initial, budget, random.Random(SEED).randrange)
