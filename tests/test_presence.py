"""Which phones are here, as it stands in their room: noted once for many, and without a word of who was never away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from lost_update.sharing import presence as presence_module
from lost_update.sharing.board import Act, LocalBoard
from lost_update.sharing.fields import Fields, here
from lost_update.sharing.presence import Presence
from lost_update.sharing.replicas import Away

pytestmark = pytest.mark.pure

CODE = "K7F4"


class CountingBoard(LocalBoard):
    """Counts how often a room was changed, and can be out of reach."""

    def __init__(self) -> None:
        super().__init__(1000.0)
        self.changes = 0
        self.is_asked = asyncio.Event()
        self.is_away = False

    async def change(self, code: str, act: Act) -> Fields | None:
        if self.is_away:
            raise Away
        self.changes += 1
        self.is_asked.set()
        await asyncio.sleep(0)  # as over a network: others come meanwhile
        return await super().change(code, act)


def happen(scene: Callable[[CountingBoard, Presence], Awaitable[None]]) -> None:
    """Let it happen in a room."""

    async def all_of_it() -> None:
        board = CountingBoard()
        await board.create(CODE, {"seats": "0"})
        await scene(board, Presence(board, "a"))

    asyncio.run(all_of_it())


async def those_here(board: CountingBoard, wanted: set[int]) -> None:
    """Wait until the room says that these phones are here."""
    changed = asyncio.Event()
    board.listen(CODE, changed.set)
    async with asyncio.timeout(10):
        while here(await board.read(CODE) or {}) != wanted:
            changed.clear()
            await changed.wait()
    board.unlisten(CODE, changed.set)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for."""
    monkeypatch.setattr(presence_module, "AWAY_SECONDS", 0.01)
    monkeypatch.setattr(presence_module, "ON_ITS_WAY_SECONDS", 0.01)


def test_a_crowd_that_comes_in_the_same_moment_is_noted_once() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        for seat in range(200):
            presence.came(CODE, seat)
        await those_here(board, set(range(200)))
        assert board.changes == 1
        assert presence.phones == 200

    happen(scene)


def test_who_comes_while_others_are_noted_is_noted_next() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        presence.came(CODE, 1)
        await board.is_asked.wait()
        presence.came(CODE, 2)
        presence.came(CODE, 3)
        await those_here(board, {1, 2, 3})
        assert board.changes == 2

    happen(scene)


def test_a_phone_that_has_no_stream_any_more_is_away_after_a_moment() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        presence.came(CODE, 1)
        presence.came(CODE, 2)
        presence.left(CODE, 1)
        await those_here(board, {2})
        presence.left(CODE, 2)
        await those_here(board, set())
        assert presence.phones == 0

    happen(scene)


def test_a_phone_that_opens_another_stream_was_never_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence_module, "AWAY_SECONDS", 1000)

    async def scene(board: CountingBoard, presence: Presence) -> None:
        presence.came(CODE, 1)
        await those_here(board, {1})
        presence.left(CODE, 1)
        presence.came(CODE, 1)
        presence._forget(CODE, 1)  # its moment has come
        await presence.close()
        assert board.changes == 1
        assert presence.seats(CODE) == {1}

    happen(scene)


def test_who_has_taken_a_seat_is_here_before_its_stream_and_not_for_ever_without_one() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        presence.joined(CODE, 1)
        presence.joined(CODE, 2)
        await those_here(board, {1, 2})
        presence.came(CODE, 1)
        await those_here(board, {1})
        presence.left(CODE, 1)
        await those_here(board, set())

    happen(scene)


def test_what_could_not_be_noted_is_noted_when_somebody_looks() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        board.is_away = True
        presence.came(CODE, 1)
        await presence.close()
        board.is_away = False
        fields: Any = await board.read(CODE)
        assert here(fields) == set()
        presence.look(CODE, fields)
        await those_here(board, {1})
        presence.look(CODE, fields)
        await presence.close()
        assert board.changes == 1

    happen(scene)


def test_a_room_that_is_gone_is_not_made_again() -> None:
    async def scene(board: CountingBoard, presence: Presence) -> None:
        presence.came(CODE, 1)
        await board.remove(CODE)
        await presence.close()
        assert await board.read(CODE) is None

    happen(scene)
