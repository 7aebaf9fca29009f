"""Runs as Server-Sent Events: what has happened from the start, then what happens, then the end.

    run's thread                      event loop
    ────────────                      ──────────
    Log.append ── RunViewers.notify ▶ all viewers of that run wake up at once
                                      viewer: a cursor a run ─▶ next piece of the log ─▶ encoded once for all

A viewer watches one run or several. A *position* is `RUN-NEXT`: a run, and the index of its next step. An event's id is
the position in its run; where several are watched, it is the positions in all of them, and the data names the run.
A viewer who comes back with an id goes on there. A run of which it has no position is sent from the start; so is one
whose position is of another run's log, or of another server's. One who watches a run of another replica may know more
of it than has come here by now, and waits for that. If nothing can come any more, the stream ends without an `end`:
who watches is to connect again, here or elsewhere.

Steps are sent as they come. A run view is some 7 kB for a class of thirty, and each of them changes it: one that
follows on another is held back for a moment, so that what changes meanwhile is sent once.

A stream of several runs also tells of rooms (`room_stream`), and goes on until they have ended, too.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager, suppress
from functools import cached_property, partial
from typing import Final

import orjson

from lost_update.model.encoding import columns_json
from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.settings import BEAT_SECONDS, MAX_SENT_AT_ONCE, VIEW_SECONDS, Settings
from lost_update.sharing.mirror import Mirror
from lost_update.sharing.replicas import Away
from lost_update.sharing.rooms import Rooms
from lost_update.web.beat import Beat
from lost_update.web.counts import Histogram
from lost_update.web.encoded import Encoded
from lost_update.web.listeners import Listeners
from lost_update.web.room_stream import RoomCursor, RoomName, RoomViewers
from lost_update.web.seats import Seats


class RunViewers:
    """The viewers of one run. Wakes all of them, from any thread, with one call into the event loop."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.listeners = Listeners()
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

    @cached_property
    def final_view(self) -> bytes:
        """The same of a run that is over: it stays as it is."""
        return orjson.dumps(view_of(self.recording))

    def _wake(self) -> None:
        if rest := self.listeners.rest:
            self._loop.call_later(rest, self._wake)
            return
        self._is_notified = False
        self.listeners.tell()


class Cursor:
    """How far one viewer is in one run."""

    def __init__(self, run_viewers: RunViewers, event_id: str) -> None:
        self.run_viewers = run_viewers
        self.recording = run_viewers.recording
        self.index = cursor_of(self.recording, event_id)
        self.revision = -1
        self.has_ended = False
        self._view_due_at = 0.0
        self._declared = (0, 0, 0)
        self._measured = max(self.index, len(self.recording.log))
        """Steps from here on are seen as they come. How late each is, is measured when it has been sent."""

    @property
    def is_cut(self) -> bool:
        """Whether nothing comes any more though the run is not over."""
        return isinstance(self.recording, Mirror) and self.recording.is_cut

    @property
    def is_behind(self) -> bool:
        """Whether there are steps that were not sent yet."""
        return self.index < len(self.recording.log)

    @property
    def position(self) -> str:
        """The run, and the index of the next step."""
        return f"{self.recording.id}-{self.index}"

    def forget(self) -> None:
        """Tell once more how the run stands, though nothing has changed."""
        self.revision = -1

    @property
    def has_new_view(self) -> bool:
        """Whether the run stands otherwise than was told last, and its end does not tell that anyway."""
        return self.revision < 0 or (not self.recording.is_over and self.revision != self.recording.revision)

    @property
    def view_due_at(self) -> float | None:
        """When the next view may be sent, on the event loop's clock; None where there is none to send."""
        if not self.has_new_view:
            return None
        declares_more = self._declared != _declared_in(self.recording)
        return 0.0 if self.revision < 0 or declares_more else self._view_due_at

    def take_view(self) -> bytes:
        """The view that is due, which counts as sent."""
        self._view_due_at = asyncio.get_running_loop().time() + VIEW_SECONDS
        self._declared = _declared_in(self.recording)
        self.revision = self.recording.revision
        return self.run_viewers.view(self.revision)

    def measure(self, lag: Histogram) -> None:
        """What there was has been sent: note how late the oldest of the new steps was."""
        if self.index > self._measured:
            lag.observe(self.recording.log.seconds_since(self._measured))
            self._measured = self.index


