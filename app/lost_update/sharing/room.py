"""What can be done in a room, and what is to be seen of it. Pure: from what is kept of it to what changes.

    presenter (key) ── show, ask, turn, begin ──┐
    phone (seat)    ── take_seat, vote ─────────┼──▶ changes ──▶ Board ──▶ room_view, own_view ──▶ streams
    streams         ── arrived, left ───────────┘

A room holds no names and no words of those who join: rude input has nowhere to appear.
"""

import hashlib
from collections.abc import Iterable
from hmac import compare_digest
from typing import Final, Literal

import orjson
from typing_extensions import TypedDict

from lost_update.sharing import games, questions
from lost_update.sharing.fields import Changes, Fields, as_text, below, count_in, here
from lost_update.sharing.games import GameView
from lost_update.sharing.questions import QuestionView
from lost_update.sharing.refusals import NoSeat, NotYourRoom

LETTERS: Final = "ACDEFGHJKLMNPQRTUVWXY"
DIGITS: Final = "23456789"
CODE: Final = (LETTERS, DIGITS, LETTERS, DIGITS)
"""Of what a code is made: nothing that is taken for something else, on a screen or aloud, and no word."""


class Shown(TypedDict):
    """What the presenter shows: an address from the application's root on.

    Of a page with runs also these, and the moment, or the position of the lost update that is played as a clip.
    """

    path: str
    title: str
    runs: list[str]
    at: int | None
    clip: int | None


class RoomView(TypedDict):
    """A room, as everybody may see it. `phones` is how many are connected; `seats` how many have ever joined."""

    code: str
    status: Literal["open", "ended"]
    reason: str | None
    phones: int
    seats: int
    shown: Shown | None
    question: QuestionView | None
    game: GameView | None


class OwnView(TypedDict):
    """What a phone alone may know: its process in the game, and what it has answered, by round."""

    seat: int
    process: str | None
    game: int | None
    question: int | None
    answers: list[str | None]


def is_code(text: str) -> bool:
    """Whether a room could be called this."""
    return len(text) == len(CODE) and all(letter in among for letter, among in zip(text, CODE, strict=True))


def opened(key: str, owner: str, address: str = "") -> Fields:
    """A new room with that key, of that visitor, who comes from that address."""
    return {"key": _digest(key), "owner": owner, "address": address, "seats": "0"}


def check_key(fields: Fields, key: str) -> None:
    """Raise `NotYourRoom` where this is not the room's key."""
    if not compare_digest(_digest(key), fields["key"]):
        raise NotYourRoom


def seat_of(fields: Fields, token: str) -> int:
    """The number of a phone's seat, from what it holds: `12.SECRET`. Raises `NoSeat`."""
    number, _, secret = token.partition(".")
    kept = fields.get(f"seat:{number}")
    if kept is None or not compare_digest(_digest(secret), kept):
        raise NoSeat
    return int(number)


def has_seat(fields: Fields, token: str) -> bool:
    """Whether this is a seat of the room."""
    try:
        seat_of(fields, token)
    except NoSeat:
        return False
    return True


def take_seat(fields: Fields, secret: str, most: int) -> tuple[int, Changes]:
    """A new seat, the next one. In a game it gets a process at once.

    Where `most` seats are kept already, somebody takes them for fun: those whose phones are not here are given up.
    """
    number = count_in(fields, "seats") + 1
    taken = {"seats": str(number), f"seat:{number}": _digest(secret), **games.place(fields, number)}
    kept = [int(seat) for seat, _ in below(fields, "seat:")]
    return number, taken if len(kept) < most else {**_without(fields, set(kept) - here(fields)), **taken}


def show(_fields: Fields, shown: Shown) -> Changes:
    """Show this from now on."""
    return {"shown": as_text(shown)}


def room_view(code: str, fields: Fields) -> RoomView:
    """What everybody may know of a room."""
    return RoomView(
        code=code,
        status="open",
        reason=None,
        phones=len(here(fields)),
        seats=count_in(fields, "seats"),
        shown=orjson.loads(fields["shown"]) if "shown" in fields else None,
        question=questions.question_view(fields),
        game=games.game_view(fields),
    )


def ended(view: RoomView) -> RoomView:
    """The same when the room is over."""
    return {**view, "status": "ended", "reason": "The room has ended.", "question": None, "game": None}


def own_view(fields: Fields, seat: int) -> OwnView:
    """What the phone with that seat may know besides."""
    number = fields.get("on_show")
    return OwnView(
        seat=seat,
        process=games.process_of(fields, seat),
        game=games.number_in(fields),
        question=int(number) if number else None,
        answers=questions.answers_of(fields, seat),
    )


def _without(fields: Fields, seats: Iterable[int]) -> Changes:
    """Those seats are given up, and what they have answered to the question on the screens."""
    lines = ["seat", "team", *(f"vote:{fields.get('on_show')}:{round_}" for round_ in range(1, questions.ROUNDS + 1))]
    return {name: None for seat in seats for line in lines if (name := f"{line}:{seat}") in fields}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
