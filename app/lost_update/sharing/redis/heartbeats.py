"""Which replicas live, and the end of the runs of one that does not: they end as failed, once for all, for all to see.

    replica:A  there for 3 s after A has last written it ── gone ─▶ its runs that are not over: one transaction writes
                                                                    how they ended into hash and stream

Every replica looks after the runs that somebody watches there, and after those that somebody asks for. One that was
only cut off, and comes back, tells of its runs anew: what it says counts.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any, Final

import redis

from lost_update.execution.failures import log as log_fault
from lost_update.execution.run_lifecycle import ended
from lost_update.model.recording import Snapshot
from lost_update.sharing.mirror import Mirror
from lost_update.sharing.redis import keys, pieces
from lost_update.sharing.redis.board import RedisBoard
from lost_update.sharing.redis.link import Link
from lost_update.sharing.redis.mirrors import Mirrors
from lost_update.sharing.replicas import Away

LOOK_SECONDS: Final = 0.5

REASON: Final = "The server on which it ran is gone: it was ended, or cannot be reached any more."


def lost(snapshot: Snapshot, steps: int) -> Snapshot:
    """How a run ends whose replica is gone, after so many steps."""
    processes = tuple(map(ended, snapshot.processes))
    return replace(
        snapshot, processes=processes, status="failed", reason=REASON, place=None, steps=steps, runnable=(), next=None
    )


class Heartbeats:
    """The event loop's."""

    def __init__(self, link: Link, mirrors: Mirrors, board: RedisBoard) -> None:
        self._link = link
        self._mirrors = mirrors
        self._board = board
        self._refresh_due = 0.0

    async def watch(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except Away:
                pass
            except Exception as error:  # ours: the next look may well come to something
                log_fault(error)

    async def gone(self, replicas: Iterable[str]) -> set[str]:
        """Those of these that do not live. Where Redis was away, all have a moment to say again that they do."""
        names = sorted(set(replicas))
        if not names or self._link.just_came_back:
            return set()
        with self._link.asking() as client:
            async with client.pipeline(transaction=False) as pipeline:
                for name in names:
                    pipeline.exists(keys.replica(name))
                return {name for name, lives in zip(names, await pipeline.execute(), strict=True) if not lives}

    async def end(self, run_id: str, mirror: Mirror | None = None) -> None:
        """End the run of a replica that is gone, unless somebody else has done so, or it is back.

        Where Redis has lost it, too, all that the mirror has of it is written anew.
        """
        with self._link.asking() as client:
            async with client.pipeline() as pipeline:
                while True:
                    with suppress(redis.WatchError):
                        await self._end(pipeline, run_id, mirror)
                        return

    async def _look(self) -> None:
        live = self._mirrors.live()
        gone = await self.gone([*(mirror.replica for mirror in live), *self._board.replicas_here()])
        for mirror in live:
            if mirror.replica in gone:
                await self.end(mirror.id, mirror)
        await self._board.forget(gone)
        if (now := monotonic()) >= self._refresh_due:
            self._refresh_due = now + keys.REFRESH_SECONDS
            await self._board.refresh()

    async def _end(self, pipeline: Any, run_id: str, mirror: Mirror | None) -> None:
        run, log = keys.run(run_id), keys.log(run_id)
        await pipeline.watch(run, log)
        about = pieces.about(await pipeline.hgetall(run))
        origin = about or mirror
        if origin is None or origin.snapshot.is_over:
            return
        await pipeline.watch(keys.replica(origin.replica))
        if await pipeline.exists(keys.replica(origin.replica)):
            return
        last = await pipeline.xrevrange(log, count=1)
        pipeline.multi()
        steps = pieces.next_after(last[0][1]) if last else 0
        if mirror is not None and len(mirror.log) > steps:
            seen = pieces.stand_of(mirror.snapshot, mirror.number)
            for entry in pieces.entries(mirror, range(steps, len(mirror.log)), seen, mirror.names):
                pipeline.xadd(log, entry)
            steps = len(mirror.log)
        snapshot, number = lost(origin.snapshot, steps), origin.number + 1
        pipeline.xadd(log, pieces.last_entry(snapshot, number))
        pipeline.expire(log, keys.RUN_SECONDS)
        stand = pieces.stand_of(snapshot, number, is_lost=True)
        if about is None:
            stand |= pieces.origin_of(origin.header, origin.owner, origin.replica) | pieces.declared_in(snapshot.names)
        pipeline.hset(run, mapping=stand)
        pipeline.expire(run, keys.RUN_SECONDS)
        await pipeline.execute()
