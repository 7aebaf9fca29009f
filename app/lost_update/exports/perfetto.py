"""A recording as a trace for Perfetto (ui.perfetto.dev), in its own form: protobuf, made with Perfetto's own classes.

    P1               ├────────────────────── P1 ──────────────────────┤
                         ├─ number: 4 → 5, lost ─┤
                         ├ reads 4 ┤ computes 5 ┤◆ writes 5
      lock                  ├──── holds lock ────────┤
    P2               ├────────────────────── P2 ──────────────────────┤
                       ├──────────── number: 4 → 5 ────────────┤
                       ├ reads 4 ─────────────── ┤ computes 5 ┤◆ writes 5
    number           4…………………………………………………5………………………………………………5

A process is a track, its threads are tracks below it, and so is each lock that it holds. A step is a moment; a read, a
modify and a wait are drawn until the next step of their process, so that they can be seen. A flow leads from a stale
read to the write that it erased, and from there to the write that did so. Each cell that holds numbers is a counter.
"""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from lost_update.exports.anatomy import DOES
from lost_update.exports.batches import WORKING, batches, value_of
from lost_update.exports.not_possible import check_recorded
from lost_update.exports.slices import Slice, slices_of
from lost_update.exports.updates import NOWHERE, CellUpdates, Updates, updates_of
from lost_update.model.encoding import Step
from lost_update.model.recording import Recording
from lost_update.wording import text_of

if TYPE_CHECKING:
    from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import TrackEvent

LONGEST: Final = 200
"""In letters: a name beyond that is cut."""

SEQUENCE: Final = 1
"""All packets come from one writer."""

_SHOWN_OTHERWISE: Final = ("start", "exit", "task_start", "task_end", "acquire", "release")
"""By the slices that begin or end with them."""

CATEGORIES: Final = ("process", "task", "update", "lost", "read", "modify", "write", "erases", "wait", "lock", "step")
DETAILS: Final = ("index", "line", "version", "base", "file")
"""What is said so often is said in full once, and by its number from then on: numbers count from 1."""

_CATEGORY: Final = {name: number for number, name in enumerate(CATEGORIES, 1)}


def check(recording: Recording) -> None:
    """A trace is made of steps."""
    check_recorded(len(recording.log), "there is nothing to trace")


def write(recording: Recording) -> Iterator[bytes]:
    """The trace: parts of it one after the other are the whole."""
    yield WORKING
    updates = yield from updates_of(recording)
    slices = yield from slices_of(recording, updates)
    drawing = _Drawing(recording, updates, slices)
    yield drawing.taken()
    for steps in batches(recording):
        for step in steps:
            drawing.take(step)
        yield drawing.taken()
    drawing.close()
    yield drawing.taken()


class _Track:
    """What is open on it, outermost first: for each slice the step at which it ends."""

    def __init__(self, uuid: int) -> None:
        self.uuid = uuid
        self.ends: list[int] = []


class _Lane:
    """A process, or a thread of one."""

    def __init__(self, track: _Track) -> None:
        self.tracks = [track]
        self.step: _Track | None = None
        """Where its last step is drawn, which lasts until its next one."""
        self.holds: dict[str, _Track] = {}
        """By lock."""


