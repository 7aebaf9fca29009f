"""The order of steps from several workers, without any worker."""

import random

import pytest

from lost_update.execution.merge import Merge
from lost_update.model.ops import NOTHING, Op
from lost_update.model.steps import RECORD, kind_of

NUMBER = 1

WRITTEN = ("t_ns", "value", "version", "base", "lost", "line", "target", "process", "op")
"""What the row of a write has."""


def records(*times: int) -> bytes:
    """One read at each of these times, as a worker sends them."""
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


def test_an_idle_worker_holds_nobody_up_as_long_as_it_says_so() -> None:
    merge = Merge(2)
    merge.add(0, 100, records(10))
    merge.add(1, 90, b"")
    assert times(merge) == [10]


def test_a_worker_that_has_ended_holds_nobody_up() -> None:
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
        worker = draw.choice([number for number, own in enumerate(waiting) if own])
        count = draw.randint(1, 40)
        batch, waiting[worker] = waiting[worker][:count], waiting[worker][count:]
        merge.add(worker, batch[-1] + 1, records(*batch))
        out += times(merge)
    for worker in range(4):
        merge.end(worker)
    out += times(merge)
    assert out == sorted(time for own in sent for time in own)


P1, P2, MAIN = 0, 1, 2
P1_ITSELF, P2_ITSELF = 5, 6


def launching() -> Merge:
    """P1 and P2 are launched by main."""
    return Merge(3, {P1_ITSELF: P1, P2_ITSELF: P2}, MAIN)


def launch(target: int, time: int) -> bytes:
    return RECORD.pack(kind_of(Op.LAUNCH, target), 5, time, NOTHING, 0, NOTHING, NOTHING)


def test_before_a_launch_nothing_newer_than_what_the_launcher_told_of_passes() -> None:
    merge = launching()
    merge.add(MAIN, 20, records(10, 15))
    assert times(merge) == [10, 15]
    merge.add(MAIN, 40, records(25))
    assert times(merge) == [25]


def test_a_launch_holds_everything_back_until_the_launched_process_speaks() -> None:
    merge = launching()
    merge.add(MAIN, 100, records(10) + launch(P1_ITSELF, 20) + records(30))
    assert times(merge) == [10]
    merge.add(MAIN, 200, records(150))
    assert times(merge) == []
    merge.add(P1, 60, b"")  # it has begun, and promises to have nothing older
    assert times(merge) == [20, 30]
    merge.add(P1, 160, records(70))
    assert times(merge) == [70, 150]


def test_a_second_launch_holds_back_what_comes_after_it_in_turn() -> None:
    merge = launching()
    merge.add(MAIN, 100, launch(P1_ITSELF, 20) + launch(P2_ITSELF, 50))
    merge.add(P1, 100, records(40, 60))
    assert times(merge) == [20, 40]
    merge.add(P2, 90, records(80))
    assert times(merge) == [50, 60, 80]


def test_the_launched_ones_first_words_may_come_before_the_launch_is_told() -> None:
    merge = launching()
    merge.add(P1, 60, records(50))
    assert times(merge) == []
    merge.add(MAIN, 55, launch(P1_ITSELF, 20) + launch(P2_ITSELF, 30))
    assert times(merge) == [20]
    merge.add(P2, 100, b"")
    assert times(merge) == [30, 50]


def test_a_launched_process_that_dies_without_a_word_holds_nobody_up() -> None:
    merge = launching()
    merge.add(MAIN, 100, launch(P1_ITSELF, 20) + records(30))
    merge.end(P1)
    assert times(merge) == [20, 30]


def test_places_that_nobody_takes_are_closed_with_the_launcher() -> None:
    merge = launching()
    merge.add(MAIN, 100, records(10, 30))
    for worker in (MAIN, P1, P2):
        merge.end(worker)
    assert times(merge) == [10, 30]


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_launched_when_nothing_overtakes_its_own_launch(seed: int) -> None:
    draw = random.Random(seed)
    launches = {P1: draw.randrange(100, 5000), P2: draw.randrange(100, 5000)}
    sent = {worker: sorted(draw.sample(range(at + 1, 10_000), 100)) for worker, at in launches.items()}
    own = {time: records(time) for time in draw.sample(sorted(set(range(10_000)) - set(launches.values())), 100)}
    own |= {launches[P1]: launch(P1_ITSELF, launches[P1]), launches[P2]: launch(P2_ITSELF, launches[P2])}
    sent[MAIN] = sorted(own)
    waiting = {worker: list(times) for worker, times in sent.items()}
    merge = launching()
    out: list[int] = []
    while any(waiting.values()):
        worker = draw.choice([worker for worker, times in waiting.items() if times])
        count = draw.randint(1, 30)
        batch, waiting[worker] = waiting[worker][:count], waiting[worker][count:]
        made = b"".join(own[time] for time in batch) if worker == MAIN else records(*batch)
        merge.add(worker, batch[-1] + 1, made)
        out += times(merge)
    for worker in (P1, P2, MAIN):
        merge.end(worker)
    out += times(merge)
    assert out == sorted(time for times in sent.values() for time in times)
