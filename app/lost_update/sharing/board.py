"""Where the rooms of a service are kept: here in memory, or in Redis for several servers (`sharing.redis`).

change(code, act) ── act(fields) ─▶ changes ── all or nothing ──▶ kept ──▶ listeners of that room
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from lost_update.sharing.fields import Changes, Fields

Act = Callable[[Fields], Changes]
Listener = Callable[[], None]


class Board(Protocol):
    """Keeps rooms, and tells who listens when one has changed. Used by the event loop's thread alone.

    A room that nobody changes and nobody listens to is forgotten after some hours.
    """

    async def create(self, code: str, fields: Fields) -> bool:
        """Keep a new room; False where there is one of that code."""

    async def read(self, code: str) -> Fields | None:
        """A room as it is now."""

    async def change(self, code: str, act: Act) -> Fields | None:
        """Do this to a room, all or nothing, and return it; None where there is none of that code.

        What `act` raises is passed on, and nothing is changed. It may be called again, where somebody was faster.
        """

    async def remove(self, code: str) -> None:
        """Keep nothing of a room."""

    async def codes(self) -> list[str]:
        """The rooms that are kept."""

    def listen(self, code: str, listener: Listener) -> None:
        """Call this, in the event loop's thread, whenever that room has changed."""

    def unlisten(self, code: str, listener: Listener) -> None:
        """Undo `listen`."""


@dataclass
class _Kept:
    """A room, and when it was last of use to anybody."""

    fields: dict[str, str]
    used: float
    listeners: list[Listener] = field(default_factory=list)


class LocalBoard:
    """Keeps them in the memory of this server. A room that is of no use to anybody for so many seconds is forgotten."""

    def __init__(self, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._rooms: dict[str, _Kept] = {}

    async def create(self, code: str, fields: Fields) -> bool:
        """See `Board`."""
        if self._find(code):
            return False
        self._rooms[code] = _Kept(dict(fields), self._now())
        return True

    async def read(self, code: str) -> Fields | None:
        """See `Board`."""
        kept = self._find(code)
        return kept.fields if kept else None

    async def change(self, code: str, act: Act) -> Fields | None:
        """See `Board`."""
        kept = self._find(code)
        if kept is None:
            return None
        changes = act(kept.fields)
        for name, text in changes.items():
            if text is None:
                kept.fields.pop(name, None)
            else:
                kept.fields[name] = text
        kept.used = self._now()
        if changes:
            _tell(kept)
        return kept.fields

    async def remove(self, code: str) -> None:
        """See `Board`."""
        kept = self._rooms.pop(code, None)
        if kept:
            _tell(kept)

    async def codes(self) -> list[str]:
        """See `Board`."""
        return [code for code in list(self._rooms) if self._find(code)]

    def listen(self, code: str, listener: Listener) -> None:
        """See `Board`."""
        if kept := self._find(code):
            kept.listeners.append(listener)

    def unlisten(self, code: str, listener: Listener) -> None:
        """See `Board`."""
        kept = self._rooms.get(code)
        if kept and listener in kept.listeners:
            kept.listeners.remove(listener)
            kept.used = self._now()

    def _find(self, code: str) -> _Kept | None:
        kept = self._rooms.get(code)
        if kept and not kept.listeners and self._now() - kept.used > self._seconds:
            del self._rooms[code]
            return None
        return kept


def _tell(kept: _Kept) -> None:
    for listener in list(kept.listeners):
        listener()