class _Drawing:
    """Turns steps into packets, in their order."""

    def __init__(self, recording: Recording, updates: Updates, slices: Iterator[Slice]) -> None:
        from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace, TrackEvent

        self._new_trace = Trace
        self._type = TrackEvent
        self._trace: Trace = Trace()
        self._recording = recording
        self._cells = {cell.number: cell for cell in updates.values()}
        self._slices = slices
        self._next: Slice | None = next(self._slices, None)
        self._updates = updates
        self._uuids = count(1)
        self._t_ns = 0
        self._kinds = {target.name: target.kind for target in recording.names.declared}
        self._is_only = len(updates) == 1
        self._introduce()
        self._lanes = self._all_lanes()
        self._by_name = dict(zip(recording.names.processes, self._lanes, strict=True))
        self._counters = {cell.name: self._counter(cell) for cell in updates.values()}

    def taken(self) -> bytes:
        """The packets since the last time."""
        trace, self._trace = self._trace, self._new_trace()
        return bytes(trace.SerializeToString())

    def take(self, step: Step) -> None:
        """One more step."""
        index, op, lane = step["index"], step["op"], self._by_name[step["process"]]
        self._t_ns = max(self._t_ns, step["t_ns"])
        if lane.step is not None:
            self._end(lane.step)
            lane.step = None
        flows: list[int] = []
        while self._next is not None and self._next.begin == index:
            self._begin(lane, self._next, step)
            flows += self._flows_from(self._next)
            self._next = next(self._slices, None)
        if op in DOES:
            self._touch(lane, step, flows)
        elif op == "wait":
            self._draw_until_next(lane, f"waits for {step['target']}", "wait", step)
        elif op == "acquire":
            self._hold(lane, step)
        elif op == "release":
            self._release(lane, step)
        elif op not in _SHOWN_OTHERWISE:
            self._instant(lane.tracks[0], _call(step), "step", step)
        for track in lane.tracks:
            while track.ends and track.ends[-1] == index:
                self._end(track)

    def close(self) -> None:
        """The recording is over: so is what has not ended."""
        for lane in self._lanes:
            for track in (*lane.holds.values(), *lane.tracks):
                while track.ends:
                    self._end(track)

    def _introduce(self) -> None:
        """What all other packets build on."""
        packet = self._packet()
        packet.first_packet_on_sequence = True
        packet.sequence_flags = packet.SEQ_INCREMENTAL_STATE_CLEARED
        for number, name in enumerate(CATEGORIES, 1):
            packet.interned_data.event_categories.add(iid=number, name=name)
        for number, name in enumerate(DETAILS, 1):
            packet.interned_data.debug_annotation_names.add(iid=number, name=name)

    # Tracks --------------------------------------------------------------------------------------------------------

    def _all_lanes(self) -> list[_Lane]:
        names = self._recording.names
        pids = {process["name"]: process["pid"] for process in self._recording.snapshot.processes}
        tracks = [_Track(next(self._uuids)) for _ in names.processes]
        for number, (name, track) in enumerate(zip(names.processes, tracks, strict=True)):
            packet = self._packet()
            packet.track_descriptor.uuid = track.uuid
            packet.track_descriptor.name = _named(name)
            pid = pids.get(name)
            if number in names.owners:
                packet.track_descriptor.parent_uuid = tracks[names.owners[number]].uuid
            elif pid is not None and 0 < pid < 1 << 31:
                packet.track_descriptor.process.pid = pid
                packet.track_descriptor.process.process_name = _named(name)
        return [_Lane(track) for track in tracks]

    def _below(self, lane: _Lane, name: str) -> _Track:
        track = _Track(next(self._uuids))
        packet = self._packet()
        packet.track_descriptor.uuid = track.uuid
        packet.track_descriptor.parent_uuid = lane.tracks[0].uuid
        packet.track_descriptor.name = _named(name)
        return track

    def _counter(self, cell: CellUpdates) -> int:
        uuid = next(self._uuids)
        packet = self._packet()
        packet.track_descriptor.uuid = uuid
        packet.track_descriptor.name = _named(cell.name)
        packet.track_descriptor.counter.SetInParent()
        self._count(uuid, cell.values[0])
        return uuid

    # Slices --------------------------------------------------------------------------------------------------------

    def _begin(self, lane: _Lane, lasts: Slice, step: Step) -> None:
        """Where it nests in what is open; else on a track below, which is made where there is none."""
        fits = (track for track in lane.tracks if not track.ends or track.ends[-1] >= lasts.end)
        track = next(fits, None)
        if track is None:
            track = self._below(lane, f"{step['process']}, at the same time")
            lane.tracks.append(track)
        track.ends.append(lasts.end)
        if lasts.kind == "update":
            name, category = self._update_in_words(lasts)
        elif lasts.kind == "task":
            name, category = _call(step), "task"
        else:
            name, category = step["process"], "process"
        self._event(track, self._type.TYPE_SLICE_BEGIN, name, category, step)

    def _update_in_words(self, update: Slice) -> tuple[str, str]:
        cell = self._cells[update.cell]
        base = cell.lineage.parent(update.version)
        words = f"{cell.name}: {text_of(cell.values[base])} → {text_of(cell.values[update.version])}"
        return (f"{words}, lost", "lost") if update.version in cell.erased_by else (words, "update")

    def _end(self, track: _Track) -> None:
        track.ends.pop()
        packet = self._packet()
        packet.timestamp = self._t_ns
        packet.track_event.type = self._type.TYPE_SLICE_END
        packet.track_event.track_uuid = track.uuid

    def _draw_until_next(self, lane: _Lane, name: str, category: str, step: Step) -> "TrackEvent":
        track = next((track for track in reversed(lane.tracks) if track.ends), lane.tracks[0])
        track.ends.append(NOWHERE)
        lane.step = track
        return self._event(track, self._type.TYPE_SLICE_BEGIN, name, category, step)

    def _instant(self, track: _Track, name: str, category: str, step: Step) -> "TrackEvent":
        return self._event(track, self._type.TYPE_INSTANT, name, category, step)

    # Steps ---------------------------------------------------------------------------------------------------------

    def _touch(self, lane: _Lane, step: Step, flows: list[int]) -> None:
        """A read, modify or write; the flows begin at it."""
        op, cell = step["op"], self._updates[step["target"]]
        value = value_of(step)
        name = f"{DOES[op]} {text_of(value)}" if self._is_only else f"{DOES[op]} {cell.name} {text_of(value)}"
        if op != "write":
            self._draw_until_next(lane, name, op, step).flow_ids.extend(flows)
            return
        version = step["version"]
        erased = cell.losses.get(version, ())
        track = next((track for track in reversed(lane.tracks) if track.ends), lane.tracks[0])
        name, category = (f"{name}, erases {len(erased)}", "erases") if erased else (name, op)
        event = self._instant(track, name, category, step)
        if cell.writers[cell.erased_by.get(version, 0)] != NOWHERE:
            event.flow_ids.append(self._flow(cell, version))
        event.terminating_flow_ids.extend(self._flow(cell, lost) for lost in erased)
        self._count(self._counters[cell.name], value)

    def _flows_from(self, update: Slice) -> list[int]:
        """From a stale read to each write that was erased because of it.

        What was erased because it hangs on another branch may be older than the read: a flow leads forward alone.
        """
        if update.kind != "update" or not (lost := self._cells[update.cell].losses.get(update.version)):
            return []
        cell = self._cells[update.cell]
        return [self._flow(cell, version) for version in lost if cell.writes[version] > update.begin]

    @staticmethod
    def _flow(cell: CellUpdates, lost: int) -> int:
        """Each lost update has its own."""
        return cell.number << 32 | lost

    def _hold(self, lane: _Lane, step: Step) -> None:
        lock = step["target"]
        track = lane.holds.get(lock)
        if track is None:
            track = lane.holds[lock] = self._below(lane, f"{step['process']}: {lock}")
        track.ends.append(NOWHERE)
        self._event(track, self._type.TYPE_SLICE_BEGIN, f"holds {lock}", "lock", step)

    def _release(self, lane: _Lane, step: Step) -> None:
        """Whoever releases a lock, the holder's hold ends. A semaphore may be released by one who never had it."""
        lock = step["target"]
        lanes = [lane, *self._lanes] if self._kinds[lock] == "lock" else [lane]
        held = (each.holds[lock] for each in lanes if lock in each.holds and each.holds[lock].ends)
        track = next(held, None)
        if track is not None:
            self._end(track)
        if track is None or track is not lane.holds.get(lock):
            self._instant(lane.tracks[0], _call(step), "lock", step)

    # Packets -------------------------------------------------------------------------------------------------------

    def _packet(self) -> Any:
        packet = self._trace.packet.add()
        packet.trusted_packet_sequence_id = SEQUENCE
        return packet

    def _event(self, track: _Track, kind: "TrackEvent.Type", name: str, category: str, step: Step) -> "TrackEvent":
        packet = self._packet()
        packet.sequence_flags = packet.SEQ_NEEDS_INCREMENTAL_STATE
        packet.timestamp = self._t_ns
        event: TrackEvent = packet.track_event
        event.type = kind
        event.track_uuid = track.uuid
        event.name = _named(name)
        event.category_iids.append(_CATEGORY[category])
        detail = event.debug_annotations.add
        detail(name_iid=1, int_value=step["index"])
        if "line" in step:
            detail(name_iid=2, int_value=step["line"])
        if "version" in step:
            detail(name_iid=3, int_value=step["version"])
        if step.get("base") is not None:
            detail(name_iid=4, int_value=step["base"])
        if "file" in step:
            detail(name_iid=5, string_value=_named(step["file"]))
        return event

    def _count(self, uuid: int, value: object) -> None:
        if not isinstance(value, int | float):
            return
        packet = self._packet()
        packet.timestamp = self._t_ns
        packet.track_event.type = self._type.TYPE_COUNTER
        packet.track_event.track_uuid = uuid
        if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
            packet.track_event.counter_value = int(value)
        else:
            packet.track_event.double_counter_value = float(value)


def _call(step: Step) -> str:
    """A step as it could stand in a program: `queue.put(3)`."""
    value = value_of(step)
    call = f"{step['op']}({'' if value is None else text_of(value)})"
    if "task" in step:
        return f"task {step['task']}" if step["op"] == "task_start" else f"{call} of task {step['task']}"
    return f"{step['target']}.{call}" if "target" in step else call


def _named(text: str) -> str:
    """What protobuf takes for a text."""
    return text if text.isascii() and len(text) <= LONGEST else text[:LONGEST].encode(errors="replace").decode()
