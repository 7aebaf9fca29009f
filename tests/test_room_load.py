"""A room full of phones: everybody gets everything, whatever some of them do. How fast, says `make bench`."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.load import lesson
from tests.load.phones import Phone, a_room, all_until, allow_a_class
from tests.replicas import replicas
from tests.serving import RunningServer, serving
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

CLASS = 60


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server whose phones may press as fast as they can."""
    with serving(LOST_UPDATE_PRESSES_PER_SECOND="1000") as running:
        yield running


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Let it happen, in an event loop of its own."""
    allow_a_class()
    uvloop.run(scene)


def test_every_phone_follows_the_presenter_to_the_last_move(server: RunningServer) -> None:
    async def scene() -> None:
        async with a_room(server.url, CLASS) as room:
            for at in range(100):
                assert (await room.show(at)).status == 200
            await all_until(room.phones, lambda phone: lesson.shows(phone, 99))
            lesson.check_moves(room.phones, last=99)

    play(scene())


def test_votes_sent_in_the_same_moment_are_each_counted_once(server: RunningServer) -> None:
    async def scene() -> None:
        async with a_room(server.url, CLASS) as room:
            votes = await lesson.vote(room, 0, random.Random(1))
            assert {answer.status for answer in votes.answers} == {200}
            await lesson.check_votes(room)

    play(scene())


@pytest.mark.parametrize(("guard", "phones"), one_in(2, [("none", 32), ("with", 12), ("none", CLASS)]))
def test_presses_at_random_lose_no_step_and_double_none(server: RunningServer, guard: str, phones: int) -> None:
    async def scene() -> None:
        async with a_room(server.url, phones) as room:
            game = await lesson.begin_game(room, guard=guard, iterations=2)
            assert game.processes == min(phones, lesson.MOST_PROCESSES)
            presses = await lesson.press_to_the_end(room.phones, game, random.Random(2), 0.02)
            view = server.finished(game.run)
            assert view["status"] == "finished", view
            steps = server.steps(game.run)
            lesson.check_presses(presses, steps)
            await lesson.check_viewers(room.phones, game, steps)
            (cell,) = view["summary"]["cells"]
            assert cell["expected"] == 2 * game.processes
            assert (cell["lost"] > 0) == (guard == "none")

    play(scene())


@FULL
def test_phones_come_and_go_while_a_game_goes_on(server: RunningServer) -> None:
    draw = random.Random(3)

    async def come_and_go(phone: Phone, run: str) -> None:
        for _ in range(4):
            await asyncio.sleep(draw.uniform(0, 0.2))
            phone.close_stream()
            await asyncio.sleep(draw.uniform(0, 0.2))
            token = phone.token
            assert (await phone.join()).status == 200
            assert phone.token == token
            assert await phone.listen(run) == 200

    async def scene() -> None:
        async with a_room(server.url, 24) as room:
            game = await lesson.begin_game(room, iterations=3)
            *players, last = room.phones  # the last one plays when they are back: so it does not end before
            pressing = asyncio.create_task(lesson.press_to_the_end(players, game, draw, 0.05))
            await asyncio.gather(*(come_and_go(phone, game.run) for phone in players[::3]))
            presses = [*await pressing, *await lesson.press_to_the_end([last], game, draw, 0)]
            steps = server.steps(game.run)
            lesson.check_presses(presses, steps)
            await lesson.check_viewers(room.phones, game, steps)

    play(scene())


@FULL
def test_a_phone_that_never_reads_is_cut_off_and_the_others_notice_nothing() -> None:
    async def scene(server: RunningServer) -> None:
        long_run = server.run(iterations=50_000)["id"]
        async with a_room(server.url, 10) as room:
            asleep = room.phones[0]
            await asleep.listen(long_run)
            asleep.stop_reading()
            for at in range(30):
                await asyncio.gather(room.show(at), asyncio.sleep(0.02))
            await room.until(lambda: room.room["phones"] == 9)
            awake = room.phones[1:]
            await lesson.move(room, 99, awake)
            lesson.check_moves(awake, last=99)

    with serving(LOST_UPDATE_VIEWER_SECONDS="1") as server:
        play(scene(server))


@FULL
def test_when_more_come_in_the_same_moment_than_fit_each_is_told_so() -> None:
    async def scene(server: RunningServer) -> None:
        async with a_room(server.url) as room:
            told = await asyncio.gather(*map(_join, room.new_phones(250)))
            assert Counter(told) == {"": 200, "room_is_full": 50}
            for refused in [phone for phone in room.phones if not phone.token]:
                room.phones.remove(refused)
                await refused.leave()
            await lesson.move(room, 1)
            assert (await room.view())["phones"] == 200

    with serving(LOST_UPDATE_MAX_PHONES="200") as server:
        play(scene(server))


async def _join(phone: Phone) -> str:
    """The code of the refusal, if it is refused; else it listens."""
    answer = await phone.join()
    if answer.code:
        assert answer.status == 429
    else:
        assert await phone.listen() == 200
    return answer.code


@FULL
def test_a_class_over_two_servers_is_one_class(tmp_path: Path) -> None:
    async def scene(servers: Sequence[RunningServer]) -> None:
        async with a_room(servers[0].url) as room:
            for number, phone in enumerate(room.new_phones(24)):
                phone.url = servers[number % 2].url
            await asyncio.gather(*(phone.come() for phone in room.phones))
            await room.until(lambda: room.room["phones"] == 24)
            for at in range(5):
                await lesson.move(room, at)
            votes = await lesson.vote(room, 0, random.Random(4))
            assert {answer.status for answer in votes.answers} == {200}
            await lesson.check_votes(room)
            game = await lesson.begin_game(room, iterations=1)
            presses = await lesson.press_to_the_end(room.phones, game, random.Random(5), 0.05)
            steps = servers[1].steps(game.run)
            lesson.check_presses(presses, steps)
            await lesson.check_viewers(room.phones, game, steps)

    with replicas(tmp_path, 2, LOST_UPDATE_PRESSES_PER_SECOND="1000") as service:
        play(scene(service.servers))
