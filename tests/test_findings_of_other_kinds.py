"""Locks of one's own, checks out of date, torn reads, what is left over, and copies taken for shared things."""

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


def told(finding: Finding) -> tuple[str, str, str, list[int]]:
    return finding["kind"], finding["certainty"], finding["target"], lines(finding)


# A lock of one's own


def locks_of_their_own(script: Script, tank: int, lanes: list[Lane]) -> None:
    for lane in lanes:
        mine = script.lock("mine", made_at=13)
        for _ in range(3):
            lane.acquires(mine, 15).adds(tank, 16).releases(mine, 17)


def test_locks_that_each_process_made_for_itself_are_not_shared() -> None:
    script = Script()
    tank = script.cell("tank")
    lanes = script.main.launches(2)
    locks_of_their_own(script, tank, lanes)
    first, second = over(script, *lanes)
    assert told(first) == ("lock_not_shared", "happened", "mine", [13])
    assert first["message"].startswith("P1 and P2 each have a lock mine of their own")
    assert second["certainty"] == "suspected"  # an update of tank could be lost


def test_locks_of_their_own_are_told_beside_what_was_lost() -> None:
    script = Script()
    tank = script.cell("tank")
    p1, p2 = script.main.launches(2)
    locks = {lane: script.lock("mine", made_at=13) for lane in (p1, p2)}
    for lane in (p1, p2):
        lane.acquires(locks[lane], 15).reads(tank, 16)
    for lane in (p1, p2):
        lane.writes(tank, 16).releases(locks[lane], 17)
    found = over(script, p1, p2)
    assert [told(one) for one in found] == [
        ("lost_update", "happened", "tank", [16]),
        ("lock_not_shared", "happened", "mine", [13]),
    ]


def test_a_lock_that_each_process_makes_again_goes_by_the_name_of_the_first() -> None:
    script = Script()
    tank = script.cell("tank")
    script.lock("lock", made_at=13)
    lanes = script.main.launches(2)
    for lane in lanes:
        own = script.lock(f"lock ({lane.number + 1})", made_at=13)
        lane.acquires(own).adds(tank).releases(own)
    [finding, _] = over(script, *lanes)
    assert told(finding) == ("lock_not_shared", "happened", "lock", [13])


def test_a_lock_for_each_cell_is_no_fault() -> None:
    script = Script()
    lanes = script.main.launches(2)
    for lane in lanes:
        cell, lock = script.cell("cell"), script.lock("lock", made_at=13)
        lane.acquires(lock).adds(cell).releases(lock)
    assert over(script, *lanes) == []


def test_locks_of_processes_that_come_one_after_the_other_are_no_fault() -> None:
    script = Script()
    tank = script.cell("tank")
    for _ in range(2):
        lane = script.main.launch()
        locks_of_their_own(script, tank, [lane])
        lane.exits()
        script.main.joins(lane)
    assert find(script.recording()) == []


def test_a_lock_of_ones_own_within_a_common_one_is_no_fault() -> None:
    script = Script()
    tank, lock = script.cell("tank"), script.lock()
    lanes = script.main.launches(2)
    for lane in lanes:
        mine = script.lock("mine", made_at=13)
        lane.acquires(lock).acquires(mine).adds(tank).releases(mine).releases(lock)
    assert over(script, *lanes) == []


# A check that was out of date

SEATS = """\
def sell(seats, lock):
    if seats.value > 0:
        with lock:
            seats.value -= 1

def sell_with_care(seats, lock):
    if seats.value > 0:
        with lock:
            if seats.value > 0:
                seats.value -= 1

def sell_or_leave(seats, lock):
    left = seats.value
    if not left:
        return
    with lock:
        seats.value -= 1
"""


def sell(lane: Lane, seats: int, lock: int, at: int, *, again: int | None = None) -> None:
    lane.acquires(lock, at - 1)
    if again is not None:
        lane.reads(seats, again)
    lane.adds(seats, at).releases(lock, at - 1)


