"""What must come before what: each thing that orders two processes does, and a lock does not."""

from collections.abc import Callable

import numpy as np
import pytest

from lost_update.analysis.findings.evidence import Evidence
from lost_update.analysis.order import Order
from lost_update.model.ops import Op
from tests.script_recordings import Lane, Script

SPIN = """\
while flag.value == 0:
    pass
while True:
    if flag.value:
        break
x = flag.value
"""


def ordered(script: Script, first: int, second: int) -> bool:
    """Whether the one step must come before the other."""
    evidence = Evidence.of(script.recording())
    pair = np.array([first]), np.array([second])
    return bool(Order(evidence, np.concatenate(pair)).before(*pair)[0])


def first_then_second(connect: Callable[[Script, Lane, Lane], object], text: str = "") -> bool:
    """Whether what P1 does before the connection is before what P2 does after it."""
    script = Script(text)
    cell = script.cell("v")
    p1, p2 = script.main.launches(2)
    p1.reads(cell)
    first = len(script) - 1
    connect(script, p1, p2)
    p2.reads(cell)
    return ordered(script, first, len(script) - 1)


def through(kind: str, give: Op, take: Op, **more: int) -> Callable[[Script, Lane, Lane], object]:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        target = script.target(kind, "it", **more)  # type: ignore[arg-type]
        p1.does(give, target)
        p2.does(take, target)

    return connect


def one_after_the_other(kind: str, **more: int) -> Callable[[Script, Lane, Lane], object]:
    """Each takes it and gives it back."""

    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        target = script.target(kind, "it", **more)  # type: ignore[arg-type]
        p1.acquires(target).releases(target)
        p2.acquires(target).releases(target)

    return connect


@pytest.mark.parametrize(
    "connect",
    [
        through("queue", Op.PUT, Op.GET),
        through("pipe", Op.PUT, Op.GET),
        through("queue", Op.GET, Op.PUT, amount=1),
        through("queue", Op.TASK_DONE, Op.JOIN),
        through("event", Op.SET, Op.WAKE),
        through("event", Op.SET, Op.CHECK),
        through("condition", Op.NOTIFY, Op.WAKE),
        through("semaphore", Op.RELEASE, Op.ACQUIRE),
        through("lock", Op.RELEASE, Op.ACQUIRE),
        through("pool", Op.SUBMIT, Op.TASK_START),
        through("pool", Op.TASK_END, Op.RESULT),
        through("pool", Op.TASK_END, Op.CALLBACK),
    ],
)
def test_what_is_handed_over_orders(connect: Callable[[Script, Lane, Lane], object]) -> None:
    assert first_then_second(connect)


@pytest.mark.parametrize(
    "connect",
    [
        lambda *_: None,
        one_after_the_other("lock"),
        one_after_the_other("semaphore", amount=2),
        through("queue", Op.GET, Op.GET),
        through("queue", Op.GET, Op.PUT),
        through("event", Op.CLEAR, Op.WAKE),
    ],
)
def test_nothing_else_does(connect: Callable[[Script, Lane, Lane], object]) -> None:
    assert not first_then_second(connect)


def test_a_result_of_nothing_is_a_result() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        pool = script.target("pool", "pool")
        p1.does(Op.TASK_END, pool, value=0)
        p2.does(Op.RESULT, pool, value=0)

    assert first_then_second(connect)


@pytest.mark.parametrize("op", [Op.CHECK, Op.WAKE])
def test_an_event_that_was_not_seen_orders_nothing(op: Op) -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        event = script.target("event", "go")
        p1.does(Op.SET, event)
        p2.does(op, event, value=0)

    assert not first_then_second(connect)


def test_a_task_comes_after_its_own_submission_alone() -> None:
    def connect(script: Script, p1: Lane, p2: Lane, task: int = 2) -> None:
        pool = script.target("pool", "pool")
        script.main.does(Op.SUBMIT, pool, task=1)
        p1.does(Op.SUBMIT, pool, task=2)
        p2.does(Op.TASK_START, pool, task=task)

    assert first_then_second(connect)
    assert not first_then_second(lambda script, p1, p2: connect(script, p1, p2, 1))


