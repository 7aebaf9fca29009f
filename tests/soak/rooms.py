"""Lessons of a whole class: two hundred phones follow, vote and play, some come and go, and then it ends somehow.

all come at once ─▶ the presenter moves ─▶ all vote within two seconds ─▶ thirty play, at random ─▶ it ends:
                     some leave, come back                                                          the room; the
the class's own game goes on meanwhile, every phone a process, with more phones than processes      server; nobody
"""

import asyncio
import random
import signal
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil
import uvloop

from tests.checking import check_it_holds_no_more, check_no_fault_shows, holdings
from tests.load import lesson
from tests.load.busyness import Busyness, percentile
from tests.load.phones import Phone, Room, a_room, all_until, allow_a_class
from tests.load.wire import Answer
from tests.serving import RunningServer, descendants, is_alive, serving, until
from tests.soak.campaign import Campaign, Trials


@dataclass(frozen=True)
class Size:
    """Of a lesson: its phones, the presenter's moves, and the seconds in which all vote. And of the room in which all
    play: its phones, and the seconds between two presses of one of them, on average.
    """

    phones: int
    moves: int
    vote_seconds: float
    players: int
    press_seconds: float


FULL: Final = Size(phones=200, moves=30, vote_seconds=2.0, players=30, press_seconds=1.0)
SAMPLE: Final = Size(phones=12, moves=5, vote_seconds=0.1, players=6, press_seconds=0.1)

PAUSE_SECONDS: Final = 0.15
"""Between two moves, on average."""

LEAVE: Final = 0.1
"""This share of a class leaves and comes back while its presenter moves."""

ENDED: Final = "the room ends"
LEFT: Final = "everybody leaves"
STOPPED: Final = "the server is stopped"
WAYS: Final = (ENDED, LEFT, STOPPED)


def carry_out(trials: Trials) -> None:
    """Give lessons. Those that end with the server have one of their own."""
    allow_a_class()
    size = FULL if trials.count > CAMPAIGN.sample else SAMPLE
    with TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        with serving(errors=errors) as server:
            server.run(iterations=5)
            before = holdings(server)
            busiest = (0.0, 0.0)
            for number, draw in enumerate(trials):
                way = WAYS[number % len(WAYS)]
                with trials.trial(way), serving() if way == STOPPED else nullcontext(server) as place:
                    busyness = uvloop.run(Lesson(trials, place, draw, size).give(way))
                    busiest = max(busiest, (busyness.share, busyness.late_ms))
            with trials.trial("afterwards it holds what it held", of=0):
                check_it_holds_no_more(server, before)
        check_no_fault_shows(errors.read_text())
    share, late_ms = busiest
    trials.note(
        f"The process of all phones took {share:.0%} of a core at most, its timers were then {late_ms:.0f} ms late."
    )


