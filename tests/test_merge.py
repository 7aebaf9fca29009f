"""The order of steps from several processes, without any process."""

import random

import pytest

from lost_update.execution.merge import Merge
from lost_update.model.ops import NOTHING, Op
from lost_update.model.steps import RECORD, kind_of, line_within
from lost_update.tracing.recorder import NEVER

NUMBER = 1

WRITTEN = ("t_ns", "value", "version", "base", "lost", "line", "target", "process", "op")
"""What the row of a write has."""


def records(*times: int) -> bytes:
    """One read at each of these times, as a process sends them."""
    return b"".join(RECORD.pack(kind_of(Op.READ, NUMBER), 5, time, NOTHING, 7, 0, NOTHING) for time in times)


def times(merge: Merge) -> list[int]:
    rows = merge.take(0)
    return [] if rows is None else [int(time) for time in rows["t_ns"]]


def test_steps_come_out_in_the_order_of_their_times() -> None:
    merge = Merge(2)
    merge.add(0, 100, records(10, 30, 50))
    merge.add(1, 100, records(20, 40))
    assert times(merge) == [10, 20, 30, 40, 50]


def test_a_step_is_held_back_while_an_older_one_may_still_come() -> None:
    merge = Merge(2)
    merge.add(0, 100, records(10, 30))
    assert times(merge) == []
    merge.add(1, 20, records(15))
    assert times(merge) == [10, 15]
    merge.add(1, 40, records(25))
    assert times(merge) == [25, 30]


def test_an_idle_process_holds_nobody_up_as_long_as_it_says_so() -> None:
    merge = Merge(2)
    merge.add(0, 100, records(10))
    merge.add(1, 90, b"")
    assert times(merge) == [10]


def test_a_process_that_has_ended_holds_nobody_up() -> None:
    merge = Merge(2)
    merge.add(0, 100, records(10, 60))
    merge.end(1)
    merge.end(0)
    assert times(merge) == [10, 60]


def test_times_count_from_the_start_of_the_run() -> None:
    merge = Merge(1)
    merge.add(0, 2000, records(1500))
    rows = merge.take(1000)
    assert rows is not None
    assert rows["t_ns"].tolist() == [500]


def test_a_row_says_who_did_what_to_what() -> None:
    merge = Merge(2)
    merge.end(0)
    merge.add(1, 100, RECORD.pack(kind_of(Op.WRITE, 3), 5, 10, NOTHING, -2, 8, 6))
    rows = merge.take(0)
    assert rows is not None
    assert {name: rows[name].item() for name in WRITTEN} == {
        "t_ns": 10,
        "value": -2,
        "version": 8,
        "base": 6,
        "lost": 0,
        "line": 5,
        "target": 3,
        "process": 1,
        "op": Op.WRITE,
    }


def test_a_modify_that_travelled_with_its_write_takes_its_own_place() -> None:
    # P1 modifies at 10 and writes at 30; P2 reads in between.
    merge = Merge(2)
    merge.add(0, 100, RECORD.pack(kind_of(Op.WRITE, 3), 5, 30, 10, 8, 2, 1))
    merge.add(1, 100, records(20))
    rows = merge.take(0)
    assert rows is not None
    fields = ["t_ns", "process", "op", "target", "line", "value", "version", "base"]
    assert rows[fields].tolist() == [
        (10, 0, Op.MODIFY, 3, 5, 8, NOTHING, NOTHING),
        (20, 1, Op.READ, NUMBER, 5, 7, 0, NOTHING),
        (30, 0, Op.WRITE, 3, 5, 8, 2, 1),
    ]


def test_a_modify_is_held_back_while_something_older_than_itself_may_still_come() -> None:
    merge = Merge(2)
    merge.add(0, 100, RECORD.pack(kind_of(Op.WRITE, NUMBER), 5, 30, 10, 8, 2, 1))
    assert times(merge) == []
    merge.add(1, 20, b"")
    assert times(merge) == [10]
    merge.add(1, 40, b"")
    assert times(merge) == [30]


