"""Runs as Server-Sent Events: what has happened from the start, then what happens, then the end.

    run's thread                      event loop
    ────────────                      ──────────
    Log.append ── RunViewers.notify ▶ all viewers of that run wake up at once
                                      viewer: a cursor a run ─▶ next piece of the log ─▶ encoded once for all

A viewer watches one run or several. A *position* is `RUN-NEXT`: a run, and the index of its next step. An event's id is
the position in its run; where several are watched, it is the positions in all of them, and the data names the run.
A viewer who comes back with an id goes on there. A run of which it has no position is sent from the start; so is one
whose position is of another run's log, or of another server's.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

import orjson

from lost_update.model.encoding import columns_json
from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.settings import BEAT_SECONDS, MAX_SENT_AT_ONCE, Settings
from lost_update.web.counts import LAG_BOUNDS, Histogram
from lost_update.web.encoded import Encoded
from lost_update.web.seats import Seats


class RunViewers:
    """The viewers of one run. Wakes all of them, from any thread, with one call into the event loop."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.changes: set[asyncio.Event] = set()
        """Of each viewer, what wakes it."""
        self._loop = asyncio.get_running_loop()
        self._is_notified = False
        self._view = b""
        self._view_revision = -1

    def notify(self) -> None:
        """There may be something new."""
        if not self._is_notified:
            self._is_notified = True
            self._loop.call_soon_threadsafe(self._wake)

    def view(self, revision: int) -> bytes:
        """The run view as JSON, encoded once a revision."""
        if revision != self._view_revision:
            self._view = orjson.dumps(view_of(self.recording))
            self._view_revision = revision
        return self._view

    def _wake(self) -> None:
        self._is_notified = False
        for change in self.changes:
            change.set()


class Cursor:
    """How far one viewer is in one run."""

    def __init__(self, run_viewers: RunViewers, event_id: str) -> None:
        self.run_viewers = run_viewers
        self.recording = run_viewers.recording
        self.index = cursor_of(self.recording, event_id)
        self.came_at = len(self.recording.log)
        """From here on the viewer sees steps as they come; what was there before is sent as fast as it can be read."""
        self.revision = -1
        self.has_ended = False

    @property
    def position(self) -> str:
        """The run, and the index of the next step."""
        return f"{self.recording.id}-{self.index}"


class Viewer:
    """One stream: how far it is in each of its runs, and how its events are written."""

    def __init__(self, cursors: Sequence[Cursor], change: asyncio.Event, lag: Histogram, *, names_runs: bool) -> None:
        self._cursors = cursors
        self._change = change
        self._lag = lag
        self._names_runs = names_runs

    async def events(self, encoded: Encoded) -> AsyncIterator[bytes]:
        """Everything, up to the end of the last run."""
        while not all(cursor.has_ended for cursor in self._cursors):
            self._change.clear()
            is_silent = True
            for cursor in self._cursors:
                first = cursor.index
                if events := b"".join(self._next(cursor, encoded)):
                    is_silent = False
                    yield events
                    if cursor.index > first >= cursor.came_at:
                        self._lag.observe(cursor.recording.log.seconds_since(first))
                    await asyncio.sleep(0)  # a long replay must leave room for others
            if is_silent:
                await self._wait()

    def _next(self, cursor: Cursor, encoded: Encoded) -> Iterator[bytes]:
        """What is to be sent of one run now, in parts."""
        if cursor.has_ended:
            return
        recording = cursor.recording
        is_over = recording.is_over
        # Read the steps first, then the view, so that it declares all their targets. It is sent first.
        steps = list(self._steps(cursor, encoded))
        if cursor.revision < 0 or (not is_over and cursor.revision != recording.revision):
            cursor.revision = recording.revision
            yield from self._event("run", cursor, cursor.run_viewers.view(cursor.revision))
        for stop, data in steps:
            cursor.index = stop
            yield from self._event("steps", cursor, data)
        if is_over and not steps:
            cursor.has_ended = True
            yield from self._event("end", cursor, orjson.dumps(view_of(recording)))

    def _steps(self, cursor: Cursor, encoded: Encoded) -> Iterator[tuple[int, bytes]]:
        """The next pieces of a log, and up to where each goes; so many as are sent at once."""
        size = 0
        next_index = cursor.index
        while size < MAX_SENT_AT_ONCE:
            start, stop = cursor.recording.log.piece_after(next_index)
            if start == stop:
                break
            encode = partial(_columns, cursor.recording, start, stop)
            data = encoded.get((cursor.recording.id, start, stop), encode)
            yield stop, data
            size += len(data)
            next_index = stop

    def _event(self, name: str, cursor: Cursor, data: bytes) -> tuple[bytes, ...]:
        """The parts of an event. `data` is an object; the run, where it is named, becomes its first field."""
        if self._names_runs:
            event_id = ",".join(each.position for each in self._cursors)
            head = f"id: {event_id}\nevent: {name}\ndata: "
            return head.encode(), b'{"run":', orjson.dumps(cursor.recording.id), b",", data[1:], b"\n\n"
        head = f"event: {name}\ndata: " if name == "run" else f"id: {cursor.position}\nevent: {name}\ndata: "
        return head.encode(), data, b"\n\n"

    async def _wait(self) -> None:
        """For a change. A browser with many runs is told again how one stands if none changes for some time.

        It could not know otherwise whether the server has nothing to say or its connection is dead.
        """
        if not self._names_runs:
            await self._change.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await self._change.wait()
                return
        next(cursor for cursor in self._cursors if not cursor.has_ended).revision = -1


