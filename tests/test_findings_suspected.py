"""What another order could have done is suspected, and where order is kept nothing is. Each suspicion has its plan."""

from collections.abc import Callable
from typing import Any

import pytest

from lost_update.analysis.findings import find, find_with_plans
from lost_update.model.findings import Finding
from lost_update.model.ops import Op
from tests.script_recordings import Lane, Script


def over(script: Script, *lanes: Lane) -> list[Finding]:
    for lane in lanes:
        lane.exits()
    script.main.joins(*lanes).exits()
    return find(script.recording())


def lines(finding: Finding) -> list[int]:
    return sorted({line["line"] for line in finding["lines"]})


def two_updates(between: Callable[[Script, Lane, Lane], object] = lambda *_: None, text: str = "") -> list[Finding]:
    """P1 adds to v, then something may happen, then P2 adds to v."""
    script = Script(text)
    v = script.cell("v", has_lock=True, what="Value")
    p1, p2 = script.main.launches(2)
    p1.adds(v, 5)
    between(script, p1, p2)
    p2.adds(v, 5)
    return over(script, p1, p2)


def test_a_race_that_needs_luck_is_suspected() -> None:
    [finding] = two_updates()
    assert (finding["kind"], finding["certainty"], finding["target"]) == ("lost_update", "suspected", "v")
    assert lines(finding) == [5]
    assert finding["count"] == 0
    assert finding["message"] == "Not seen to happen: nothing keeps P1 and P2 from both reading v before either writes."


def test_only_a_run_that_is_over_is_looked_at_for_suspicions() -> None:
    script = Script()
    v = script.cell("v")
    for lane in script.main.launches(2):
        lane.adds(v)
    assert find(script.recording("running")) == []


def message(script: Script, p1: Lane, p2: Lane) -> None:
    queue = script.queue()
    p1.puts(queue)
    p2.gets(queue)


def test_a_message_keeps_order() -> None:
    assert two_updates(message) == []


@pytest.mark.parametrize("word", ["import fcntl", "os.open(path, os.O_EXCL)", "from filelock import FileLock"])
def test_where_order_may_be_kept_unseen_nothing_is_suspected(word: str) -> None:
    assert two_updates(text=word) == []