class Lesson:
    """One lesson, from the first phone to the last."""

    def __init__(self, trials: Trials, server: RunningServer, draw: random.Random, size: Size) -> None:
        self._trials = trials
        self._server = server
        self._draw = draw
        self._size = size

    async def give(self, way: str) -> Busyness:
        """Give it. It ends that way. Returned is how busy the phones' own process was."""
        async with Busyness() as busyness, a_room(self._server.url, self._size.phones) as room:
            await self._follow(room)
            await self._vote(room)
            async with a_room(self._server.url, self._size.players) as others:
                await self._play(others)
            await self._end_in_a_game(room, way)
        return busyness

    async def _follow(self, room: Room) -> None:
        """The presenter moves while some leave and come back."""
        draw, moves = self._draw, self._size.moves
        leavers = draw.sample(room.phones, max(1, int(LEAVE * len(room.phones))))
        staying = [phone for phone in room.phones if phone not in leavers]
        longest = moves * PAUSE_SECONDS
        moments = [(draw.uniform(0, longest), draw.uniform(0, longest)) for _ in leavers]
        going = [asyncio.create_task(_leave(phone, *each)) for phone, each in zip(leavers, moments, strict=True)]
        for at in range(moves):
            late = await lesson.move(room, at, staying)
            self._trials.took("a presenter's move, to 95 of 100 phones", percentile(late, 95) / 1000, 0.3)
            await asyncio.sleep(draw.uniform(0, 2 * PAUSE_SECONDS))
        await asyncio.gather(*going)
        await all_until(room.phones, lambda phone: lesson.shows(phone, moves - 1))
        lesson.check_moves(room.phones, moves - 1)

    async def _vote(self, room: Room) -> None:
        votes = await lesson.vote(room, self._size.vote_seconds, self._draw)
        assert {answer.status for answer in votes.answers} == {200}
        await lesson.check_votes(room)
        self._trials.took("from the last vote to the count of all, on the projector", votes.counted_ms / 1000, 0.3)

    async def _play(self, room: Room) -> None:
        """All press at random, to the end of the run."""
        game = await lesson.begin_game(room, iterations=2)
        presses = await lesson.press_to_the_end(room.phones, game, self._draw, self._size.press_seconds)
        steps = self._server.steps(game.run)
        lesson.check_presses(presses, steps)
        await lesson.check_viewers(room.phones, game, steps)
        late = lesson.delays(room.phones, game, presses)
        self._trials.took("from a press to its step, on 95 of 100 phones", percentile(late, 95) / 1000, 0.2)

    async def _end_in_a_game(self, room: Room, way: str) -> None:
        """All press in the same moment, and then it is over: each press is answered, or its connection is closed."""
        game = await lesson.begin_game(room, guard=self._draw.choice(["none", "with", "get_lock"]))
        assert game.processes == min(self._size.phones, lesson.MOST_PROCESSES)
        pressing = [asyncio.create_task(phone.press(game.number)) for phone in room.phones]
        await asyncio.sleep(self._draw.uniform(0, 0.3))  # the moment is what is drawn
        await self._end(room, way)
        for press in await asyncio.gather(*pressing, return_exceptions=True):
            assert isinstance(press, Answer | ConnectionError), press
        if way != STOPPED:
            view = await asyncio.to_thread(self._server.finished, game.run)
            if view["status"] == "finished":  # without a lock two hundred presses are enough for 32 processes
                (cell,) = view["summary"]["cells"]
                assert cell["writes"] == game.processes * view["request"]["iterations"], view
            else:
                assert view["status"] == "stopped", view

    async def _end(self, room: Room, way: str) -> None:
        family = [psutil.Process(self._server.pid), *descendants(self._server.pid)]
        began = time.perf_counter()
        if way == LEFT:
            await asyncio.gather(*(phone.leave() for phone in room.phones))
            await room.until(lambda: room.room["phones"] == 0)
            assert (await room.present("DELETE", "game")).status == 200
            return
        if way == STOPPED:
            self._server.process.send_signal(signal.SIGTERM)
        else:
            assert (await room.present("DELETE", "")).status == 200
        await asyncio.gather(*(phone.until_stream_ends() for phone in room.phones))
        if way == STOPPED:
            await asyncio.to_thread(until, lambda: not any(map(is_alive, family)))
        self._trials.took(f"until nobody is left, when {way}", time.perf_counter() - began, 2)


async def _leave(phone: Phone, stays: float, is_away: float) -> None:
    """Leave after so many seconds, and come back after so many."""
    await asyncio.sleep(stays)
    await phone.leave()
    await asyncio.sleep(is_away)
    before = phone.token
    await phone.come()
    assert phone.token == before


CAMPAIGN = Campaign(
    name="rooms",
    about=(
        f"{FULL.phones} phones, each a real event stream, come into a room in the same moment. They follow their "
        f"presenter while some leave and come back, vote within {FULL.vote_seconds:g} s, and are processes of a run; "
        f"meanwhile {FULL.players} others press at random to the end of theirs. Every phone hears of every move in its "
        "order, every vote and every press counts once, each step is on each phone once. Then the room ends, or "
        "everybody leaves, or the server is stopped."
    ),
    full=12,
    sample=1,
    carry_out=carry_out,
    unit="lessons",
)
