"""What Redis says of a run, asked once for all who want to know it at the same time: a whole class opens it together.

    first asks ─▶ a look goes on ─────────────────▶ its answer
    others ask meanwhile ─▶ wait ─▶ one more look ─▶ its answer, for all of them

A look that began before somebody asked could be older than what that one has just heard elsewhere.
"""

import asyncio
from typing import NamedTuple

from lost_update.sharing.redis import keys, pieces
from lost_update.sharing.redis.heartbeats import Heartbeats
from lost_update.sharing.redis.link import Link
from lost_update.sharing.redis.pieces import About


class Found(NamedTuple):
    """How a run stands, where it is known; whether its steps are there, and whether its replica is gone."""

    about: About | None
    has_steps: bool = False
    is_alone: bool = False


class Lookups:
    """Used by the event loop's thread alone."""

    def __init__(self, link: Link, heartbeats: Heartbeats) -> None:
        self._link = link
        self._heartbeats = heartbeats
        self._going_on: dict[str, asyncio.Task[Found]] = {}
        self._next: dict[str, asyncio.Task[Found]] = {}

    async def look_up(self, run_id: str) -> Found:
        """How that run stands now. Raises `Away`."""
        look = self._next.get(run_id)
        if look is None:
            work = self._look_after(run_id, self._going_on.get(run_id))
            look = self._next[run_id] = asyncio.get_running_loop().create_task(work)
            look.add_done_callback(_note_that_it_was_seen)
        return await asyncio.shield(look)  # one who asks may leave: the others still want to know

    async def _look_after(self, run_id: str, before: "asyncio.Task[Found] | None") -> Found:
        if before is not None:
            await asyncio.wait([before])
        mine = self._going_on[run_id] = self._next.pop(run_id)
        try:
            return await self._look(run_id)
        finally:
            if self._going_on.get(run_id) is mine:
                del self._going_on[run_id]

    async def _look(self, run_id: str) -> Found:
        with self._link.asking() as client:
            async with client.pipeline(transaction=False) as pipeline:
                pipeline.hgetall(keys.run(run_id))
                pipeline.exists(keys.log(run_id))
                said, has_steps = await pipeline.execute()
        about = pieces.about(said)
        if about is None or (has_steps and about.snapshot.is_over):
            return Found(about, bool(has_steps))
        return Found(about, bool(has_steps), bool(await self._heartbeats.gone([about.replica])))


def _note_that_it_was_seen(look: "asyncio.Task[Found]") -> None:
    """Whoever asked has been told of the error, or has left."""
    if not look.cancelled():
        look.exception()
