"""The trace for Perfetto, read back with the classes of Perfetto's own package: slices nest, flows join, times ascend,
and counters are what the steps say.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace, TrackEvent

from lost_update.exports.not_possible import NotPossible
from lost_update.model.recording import Recording
from tests.exported import exported
from tests.recordings import RECORDINGS, kind_of, load, recorded
from tests.script_recordings import Script
from tests.variants import one_of_each

TRACED = one_of_each(kind_of, [name for name in RECORDINGS if "untraced" not in name])


@dataclass
class Slice:
    """As a reader sees it. An instant begins and ends at once."""

    track: int
    name: str
    category: str
    begin: int
    depth: int
    details: dict[str, Any]
    end: int | None = None
    flows: list[int] = field(default_factory=list)
    ending: list[int] = field(default_factory=list)


class Read:
    """A trace as a reader understands it who knows only Perfetto's form."""

    def __init__(self, data: bytes) -> None:
        self.tracks: dict[int, Any] = {}
        self.slices: list[Slice] = []
        self.counters: dict[int, list[float]] = {}
        self.times: list[int] = []
        self._open: dict[int, list[Slice]] = {}
        self._interned: Any = None
        for packet in Trace.FromString(data).packet:
            if packet.HasField("interned_data"):
                self._interned = packet.interned_data
            if packet.HasField("track_descriptor"):
                self.tracks[packet.track_descriptor.uuid] = packet.track_descriptor
            if packet.HasField("track_event"):
                self._take(packet.timestamp, packet.track_event)
        assert not any(self._open.values()), "a slice never ends"

    def _take(self, time: int, event: Any) -> None:
        self.times.append(time)
        track = event.track_uuid
        assert track in self.tracks, "its track has not been declared yet"
        if event.type == TrackEvent.TYPE_COUNTER:
            value = event.WhichOneof("counter_value_field")
            self.counters.setdefault(track, []).append(getattr(event, value))
            return
        opened = self._open.setdefault(track, [])
        if event.type == TrackEvent.TYPE_SLICE_END:
            assert opened, "an end without a beginning"
            opened.pop().end = time
            return
        (category,) = event.category_iids
        found = Slice(track, event.name, self._category(category), time, len(opened), self._details(event))
        found.flows, found.ending = list(event.flow_ids), list(event.terminating_flow_ids)
        self.slices.append(found)
        if event.type == TrackEvent.TYPE_INSTANT:
            found.end = time
        else:
            assert event.type == TrackEvent.TYPE_SLICE_BEGIN
            opened.append(found)

    def _category(self, iid: int) -> str:
        return {each.iid: str(each.name) for each in self._interned.event_categories}[iid]

    def _details(self, event: Any) -> dict[str, Any]:
        names = {each.iid: each.name for each in self._interned.debug_annotation_names}
        return {
            names[each.name_iid]: each.string_value if each.HasField("string_value") else each.int_value
            for each in event.debug_annotations
        }

    def of(self, *categories: str) -> list[Slice]:
        return [each for each in self.slices if each.category in categories]

    def process_of(self, found: Slice) -> str:
        track = self.tracks[found.track]
        while track.parent_uuid:
            track = self.tracks[track.parent_uuid]
        return str(track.name)


def read(recording: Recording) -> Read:
    return Read(exported(recording, "perfetto"))


def times(name: str) -> list[int]:
    return [step["t_ns"] for step in load(name)[1]]


@pytest.mark.parametrize("name", TRACED)
def test_times_ascend_and_slices_nest_in_each_track(name: str) -> None:
    trace = read(recorded(name))
    assert trace.times == sorted(trace.times)
    by_track: dict[int, list[Slice]] = {}
    for each in trace.slices:
        by_track.setdefault(each.track, []).append(each)
    for slices in by_track.values():
        around: list[Slice] = []
        for each in slices:
            assert each.end is not None
            del around[each.depth :]
            assert len(around) == each.depth
            assert not around or (around[-1].begin <= each.begin and each.end <= (around[-1].end or 0))
            around.append(each)


@pytest.mark.parametrize("name", TRACED)
def test_every_process_has_a_track_with_its_life(name: str) -> None:
    view, steps = load(name)
    trace = read(recorded(name))
    lives = {each.name: each for each in trace.of("process")}
    assert set(lives) == {step["process"] for step in steps}
    for process, life in lives.items():
        own = [step for step in steps if step["process"] == process]
        has_ended = any(step["op"] == "exit" for step in own)
        assert (life.begin, life.end) == (own[0]["t_ns"], (own if has_ended else steps)[-1]["t_ns"])
        pids = {each["name"]: each["pid"] for each in view["processes"]}
        assert trace.tracks[life.track].process.pid == pids[process]


@pytest.mark.parametrize("name", TRACED)
def test_every_update_lasts_from_its_read_to_its_write(name: str) -> None:
    _, steps = load(name)
    last_read: dict[tuple[str, str], int] = {}
    expected = []
    for step in steps:
        if step["op"] == "read":
            last_read[step["process"], step["target"]] = step["t_ns"]
        elif step["op"] == "write" and step["base"] is not None:
            expected.append((step["process"], last_read[step["process"], step["target"]], step["t_ns"]))
    trace = read(recorded(name))
    assert sorted((trace.process_of(each), each.begin, each.end) for each in trace.of("update", "lost")) == sorted(
        expected
    )


