"""The rooms of a service: opened, joined, ended, within limits; and which phones are here.

    web/api/rooms ── open, act ──▶ Rooms ──▶ Board ──▶ streams (web/room_stream)
    streams ── arrived, left ────▶

Used by the event loop's thread alone. What can be done in a room is in `room`, `questions` and `games`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from lost_update.execution import journal
from lost_update.settings import Settings
from lost_update.sharing.board import Act, Board
from lost_update.sharing.fields import Changes, Fields, count_in, here
from lost_update.sharing.presence import Presence
from lost_update.sharing.refusals import NoSuchRoom, OnePersonAlone, TooMany
from lost_update.sharing.room import CODE, check_key, has_seat, is_code, opened, seat_of, take_seat

SECRET_BYTES: Final = 16

MOST_OF_ONE: Final = 8
"""Rooms that one visitor may have open. One address may have half of all, whatever visitors it says it is: nobody can
take them all, and the teachers of a school behind one address have enough.
"""

SEATS_A_PHONE: Final = 8
"""Seats that are kept. A browser that may keep nothing takes another one whenever its page is loaded again."""


@dataclass(frozen=True)
class Opened:
    """A new room. The key is told once, to whoever opened it."""

    code: str
    key: str
    fields: Fields


class Rooms:
    """All of them. `replica` is what this server is called among those that share the board."""

    def __init__(
        self, settings: Settings, board: Board, replica: str = "here", now: Callable[[], float] = monotonic
    ) -> None:
        self.settings = settings
        self.board = board
        self.presence = Presence(board, replica)
        self._now = now
        self._presses: dict[tuple[str, str], float] = {}
        """By when the presses of a phone will have been as slow as they may be at most."""

    async def open(self, owner: str, address: str) -> Opened:
        """Open a room for a visitor, who comes from that address. Raises `TooMany`, or `OnePersonAlone`."""
        if self.settings.access_key is not None:
            raise OnePersonAlone
        codes = await self.board.codes()
        if len(codes) >= self.settings.max_rooms:
            hint = f"Wait until one ends, or raise {self.settings.named('max_rooms')}."
            raise TooMany("too_many_rooms", f"{len(codes)} rooms are open already.", hint, 60)
        rooms = [fields for code in codes if (fields := await self.board.read(code))]
        own = sum(fields["owner"] == owner for fields in rooms)
        if own >= MOST_OF_ONE:
            hint = "End one of them: its page has a button for that."
            raise TooMany("too_many_rooms", f"You have {own} rooms open already.", hint, 60)
        of_address = sum(fields.get("address") == address for fields in rooms)
        if of_address >= max(MOST_OF_ONE, self.settings.max_rooms // 2):
            hint = f"End one of them, or raise {self.settings.named('max_rooms')}."
            raise TooMany("too_many_rooms", f"{of_address} rooms were opened from your address already.", hint, 60)
        key = _secret()
        fields = opened(key, owner, address)
        while not await self.board.create(code := _new_code(), fields):
            pass
        journal.tell("room opened", room=code)
        return Opened(code, key, fields)

    async def count(self) -> int:
        """How many are open."""
        return len(await self.board.codes())

    async def read(self, code: str) -> Fields:
        """A room as it is. Raises `NoSuchRoom`."""
        fields = await self.board.read(code.upper()) if is_code(code.upper()) else None
        if fields is None:
            raise NoSuchRoom(code)
        return fields

    async def change(self, code: str, act: Act) -> Fields:
        """Do this to a room. Raises `NoSuchRoom`, and what `act` raises."""
        fields = await self.board.change(code.upper(), act) if is_code(code.upper()) else None
        if fields is None:
            raise NoSuchRoom(code)
        return fields

    async def present(self, code: str, key: str, act: Act) -> Fields:
        """The same by the presenter. Raises `NotYourRoom`, too."""

        def by_the_presenter(fields: Fields) -> Changes:
            check_key(fields, key)
            return act(fields)

        return await self.change(code, by_the_presenter)

    async def end(self, code: str, key: str) -> Fields:
        """End a room; what it was is returned."""
        fields = await self.read(code)
        check_key(fields, key)
        await self.board.remove(code.upper())
        journal.tell("room ended", room=code.upper(), phones=len(here(fields)), seats=count_in(fields, "seats"))
        return fields

    async def join(self, code: str, token: str) -> tuple[str, Fields, bool]:
        """The seat of a phone, the room, and whether the seat is new: one that is known is given back.

        Whoever has just taken a seat is here, before its stream is open: a crowd comes all at once.
        """
        secret = _secret()
        taken = token

        def join(fields: Fields) -> Changes:
            nonlocal taken
            if has_seat(fields, token):
                taken = token
                return {}
            limit = self.settings.max_phones
            if len(here(fields) | self.presence.seats(code)) >= limit:
                hint = f"Share a phone with somebody, or raise {self.settings.named('max_phones')}."
                raise TooMany("room_is_full", f"{limit} phones are in this room already.", hint, 10)
            number, changes = take_seat(fields, secret, SEATS_A_PHONE * limit)
            taken = f"{number}.{secret}"
            return changes

        code = code.upper()
        fields = await self.change(code, join)
        self.presence.joined(code, seat_of(fields, taken))
        return taken, fields, taken != token

    def slow_down(self, code: str, token: str) -> None:
        """Note that whoever holds this seat sends something. Raises `TooMany` where they do so too often."""
        who = (code.upper(), token)
        a_press = 1 / self.settings.presses_per_second
        now = self._now()
        due = max(self._presses.get(who, 0.0), now)
        if due - now > 1:
            hint = "Press when your process can go on: each press is one step."
            raise TooMany("too_fast", "This phone presses too often.", hint, 1)
        if len(self._presses) > self.settings.max_rooms * self.settings.max_phones:
            self._presses = {each: until for each, until in self._presses.items() if until > now}
        self._presses[who] = due + a_press

    async def arrived(self, code: str, token: str) -> int:
        """A phone has opened a stream. Returns its seat. Raises `NoSeat` and `NoSuchRoom`."""
        seat = seat_of(await self.read(code), token)
        self.presence.came(code, seat)
        return seat

    def left(self, code: str, seat: int) -> None:
        """A phone has closed a stream."""
        self.presence.left(code, seat)

    async def close(self) -> None:
        """Wait for what is still to be noted."""
        await self.presence.close()


def _new_code() -> str:
    """A code for a room. Not a secret: it stands on a screen."""
    return "".join(map(secrets.choice, CODE))


def _secret() -> str:
    """A key, or the secret half of a seat."""
    return secrets.token_urlsafe(SECRET_BYTES)
