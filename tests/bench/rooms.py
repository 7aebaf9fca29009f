"""A class in one room: two hundred phones that follow, vote and play, with real event streams and real presses.

The server is a process of its own, and so is each process of a game. All phones and the presenter are one more, on the
same cores. How long a phone waits is taken where it hears: from the presenter's request to the event on the stream of
each phone, from a press to its step on each. What the phones' process took meanwhile is said beside it: the share of a
core, and by how much its timers were late, which is about what it adds to a figure.

A press goes from the phone to the server, to the run's thread, to the process and all the way back; then to everybody.
The processes of a game move one at a time, so presses that come together wait for each other.
"""

import asyncio
import random
from collections.abc import Iterator
from statistics import median
from typing import Final

import psutil
import uvloop

from lost_update.execution.supervisor import Context
from tests.bench.effort import Effort
from tests.bench.report import Row
from tests.load import lesson
from tests.load.busyness import Busyness, percentile
from tests.load.phones import Room, a_room, allow_a_class
from tests.serving import RunningServer, serving

MOST_MOVE_MS: Final = 300
MOST_PRESS_MS: Final = 200
VOTE_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.25
"""Between two moves of the presenter."""

PRESS_SECONDS: Final = 1.0
"""Between two presses of one phone, on average."""

PLAYERS: Final = 30


def rows(_context: Context, effort: Effort) -> Iterator[Row]:
    """Measure."""
    allow_a_class()
    with serving() as server:
        yield from uvloop.run(_following(server, effort))
    with serving() as server:
        yield from uvloop.run(_playing(server, effort))


async def _following(server: RunningServer, effort: Effort) -> list[Row]:
    """A class that looks, and votes."""
    phones = effort.phones
    async with a_room(server.url, 1) as room:
        await lesson.move(room, 0)
        alone = _memory(server)
        await room.fill(phones - 1)
        full = _memory(server)
        rest = await _at_rest(server, phones, effort)
        before = server.cpu_seconds
        async with Busyness() as busyness:
            late = [ms for at in range(effort.moves) for ms in await _one_move(room, at + 1)]
        cpu = (server.cpu_seconds - before) / effort.moves
        lesson.check_moves(room.phones, last=effort.moves)
        rows = [
            _spread(f"A presenter's move to each of {phones} phones", late, MOST_MOVE_MS, busyness),
            await _elsewhere(room, server, effort),
            Row(
                f"What the server works for one move to {phones} phones, and for a phone at rest",
                f"{cpu * 1000:.0f} ms of a core, and {rest * 1e6:.0f} µs a second",
            ),
            Row(
                "Memory of the server for a phone that listens",
                f"{(full - alone) / phones / 1024:.0f} kB",
            ),
        ]
        return [*rows, await _voting(room, server, phones)]


async def _elsewhere(room: Room, server: RunningServer, effort: Effort) -> Row:
    """The presenter shows a run that no phone knows: each opens its stream anew, and the server answers one by one."""
    async with Busyness() as busyness:
        late = [ms for _ in range(effort.crowds) for ms in await lesson.show_run(room, server.run()["id"])]
    what = f"From a presenter's move to another run, to its last step on each of {effort.phones} phones"
    return _spread(what, late, None, busyness)


async def _one_move(room: Room, at: int) -> list[float]:
    late, _ = await asyncio.gather(lesson.move(room, at), asyncio.sleep(PAUSE_SECONDS))
    return late


async def _voting(room: Room, server: RunningServer, phones: int) -> Row:
    before = server.cpu_seconds
    votes = await lesson.vote(room, VOTE_SECONDS, random.Random(1))
    cpu = server.cpu_seconds - before
    await lesson.check_votes(room)
    counted = sum(answer.status == 200 for answer in votes.answers)
    took = [answer.ms for answer in votes.answers]
    return Row(
        f"Votes, of {phones} sent within {VOTE_SECONDS:g} s, that were counted once; from the last one to its count on "
        "the projector; an answer, median and worst; what the server works for all of it",
        f"{counted}; {votes.counted_ms:.0f} ms; {median(took):.0f} ms, worst {max(took):.0f} ms; {cpu:.1f} s of a core",
        target=f"all {phones}",
        held=counted == phones,
    )


async def _playing(server: RunningServer, effort: Effort) -> list[Row]:
    """A class that is the processes."""
    async with a_room(server.url, PLAYERS) as room:
        game = await lesson.begin_game(room, iterations=effort.plays)
        resting = await _share_at_rest(server, effort)
        before = server.cpu_seconds
        async with Busyness() as busyness:
            presses = await lesson.press_to_the_end(room.phones, game, random.Random(2), PRESS_SECONDS)
        cpu = server.cpu_seconds - before
        steps = server.steps(game.run)
        lesson.check_presses(presses, steps)
        await lesson.check_viewers(room.phones, game, steps)
        late = lesson.delays(room.phones, game, presses)
        answers = [press.answer.ms for press in presses if press.answer.status == 200]
        what = f"From a press to its step on each of {PLAYERS} phones, {len(answers)} presses at random"
        return [
            _spread(what, late, MOST_PRESS_MS, busyness),
            _spread("From a press to its answer", answers, MOST_PRESS_MS, busyness),
            Row(
                f"What the server works for a press with {PLAYERS} phones, and for a game of {PLAYERS} processes "
                "in which nobody presses",
                f"{cpu / len(presses) * 1000:.1f} ms of a core, and {resting * 1000:.0f} ms a second",
            ),
        ]


def _spread(what: str, late: list[float], most: int | None, busyness: Busyness) -> Row:
    of_95 = percentile(late, 95)
    return Row(
        f"{what}: median, 95 of 100, worst (the phones' process: {busyness.share:.0%} of a core, its timers "
        f"{busyness.late_ms:.0f} ms late)",
        f"{median(late):.0f} ms, {of_95:.0f} ms, {max(late):.0f} ms",
        target=f"95 of 100 within {most} ms" if most else "–",
        held=of_95 <= most if most else None,
    )


async def _at_rest(server: RunningServer, phones: int, effort: Effort) -> float:
    """CPU seconds a second for a phone that hears nothing but that the connection lives."""
    return await _share_at_rest(server, effort) / phones


async def _share_at_rest(server: RunningServer, effort: Effort) -> float:
    before = server.cpu_seconds
    await asyncio.sleep(effort.rest_seconds)
    return (server.cpu_seconds - before) / effort.rest_seconds


def _memory(server: RunningServer) -> int:
    """In bytes."""
    return int(psutil.Process(server.pid).memory_info().rss)
