"""How busy a process of clients was itself, so that it is known that the server was measured and not its clients.

Python collects no garbage there meanwhile. A class hears a hundred thousand events, and to look through them stops all
phones for a tenth of a second, now and then: the slowest moves of a presenter would be those.
"""

import asyncio
import gc
import math
import time
from types import TracebackType
from typing import Final

TICK_SECONDS: Final = 0.005


class Busyness:
    """Within `async with`, timers are set again and again. What they say of this event loop and its process."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []
        self._began = (time.perf_counter(), time.process_time())
        self._ticking: asyncio.Task[None] | None = None
        self.share = 0.0
        """The share of a core that the process took."""

    @property
    def late_ms(self) -> float:
        """By how much 95 of 100 timers were late at most: what a client takes for its own is about that."""
        return percentile(self._late_ms, 95)

    async def __aenter__(self) -> "Busyness":
        gc.disable()
        self._began = (time.perf_counter(), time.process_time())
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        gc.enable()
        assert self._ticking is not None
        self._ticking.cancel()
        wall, cpu = self._began
        self.share = (time.process_time() - cpu) / (time.perf_counter() - wall)

    async def _tick(self) -> None:
        while True:
            due = time.perf_counter() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self._late_ms.append((time.perf_counter() - due) * 1000)


def percentile(figures: list[float], share: int) -> float:
    """What so many of a hundred are not above; 0 where there is none."""
    ordered = sorted(figures)
    return ordered[math.ceil(share * len(ordered) / 100) - 1] if ordered else 0.0
