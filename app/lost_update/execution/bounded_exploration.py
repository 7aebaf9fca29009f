"""The explorer with a deadline. It imports little: only where something is explored does it bring numpy.

now ─────────── counting, witnesses ───────────┬── only where that was not enough: random schedules ── deadline
        └ once, where it takes longer than a moment: what is known at least, and a random schedule, are told
"""

import random
from collections.abc import Callable, Sequence
from math import inf
from time import monotonic, process_time
from typing import Final

from lost_update.execution.computation_process import SHORT_SECONDS
from lost_update.explorer.answer import Budget, Exploration, Limits
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.model.process_names import process_names

SAMPLING_SHARE: Final = 0.2
"""The part of the time that is kept for random schedules, in case not every interleaving can be counted."""

TELLS_AFTER_SECONDS: Final = SHORT_SECONDS / 4
"""CPU time after which it tells what it knows. The rest of that moment is enough for a schedule of 10,000 steps."""

SEED: Final = 2004

EXPLORER: Final = "lost_update.explorer.explore"
"""What the process that explores imports before it is asked."""


def explore_until(
    deadline: float,
    programs: Sequence[Program],
    initial: int,
    limits: Limits,
    progress: Callable[[int], None] = lambda _states: None,
    *,
    tell: Callable[[Exploration], None] | None = None,
) -> Exploration:
    """Every interleaving, or what could be found before `deadline`, a time of `monotonic()`, which all processes share.

    `progress` gets the number of visited states. `tell` gets, once and only where it takes longer than a moment, an
    answer for the case that this process gets no more of the machine's time.
    """
    from lost_update.explorer.explore import at_least, explore

    names = process_names(len(programs))
    counting_ends = deadline - SAMPLING_SHARE * (deadline - monotonic())
    tells_at = process_time() + TELLS_AFTER_SECONDS if tell else inf

    def may_count(states: int) -> bool:
        nonlocal tells_at
        progress(states)
        if tell and process_time() >= tells_at:
            tells_at = inf
            tell(at_least(Machine(programs, initial), names, states, limits, random.Random(SEED).randrange))
        return monotonic() < counting_ends

    budget = Budget(limits, may_count, lambda: monotonic() < deadline)
    return explore(programs, names, initial, budget, random.Random(SEED).randrange)