@pytest.mark.parametrize("seed", range(10))
def test_however_the_batches_arrive_nothing_is_lost_doubled_or_out_of_order(seed: int) -> None:
    draw = random.Random(seed)
    sent = [sorted(draw.sample(range(10_000), 300)) for _ in range(4)]
    merge = Merge(4)
    waiting = [list(own) for own in sent]
    out: list[int] = []
    while any(waiting):
        process = draw.choice([number for number, own in enumerate(waiting) if own])
        count = draw.randint(1, 40)
        batch, waiting[process] = waiting[process][:count], waiting[process][count:]
        merge.add(process, batch[-1] + 1, records(*batch))
        out += times(merge)
    for process in range(4):
        merge.end(process)
    out += times(merge)
    assert out == sorted(time for own in sent for time in own)


MAIN, P1, P2 = 0, 1, 2


def test_who_is_declared_later_holds_back_what_is_newer_than_that() -> None:
    merge = Merge(1)
    merge.add(MAIN, 100, records(10, 30))
    merge.declare(20)
    assert times(merge) == [10]
    merge.add(MAIN, 200, records(150))
    assert times(merge) == []
    merge.add(P1, 60, b"")  # it has begun, and promises to have nothing older
    assert times(merge) == [30]
    merge.add(P1, 160, records(70))
    assert times(merge) == [70, 150]


def test_who_is_declared_and_dies_without_a_word_holds_nobody_up() -> None:
    merge = Merge(1)
    merge.declare(20)
    merge.add(MAIN, 100, records(30))
    assert times(merge) == []
    merge.end(P1)
    assert times(merge) == [30]


def test_a_child_that_speaks_before_its_parent_waits_for_it() -> None:
    merge = Merge(1)
    merge.declare(20)
    merge.declare(40)
    merge.add(P2, 60, records(50))
    assert times(merge) == []
    merge.add(P1, 45, records(30))
    assert times(merge) == []
    merge.add(MAIN, 70, records(10))
    assert times(merge) == [10, 30]
    merge.end(P1)
    assert times(merge) == [50]


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost_doubled_or_out_of_order_whenever_processes_are_declared(seed: int) -> None:
    """Each process declares the next a moment before a step of its own, and that one has only newer ones."""
    draw = random.Random(seed)
    merge = Merge(1)
    waiting = {0: sorted(draw.sample(range(10_000), 100))}
    declares = {0: draw.choice(waiting[0][:50])}
    sent, out = list(waiting[0]), list[int]()
    while any(waiting.values()):
        process = draw.choice([number for number, own in waiting.items() if own])
        count = draw.randint(1, 10)
        batch, waiting[process] = waiting[process][:count], waiting[process][count:]
        launch = declares.get(process, -1)
        if launch in batch and len(waiting) < 8:
            new, launched_at = len(waiting), launch
            merge.declare(launched_at - 1)
            waiting[new] = sorted(draw.sample(range(launched_at + 1, launched_at + 10_000), 100))
            declares[new] = draw.choice(waiting[new][:50])
            sent += waiting[new]
        merge.add(process, batch[-1] + 1, records(*batch))
        out += times(merge)
    for process in waiting:
        merge.end(process)
    out += times(merge)
    assert len(waiting) == 8
    assert out == sorted(sent)


def test_each_worker_numbers_the_sources_that_it_declares_and_the_rows_have_those_of_the_run() -> None:
    def read_in(*sources: int) -> bytes:
        lines = [line_within(5, source) for source in sources]
        return b"".join(RECORD.pack(kind_of(Op.READ, NUMBER), line, 10, NOTHING, 7, 0, NOTHING) for line in lines)

    merge = Merge(2)
    for worker, declared in enumerate(([2, 3], [3, 2])):
        for source in declared:
            merge.declare_source(worker, source)
        merge.add(worker, NEVER, read_in(0, 1, 2))
    rows = merge.take(0)
    assert rows is not None
    assert rows["source"].tolist() == [0, 2, 3, 0, 3, 2]
    assert set(rows["line"].tolist()) == {5}
