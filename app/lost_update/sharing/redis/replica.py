"""One of several servers over Redis, as the web asks for the others, and all that this takes: opened and closed here.

open   when the server begins to serve
leave  when its runs have ended: the others are told how, and whoever watches a mirror is sent to them
close  when nobody asks any more
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final

from lost_update.execution.registry import Registry
from lost_update.execution.stepping import NotRunnable
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from lost_update.sharing.board import Board
from lost_update.sharing.mirror import Mirror
from lost_update.sharing.redis import keys, pieces
from lost_update.sharing.redis.board import RedisBoard
from lost_update.sharing.redis.heartbeats import Heartbeats
from lost_update.sharing.redis.link import TROUBLE, Link
from lost_update.sharing.redis.lookups import Lookups
from lost_update.sharing.redis.messages import Messages
from lost_update.sharing.redis.mirrors import Mirrors
from lost_update.sharing.redis.pieces import About
from lost_update.sharing.redis.publisher import Publisher
from lost_update.sharing.redis.reader import Reader, Said
from lost_update.sharing.replicas import Away, Granted, Silent

Find = Callable[[str], Recording | None]

NAME_BYTES: Final = 4

TELL_SECONDS: Final = 1.0
"""How long is waited until the others have been told. If it takes longer they hear of it a moment later."""

READ_SECONDS: Final = 10.0
"""How long a mirror may take to have all that there is of its run."""


class Replica:
    """One replica of a service (`Replicas`)."""

    def __init__(self, settings: Settings, registry: Registry, url: str, find: Find) -> None:
        """`find` looks among what is kept here, in any thread. Raises `BadAddress`. Starts nothing yet."""
        self._find = find
        self._lending = asyncio.Semaphore(1)
        self.name = secrets.token_hex(NAME_BYTES)
        self._link = Link(url)
        self._mirrors = Mirrors(settings.memory)
        self._board = RedisBoard(self._link, settings.room_seconds, self.name)
        self.board: Board = self._board
        self._publisher = Publisher(registry, self._link, self.name)
        self._messages = Messages(registry, self._publisher, self._link, self.name, self._lend)
        self._heartbeats = Heartbeats(self._link, self._mirrors, self._board)
        self._lookups = Lookups(self._link, self._heartbeats)
        self._reader = Reader(self._mirrors, self._link, self.name, self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """See `Replicas`."""
        return self._link.is_away

    async def open(self) -> None:
        """See `Replicas`."""
        self._loop = asyncio.get_running_loop()
        self._messages.open()
        self._publisher.start()
        self._reader.start()
        self._watching = self._loop.create_task(self._heartbeats.watch())

    async def leave(self) -> None:
        """See `Replicas`."""
        if self._watching is None:
            return
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        self._reader.stop()
        with suppress(Away):
            await self._messages.look()
        self._publisher.close()
        self._reader.close()

    async def close(self) -> None:
        """See `Replicas`."""
        await self._board.close()
        with suppress(*TROUBLE):
            await self._link.asked.aclose()

    # What the web asks for (`Replicas`).

    async def tell(self) -> None:
        """See `Replicas`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TELL_SECONDS):
                await asyncio.wrap_future(self._publisher.told())

    async def whole(self, run_id: str) -> Recording | None:
        """See `Replicas`."""
        try:
            about = await self._about(run_id)
        except Away:
            return self._complete(run_id)
        if about is None:
            return None
        known = self._mirrors.get(run_id)
        mirror = self._mirrors.of(about)
        if mirror.is_over:
            return mirror
        if mirror.is_cut:
            raise Away  # it is about to be read again
        if mirror is not known:
            await self._messages.look()
        await self._read_up_to(mirror, about.number)
        return mirror

    async def outline(self, run_id: str) -> Recording | None:
        """See `Replicas`."""
        try:
            about = await self._about(run_id)
        except Away:
            return self._complete(run_id)
        return about.outline if about else None

    async def listed(self) -> list[Recording]:
        """See `Replicas`."""
        with self._link.asking() as client:
            found = await client.zrevrange(keys.RUNS, 0, keys.MOST_LISTED - 1)
            async with client.pipeline(transaction=False) as pipeline:
                for run_id in found:
                    pipeline.hgetall(keys.run(run_id.decode()))
                hashes = await pipeline.execute()
            expired = [run_id for run_id, said in zip(found, hashes, strict=True) if not said]
            if expired:
                await client.zrem(keys.RUNS, *expired)
        every = await asyncio.to_thread(lambda: [about for said in hashes if (about := pieces.about(said))])
        return [about.outline for about in await self._without_lost(every)]

    async def owner_of(self, run_id: str) -> str | None:
        """See `Replicas`."""
        about = await self._about(run_id)
        return None if about is None else about.owner

    async def forget(self, run_id: str) -> None:
        """See `Replicas`."""
        self._publisher.forget(run_id)
        await self.tell()

    async def grant(self, run_id: str, process: str) -> Granted | None:
        """See `Replicas`."""
        about = await self._about(run_id)
        if about is None or not about.owner:
            return None  # nobody started it here: it is a recording
        if about.snapshot.is_over:
            raise NotRunnable("The run has ended.")
        return await self._messages.grant(about.replica, run_id, process)

    async def stop(self, run_id: str) -> Recording | None:
        """See `Replicas`."""
        about = await self._about(run_id)
        if about is None or about.snapshot.is_over:
            return about.outline if about else None
        await self._messages.stop(about.replica, run_id)
        return await self.outline(run_id)

    # What the reader hears (`Hearing`), in its thread.

    def on_message(self, said: Said, age_seconds: float) -> None:
        """See `Hearing`."""
        self._messages.take(said, age_seconds)

    def on_rooms(self, by: dict[str, str] | None) -> None:
        """See `Hearing`."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._board.changed, by)

    def on_break(self) -> None:
        """See `Hearing`."""
        self._publisher.look_anew()
        self.on_rooms(None)

    def on_gap(self, mirror: Mirror) -> None:
        """See `Hearing`."""
        self._messages.need_again(mirror.replica, mirror.id)

    async def _borrowed(self, run_id: str) -> About | None:
        """How a run stands that is remembered nowhere, and kept by another replica; None where none keeps it."""
        asked = [asyncio.ensure_future(self._messages.lend(name, run_id)) for name in await self._others()]
        try:
            for answer in asyncio.as_completed(asked):
                with suppress(Silent, Away, TimeoutError):
                    if await answer:
                        return (await self._lookups.look_up(run_id)).about
            return None
        finally:
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def _others(self) -> set[str]:
        """The other replicas that live."""
        with self._link.asking() as client:
            names = {name.decode() for name in await client.smembers(keys.REPLICAS)} - {self.name}
            gone = await self._heartbeats.gone(names)
            if gone:
                await client.srem(keys.REPLICAS, *gone)
        return names - gone

    def _lend(self, run_id: str) -> "Future[bool]":
        """Tell of a recording that is kept here. In any thread."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(self._lend_in_turn(run_id), self._loop)

    async def _lend_in_turn(self, run_id: str) -> bool:
        async with self._lending:  # it is read and unpacked: one at a time
            recording = await asyncio.to_thread(self._find, run_id)
        if recording is not None:
            self._publisher.lend(recording)
        return recording is not None

    def _complete(self, run_id: str) -> Recording:
        """The whole recording of a run that is over, if it is here though Redis is away. Raises `Away`."""
        mirror = self._mirrors.get(run_id)
        if mirror is None or not mirror.is_over:
            raise Away
        return mirror

    async def _about(self, run_id: str) -> About | None:
        """How a run of another replica stands. One whose replica is gone has ended. None where there is none."""
        about, has_steps, is_alone = await self._lookups.look_up(run_id)
        if about is None:
            if self._link.just_came_back:
                raise Away  # whoever asks is not to take it for gone
            return await self._borrowed(run_id)
        if about.replica == self.name:
            return None  # it was known here, and is not any more
        if not has_steps and is_alone:
            return None
        if not has_steps:
            await self._messages.publish_again(about.replica, run_id)
        elif is_alone:
            await self._heartbeats.end(run_id)
            return (await self._lookups.look_up(run_id)).about
        return about

    async def _without_lost(self, every: list[About]) -> list[About]:
        """The same, those whose replicas are gone being over."""
        gone = await self._heartbeats.gone(about.replica for about in every if not about.snapshot.is_over)
        now = []
        for about in every:
            if about.replica in gone and not about.snapshot.is_over:
                await self._heartbeats.end(about.header["id"])
                now.append((await self._lookups.look_up(about.header["id"])).about or about)
            else:
                now.append(about)
        return now

    async def _read_up_to(self, mirror: Mirror, number: int) -> None:
        """Wait until the mirror has this snapshot, and all steps before it. Raises `Away`."""
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        mirror.log.listen(wake)
        try:
            async with asyncio.timeout(READ_SECONDS):
                while mirror.number < number and not mirror.is_cut:
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            raise Away from None
        finally:
            mirror.log.unlisten(wake)
        if mirror.is_cut:
            raise Away