class Viewers:
    """All viewers of all runs. Used by the event loop's thread alone."""

    def __init__(self, settings: Settings, lag: Histogram | None = None) -> None:
        self.seats = Seats(settings)
        self._lag = lag or Histogram(LAG_BOUNDS)
        self._encoded = Encoded(settings.encoded_memory)
        self._by_run: dict[str, RunViewers] = {}

    async def watch(
        self, recordings: Sequence[Recording], last_event_id: str, *, names_runs: bool
    ) -> AsyncIterator[bytes]:
        """The events of these runs for one viewer, who has seen everything up to `last_event_id`."""
        with self._watching(recordings) as (watched, change):
            cursors = [Cursor(run_viewers, last_event_id) for run_viewers in watched]
            async for events in Viewer(cursors, change, self._lag, names_runs=names_runs).events(self._encoded):
                yield events

    @contextmanager
    def _watching(self, recordings: Sequence[Recording]) -> Iterator[tuple[list[RunViewers], asyncio.Event]]:
        change = asyncio.Event()
        watched = [self._viewers_of(recording) for recording in recordings]
        for run_viewers in watched:
            run_viewers.changes.add(change)
        try:
            yield watched, change
        finally:
            for run_viewers in watched:
                run_viewers.changes.discard(change)
                if not run_viewers.changes:
                    run_viewers.recording.log.unlisten(run_viewers.notify)
                    del self._by_run[run_viewers.recording.id]

    def _viewers_of(self, recording: Recording) -> RunViewers:
        run_viewers = self._by_run.get(recording.id)
        if run_viewers is None:
            run_viewers = self._by_run[recording.id] = RunViewers(recording)
            recording.log.listen(run_viewers.notify)
        return run_viewers


def _columns(recording: Recording, start: int, stop: int) -> bytes:
    return columns_json(recording.log.rows(start, stop), start, recording.names)


INDEX_DIGITS: Final = 12
"""The index of a step has no more digits than this. A viewer may send a text of any length as one."""


def cursor_of(recording: Recording, event_id: str) -> int:
    """Where a viewer who has seen the event of that id goes on; 0 for an id with no position in this run's log."""
    for position in event_id.split(","):
        run_id, _, index = position.rpartition("-")
        if run_id == recording.id and index.isdecimal() and len(index) <= INDEX_DIGITS:
            return int(index) if int(index) <= len(recording.log) else 0
    return 0