def test_a_check_outside_of_the_lock_that_has_changed_meanwhile_is_found() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 2)
    p2.reads(seats, 2)
    sell(p2, seats, lock, 4)
    sell(p1, seats, lock, 4)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "happened", "seats", [2, 4])
    assert finding["count"] == 1
    assert "P1 checked seats at line 2 without lock, then P2 wrote it, and P1 wrote it at line 4" in finding["message"]


def test_what_a_check_allows_may_be_a_value_that_is_made_of_nothing_that_was_read() -> None:
    script = Script(SEATS)
    script.values += ["None", "'P2'", "'P1'"]
    owner, lock = script.cell("book['owner']", what="Manager().dict()", holds="any", initial="None"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(owner, 2)
    p2.reads(owner, 2)
    for lane in (p2, p1):
        lane.acquires(lock, 3).sets_cell(owner, 4).releases(lock, 3)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "happened", "book['owner']", [2, 4])


def test_without_any_lock_a_check_that_has_changed_meanwhile_is_found_as_well() -> None:
    script = Script(SEATS)
    seats = script.cell("seats")
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 2)
    p2.reads(seats, 2)
    p2.adds(seats, 4)
    p1.adds(seats, 4)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "happened", "seats", [2, 4])
    assert "P1 checked seats at line 2, then P2 wrote it, and P1 wrote it at line 4" in finding["message"]
    assert "from the check at line 2 to the write at line 4" in finding["advice"]


def test_a_lock_that_was_given_back_between_check_and_write_is_said_to_be() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.acquires(lock, 1).reads(seats, 2).releases(lock, 1)
    sell(p2, seats, lock, 4)
    sell(p1, seats, lock, 4)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "happened", "seats", [2, 4])
    assert "P1 checked seats at line 2 and gave lock back, then P2 wrote it" in finding["message"]


def test_a_check_through_a_name_counts_as_well() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 13)
    sell(p2, seats, lock, 17)
    sell(p1, seats, lock, 17)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "happened", "seats", [13, 17])


def test_a_check_that_was_made_again_under_the_lock_is_no_fault() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 7)
    p2.reads(seats, 7)
    for lane in (p2, p1):
        sell(lane, seats, lock, 10, again=9)
    assert over(script, p1, p2) == []


def test_a_check_that_is_still_true_is_only_suspected() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.reads(seats, 2)
        sell(lane, seats, lock, 4)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "suspected", "seats", [2, 4])


HELPED = """\
class Stock:
    def left(self):
        number = self.number.value
        return number > 0

    def take(self):
        with self.lock:
            self.number.value -= 1

def sell(stock):
    if stock.left():
        stock.take()

def count(stock):
    stock.take()
"""


