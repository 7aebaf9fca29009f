"""All that this server knows of runs: those of its registry, and what is kept.

registry ── in memory: answered at once
   └ none ─▶ store ── on the disk: asked in a thread, so that the event loop goes on meanwhile
"""

from collections.abc import Callable, Iterable

from starlette.concurrency import run_in_threadpool

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.store.store import Store
from lost_update.web.errors import NoSuchRun


class Known:
    """Looks for a run in the registry first. Used by the event loop's thread alone."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self.registry = registry
        self.store = store

    async def whole(self, run_id: str) -> Recording:
        """The recording of that run, with its steps. Raises `NoSuchRun`."""
        return await self._found(run_id, self.store.find)

    async def outline(self, run_id: str) -> Recording:
        """The recording, perhaps without its steps: enough for its view. Raises `NoSuchRun`."""
        return await self._found(run_id, self.store.outline)

    async def outlines(self, run_ids: Iterable[str]) -> dict[str, Recording]:
        """Those of these runs that are known."""
        found = {run_id: await self._look(run_id, self.store.outline) for run_id in run_ids}
        return {run_id: recording for run_id, recording in found.items() if recording is not None}

    async def kept_columns(self, run_id: str) -> bytes | None:
        """The steps as they are kept for the page; None where they are made of what is in memory."""
        if self.registry.recording(run_id) is not None:
            return None
        return await run_in_threadpool(self.store.columns, run_id)

    async def _found(self, run_id: str, look: Callable[[str], Recording | None]) -> Recording:
        recording = await self._look(run_id, look)
        if recording is None:
            raise NoSuchRun(run_id)
        return recording

    async def _look(self, run_id: str, look: Callable[[str], Recording | None]) -> Recording | None:
        recording = self.registry.recording(run_id)
        return await run_in_threadpool(look, run_id) if recording is None else recording
