"""A thousand viewers of one live run: some leave and come back, and there is one more than may watch.

    all come ─▶ each has seen something ─▶ one more is refused (503)
                                           some leave, and come back where they were, or as late ones from the start
                                           all are back ─▶ the run is stopped ─▶ each gets the end

All viewers are connections of one process of their own. Each checks that its steps are numbered without a gap and
without a repeat, from where it began, and that it got as many as the run has.
"""

import asyncio
import random
import resource
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import orjson
import uvloop

from lost_update.settings import Settings
from tests.bench.hosting import viewers_process
from tests.bench.viewer import body_of, indexes_in, splitter
from tests.serving import serving
from tests.soak.campaign import Campaign, Trials

ROOM = Settings().max_viewers
LEAVE = 0.2
"""This share of them leaves in the middle. Every other one of those comes back as if it were new."""
USUAL_DESCRIPTORS = 1024
"""The usual soft limit, which a server is started with."""
PATIENCE_SECONDS = 60
"""How long all of it may take for one room."""
RETRY_SECONDS = 0.05
LONG = {"pace": "slow", "step_ms": 200, "iterations": 190}
"""About ten batches a second, each for a thousand viewers: this is about who gets what, and not about speed."""


@dataclass(frozen=True)
class Audience:
    """What came of all viewers of one run. Of each who did not see all of it, what was wrong."""

    wrong: list[str]
    end_seconds: float