def help_to_sell(text: str) -> list[Finding]:
    script = Script(text)
    number, lock = script.cell("number"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(number, 3)
    p2.reads(number, 3)
    sell(p1, number, lock, 8)
    sell(p2, number, lock, 8)
    return over(script, p1, p2)


def test_a_check_and_a_write_in_functions_of_their_own_count_where_the_one_decides_on_the_other() -> None:
    [finding] = help_to_sell(HELPED.replace("def count(stock):\n    stock.take()\n", ""))
    assert told(finding) == ("atomicity", "happened", "number", [3, 8])


def test_a_function_that_is_called_without_a_check_as_well_was_not_decided_by_it() -> None:
    assert help_to_sell(HELPED) == []


def take_one_while_another_comes(text: str) -> list[Finding]:
    """P1 checks and takes one; in between P2 puts one more there."""
    script = Script(text)
    items, lock = script.cell("items", initial=3), script.lock()
    taker, bringer = script.main.launches(2)
    taker.reads_value(items, 3, 2)
    bringer.acquires(lock, 10).reads_value(items, 3, 11).writes(items, 11, value=4).releases(lock, 10)
    taker.acquires(lock, 3).reads_value(items, 4, 4).writes(items, 4, value=3).releases(lock, 3)
    return over(script, taker, bringer)


def test_a_check_that_others_only_make_more_true_is_no_fault() -> None:
    assert take_one_while_another_comes(SEATS) == []


def test_where_it_is_asked_whether_it_is_exactly_so_any_change_matters() -> None:
    [finding] = take_one_while_another_comes(SEATS.replace("> 0", "== 3"))
    assert told(finding) == ("atomicity", "happened", "items", [2, 4])


@pytest.mark.parametrize(("more", "kinds"), [("", []), ("\n            tell_them()", ["atomicity"])])
def test_a_flag_that_is_set_twice_does_no_harm_where_nothing_is_done_with_it(more: str, kinds: list[str]) -> None:
    text = f"def stop(flag, lock):\n    if not flag.value:\n        with lock:\n            flag.value = True{more}\n"
    script = Script(text)
    flag, lock = script.cell("flag"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.reads(flag, 2)
    for lane in (p1, p2):
        lane.acquires(lock, 3).writes(flag, 4, value=1).releases(lock, 3)
    assert [finding["kind"] for finding in over(script, p1, p2)] == kinds


def test_who_only_makes_the_same_check_would_have_written_had_it_come_earlier() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 2)
    sell(p1, seats, lock, 4)
    p2.reads(seats, 2)
    [finding] = over(script, p1, p2)
    assert told(finding) == ("atomicity", "suspected", "seats", [2, 4])
    assert finding["message"] == (
        "Not seen to happen: P1 checks seats at line 2 without lock, and nothing keeps P2, which checks it there as "
        "well, from writing it before P1 does at line 4."
    )


def test_a_check_that_comes_after_the_write_is_not_suspected() -> None:
    script = Script(SEATS)
    seats, lock, queue = script.cell("seats"), script.lock(), script.queue()
    p1, p2 = script.main.launches(2)
    p1.reads(seats, 2)
    sell(p1, seats, lock, 4)
    p1.puts(queue)
    p2.gets(queue).reads(seats, 2)
    sell(p2, seats, lock, 4)
    assert over(script, p1, p2) == []


def test_the_plan_of_a_check_holds_whoever_makes_it_before_the_lock() -> None:
    script = Script(SEATS)
    seats, lock = script.cell("seats"), script.lock()
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.reads(seats, 2)
        sell(lane, seats, lock, 4)
        lane.exits()
    script.main.joins(p1, p2).exits()
    [(_, plan)] = find_with_plans(script.recording())
    assert plan is not None
    [hold] = plan["holds"]
    assert (plan["kind"], hold["after"]["line"], hold["before"]["line"], hold["target"]) == ("atomicity", 2, 3, "seats")


def test_two_that_set_one_flag_lose_nothing() -> None:
    script = Script("def stop(flag):\n    if not flag.value:\n        flag.value = True\n")
    flag = script.cell("flag")
    p1, p2 = script.main.launches(2)
    for lane in (p1, p2):
        lane.reads(flag, 2)
    for lane in (p1, p2):
        lane.writes(flag, 3, value=1)
    assert [one for one in over(script, p1, p2) if one["certainty"] == "happened"] == []


# Torn reads


def move(lane: Lane, low: int, high: int, lock: int | None = None) -> None:
    if lock is not None:
        lane.acquires(lock, 4)
    lane.sets_cell(low, 5)
    lane.sets_cell(high, 6)
    if lock is not None:
        lane.releases(lock, 4)


def torn(script: Script, low: int, high: int, lock: int | None) -> list[Finding]:
    writer, reader = script.main.launches(2)
    for _ in range(4):
        move(writer, low, high, lock)
    if lock is not None:
        writer.acquires(lock, 4)
    writer.sets_cell(low, 5)
    reader.reads(low, 9).reads(high, 9)
    writer.sets_cell(high, 6)
    if lock is not None:
        writer.releases(lock, 4)
    return over(script, writer, reader)


def test_a_reader_between_two_writes_under_a_lock_saw_something_torn() -> None:
    script = Script()
    [finding] = torn(script, script.cell("low"), script.cell("high"), script.lock())
    assert told(finding) == ("torn_read", "happened", "low", [5, 6, 9])
    assert finding["message"].startswith("P2 saw a new low beside an old high, once: P1 always writes both together")


def test_fields_of_one_structure_belong_together() -> None:
    script = Script()
    fields = [script.cell(f"box.{name}", whole="box") for name in ("low", "high")]
    [finding] = torn(script, fields[0], fields[1], None)
    assert finding["kind"] == "torn_read"


def test_cells_that_nothing_holds_together_are_not_torn() -> None:
    script = Script()
    assert torn(script, script.cell("low"), script.cell("high"), None) == []


LOOKS_AGAIN = """\
def read(version, low, high):
    while True:
        before = version.value
        both = low.value, high.value
        if version.value == before:
            return both
"""


def test_a_reader_that_asks_whether_it_is_still_the_same_knows_what_it_saw() -> None:
    script = Script(LOOKS_AGAIN)
    version, low, high = (script.cell(name) for name in ("version", "low", "high"))
    lock = script.lock()
    writer, reader = script.main.launches(2)
    for _ in range(4):
        writer.acquires(lock, 10).adds(version, 11).sets_cell(low, 12)
        reader.reads(version, 3).reads(low, 4).reads(high, 4).reads(version, 5)
        writer.sets_cell(high, 13).adds(version, 14).releases(lock, 10)
    assert over(script, writer, reader) == []


def test_cells_that_are_written_in_either_order_belong_together_as_well() -> None:
    script = Script()
    anna, bela, lock = script.cell("anna"), script.cell("bela"), script.lock()
    forth, back, reader = script.main.launches(3)
    for _ in range(2):
        forth.acquires(lock, 4).sets_cell(anna, 5).sets_cell(bela, 6).releases(lock, 4)
        back.acquires(lock, 4).sets_cell(bela, 5).sets_cell(anna, 6).releases(lock, 4)
    back.acquires(lock, 4).sets_cell(bela, 5)
    reader.reads(anna, 9).reads(bela, 9)
    back.sets_cell(anna, 6).releases(lock, 4)
    [finding] = over(script, forth, back, reader)
    assert told(finding) == ("torn_read", "happened", "bela", [5, 6, 9])


def test_what_stands_between_the_two_writes_and_what_came_before_there_were_others_does_not_matter() -> None:
    script = Script()
    low, count, high = (script.cell(name) for name in ("low", "count", "high"))
    lock = script.lock()
    script.main.sets_cell(low, 20).sets_cell(high, 21)
    writer, reader = script.main.launches(2)
    for _ in range(3):
        writer.acquires(lock, 4).sets_cell(low, 5).sets_cell(count, 6).sets_cell(high, 7).releases(lock, 4)
    writer.acquires(lock, 4).sets_cell(low, 5)
    reader.reads(low, 9).reads(high, 9)
    writer.sets_cell(count, 6).sets_cell(high, 7).releases(lock, 4)
    [finding] = over(script, writer, reader)
    assert told(finding) == ("torn_read", "happened", "low", [5, 7, 9])


def look_without_the_lock(between: Callable[[Script, Lane, Lane], object]) -> Any:
    script = Script()
    low, high, lock = script.cell("low"), script.cell("high"), script.lock()
    writer, reader = script.main.launches(2)
    for _ in range(3):
        move(writer, low, high, lock)
    between(script, writer, reader)
    reader.reads(low, 8).reads(high, 9)
    for lane in (writer, reader):
        lane.exits()
    script.main.joins(writer, reader).exits()
    return find_with_plans(script.recording())


def test_a_reader_without_the_lock_that_saw_nothing_torn_is_suspected() -> None:
    [(finding, plan)] = look_without_the_lock(lambda *_: None)
    assert told(finding) == ("torn_read", "suspected", "low", [5, 6, 8, 9])
    assert finding["message"] == (
        "Not seen to happen: P1 always writes low and high together, under lock, "
        "and nothing keeps it from doing so between the two reads of P2."
    )
    holds = [(hold["after"]["line"], hold["before"]["line"], hold["until"]) for hold in plan["holds"]]
    assert holds == [(8, 9, "version"), (5, 6, "time")]


def test_a_reader_that_comes_after_the_writer_is_not_suspected() -> None:
    def message(script: Script, writer: Lane, reader: Lane) -> None:
        queue = script.queue()
        writer.puts(queue)
        reader.gets(queue)

    assert look_without_the_lock(message) == []


def test_a_reader_under_the_same_lock_sees_both_or_none() -> None:
    script = Script()
    low, high, lock = script.cell("low"), script.cell("high"), script.lock()
    writer, reader = script.main.launches(2)
    for _ in range(4):
        move(writer, low, high, lock)
        reader.acquires(lock, 8).reads(low, 9).reads(high, 9).releases(lock, 8)
    assert over(script, writer, reader) == []


# Left over


def test_what_was_put_and_never_taken_is_left_over() -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    for _ in range(3):
        p1.puts(queue, 8)
    script.main.gets(queue)
    [finding] = over(script, p1)
    assert told(finding) == ("left_over", "happened", "q", [8])
    assert finding["count"] == 2
    assert finding["message"] == "2 of 3 items put into q were never taken."


def test_what_could_not_be_sent_is_not_left_over() -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    feeder = p1.thread()
    p1.puts(queue, 4).puts(queue, 5).puts(queue, 6)
    feeder.does(Op.FAIL, queue, 5)
    script.main.gets(queue).gets(queue)
    assert over(script, p1) == []


def test_nothing_is_left_over_while_it_runs_or_where_somebody_was_killed() -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    p1.puts(queue)
    assert find(script.recording("running")) == []
    script.main.does(Op.KILL, script.target_of(p1), value=15)
    assert over(script, p1) == []


def test_a_sign_to_stop_that_is_handed_on_is_not_left_over() -> None:
    script = Script()
    queue = script.queue()
    p1, p2 = script.main.launches(2)
    script.main.puts(queue)
    p1.gets(queue).puts(queue)
    p2.gets(queue).puts(queue)
    assert over(script, p1, p2) == []


def test_a_sign_to_stop_that_nobody_needed_is_not_left_over() -> None:
    script = Script()
    queue = script.queue()
    script.values = ["None"]
    script.main.does(Op.PUT, queue, presence=1, value=0)
    assert over(script) == []


# Not shared

GLOBAL = """\
seen = 0

def look(times):
    global seen
    for _ in range(times):
        seen += 1

if __name__ == "__main__":
    kid = Process(target=look, args=(5,))
    kid.start()
    kid.join()
    print(seen)
"""


def test_a_plain_name_that_a_child_changes_and_the_parent_reads_is_suspected() -> None:
    script = Script(GLOBAL)
    p1 = script.main.launch(does="look")
    [finding] = over(script, p1)
    assert told(finding) == ("not_shared", "suspected", "seen", [6, 12])


def test_a_plain_name_that_only_children_use_is_none() -> None:
    script = Script(GLOBAL.replace("print(seen)", "print('done')"))
    assert over(script, script.main.launch(does="look")) == []


IN_A_POOL = """\
found = []

def look(number):
    found.append(number)

def main():
    with Pool(2) as pool:
        pool.map(look, range(4))
    print(found)

if __name__ == "__main__":
    main()
"""


def test_what_a_task_of_a_pool_changes_and_a_function_of_the_parent_reads_is_suspected() -> None:
    script = Script(IN_A_POOL)
    [finding] = over(script, script.main.launch(does="worker"))
    assert told(finding) == ("not_shared", "suspected", "found", [4, 9])


def test_a_name_of_the_functions_own_is_another() -> None:
    script = Script(IN_A_POOL.replace("def main():\n", "def main():\n    found = []\n"))
    assert over(script, script.main.launch(does="worker")) == []


def test_a_change_of_what_one_gets_out_of_a_managers_dictionary_is_suspected() -> None:
    script = Script("def guest(book, name):\n    book['names'].append(name)\n")
    names = script.cell("book['names']", whole="book", what="Manager().dict()", holds="any")
    p1 = script.main.launch(does="guest")
    p1.reads(names, 2)
    [finding] = over(script, p1)
    assert told(finding) == ("not_shared", "suspected", "book['names']", [2])
    assert finding["message"].startswith("Line 2 gets a copy from book and changes that")