class Viewer:
    """One stream: how far it is in each of its runs and rooms, and how its events are written."""

    def __init__(
        self,
        cursors: Sequence[Cursor],
        rooms: Sequence[RoomCursor],
        change: asyncio.Event,
        lag: Histogram,
        *,
        names_runs: bool,
    ) -> None:
        self._cursors = cursors
        self._all: tuple[Cursor | RoomCursor, ...] = (*rooms, *cursors)
        self._change = change
        self._lag = lag
        self._names_runs = names_runs

    async def events(self, encoded: Encoded) -> AsyncGenerator[bytes, None]:
        """Everything, up to the end of the last run and the last room; or until something is cut.

        Who listens to several is told again how one of them stands where none changes for some time: it could not know
        otherwise whether the server has nothing to say or its connection is dead.
        """
        with Beat(BEAT_SECONDS, self._remind) as beat:
            while not self._is_over():
                self._change.clear()
                for cursor in self._all:
                    if events := b"".join(self._next(cursor, encoded)):
                        beat.said()
                        yield events
                        if isinstance(cursor, Cursor):
                            cursor.measure(self._lag)
                            await asyncio.sleep(0)  # a long replay must leave room for others
                if not self._has_more():
                    await self._wait()

    async def _wait(self) -> None:
        """For a change, or until a view is due that was held back."""
        due = [at for cursor in self._cursors if (at := cursor.view_due_at) is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(due, default=None)):
                await self._change.wait()

    def _is_over(self) -> bool:
        return all(cursor.has_ended for cursor in self._all) or any(cursor.is_cut for cursor in self._all)

    def _has_more(self) -> bool:
        """Whether there is something to do without any change."""
        return self._is_over() or any(cursor.is_behind for cursor in self._cursors)

    def _remind(self) -> None:
        for cursor in self._all:
            if self._names_runs and not cursor.has_ended:
                cursor.forget()
                self._change.set()
                break

    def _next(self, cursor: Cursor | RoomCursor, encoded: Encoded) -> Iterator[bytes]:
        """What is to be sent of one run or room now, in parts."""
        if isinstance(cursor, RoomCursor):
            for name, data in cursor.next():
                yield from self._named(name, b"room", cursor.name.text, data)
        elif not cursor.has_ended:
            yield from self._next_of_run(cursor, encoded)

    def _next_of_run(self, cursor: Cursor, encoded: Encoded) -> Iterator[bytes]:
        recording = cursor.recording
        is_over = recording.is_over
        # Read the steps first, then the view, so that it declares all their targets. It is sent first.
        steps = list(self._steps(cursor, encoded))
        due_at = cursor.view_due_at
        if due_at is not None and due_at <= asyncio.get_running_loop().time():
            yield from self._event("run", cursor, cursor.take_view())
        for stop, data in steps:
            cursor.index = stop
            yield from self._event("steps", cursor, data)
        if is_over and not cursor.is_behind:
            cursor.has_ended = True
            yield from self._event("end", cursor, cursor.run_viewers.final_view)

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
        """The parts of an event of a run."""
        if self._names_runs:
            return self._named(name, b"run", cursor.recording.id, data)
        head = f"event: {name}\ndata: " if name == "run" else f"id: {cursor.position}\nevent: {name}\ndata: "
        return head.encode(), data, b"\n\n"

    def _named(self, name: str, kind: bytes, of: str, data: bytes) -> tuple[bytes, ...]:
        """The parts of an event. `data` is an object; what the event is about becomes its first field."""
        event_id = ",".join(each.position for each in self._cursors)
        head = f"id: {event_id}\nevent: {name}\ndata: "
        return head.encode(), b'{"', kind, b'":', orjson.dumps(of), b",", data[1:], b"\n\n"