class _Room:
    """What the viewers of one run have in common, within their process."""

    def __init__(self, url: str, run_id: str, viewers: int) -> None:
        self.address = urlsplit(url)
        self.run_id = run_id
        self.viewers = viewers
        self.settled = asyncio.Semaphore(0)
        self.may_leave = asyncio.Event()

    @asynccontextmanager
    async def stream(self, last_event_id: str = "") -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
        """The status of a stream's answer, and what follows."""
        reader, writer = await asyncio.open_connection(self.address.hostname, self.address.port)
        try:
            head = f"GET /api/runs/{self.run_id}/events HTTP/1.1\r\nHost: {self.address.netloc}\r\n"
            writer.write(f"{head}Last-Event-ID: {last_event_id}\r\n\r\n".encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            yield int(answer.split()[1]), reader
        finally:
            writer.close()

    async def settle(self, viewers: int) -> None:
        """Wait until so many have seen something, or have failed."""
        for _ in range(viewers):
            await self.settled.acquire()

    async def stop_the_run(self) -> None:
        """End the run for all viewers."""
        reader, writer = await asyncio.open_connection(self.address.hostname, self.address.port)
        head = f"DELETE /api/runs/{self.run_id} HTTP/1.1\r\nHost: {self.address.netloc}\r\n"
        writer.write(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]


def watch(url: str, run_id: str, viewers: int, seed: str) -> Audience:
    """Fill the room, and stop the run when all viewers have settled. In a process of their own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        return uvloop.run(_watch(url, run_id, viewers, random.Random(seed)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _watch(url: str, run_id: str, viewers: int, draw: random.Random) -> Audience:
    room = _Room(url, run_id, viewers)
    leavers = set(draw.sample(range(viewers), int(viewers * LEAVE)))
    watching = [
        asyncio.create_task(_view(room, leaves=number in leavers, forgets=number % 2 == 0)) for number in range(viewers)
    ]
    wrong = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await room.settle(viewers)
            async with room.stream() as (status, _):
                if status != 503:
                    wrong.append(f"one viewer too many was answered {status}")
            room.may_leave.set()
            await room.settle(len(leavers))
            stopped = perf_counter()
            await room.stop_the_run()
            await asyncio.wait(watching)
            seconds = perf_counter() - stopped
    except (TimeoutError, EOFError, ConnectionError) as error:
        for viewer in watching:
            viewer.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        return Audience([*wrong, f"not everybody had a seat within {PATIENCE_SECONDS} s: {error!r}"], 0)
    said = await asyncio.gather(*watching, return_exceptions=True)
    return Audience(wrong + [repr(each) for each in said if each is not None], seconds)


async def _view(room: _Room, *, leaves: bool, forgets: bool) -> None:
    """Watch to the end; who leaves watches again from where it was, or, if it forgets, from the start."""
    try:
        begun, last_event_id = 0, ""
        if leaves:
            begun, last_event_id = await _watch_a_while(room)
            if forgets:
                begun, last_event_id = 0, ""
        while not await _watch_to_the_end(room, begun, last_event_id):
            assert leaves, "there was no seat"
            await asyncio.sleep(RETRY_SECONDS)
    except Exception:
        room.settled.release()
        room.settled.release()
        raise


async def _watch_a_while(room: _Room) -> tuple[int, str]:
    """Take a seat, and leave it when one may: how many steps were seen, and the id to come back with."""
    seen, last_event_id = 0, ""
    async with room.stream() as (status, reader):
        assert status == 200, f"answered {status}"
        split = splitter()
        has_settled = False
        async for chunk in body_of(reader):
            for name, data in split(chunk):
                if name == b"steps":
                    seen = _follow(seen, data)
                    last_event_id = f"{room.run_id}-{seen}"
            if not has_settled:
                has_settled = True
                room.settled.release()
            if room.may_leave.is_set() and seen:
                return seen, last_event_id
    raise AssertionError("the stream ended early")


async def _watch_to_the_end(room: _Room, seen: int, last_event_id: str) -> bool:
    """Take a seat, and see everything from there on. False where none is free: it was not noticed yet who left."""
    async with room.stream(last_event_id) as (status, reader):
        if status == 503:
            return False
        assert status == 200, f"answered {status}"
        split = splitter()
        has_settled = False
        async for chunk in body_of(reader):
            for name, data in split(chunk):
                if name == b"steps":
                    seen = _follow(seen, data)
                elif name == b"end":
                    end = orjson.loads(data)
                    assert end["status"] == "stopped", end["status"]
                    assert seen == end["steps"], f"saw {seen} of {end['steps']} steps"
                    return True
            if not has_settled:
                has_settled = True
                room.settled.release()
        raise AssertionError("the stream ended early")


def _follow(seen: int, data: bytes) -> int:
    """How many steps were seen with these, which must follow without a gap and without a repeat."""
    first, last, count = indexes_in(data)
    assert (first, last) == (seen, seen + count - 1), f"after {seen} steps came {first} to {last}"
    return seen + count


def carry_out(trials: Trials) -> None:
    """Fill the room, again and again: a trial is a round, and each of its viewers counts."""
    viewers = min(ROOM, trials.count)
    with viewers_process() as process:
        for number in range(max(1, trials.count // viewers)):
            seed = f"{trials.outcome.seed} {number}"
            with trials.trial(f"round {number}", of=viewers):
                audience = _one_round(viewers, USUAL_DESCRIPTORS, process, seed)
                if audience.wrong:
                    trials.note(
                        f"Found: with a soft limit of {USUAL_DESCRIPTORS:,} descriptors the server cannot serve "
                        f"{viewers:,} viewers ({audience.wrong[0]}). So the campaign raised it to the hard one."
                    )
                    audience = _one_round(viewers, None, process, seed)
                for wrong in audience.wrong:
                    trials.fail(f"round {number}: {wrong}")
                trials.took("from the request to stop the run to the last viewer's `end`", audience.end_seconds, 2)


def _one_round(viewers: int, descriptors: int | None, process: Executor, seed: str) -> Audience:
    """A room of viewers of one run of a server with that soft limit of descriptors, or else with the hard one."""
    with serving(LOST_UPDATE_MAX_VIEWERS=str(viewers)) as server:
        _, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (descriptors or hard, hard))
        return process.submit(watch, server.url, server.start(**LONG), viewers, seed).result()


CAMPAIGN = Campaign(
    name="viewers",
    about=(
        f"{ROOM:,} viewers, as many as are allowed, watch one live run; one more is refused. A fifth of them leave and "
        "come back, half of those by `Last-Event-ID`, the others as late ones from the start. Each gets every step "
        "once, in order, and then the end."
    ),
    full=3 * ROOM,
    sample=5,
    carry_out=carry_out,
    unit="viewers",
)
