"""A reminder for whoever has said nothing for some time: somebody who only listens must know that the connection lives.

There is one timer, which is set anew when it is due and not whenever something is said. So to speak costs next to
nothing: of two hundred phones each is told whatever changes in its room.
"""

import asyncio
from collections.abc import Callable


class Beat:
    """Calls `remind` where nothing was said for so many seconds. Used within the event loop, from `with` to its end."""

    def __init__(self, seconds: float, remind: Callable[[], None]) -> None:
        self._seconds = seconds
        self._remind = remind
        self._loop = asyncio.get_running_loop()
        self._said_at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> "Beat":
        self._set(self._seconds)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def said(self) -> None:
        """Something was said now."""
        self._said_at = self._loop.time()

    def _look(self) -> None:
        silent_for = self._loop.time() - self._said_at
        if silent_for < self._seconds:
            self._set(self._seconds - silent_for)
        else:
            self._remind()
            self._set(self._seconds)

    def _set(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)
