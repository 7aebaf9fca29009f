"""Which phones are connected to this server, as it stands in their rooms.

    a stream opens  ── came ─────────────────▶ streams of each seat ── noted once for all who come together ──▶ Board
    a stream closes ── left ── after a moment ─▶                        (who opens another stream was never away)

Used by the event loop's thread alone.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Final

from lost_update.sharing.board import Board
from lost_update.sharing.fields import Changes, Fields
from lost_update.sharing.replicas import Away

AWAY_SECONDS: Final = 2.0
"""After which a phone without a stream is not here. A browser opens its stream anew whenever it has another run to
watch: when a game begins, a whole class would be seen to leave and to come back.
"""


ON_ITS_WAY_SECONDS: Final = 10.0
"""After which a phone is not here that has taken a seat and opened no stream."""


class Presence:
    """Of all rooms. `replica` is what this server is called among those that share the board."""

    def __init__(self, board: Board, replica: str) -> None:
        self._board = board
        self._name = f"here:{replica}"
        self._streams: dict[str, Counter[int]] = {}
        """Of each room, how many streams each of its phones has, or had a moment ago."""
        self._coming: dict[tuple[str, int], asyncio.TimerHandle] = {}
        """The phones that are counted though their streams are not open yet, and what gives them up."""
        self._noting: dict[str, asyncio.Task[None]] = {}

    @property
    def phones(self) -> int:
        """How many phones there are."""
        return sum(map(len, self._streams.values()))

    def came(self, code: str, seat: int) -> None:
        """A phone has opened a stream."""
        coming = self._coming.pop((code, seat), None)
        if coming is not None:
            coming.cancel()  # it is counted already
        else:
            self._count(code, seat)

    def left(self, code: str, seat: int) -> None:
        """A phone has closed a stream."""
        asyncio.get_running_loop().call_later(AWAY_SECONDS, self._forget, code, seat)

    def joined(self, code: str, seat: int) -> None:
        """A phone has a seat, and is about to open its stream."""
        if seat not in self.seats(code):
            self._count(code, seat)
            gives_up = asyncio.get_running_loop().call_later(ON_ITS_WAY_SECONDS, self._forget, code, seat)
            self._coming[code, seat] = gives_up

    def seats(self, code: str) -> set[int]:
        """The seats of the phones in that room."""
        return set(self._streams.get(code, ()))

    def look(self, code: str, fields: Fields) -> None:
        """See whether the room says who is here. It may not where what is shared could not be reached meanwhile."""
        if fields.get(self._name) != self._seats(code):
            self._note_soon(code)

    async def close(self) -> None:
        """Wait for what is being noted."""
        await asyncio.gather(*self._noting.values(), return_exceptions=True)

    def _count(self, code: str, seat: int) -> None:
        streams = self._streams.setdefault(code, Counter())
        streams[seat] += 1
        if streams[seat] == 1:
            self._note_soon(code)

    def _forget(self, code: str, seat: int) -> None:
        self._coming.pop((code, seat), None)
        streams = self._streams[code]
        streams[seat] -= 1
        if streams[seat]:
            return
        del streams[seat]
        if not streams:
            del self._streams[code]
        self._note_soon(code)

    def _seats(self, code: str) -> str | None:
        streams = self._streams.get(code)
        return ",".join(map(str, sorted(streams))) if streams else None

    def _note_soon(self, code: str) -> None:
        if code not in self._noting:
            self._noting[code] = asyncio.get_running_loop().create_task(self._note(code))

    async def _note(self, code: str) -> None:
        """Say in the room who is here. Where that cannot be done now, `look` finds it out."""
        seats: str | None = ""

        def note(fields: Fields) -> Changes:
            return {} if fields.get(self._name) == seats else {self._name: seats}

        try:
            with suppress(Away):
                while seats != self._seats(code):
                    seats = self._seats(code)
                    await self._board.change(code, note)
        finally:
            del self._noting[code]
