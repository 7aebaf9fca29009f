"""Rooms in Redis: each a hash, changed all or nothing; replicas hear of a change through a stream.

    change ── WATCH, act, MULTI ──▶ room:CODE ─┐
                                  └▶ room-changes, a stream ──▶ reader of each replica ──▶ listeners

Two who change a room at the same moment: one is told so, and does it again. Within a replica they take turns, and what
is asked for while another change is written is done together, after it. So it is with reading: a room of two hundred
phones takes some ms, and they all vote or press within seconds. Each change is counted in the room itself: where Redis
came back without its rooms, or with old ones, the replicas put the newest that they have seen there again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import time
from typing import Any, Final

import redis

from lost_update.sharing.board import Act, Listener
from lost_update.sharing.fields import Changes, Fields
from lost_update.sharing.redis import keys
from lost_update.sharing.redis.link import Link
from lost_update.sharing.replicas import Away

COUNT: Final = "#"
"""The field that counts the changes. No other begins so."""

MOST_CHANGES: Final = 1_000
"""Changes that are kept in the stream: it is read at once, and whoever was cut off reads the rooms themselves."""

MOST_SEEN: Final = 128
"""Rooms of which the newest is remembered: more than are open as a rule."""

RETRY_SECONDS: Final = 0.1

HERE: Final = "here:"
"""A field that a replica writes of itself: which phones are connected there."""


@dataclass(eq=False)
class _Wanted:
    """A change that somebody waits for, and what came of it."""

    act: Act
    is_done: bool = False
    error: Exception | None = None
    fields: Fields | None = None


class RedisBoard:
    """A `Board`, and what it needs to be told. The event loop's."""

    def __init__(self, link: Link, seconds: float, replica: str) -> None:
        self._link = link
        self._seconds = int(seconds)
        self._replica = replica
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wanted: defaultdict[str, list[_Wanted]] = defaultdict(list)
        """The changes that are asked for and not done, in their order."""
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._next_read: dict[str, asyncio.Task[Fields | None]] = {}
        """Of each room, the read that has not begun: it answers everybody who asks before it does."""
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._seen: dict[str, dict[str, str]] = {}
        """The newest that is known here of the rooms that were read or changed here last."""
        self._restoring: asyncio.Task[None] | None = None

    async def create(self, code: str, fields: Fields) -> bool:
        """See `Board`."""
        return await self._put(code, dict(fields), lambda there: not there)

    async def read(self, code: str) -> Fields | None:
        """See `Board`."""
        if code not in self._next_read:
            self._next_read[code] = asyncio.get_running_loop().create_task(self._read(code))
        return await asyncio.shield(self._next_read[code])

    async def change(self, code: str, act: Act) -> Fields | None:
        """See `Board`."""
        wanted = _Wanted(act)
        waiting = self._wanted[code]
        waiting.append(wanted)
        try:
            async with self._turns[code]:
                if not wanted.is_done:
                    await self._change_all(code, [*waiting])
        finally:
            waiting.remove(wanted)
            if not waiting:
                self._wanted.pop(code, None)
                self._turns.pop(code, None)
        if wanted.error is not None:
            raise wanted.error
        return wanted.fields

    async def remove(self, code: str) -> None:
        """See `Board`."""
        with self._link.asking() as client:
            async with client.pipeline() as pipeline:
                pipeline.delete(keys.room(code))
                pipeline.zrem(keys.ROOMS, code)
                self._say(pipeline, code)
                await pipeline.execute()
        self._seen.pop(code, None)

    async def codes(self) -> list[str]:
        """See `Board`."""
        with self._link.asking() as client:
            found: list[bytes] = await client.zrangebyscore(keys.ROOMS, time(), "+inf")
        return [code.decode() for code in found]

    def listen(self, code: str, listener: Listener) -> None:
        """See `Board`."""
        self._listeners[code].append(listener)

    def unlisten(self, code: str, listener: Listener) -> None:
        """See `Board`."""
        with suppress(ValueError):
            self._listeners[code].remove(listener)
        if not self._listeners[code]:
            del self._listeners[code]

    def changed(self, by: dict[str, str] | None) -> None:
        """These rooms have changed, each by that replica; None: Redis is away, or was, and any may have, or be gone."""
        if by is None and self._restoring is None:
            self._restoring = asyncio.get_running_loop().create_task(self._restore())
        for code, replica in (by or {}).items():
            if code not in self._listeners and replica != self._replica:
                self._seen.pop(code, None)  # that replica has seen a newer one
        for code in list(self._listeners):
            if by is None or code in by:
                for listener in list(self._listeners.get(code, ())):
                    listener()

    async def refresh(self) -> None:
        """Rooms that somebody looks at do not expire."""
        with self._link.asking() as client:
            async with client.pipeline(transaction=False) as pipeline:
                for code in self._listeners:
                    pipeline.expire(keys.room(code), self._seconds)
                    pipeline.zadd(keys.ROOMS, {code: time() + self._seconds}, xx=True)
                pipeline.zremrangebyscore(keys.ROOMS, "-inf", time())
                await pipeline.execute()

    def replicas_here(self) -> set[str]:
        """The replicas of which the rooms on show say that phones are connected there."""
        return {name.removeprefix(HERE) for seen in self._seen.values() for name in seen if name.startswith(HERE)}

    async def forget(self, gone: Iterable[str]) -> None:
        """Nobody is connected at a replica that is gone."""
        fields = {f"{HERE}{name}" for name in gone}
        for code, seen in list(self._seen.items()):
            if fields & seen.keys():
                await self.change(code, lambda there: dict.fromkeys(fields & there.keys()))

    async def close(self) -> None:
        """Put nothing there any more."""
        if self._restoring is not None:
            self._restoring.cancel()
            await asyncio.gather(self._restoring, return_exceptions=True)

    async def _read(self, code: str) -> Fields | None:
        async with self._reading[code]:
            del self._next_read[code]
            with self._link.asking() as client:
                found = _as_text(await client.hgetall(keys.room(code)))
        if code not in self._next_read:
            self._reading.pop(code, None)
        self._see(code, found)
        return self._room_in(found)

    async def _change_all(self, code: str, wanted: Sequence[_Wanted]) -> None:
        """Do them, one after the other, and write them together."""
        with self._link.asking() as client:
            async with client.pipeline() as pipeline:
                while True:
                    with suppress(redis.WatchError):
                        now = await self._changed(pipeline, code, wanted)
                        break
        for each in wanted:
            each.is_done, each.fields = True, now

    async def _changed(self, pipeline: Any, code: str, wanted: Sequence[_Wanted]) -> Fields | None:
        """The room after them; None where there is none."""
        key = keys.room(code)
        await pipeline.watch(key)
        there = _as_text(await pipeline.hgetall(key))
        fields = self._room_in(there)
        if fields is None:
            return None
        changes: dict[str, str | None] = {}
        for each in wanted:
            changes |= _done(each, _changed(fields, changes))
        if not changes:
            self._see(code, there)
            return fields
        await self._write(pipeline, code, changes)
        now = _changed(fields, changes)
        self._see(code, {**now, COUNT: str(_count(there) + 1)})
        return now

    async def _write(self, pipeline: Any, code: str, changes: Changes) -> None:
        pipeline.multi()
        written = {name: text for name, text in changes.items() if text is not None}
        removed = [name for name, text in changes.items() if text is None]
        if written:
            pipeline.hset(keys.room(code), mapping=written)
        if removed:
            pipeline.hdel(keys.room(code), *removed)
        pipeline.hincrby(keys.room(code), COUNT, 1)
        self._keep(pipeline, code)
        await pipeline.execute()

    async def _put(self, code: str, fields: dict[str, str], may: Callable[[dict[str, str]], bool]) -> bool:
        """Write a room as a whole, if what is there may go. Whether it may."""
        key = keys.room(code)
        with self._link.asking() as client:
            async with client.pipeline() as pipeline:
                while True:
                    with suppress(redis.WatchError):
                        await pipeline.watch(key)
                        if not may(_as_text(await pipeline.hgetall(key))):
                            return False
                        pipeline.multi()
                        pipeline.delete(key)
                        pipeline.hset(key, mapping={COUNT: "1", **fields})
                        self._keep(pipeline, code)
                        await pipeline.execute()
                        return True

    def _keep(self, pipeline: Any, code: str) -> None:
        """It is there for some hours from now on, and others hear that it is another."""
        pipeline.expire(keys.room(code), self._seconds)
        pipeline.zadd(keys.ROOMS, {code: time() + self._seconds})
        self._say(pipeline, code)

    def _say(self, pipeline: Any, code: str) -> None:
        pipeline.xadd(keys.ROOM_CHANGES, {"code": code, "by": self._replica}, maxlen=MOST_CHANGES)
        pipeline.expire(keys.ROOM_CHANGES, self._seconds)

    def _room_in(self, found: dict[str, str]) -> Fields | None:
        """The room; None where there is none."""
        if not found and self._link.just_came_back:
            raise Away  # some replica is about to put it there again
        return {name: text for name, text in found.items() if name != COUNT} if found else None

    def _see(self, code: str, found: dict[str, str]) -> None:
        if found and _count(found) >= _count(self._seen.get(code, {})):
            self._seen.pop(code, None)
            self._seen[code] = found
            if len(self._seen) > MOST_SEEN:
                del self._seen[next(iter(self._seen))]

    async def _restore(self) -> None:
        """As soon as Redis is back, put there again what is newer here."""
        try:
            while True:
                with suppress(Away):
                    for code, seen in list(self._seen.items()):
                        await self._put(code, seen, partial(_is_older, than=seen))
                    return
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            self._restoring = None


def _as_text(found: dict[bytes, bytes]) -> dict[str, str]:
    return {name.decode(): text.decode() for name, text in found.items()}


def _count(found: Fields) -> int:
    return int(found.get(COUNT, "0"))


def _is_older(there: Fields, than: Fields) -> bool:
    return _count(there) < _count(than)


def _done(wanted: _Wanted, fields: Fields) -> Changes:
    """What an act changes. What it raises is for whoever wanted it, and for nobody else."""
    wanted.error = None
    try:
        return wanted.act(fields)
    except Exception as error:
        wanted.error = error
        return {}


def _changed(fields: Fields, changes: Changes) -> dict[str, str]:
    after = {**fields, **changes}
    return {name: text for name, text in after.items() if text is not None}
