"""Presses while they wait for their steps: each phone has one at a time, and no game keeps another waiting."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from lost_update.sharing.presses import AT_ONCE, Presses
from lost_update.sharing.refusals import TooMany

pytestmark = pytest.mark.pure


class Game:
    """Presses that are served when the test says so."""

    def __init__(self) -> None:
        self.presses = Presses()
        self.may_step = asyncio.Event()
        self.asked: list[tuple[str, int]] = []

    async def press(self, run: str, seat: int) -> None:
        async with self.presses.turn(run, seat):
            self.asked.append((run, seat))
            await self.may_step.wait()

    def all_press(self, run: str, count: int) -> list["asyncio.Task[None]"]:
        return [asyncio.create_task(self.press(run, seat)) for seat in range(count)]


def happen(scene: Callable[[Game], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with asyncio.timeout(10):
            await scene(Game())

    asyncio.run(all_of_it())


def test_a_phone_that_does_not_wait_for_its_step_is_told_to_and_no_other_is() -> None:
    async def scene(game: Game) -> None:
        waiting = game.all_press("run", 2)
        await asyncio.sleep(0)
        with pytest.raises(TooMany) as refused:
            await game.press("run", 1)
        assert refused.value.code == "too_fast"
        game.may_step.set()
        await asyncio.gather(*waiting)
        await game.press("run", 1)

    happen(scene)


def test_a_run_is_asked_for_so_many_steps_at_once_and_for_the_others_after_them() -> None:
    async def scene(game: Game) -> None:
        waiting = game.all_press("run", 3 * AT_ONCE)
        await asyncio.sleep(0)
        assert len(game.asked) == AT_ONCE
        game.may_step.set()
        await asyncio.gather(*waiting)
        assert game.asked == [("run", seat) for seat in range(3 * AT_ONCE)]

    happen(scene)


def test_a_run_that_does_not_move_keeps_no_other_game_waiting() -> None:
    async def scene(game: Game) -> None:
        stuck = game.all_press("stuck", 2 * AT_ONCE)
        await asyncio.sleep(0)
        other = game.all_press("other", 1)
        await asyncio.sleep(0)
        assert ("other", 0) in game.asked
        game.may_step.set()
        await asyncio.gather(*stuck, *other)

    happen(scene)
