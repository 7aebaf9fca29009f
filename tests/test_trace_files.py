"""What is read of the files of a trace while its processes write them."""

from pathlib import Path

import numpy as np
import pytest

from lost_update.execution.script.trace_files import (
    BEING_MADE,
    COMPLETE,
    PUBLISHED,
    T_NS,
    WIDTH,
    ThreadFile,
    TraceFiles,
)

NOW = 1_000


def segment(folder: Path, name: str, *times: int, room: int = 4, being_made: bool = False) -> None:
    """A file with complete steps at these times, then perhaps one that is being made, then room for more."""
    records = np.zeros((room, WIDTH), np.int64)
    records[: len(times), T_NS] = times
    records[: len(times), PUBLISHED] = COMPLETE
    if being_made:
        records[len(times), PUBLISHED] = BEING_MADE
    (folder / name).write_bytes(records.tobytes())


def times_of(records: np.ndarray) -> list[int]:
    return [int(time) for time in records[:, T_NS]]


def test_complete_steps_are_taken_once(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, 20)
    thread = ThreadFile(tmp_path, 0, 1)
    assert times_of(thread.take(NOW, True)) == [10, 20]
    segment(tmp_path, "0.1.0.steps", 10, 20, 30)
    assert times_of(thread.take(NOW, True)) in ([30], [])  # a file that was written anew is another one


def test_a_thread_that_makes_no_step_has_nothing_older_than_now(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10)
    thread = ThreadFile(tmp_path, 0, 1)
    thread.take(NOW, True)
    assert thread.watermark == NOW


def test_a_step_that_is_being_made_holds_back_what_comes_after_it(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, 20, being_made=True)
    thread = ThreadFile(tmp_path, 0, 1)
    assert times_of(thread.take(NOW, True)) == [10, 20]
    assert thread.watermark == 20


def test_what_a_dead_process_was_making_holds_nothing_back(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, being_made=True)
    thread = ThreadFile(tmp_path, 0, 1)
    thread.take(NOW, False)
    assert thread.watermark == NOW


def test_reading_goes_on_in_the_next_segment(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, 20, room=2)
    segment(tmp_path, "0.1.1.steps", 30)
    assert times_of(ThreadFile(tmp_path, 0, 1).take(NOW, True)) == [10, 20, 30]


def test_a_full_segment_without_a_next_one_is_the_end_for_now(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, 20, room=2)
    thread = ThreadFile(tmp_path, 0, 1)
    assert times_of(thread.take(NOW, True)) == [10, 20]
    assert times_of(thread.take(NOW, True)) == []
    segment(tmp_path, "0.1.1.steps", 30)
    assert times_of(thread.take(NOW, True)) == [30]


def test_whether_something_was_written_is_told_without_taking_it(tmp_path: Path) -> None:
    segment(tmp_path, "0.1.0.steps", 10, 20, room=2)
    thread = ThreadFile(tmp_path, 0, 1)
    assert thread.has_grown()
    assert not thread.has_grown()
    segment(tmp_path, "0.1.1.steps", 30)
    assert thread.has_grown()
    assert times_of(thread.take(NOW, True)) == [10, 20, 30]


def test_half_a_line_is_left_for_the_next_time(tmp_path: Path) -> None:
    lines = tmp_path / "0.jsonl"
    lines.write_text('{"is": "process"}\n{"is": "th')
    files = TraceFiles(tmp_path)
    files.look()
    assert files.declared() == [(0, {"is": "process"})]
    with lines.open("a") as file:
        file.write('read"}\n')
    assert files.declared() == [(0, {"is": "thread"})]


def test_the_thread_with_which_a_process_begins_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for thread in (2, 1, 3):
        segment(tmp_path, f"0.{thread}.0.steps", 10)
    there = sorted(tmp_path.iterdir(), reverse=True)
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(there))
    files = TraceFiles(tmp_path)
    files.look()
    assert list(files.threads) == [(0, 1), (0, 2), (0, 3)]


def test_files_that_are_no_part_of_the_trace_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}")
    files = TraceFiles(tmp_path)
    files.look()
    assert files.processes == {}
    assert files.threads == {}
