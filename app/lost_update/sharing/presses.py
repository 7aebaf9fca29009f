"""The presses of all games, while they wait for their steps.

    a phone's press ── it waits for none already ──▶ one of so many that the run is asked for at once ──▶ its step

The processes of a game move one at a time. Two hundred phones that press in the same moment are served one after the
other, and a phone that does not wait for its answer is told to: each has its turn, and nobody waits for long.
Used by the event loop's thread alone.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from lost_update.sharing.refusals import TooMany

AT_ONCE: Final = 32
"""Presses of one game for which its run is asked at the same time: fewer than a run takes (`MAX_WAITING_GRANTS`)."""


class Presses:
    """Those that have not been answered."""

    def __init__(self) -> None:
        self._waiting: set[tuple[str, int]] = set()
        """The run and the seat of each."""
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, run: str, seat: int) -> AsyncIterator[None]:
        """Wait for the turn of this seat in this run. Raises `TooMany` where it waits already."""
        if (run, seat) in self._waiting:
            hint = "Wait for the step: one press is one step."
            raise TooMany("too_fast", "The last press of this phone has not been answered yet.", hint, 1)
        turns = self._turns.setdefault(run, asyncio.Semaphore(AT_ONCE))
        self._waiting.add((run, seat))
        try:
            async with turns:
                yield
        finally:
            self._waiting.discard((run, seat))