@pytest.mark.parametrize("name", TRACED)
def test_every_step_is_there_once(name: str) -> None:
    _, steps = load(name)
    trace = read(recorded(name))
    shown = [each.details["index"] for each in trace.of("read", "modify", "write", "erases", "wait", "step")]
    wanted = [
        step["index"]
        for step in steps
        if step["op"] not in ("start", "exit", "acquire", "release", "task_start", "task_end")
    ]
    assert shown == wanted
    acquired = [step["index"] for step in steps if step["op"] == "acquire"]
    assert [each.details["index"] for each in trace.of("lock") if each.name.startswith("holds")] == acquired


@pytest.mark.parametrize("name", TRACED)
def test_each_lost_update_has_a_flow_from_the_stale_read_to_it_and_on_to_the_write_that_erased_it(name: str) -> None:
    view, _ = load(name)
    trace = read(recorded(name))
    passed: dict[int, list[Slice]] = {}
    for each in trace.slices:
        for flow in (*each.flows, *each.ending):
            passed.setdefault(flow, []).append(each)
    assert len(passed) == sum(cell["lost"] or 0 for cell in view["summary"]["cells"]) == len(trace.of("lost"))
    for flow, through in passed.items():
        *before, erased, by = through
        assert [each.category for each in before] in ([], ["read"])
        assert (erased.category in ("write", "erases"), by.category) == (True, "erases")
        assert flow in erased.flows
        assert flow in by.ending
        if before:
            (stale,) = before
            assert trace.process_of(stale) == trace.process_of(by)
            assert stale.details["version"] == by.details["base"] < erased.details["version"] < by.details["version"]


@pytest.mark.parametrize("name", TRACED)
def test_a_counter_is_what_the_steps_wrote(name: str) -> None:
    view, steps = load(name)
    trace = read(recorded(name))
    named = {trace.tracks[uuid].name: values for uuid, values in trace.counters.items()}
    expected = {
        cell["name"]: [
            cell["initial"],
            *(step["value"] for step in steps if step["op"] == "write" and step["target"] == cell["name"]),
        ]
        for cell in view["summary"]["cells"]
    }
    assert named == expected


def test_a_lock_is_held_from_its_acquire_to_its_release() -> None:
    trace = read(recorded("race-with"))
    _, steps = load("race-with")
    acquired = [step["t_ns"] for step in steps if step["op"] == "acquire"]
    released = [step["t_ns"] for step in steps if step["op"] == "release"]
    holds = trace.of("lock")
    assert [(each.begin, each.end) for each in holds] == list(zip(acquired, released, strict=True))
    assert {trace.tracks[each.track].name for each in holds} == {"P1: lock", "P2: lock"}


def test_in_a_deadlock_everybody_waits_to_the_end() -> None:
    trace = read(recorded("crossed-locks"))
    waits = {trace.process_of(each): each for each in trace.of("wait")}
    assert {each.end for each in waits.values()} == {times("crossed-locks")[-1]}
    assert sorted(each.name for each in waits.values()) == ["waits for a", "waits for b"]


def test_the_tasks_of_a_pool_are_slices_of_their_worker() -> None:
    _, steps = load("pool-map")
    tasks = read(recorded("pool-map")).of("task")
    assert [each.name for each in tasks] == [f"task {step['task']}" for step in steps if step["op"] == "task_start"]
    ends = sorted(step["t_ns"] for step in steps if step["op"] == "task_end")
    assert sorted(each.end or 0 for each in tasks) == ends


def test_updates_of_one_process_that_overlap_stand_on_tracks_of_their_own() -> None:
    script = Script()
    one, two = script.cell("one", initial=0), script.cell("two", initial=0)
    script.main.reads(one).reads(two).writes(one).writes(two)
    trace = read(script.recording())
    first, second = trace.of("update")
    assert (first.begin, second.begin, first.end, second.end) == (1000, 2000, 3000, 4000)
    assert first.track != second.track
    assert trace.process_of(second) == "main"


def test_a_thread_stands_below_its_process() -> None:
    script = Script()
    cell = script.cell("total", initial=0)
    thread = script.main.thread()
    thread.adds(cell)
    trace = read(script.recording())
    (update,) = trace.of("update")
    assert trace.tracks[update.track].name == "main.2"
    assert trace.process_of(update) == "main"


def test_a_lock_that_another_releases_is_no_longer_held() -> None:
    script = Script()
    lock = script.lock()
    one, two = script.main.launches(2)
    one.acquires(lock)
    two.releases(lock)
    trace = read(script.recording())
    hold, release = trace.of("lock")
    assert (hold.name, release.name) == ("holds lock", "lock.release()")
    assert hold.end == release.begin


def test_what_no_counter_can_hold_is_left_out_and_what_is_too_large_is_a_fraction() -> None:
    script = Script()
    text, large = script.cell("text", holds="any", initial="a"), script.cell("large", holds="any", initial=1 << 70)
    script.values += ["b", 1 << 80]
    script.main.writes(text, value=0).writes(large, value=1)
    trace = read(script.recording())
    named = {trace.tracks[uuid].name: values for uuid, values in trace.counters.items()}
    assert named == {"large": [float(1 << 70), float(1 << 80)]}


def test_a_name_that_is_no_proper_text_is_written_all_the_same() -> None:
    script = Script()
    cell = script.cell("\ud800" + "long" * 500, initial=0)
    script.main.adds(cell)
    assert read(script.recording()).of("update")


def test_a_run_without_steps_is_refused() -> None:
    with pytest.raises(NotPossible, match="no recorded steps"):
        exported(recorded("race-untraced"), "perfetto")
