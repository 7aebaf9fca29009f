"""A run as Server-Sent Events: what has happened from the start, then what happens, then the end.

    run's thread                      event loop
    ────────────                      ──────────
    Log.append ── RunViewers.notify ▶ all viewers of that run wake up at once
                                      viewer: cursor ─▶ next piece of the log ─▶ encoded once for all

An event's id is `RUN-NEXT`, the run and the index of the next step. A viewer who comes back with it goes on there;
an id of another run, or of another server's, means from the start.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

import orjson

from lost_update.model.encoding import columns_json
from lost_update.model.log import PIECE
from lost_update.model.recording import Recording
from lost_update.model.view import run_view
from lost_update.settings import MAX_SENT_AT_ONCE, Settings
from lost_update.web.encoded import Encoded
from lost_update.web.seats import Seats


class RunViewers:
    """The viewers of one run. Wakes all of them, from any thread, with one call into the event loop."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.count = 0
        self.next_change = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._is_notified = False
        self._view = b""
        self._view_revision = -1

    def notify(self) -> None:
        """There may be something new."""
        if not self._is_notified:
            self._is_notified = True
            self._loop.call_soon_threadsafe(self._wake)

    def view_event(self, revision: int) -> bytes:
        """The run view as an event, encoded once a revision."""
        if revision != self._view_revision:
            self._view = _event("run", orjson.dumps(run_view(self.recording)))
            self._view_revision = revision
        return self._view

    def _wake(self) -> None:
        self._is_notified = False
        change, self.next_change = self.next_change, asyncio.Event()
        change.set()


class Viewers:
    """All viewers of all runs. Used by the event loop's thread alone."""

    def __init__(self, settings: Settings) -> None:
        self.seats = Seats(settings)
        self._encoded = Encoded(settings.encoded_memory)
        self._by_run: dict[str, RunViewers] = {}
        self._catching_up = asyncio.Lock()

    async def watch(self, recording: Recording, last_event_id: str) -> AsyncIterator[bytes]:
        """The events of `run` for one viewer, who has seen everything up to `last_event_id`."""
        run_viewers = self._enter(recording)
        try:
            cursor = cursor_of(recording, last_event_id)
            revision = -1
            while True:
                if len(recording.log) - cursor > PIECE:
                    async with self._catching_up:  # one a turn of the event loop, to leave room for all others
                        await asyncio.sleep(0)
                change = run_viewers.next_change
                is_over = recording.is_over
                # Read the steps first, then the view, so that it declares all their targets. It is sent first.
                cursor, events = self._next(recording, cursor)
                if revision < 0 or (not is_over and revision != recording.revision):
                    revision = recording.revision
                    yield run_viewers.view_event(revision)
                if events:
                    yield events
                elif is_over:
                    yield _event("end", orjson.dumps(run_view(recording)), f"{recording.id}-{cursor}")
                    return
                else:
                    await change.wait()
        finally:
            self._leave(run_viewers)

    def _next(self, recording: Recording, cursor: int) -> tuple[int, bytes]:
        events: list[bytes] = []
        size = 0
        while size < MAX_SENT_AT_ONCE:
            start, stop = recording.log.piece_after(cursor)
            if start == stop:
                break
            event = partial(_steps_event, recording, start, stop)
            events.append(self._encoded.get((recording.id, start, stop), event))
            size += len(events[-1])
            cursor = stop
        return cursor, b"".join(events)

    def _enter(self, recording: Recording) -> RunViewers:
        run_viewers = self._by_run.get(recording.id)
        if run_viewers is None:
            run_viewers = self._by_run[recording.id] = RunViewers(recording)
            recording.log.listen(run_viewers.notify)
        run_viewers.count += 1
        return run_viewers

    def _leave(self, run_viewers: RunViewers) -> None:
        run_viewers.count -= 1
        if not run_viewers.count:
            run_viewers.recording.log.unlisten(run_viewers.notify)
            del self._by_run[run_viewers.recording.id]


INDEX_DIGITS: Final = 12
"""The index of a step has no more digits than this. A viewer may send a text of any length as one."""


def cursor_of(recording: Recording, event_id: str) -> int:
    """Where a viewer who has seen the event of that id goes on; 0 for an id that is not of this run's log."""
    run_id, _, index = event_id.rpartition("-")
    is_index = index.isdecimal() and len(index) <= INDEX_DIGITS
    return int(index) if run_id == recording.id and is_index and int(index) <= len(recording.log) else 0


def _steps_event(recording: Recording, start: int, stop: int) -> bytes:
    data = columns_json(recording.log.rows(start, stop), start, recording.names)
    return _event("steps", data, f"{recording.id}-{stop}")


def _event(name: str, data: bytes, event_id: str = "") -> bytes:
    head = f"id: {event_id}\nevent: {name}\ndata: " if event_id else f"event: {name}\ndata: "
    return b"".join((head.encode(), data, b"\n\n"))
