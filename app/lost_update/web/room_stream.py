"""Rooms in a stream of events: what has changed, for everybody in a room and for each phone alone.

    Board ── changed ──▶ RoomViewers: gathers what comes within some ms, encodes the room once for all
                           └──▶ cursor of each viewer ── `room`, and `seat` where it is a phone ──▶ its stream

Two hundred phones that come at once would otherwise be told of each other forty thousand times.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from lost_update.sharing.fields import Fields
from lost_update.sharing.replicas import Away
from lost_update.sharing.room import OwnView, RoomView, ended, own_view, room_view
from lost_update.sharing.rooms import Rooms
from lost_update.web.listeners import Listeners

GATHER_SECONDS: Final = 0.04
"""What changes within this time is told at once. The first change after a rest is told without delay."""

NAME: Final = r"^[A-Za-z0-9]{4}(\.[0-9]{1,6}\.[A-Za-z0-9_-]{1,64})?$"
"""What is watched: a room, or a room by a phone with its seat."""


@dataclass(frozen=True)
class RoomName:
    """What is watched, as it was asked for."""

    text: str

    def __post_init__(self) -> None:
        """It has the form of one."""
        assert re.match(NAME, self.text)

    @property
    def code(self) -> str:
        """The code of the room."""
        return self.text.partition(".")[0].upper()

    @property
    def token(self) -> str:
        """The seat of the phone; empty for somebody who only looks."""
        return self.text.partition(".")[2]


class RoomViewers:
    """The viewers of one room: what they are told is made once. Used by the event loop's thread alone."""

    def __init__(self, code: str, rooms: Rooms) -> None:
        self.code = code
        self.listeners = Listeners()
        self.revision = 0
        self.has_ended = False
        self.is_cut = False
        self.fields: Fields = {}
        self.data = b""
        self._view: RoomView | None = None
        self._rooms = rooms
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._is_stale = False

    def open(self) -> None:
        """Listen to the room, from now on."""
        self._rooms.board.listen(self.code, self._changed)

    def close(self) -> None:
        """Nobody looks any more."""
        self._rooms.board.unlisten(self.code, self._changed)
        if self._task is not None:
            self._task.cancel()

    def end(self) -> None:
        """Tell no more: the server shuts down."""
        self.has_ended = True
        self.listeners.tell()

    async def refresh(self) -> None:
        """Look at the room as it is now. One that is gone has ended."""
        fields = await self._rooms.board.read(self.code)
        if fields is None:
            self._view = ended(self._view) if self._view else None
            self.has_ended = True
        else:
            self.fields = fields
            self._rooms.presence.look(self.code, fields)
            self._view = room_view(self.code, fields)
        if self._view is not None:
            self.data = orjson.dumps(self._view)
            self.revision += 1
        self.listeners.tell()

    def _changed(self) -> None:
        self._is_stale = True
        if self._task is None:
            self._task = self._loop.create_task(self._follow())

    async def _follow(self) -> None:
        """Refresh at once, then no more often than so many times a second, until nothing changes any more."""
        try:
            while self._is_stale and not self.has_ended:
                self._is_stale = False
                await self.refresh()
                await asyncio.sleep(0)  # now all are told
                await asyncio.sleep(max(GATHER_SECONDS, self.listeners.rest))
        except Away:
            self.is_cut = True  # who watches connects again
            self.listeners.tell()
        finally:
            self._task = None


class RoomCursor:
    """What one viewer has been told of one room."""

    def __init__(self, name: RoomName, viewers: RoomViewers, seat: int | None) -> None:
        self.name = name
        self.viewers = viewers
        self.has_ended = False
        self._seat = seat
        self._revision = -1
        self._own: OwnView | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the room cannot be read now."""
        return self.viewers.is_cut

    def forget(self) -> None:
        """Tell it once more, though nothing has changed."""
        self._revision = -1

    def next(self) -> Iterator[tuple[str, bytes]]:
        """What is to be told now: names of events, and their data."""
        viewers = self.viewers
        if self.has_ended:
            return
        if self._revision != viewers.revision:
            self._revision = viewers.revision
            yield "room", viewers.data
            yield from self._next_own()
        self.has_ended = viewers.has_ended

    def _next_own(self) -> Iterator[tuple[str, bytes]]:
        if self._seat is None or self.viewers.has_ended:
            return
        own = own_view(self.viewers.fields, self._seat)
        if own != self._own:
            self._own = own
            yield "seat", orjson.dumps(own)
