"""All that this server knows of runs, and what may be asked of one: those of its registry, and what is kept.

registry ── in memory: answered at once
   └ none ─▶ store ── on the disk: asked in a thread, so that the event loop goes on meanwhile

Who may stop a run or step it is decided where that is asked for: here everybody may.
"""

import asyncio
from collections.abc import Callable, Iterable

from starlette.concurrency import run_in_threadpool

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.recording import Recording
from lost_update.model.view import RunView, ScriptRunView, view_of
from lost_update.sources.request import RunRequest
from lost_update.store.store import Store
from lost_update.web.answers import Granted
from lost_update.web.errors import NoSuchRun


class Known:
    """Looks for a run in the registry first. Used by the event loop's thread alone."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self.registry = registry
        self.store = store

    async def start(self, request: RunRequest, owner: str) -> Recording:
        """Start a run of this visitor. Raises `Refusal` and `Full`."""
        run = await run_in_threadpool(self.registry.submit, request, owner)
        return run.recording

    async def bring(self, recording: Recording, owner: str) -> None:
        """Have a recording that this visitor has brought along."""
        self.registry.bring(recording, owner)
        self.store.keep(recording, owner, is_imported=True)

    async def all_views(self) -> list[RunView | ScriptRunView]:
        """All runs that are remembered, newest first; then those of scripts that are shown here."""
        recordings = [run.recording for run in self.registry.newest_first()]
        return [view_of(recording) for recording in (*recordings, *self.registry.shown)]

    async def owner_of(self, run_id: str) -> str | None:
        """The visitor who started that run; None where nobody did: it is a recording, or a script in a terminal.

        Raises `NoSuchRun`.
        """
        run = self.registry.get(run_id)
        if run is not None:
            return run.owner
        await self.outline(run_id)
        return None

    async def grant(self, run_id: str, process: str) -> Granted:
        """Let a process of that run take its next step. Raises `NoSuchRun`, `NotRunnable` and `Full`."""
        run = self._run(run_id)
        index = await asyncio.wrap_future(run.grant(process))
        return Granted(step=run.step(index), run=run.view())

    async def stop(self, run_id: str) -> RunView | ScriptRunView:
        """Stop that run, and say what it came to. What is over, and a script, stays as it is. Raises `NoSuchRun`."""
        run = self.registry.get(run_id)
        if run is None:
            return view_of(await self.outline(run_id))
        self.registry.stop(run, "It was stopped on request.")  # no thread of its own: there may be none to be had
        await asyncio.wrap_future(run.over)
        return run.view()

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

    def _run(self, run_id: str) -> Run:
        run = self.registry.get(run_id)
        if run is None:
            raise NoSuchRun(run_id)
        return run

    async def _found(self, run_id: str, look: Callable[[str], Recording | None]) -> Recording:
        recording = await self._look(run_id, look)
        if recording is None:
            raise NoSuchRun(run_id)
        return recording

    async def _look(self, run_id: str, look: Callable[[str], Recording | None]) -> Recording | None:
        recording = self.registry.recording(run_id)
        return await run_in_threadpool(look, run_id) if recording is None else recording