def test_a_child_comes_after_its_launch_and_its_parent_after_the_join() -> None:
    script = Script()
    cell = script.cell("v")
    script.main.reads(cell)
    before = len(script) - 1
    p1 = script.main.launch()
    script.main.reads(cell)
    meanwhile = len(script) - 1
    p1.reads(cell)
    child = len(script) - 1
    p1.exits()
    script.main.joins(p1).reads(cell)
    after = len(script) - 1
    assert ordered(script, before, child)
    assert ordered(script, child, after)
    assert not ordered(script, meanwhile, child)
    assert not ordered(script, child, meanwhile)


def test_an_end_that_nobody_is_seen_to_notice_may_have_been_noticed() -> None:
    script = Script()
    cell = script.cell("v")
    p1 = script.main.launch()
    p1.reads(cell)
    child = len(script) - 1
    p1.exits()
    script.main.reads(cell)
    assert ordered(script, child, len(script) - 1)


def test_children_that_are_joined_before_the_next_one_starts_are_in_order() -> None:
    script = Script()
    cell = script.cell("v")
    steps = []
    for _ in range(3):
        child = script.main.launch()
        child.reads(cell)
        steps.append(len(script) - 1)
        child.exits()
        script.main.joins(child)
    assert ordered(script, steps[0], steps[1])
    assert ordered(script, steps[0], steps[2])


def test_order_passes_through_others() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        queue, event = script.queue(), script.target("event", "go")
        p1.puts(queue)
        script.main.gets(queue).does(Op.SET, event)
        p2.does(Op.WAKE, event)

    assert first_then_second(connect)


def test_who_meets_at_a_barrier_comes_after_all_that_came() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        line = script.target("barrier", "line", amount=2)
        p1.waits(line, Op.WAKE)
        p2.does(Op.WAKE, line)
        p1.does(Op.WAKE, line)

    assert first_then_second(connect)
    assert first_then_second(lambda script, p1, p2: connect(script, p2, p1))


def test_the_next_meeting_is_another_one() -> None:
    script = Script()
    cell, line = script.cell("v"), script.target("barrier", "line", amount=2)
    p1, p2 = script.main.launches(2)
    p1.waits(line, Op.WAKE)
    p2.does(Op.WAKE, line)
    p1.does(Op.WAKE, line).reads(cell)
    first = len(script) - 1
    p2.reads(cell)
    assert not ordered(script, first, len(script) - 1)
    p1.waits(line, Op.WAKE)
    p2.does(Op.WAKE, line)
    p2.reads(cell)
    assert ordered(script, first, len(script) - 1)


@pytest.mark.parametrize(("line", "is_ordered"), [(1, True), (4, True), (6, False)])
def test_a_cell_that_a_loop_waits_for_orders_whatever_was_written(line: int, is_ordered: bool) -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        flag = script.cell("flag")
        p1.adds(flag, 9)
        p2.reads(flag, line)

    assert first_then_second(connect, SPIN) is is_ordered


def test_a_cell_that_was_set_orders_who_sees_it() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        flag = script.cell("flag")
        p1.sets_cell(flag, 9)
        p2.reads(flag, 6)

    assert first_then_second(connect, SPIN)


def test_who_sees_what_was_there_before_is_not_ordered() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        flag = script.cell("flag")
        p2.reads(flag, 1)
        p1.sets_cell(flag, 9)

    assert not first_then_second(connect, SPIN)


def test_the_threads_of_a_process_count_as_one() -> None:
    def connect(script: Script, p1: Lane, p2: Lane) -> None:
        queue = script.queue()
        p1.thread().puts(queue)
        p2.gets(queue)

    assert first_then_second(connect)
