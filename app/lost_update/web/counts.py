"""What one application counts while it serves: numbers in memory, which `/metrics` turns into text when it is asked.

To count must cost next to nothing, and a server that nobody scrapes must not import a library for it. So this is plain
Python; `prometheus_client` only writes the text (`lost_update.web.metrics`). Used by the event loop's thread alone.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Final

ANSWER_BOUNDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds that an answer takes: most less than ten milliseconds, an exploration up to ten seconds."""

LAG_BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds that a step waits in the log for one viewer."""


class Histogram:
    """How many of what was measured are at most so large, for each of some bounds; and the sum of all."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """One more than bounds, each without those before it: the last is for what is larger than every bound."""
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Add one."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def copy(self) -> "Histogram":
        """As it is now."""
        copied = Histogram(self.bounds)
        copied.counts, copied.sum = [*self.counts], self.sum
        return copied


class Counts:
    """All that one application counts itself. What others know anyway is asked of them when it is wanted."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, str]] = Counter()
        """By the template of the address, the method and the status."""
        self.answers: defaultdict[tuple[str, str], Histogram] = defaultdict(partial(Histogram, ANSWER_BOUNDS))
        """How long each answer took that is no stream, by template and method."""
        self.refusals: Counter[tuple[str, str]] = Counter()
        """By code and status."""
        self.lag = Histogram(LAG_BOUNDS)
        """From steps in the log to these steps handed to a viewer's connection, one for each such delivery."""

    def refuse(self, code: str, status: int) -> None:
        """Somebody was told no."""
        self.refusals[code, str(status)] += 1
