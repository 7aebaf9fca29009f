"""All runs that can be asked for here, and what may be asked of one, wherever it lives.

registry ── in memory: answered at once
   └ none ─▶ store ── on the disk: asked in a thread, so that the event loop goes on meanwhile
        └ none ─▶ the other replicas, where there are any

What changes a run here is answered when the other replicas know it: whoever looks there next finds it so. Who may
stop a run or step it is decided where that is asked for: here everybody may.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from starlette.concurrency import run_in_threadpool

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.model.view import RunView, ScriptRunView, view_of
from lost_update.sharing.replicas import Away, Granted, Replicas
from lost_update.sources.request import RunRequest
from lost_update.store.store import Store
from lost_update.web.errors import NoSuchRun

STOPPED: Final = "It was stopped on request."

Look = Callable[[str], Recording | None]
LookElsewhere = Callable[[str], Awaitable[Recording | None]]


class Known:
    """Looks for a run in the registry first. Used by the event loop's thread alone."""

    def __init__(self, registry: Registry, store: Store, replicas: Replicas) -> None:
        self.registry = registry
        self.store = store
        self.replicas = replicas

    async def start(self, request: RunRequest, owner: str) -> Recording:
        """Start a run of this visitor. Raises `Refusal` and `Full`."""
        run = await run_in_threadpool(self.registry.submit, request, owner)
        await self.replicas.tell()
        return run.recording

    async def bring(self, recording: Recording, owner: str) -> None:
        """Have a recording that this visitor has brought along. It is in their list then."""
        self.registry.bring(recording, owner)
        await asyncio.wrap_future(self.store.keep(recording, owner, is_imported=True))
        await self.replicas.tell()

    async def forget(self, run_id: str) -> None:
        """Remember nothing of a run that is over, here or elsewhere."""
        self.registry.forget(run_id)
        await self.replicas.forget(run_id)

    async def all_views(self) -> list[RunView | ScriptRunView]:
        """All runs that anybody remembers, newest first; then those of scripts that are shown here.

        Where the other replicas are away, only those of this one.
        """
        own = {run.id: run.recording for run in self.registry.newest_first()}
        listed: list[Recording] = []
        with suppress(Away):
            listed = [own.pop(each.id, each) for each in await self.replicas.listed()]
        return [view_of(recording) for recording in (*own.values(), *listed, *self.registry.shown)]

    async def owner_of(self, run_id: str) -> str | None:
        """The visitor who started that run; None where nobody did: it is a recording, or a script in a terminal.

        Raises `NoSuchRun`.
        """
        run = self.registry.get(run_id)
        if run is not None:
            return run.owner
        if self.registry.recording(run_id) is not None or await run_in_threadpool(self.store.is_there, run_id):
            return None
        owner = await self.replicas.owner_of(run_id)
        if owner is None:
            raise NoSuchRun(run_id)
        return owner or None

    async def grant(self, run_id: str, process: str) -> Granted:
        """Let a process of that run take its next step. Raises `NoSuchRun`, and `Refusal` where it cannot."""
        run = self.registry.get(run_id)
        if run is None:
            granted = await self.replicas.grant(run_id, process)
            if granted is None:
                raise NoSuchRun(run_id)
            return granted
        index = await asyncio.wrap_future(run.grant(process))
        await self.replicas.tell()
        return Granted(step=run.step(index), run=run.view())

    async def stop(self, run_id: str) -> RunView | ScriptRunView:
        """Stop that run, and say what it came to. What is over, and a script, stays as it is. Raises `NoSuchRun`."""
        run = self.registry.get(run_id)
        if run is None:
            return view_of(await self._found(run_id, self.store.outline, self.replicas.stop))
        self.registry.stop(run, STOPPED)  # no thread of its own: there may be none to be had
        await asyncio.wrap_future(run.over)
        await self.replicas.tell()
        return run.view()

    async def whole(self, run_id: str) -> Recording:
        """The recording of that run, with its steps. Raises `NoSuchRun`."""
        return await self._found(run_id, self.store.find, self.replicas.whole)

    async def outline(self, run_id: str) -> Recording:
        """The recording, perhaps without its steps: enough for its view. Raises `NoSuchRun`."""
        return await self._found(run_id, self.store.outline, self.replicas.outline)

    async def outlines(self, run_ids: Iterable[str]) -> dict[str, Recording]:
        """Those of these runs that are known."""
        found = {run_id: await self._look(run_id, self.store.outline, self.replicas.outline) for run_id in run_ids}
        return {run_id: recording for run_id, recording in found.items() if recording is not None}

    async def kept_columns(self, run_id: str) -> bytes | None:
        """The steps as they are kept for the page; None where they are made of what is in memory."""
        if self.registry.recording(run_id) is not None:
            return None
        return await run_in_threadpool(self.store.columns, run_id)

    async def _found(self, run_id: str, look: Look, elsewhere: LookElsewhere) -> Recording:
        recording = await self._look(run_id, look, elsewhere)
        if recording is None:
            raise NoSuchRun(run_id)
        return recording

    async def _look(self, run_id: str, look: Look, elsewhere: LookElsewhere) -> Recording | None:
        recording = self.registry.recording(run_id) or await run_in_threadpool(look, run_id)
        return await elsewhere(run_id) if recording is None else recording
