"""Where rooms are kept on one server: all or nothing, told to who listens, and forgotten when nobody comes any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from lost_update.sharing.board import LocalBoard
from lost_update.sharing.fields import Changes, Fields

pytestmark = pytest.mark.pure

SECONDS = 100.0

T = TypeVar("T")


class Clock:
    """A clock that the test drives."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def done(what: Coroutine[Any, Any, T]) -> T:
    """What it comes to."""
    return asyncio.run(what)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(clock: Clock) -> LocalBoard:
    """One with a room in it."""
    board = LocalBoard(SECONDS, clock)
    assert done(board.create("K7F4", {"seats": "0"}))
    return board


def test_a_code_is_given_once(board: LocalBoard) -> None:
    assert not done(board.create("K7F4", {"seats": "9"}))
    assert done(board.read("K7F4")) == {"seats": "0"}
    assert done(board.create("A2A2", {}))
    assert done(board.codes()) == ["K7F4", "A2A2"]


def test_a_change_sets_lines_and_takes_them_away(board: LocalBoard) -> None:
    assert done(board.change("K7F4", lambda _: {"shown": "x", "seats": "1"})) == {"shown": "x", "seats": "1"}
    assert done(board.change("K7F4", lambda _: {"shown": None, "game": None})) == {"seats": "1"}


def test_what_an_act_raises_is_passed_on_and_nothing_is_changed(board: LocalBoard) -> None:
    told: list[str] = []
    board.listen("K7F4", lambda: told.append("told"))

    def fail(fields: Fields) -> Changes:
        raise ValueError(f"as this test wants it: {dict(fields)}")

    with pytest.raises(ValueError, match="as this test wants it"):
        done(board.change("K7F4", fail))
    assert (done(board.read("K7F4")), told) == ({"seats": "0"}, [])


def test_a_room_that_is_not_there_cannot_be_changed(board: LocalBoard) -> None:
    assert done(board.change("A2A2", lambda _: {"seats": "1"})) is None
    assert done(board.read("A2A2")) is None


def test_listeners_are_told_of_every_change_until_they_leave(board: LocalBoard) -> None:
    told: list[str] = []

    def listener() -> None:
        told.append("told")

    board.listen("K7F4", listener)
    done(board.change("K7F4", lambda _: {"seats": "1"}))
    done(board.change("K7F4", lambda _: {}))
    assert len(told) == 1, "nothing had changed"
    done(board.remove("K7F4"))
    assert len(told) == 2, "that it is gone is a change, too"
    board.unlisten("K7F4", listener)


def test_a_room_that_nobody_uses_is_forgotten_in_time(board: LocalBoard, clock: Clock) -> None:
    clock.now = SECONDS
    done(board.change("K7F4", lambda _: {"seats": "1"}))
    clock.now = 2 * SECONDS
    assert done(board.codes()) == ["K7F4"]
    clock.now += 1
    assert done(board.codes()) == []
    assert done(board.create("K7F4", {}))


def test_a_room_in_which_somebody_is_stays(board: LocalBoard, clock: Clock) -> None:
    def listener() -> None:
        pass

    board.listen("K7F4", listener)
    clock.now = 50 * SECONDS
    assert done(board.read("K7F4")) == {"seats": "0"}
    board.unlisten("K7F4", listener)
    clock.now += SECONDS
    assert done(board.read("K7F4")) == {"seats": "0"}
    clock.now += 1
    assert done(board.read("K7F4")) is None