class Viewers:
    """All viewers of all runs and rooms. Used by the event loop's thread alone."""

    def __init__(self, settings: Settings, rooms: Rooms, lag: Histogram) -> None:
        self.seats = Seats(settings)
        self._lag = lag
        self._rooms = rooms
        self._encoded = Encoded(settings.encoded_memory)
        self._by_run: dict[str, RunViewers] = {}
        self._by_room: dict[str, RoomViewers] = {}

    async def watch(
        self,
        recordings: Sequence[Recording],
        last_event_id: str,
        *,
        names_runs: bool,
        rooms: Sequence[RoomName] = (),
    ) -> AsyncIterator[bytes]:
        """The events of these runs and rooms for one viewer, who has seen everything up to `last_event_id`."""
        change = asyncio.Event()
        with self._watching(recordings, change) as watched, suppress(Away):
            async with self._in_rooms(rooms, change) as entered:
                cursors = [Cursor(run_viewers, last_event_id) for run_viewers in watched]
                viewer = Viewer(cursors, entered, change, self._lag, names_runs=names_runs)
                async with aclosing(viewer.events(self._encoded)) as sent:
                    async for events in sent:
                        yield events

    def close(self) -> None:
        """End the streams that only rooms keep open: the server shuts down."""
        for room_viewers in self._by_room.values():
            room_viewers.end()

    @contextmanager
    def _watching(self, recordings: Sequence[Recording], change: asyncio.Event) -> Iterator[list[RunViewers]]:
        watched = [self._viewers_of(recording) for recording in recordings]
        for run_viewers in watched:
            run_viewers.listeners.changes.add(change)
        try:
            yield watched
        finally:
            for run_viewers in watched:
                run_viewers.listeners.changes.discard(change)
                if not run_viewers.listeners.changes:
                    run_viewers.recording.log.unlisten(run_viewers.notify)
                    del self._by_run[run_viewers.recording.id]

    @asynccontextmanager
    async def _in_rooms(self, names: Sequence[RoomName], change: asyncio.Event) -> AsyncIterator[list[RoomCursor]]:
        async with AsyncExitStack() as entered:
            yield [await entered.enter_async_context(self._in_room(name, change)) for name in names]

    @asynccontextmanager
    async def _in_room(self, name: RoomName, change: asyncio.Event) -> AsyncIterator[RoomCursor]:
        """Watch a room. A phone is there for as long as it does."""
        room_viewers = self._by_room.get(name.code)
        if room_viewers is None:
            room_viewers = self._by_room[name.code] = RoomViewers(name.code, self._rooms)
            room_viewers.open()
        room_viewers.listeners.changes.add(change)
        seat = None
        try:
            if not room_viewers.data:
                await room_viewers.refresh()
            seat = await self._rooms.arrived(name.code, name.token) if name.token else None
            yield RoomCursor(name, room_viewers, seat)
        finally:
            room_viewers.listeners.changes.discard(change)
            if not room_viewers.listeners.changes:
                room_viewers.close()
                del self._by_room[room_viewers.code]
            if seat is not None:
                self._rooms.left(room_viewers.code, seat)

    def _viewers_of(self, recording: Recording) -> RunViewers:
        run_viewers = self._by_run.get(recording.id)
        if run_viewers is None:
            run_viewers = self._by_run[recording.id] = RunViewers(recording)
            recording.log.listen(run_viewers.notify)
        return run_viewers


def _declared_in(recording: Recording) -> tuple[int, int, int]:
    """How much a view declares. A view that declares more comes before the steps that need it."""
    names = recording.names
    return len(names.processes), len(names.declared), len(names.sources)


def _columns(recording: Recording, start: int, stop: int) -> bytes:
    return columns_json(recording.log.rows(start, stop), start, recording.names)


INDEX_DIGITS: Final = 12
"""The index of a step has no more digits than this. A viewer may send a text of any length as one."""


def cursor_of(recording: Recording, event_id: str) -> int:
    """Where a viewer who has seen the event of that id goes on; 0 for an id with no position in this run's log."""
    for position in event_id.split(","):
        run_id, _, index = position.rpartition("-")
        if run_id == recording.id and index.isdecimal() and len(index) <= INDEX_DIGITS:
            return _index_in(recording, int(index))
    return 0


def _index_in(recording: Recording, index: int) -> int:
    length = len(recording.log)
    if index <= length:
        return index
    if isinstance(recording, Mirror):
        return length if recording.is_over else index
    return 0
