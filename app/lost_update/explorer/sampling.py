"""An estimate where there are too many states to count: schedules drawn at random, and where they led. Pure.

It is marked as an estimate wherever it is shown: rare outcomes may be missing from it.
"""

from collections import Counter
from collections.abc import Callable

from lost_update.explorer.machine import Machine

Choose = Callable[[int], int]
"""Given a number n, draws one of 0 … n − 1, all alike."""


def sample(
    machine: Machine, times: int, choose: Choose, may_continue: Callable[[], bool] = lambda: True
) -> Counter[int | None]:
    """How many schedules out of `times` led to each final value; None is a deadlock.

    At least one schedule is drawn. After that, drawing stops as soon as `may_continue` returns False.
    """
    finals: Counter[int | None] = Counter()
    for _ in range(times):
        state = machine.start
        while runnable := machine.runnable(state[1]):
            state = machine.step(state, runnable[choose(len(runnable))])
        finals[state[0] if machine.is_over(state[1]) else None] += 1
        if not may_continue():
            break
    return finals