def test_one_lock_over_both_keeps_them_apart() -> None:
    script = Script()
    v, lock = script.cell("v"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.acquires(lock).adds(v).releases(lock)
    assert over(script, p1, p2) == []


def test_two_halves_under_one_lock_are_not_kept_apart() -> None:
    script = Script()
    v, lock = script.cell("v"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.acquires(lock).reads(v, 16).releases(lock).acquires(lock).writes(v, 18).releases(lock)
    [finding] = over(script, p1, p2)
    assert (finding["certainty"], lines(finding)) == ("suspected", [16, 18])
    assert "Each read and each write held lock" in finding["message"]


def test_one_that_forgets_the_lock_is_suspected_though_its_neighbours_hold_it() -> None:
    script = Script()
    v, lock = script.cell("v"), script.lock()
    p1, p2, p3 = script.main.launches(3)
    p3.adds(v, 9)
    for lane in (p1, p2, p1, p2):
        lane.acquires(lock, 5).adds(v, 5).releases(lock, 5)
    [finding] = over(script, p1, p2, p3)
    assert lines(finding) == [5, 9]
    assert "line 9 does not" in finding["message"]


def test_one_among_many_that_hold_a_lock_is_found_where_an_order_lies_between() -> None:
    script = Script()
    v, lock, queue = script.cell("v"), script.lock(), script.queue()
    p1, p2, p3 = script.main.launches(3)
    p3.adds(v, 9).puts(queue)
    p1.gets(queue).acquires(lock, 5).adds(v, 5).releases(lock, 5)  # after P3
    p2.acquires(lock, 5).adds(v, 5).releases(lock, 5)  # not after P3
    [finding] = over(script, p1, p2, p3)
    assert {line["process"] for line in finding["lines"]} == {"P2", "P3"}


def test_a_semaphore_that_each_gives_back_lets_several_in_at_a_time() -> None:
    script = Script()
    v, slots = script.cell("v"), script.target("semaphore", "slots", amount=2)
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.acquires(slots, 5).adds(v, 6).releases(slots, 5)
    [finding] = over(script, p1, p2)
    assert (finding["kind"], lines(finding)) == ("lost_update", [6])


def test_a_lock_that_another_releases_keeps_order() -> None:
    script = Script()
    v, gate = script.cell("v"), script.lock("gate")
    script.main.acquires(gate)
    p1, p2 = script.main.launches(2)
    p1.adds(v).releases(gate)
    p2.acquires(gate).adds(v).releases(gate)
    assert over(script, p1, p2) == []


def test_a_semaphore_that_another_releases_keeps_order() -> None:
    script = Script()
    v, turn = script.cell("v"), script.target("semaphore", "turn", amount=1)
    p1, p2 = script.main.launches(2)
    p1.acquires(turn).adds(v).releases(turn).releases(turn)
    p2.acquires(turn).adds(v)
    assert over(script, p1, p2) == []


def a_reset(between: Callable[[Script, Lane, Lane], object] = lambda *_: None, *, guarded: bool = False) -> Any:
    script = Script()
    v, lock = script.cell("v"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.acquires(lock, 4).adds(v, 5).releases(lock, 4)
    between(script, p1, p2)
    if guarded:
        p2.acquires(lock, 8).sets_cell(v, 9).releases(lock, 8)
    else:
        p2.sets_cell(v, 9)
    p1.acquires(lock, 4).adds(v, 5).releases(lock, 4)
    p1.exits()
    p2.exits()
    script.main.joins(p1, p2).exits()
    return find_with_plans(script.recording())


def test_a_value_that_is_set_without_the_lock_of_the_updates_is_suspected() -> None:
    [(finding, plan)] = a_reset()
    assert (finding["kind"], finding["certainty"], lines(finding)) == ("lost_update", "suspected", [5, 9])
    assert finding["message"] == (
        "Not seen to happen: nothing keeps P2 from setting v between the read and the write of P1, which then "
        "overwrites it. Others hold lock for it; line 9 does not."
    )
    [hold] = plan["holds"]
    assert (hold["process"], hold["before"]["line"], hold["until"]) == ("P1", 5, "version")


def test_a_value_that_is_set_under_the_lock_or_in_order_is_not_suspected() -> None:
    assert a_reset(guarded=True) == []
    script = Script()
    v, lock = script.cell("v"), script.lock()
    p1 = script.main.launch()
    p1.acquires(lock, 4).adds(v, 5).releases(lock, 4).exits()
    script.main.joins(p1).sets_cell(v, 9).exits()
    assert find(script.recording()) == []


def test_cells_that_each_process_has_for_itself_are_no_race() -> None:
    script = Script()
    cells = [script.cell(f"cells[{index}]", whole="cells") for index in range(2)]
    p1, p2 = script.main.launches(2)
    p1.adds(cells[0])
    p2.adds(cells[1])
    assert over(script, p1, p2) == []


def test_threads_of_one_process_are_not_suspected() -> None:
    script = Script()
    v = script.cell("v")
    p1 = script.main.launch()
    p1.adds(v)
    p1.thread().adds(v)
    assert over(script, p1) == []


def test_parts_of_a_whole_are_one_suspicion() -> None:
    script = Script()
    cells = [script.cell(f"cells[{index}]", whole="cells") for index in range(3)]
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        for cell in cells:
            lane.adds(cell, 7)
    [finding] = over(script, p1, p2)
    assert finding["target"] == "cells[0]"
    assert "So it is with cells[1] and cells[2]." in finding["message"]


def test_what_was_lost_for_certain_is_not_suspected_again() -> None:
    script = Script()
    v = script.cell("v")
    p1, p2 = script.main.launches(2)
    p1.reads(v)
    p2.adds(v)
    p1.writes(v)
    assert [one["certainty"] for one in over(script, p1, p2)] == ["happened"]


def test_the_plan_of_a_lost_update_holds_either_between_its_read_and_its_write() -> None:
    script = Script()
    v = script.cell("v")
    p1, p2 = script.main.launches(2)
    p1.reads(v, 5).writes(v, 6)
    p2.reads(v, 8).writes(v, 9)
    p1.exits()
    p2.exits()
    script.main.joins(p1, p2).exits()
    [(finding, plan)] = find_with_plans(script.recording())
    assert finding["certainty"] == "suspected"
    assert plan is not None
    assert (plan["kind"], plan["target"]) == ("lost_update", "v")
    holds = [(h["process"], h["after"]["line"], h["before"]["line"], h["until"], h["target"]) for h in plan["holds"]]
    assert holds == [("P1", 5, 6, "version", "v"), ("P2", 8, 9, "version", "v")]
    assert plan["holds"][0]["after"]["file"] == "votes.py"


# Locks


def take(lane: Lane, *locks: int, at: int) -> None:
    for place, lock in enumerate(locks):
        lane.acquires(lock, at + place)
    for lock in reversed(locks):
        lane.releases(lock)


def two_orders(
    between: Callable[[Script, Lane, Lane], Any] = lambda *_: None, text: str = "", gate: bool = False
) -> Any:
    script = Script(text)
    ledger, seal = script.lock("ledger"), script.lock("seal")
    around = [script.lock("gate")] if gate else []
    p1, p2 = script.main.launches(2)
    take(p1, *around, ledger, seal, at=10)
    between(script, p1, p2)
    take(p2, *around, seal, ledger, at=20)
    p1.exits()
    p2.exits()
    script.main.joins(p1, p2).exits()
    return find_with_plans(script.recording())


def test_a_lock_that_others_release_as_well_is_in_no_circle() -> None:
    script = Script()
    ledger, seal, queue = script.lock("ledger"), script.lock("seal"), script.queue()
    p1, p2 = script.main.launches(2)
    p1.acquires(seal).puts(queue)
    p2.gets(queue).releases(seal)
    take(p1, ledger, seal, at=10)
    take(p2, seal, ledger, at=20)
    assert over(script, p1, p2) == []


def test_two_locks_in_opposite_orders_are_a_suspected_deadlock() -> None:
    [(finding, plan)] = two_orders()
    assert (finding["kind"], finding["certainty"], finding["target"]) == ("deadlock", "suspected", "ledger")
    assert lines(finding) == [10, 11, 20, 21]
    assert finding["message"] == "Not seen to happen: P1 takes ledger, then seal; P2 takes seal, then ledger."
    assert finding["advice"] == "Take both in one order everywhere, such as ledger, then seal."
    assert plan is not None
    holds = [(h["process"], h["after"]["line"], h["before"]["line"], h["until"], h["target"]) for h in plan["holds"]]
    assert holds == [("P1", 10, 11, "acquired", "seal"), ("P2", 20, 21, "acquired", "ledger")]


def test_opposite_orders_that_come_one_after_the_other_are_none() -> None:
    assert two_orders(message) == []


def test_a_gate_around_both_orders_lets_only_one_in() -> None:
    assert two_orders(gate=True) == []


def test_a_lock_that_is_only_tried_cannot_deadlock() -> None:
    assert two_orders(text="\n" * 20 + "if ledger.acquire(timeout=1):\n    pass\n") == []


def test_one_order_everywhere_is_no_deadlock() -> None:
    script = Script()
    first, second = script.lock("a"), script.lock("b")
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        take(lane, first, second, at=10)
    assert over(script, p1, p2) == []


def test_one_process_in_both_orders_is_no_deadlock() -> None:
    script = Script()
    first, second = script.lock("a"), script.lock("b")
    p1 = script.main.launch()
    take(p1, first, second, at=10)
    take(p1, second, first, at=20)
    assert over(script, p1) == []


def test_three_locks_in_a_circle_are_found() -> None:
    script = Script()
    locks = [script.lock(name) for name in "abc"]
    lanes = script.main.launches(3)
    for place, lane in enumerate(lanes):
        take(lane, locks[place], locks[(place + 1) % 3], at=10 * place + 10)
    [finding] = over(script, *lanes)
    assert (finding["kind"], finding["target"], len(lines(finding))) == ("deadlock", "a", 6)


def test_a_deadlock_that_happened_is_not_suspected_again() -> None:
    script = Script()
    first, second = script.lock("a"), script.lock("b")
    p1, p2 = script.main.launches(2)
    take(p1, first, second, at=10)
    p1.acquires(first)
    p2.acquires(second)
    p1.waits(second, Op.ACQUIRE)
    p2.waits(first, Op.ACQUIRE)
    script.main.waits_for(p1)
    assert [one["certainty"] for one in find(script.recording("stopped"))] == ["happened"]
