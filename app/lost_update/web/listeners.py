"""Those who wait for one thing, a run or a room, to change. All are told at once, and then there is a rest.

    changed ─▶ tell ─▶ each writes to its stream ── took 10 ms ─▶ rest 20 ms ─▶ tell what has changed meanwhile ─▶ …

To tell two hundred phones takes a while, in which nobody else is served. Where changes come faster than that, as when
all vote or press in the same moment, the loop would do nothing else, and votes would wait for their own count. So
telling takes a third of its time at most, on whatever machine, whatever else that does. A few listeners feel nothing.
"""

import asyncio
from typing import Final

RESTS: Final = 2.0
"""So many times as long as it took is the rest."""

LONGEST_REST_EACH: Final = 0.0005
"""Seconds for each listener that the rest is at most: what takes longer than a quarter of that is not the telling."""


class Listeners:
    """The listeners of one thing, each the event that wakes it. Used by the event loop's thread alone."""

    def __init__(self) -> None:
        self.changes: set[asyncio.Event] = set()
        self._loop = asyncio.get_running_loop()
        self._rests_until = 0.0

    def tell(self) -> None:
        """Wake all of them: they run before anything that is scheduled after this."""
        began = self._loop.time()
        for change in self.changes:
            change.set()
        self._loop.call_soon(self._told, began)

    @property
    def rest(self) -> float:
        """Seconds up to which they should be told of nothing more."""
        return max(0.0, self._rests_until - self._loop.time())

    def _told(self, began: float) -> None:
        now = self._loop.time()
        self._rests_until = now + min(RESTS * (now - began), LONGEST_REST_EACH * len(self.changes))
