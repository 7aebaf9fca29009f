"""Lost updates are found from the lineage of the cells alone, with the lines and the locks that they are about."""

import random

import pytest

from lost_update.analysis.findings import find
from lost_update.analysis.lineage import Lineage
from lost_update.model.findings import Finding
from lost_update.model.ops import Op
from tests.script_recordings import Lane, Script

VOTES = """\
from multiprocessing import Process, Value

def teller(tally):
    for _ in range(3):
        tally.value += 1

def slow_teller(tally):
    before = tally.value
    tally.value = before + 1

def best_of(best, lock, mine):
    if mine > best.value:
        with lock:
            best.value = mine
"""


def two_tellers(script: Script) -> list[Lane]:
    return script.main.launches(2, does="teller")


def over(script: Script, *lanes: Lane) -> list[Finding]:
    """What is found when these have ended and were joined."""
    for lane in lanes:
        lane.exits()
    script.main.joins(*lanes).exits()
    return find(script.recording())


def lines(finding: Finding) -> list[int]:
    return sorted({line["line"] for line in finding["lines"]})


def lose(cell: int, victim: Lane, thief: Lane, *, read: int = 5, write: int = 5, times: int = 1) -> None:
    for _ in range(times):
        victim.reads(cell, read)
        thief.reads(cell, read)
        victim.writes(cell, write)
        thief.writes(cell, write)


def test_who_read_before_the_other_wrote_erases_its_update() -> None:
    script = Script(VOTES)
    tally = script.cell("tally", has_lock=True, what="Value")
    p1, p2 = two_tellers(script)
    lose(tally, p1, p2, times=3)
    [finding] = over(script, p1, p2)
    assert (finding["kind"], finding["certainty"], finding["target"]) == ("lost_update", "happened", "tally")
    assert finding["count"] == 3
    assert lines(finding) == [5]
    assert {line["process"] for line in finding["lines"]} == {"P1", "P2"}
    assert finding["message"] == "3 of 6 updates were lost here: P1 and P2 both read before either wrote."
    assert finding["advice"] == (
        "Hold the lock of the Value for the whole +=. Each read and each write takes it already, "
        "but not from the one to the other.\n\nwith tally.get_lock():\n    tally.value += 1"
    )


def test_the_evidence_is_the_first_loss_read_read_write_write() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.adds(tally, 5, times=2)
    lose(tally, p2, p1)
    recording = script.recording("running")
    [finding] = find(recording)
    rows = recording.log.rows(0, len(recording.log))[finding["steps"]]
    who = [(recording.names.processes[row["process"]], Op(row["op"])) for row in rows]
    assert who == [("P2", Op.READ), ("P1", Op.READ), ("P2", Op.WRITE), ("P1", Op.WRITE)]


def test_reads_and_writes_on_lines_of_their_own_are_both_named() -> None:
    script = Script(VOTES)
    tally = script.cell("tally", what="RawValue")
    p1, p2 = two_tellers(script)
    lose(tally, p1, p2, read=8, write=9)
    [finding] = over(script, p1, p2)
    assert lines(finding) == [8, 9]
    assert finding["advice"].endswith("with lock:\n    before = tally.value\n    tally.value = before + 1")


def test_updates_in_turn_lose_nothing() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.adds(tally, 5)
    p2.adds(tally, 5)
    assert find(script.recording("running")) == []


def test_what_a_process_overwrites_of_its_own_is_no_race() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    [p1] = script.main.launches(1)
    p1.reads(tally).writes(tally).writes(tally, base=0)
    assert over(script, p1) == []


def test_a_lost_update_can_come_back() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p2.reads(tally)
    p1.adds(tally).reads(tally)  # 1, from 0
    p2.writes(tally)  # 2, from 0: erases 1
    p1.writes(tally)  # 3, from 1: 1 is back, and 2 is erased
    [finding] = over(script, p1, p2)
    assert finding["count"] == 1


def test_updates_built_on_a_lost_one_are_lost_with_it() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p2.reads(tally, 5)
    p1.adds(tally, 5, times=4)
    p2.writes(tally, 5)
    [finding] = over(script, p1, p2)
    assert finding["count"] == 4


def test_a_reset_starts_anew_and_is_no_loss() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.adds(tally)
    p2.adds(tally)
    script.main.sets_cell(tally)
    p1.adds(tally)
    assert find(script.recording("running")) == []


def test_a_loss_before_a_reset_stays_one() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    lose(tally, p1, p2)
    p1.sets_cell(tally)
    p1.adds(tally)
    [finding] = over(script, p1, p2)
    assert finding["count"] == 1


def test_an_update_that_erases_a_reset_is_told_in_words_of_its_own() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.adds(tally)
    p1.reads(tally, 5)
    p2.sets_cell(tally, 9)
    p1.writes(tally, 5)
    [finding] = over(script, p1, p2)
    assert finding["message"].startswith("1 value that had been set was overwritten here: P1 had read before P2 set it")
    assert lines(finding) == [5, 9]


def test_what_rests_on_an_assumed_base_is_only_suspected() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.reads(tally, 5)
    p2.reads(tally, 5)
    p1.writes(tally, 5)
    p2.writes(tally, 5, assumed=True)
    [finding] = over(script, p1, p2)
    assert finding["certainty"] == "suspected"


def test_two_locked_halves_are_said_to_be_that() -> None:
    script = Script(VOTES)
    last, lock = script.cell("last"), script.lock()
    p1, p2 = two_tellers(script)
    for lane in (p1, p2):
        lane.acquires(lock, 7).reads(last, 8).releases(lock, 7)
    for lane in (p1, p2):
        lane.acquires(lock, 8).writes(last, 9).releases(lock, 8)
    [finding] = over(script, p1, p2)
    assert (finding["kind"], lines(finding)) == ("lost_update", [8, 9])
    assert "Each read and each write held lock, but not from the one to the other." in finding["message"]
    assert finding["advice"].endswith("with lock:\n    before = tally.value\n    tally.value = before + 1")


def test_the_line_that_forgot_the_lock_is_named() -> None:
    script = Script(VOTES)
    tally, lock = script.cell("tally"), script.lock()
    p1, p2 = two_tellers(script)
    for _ in range(5):
        p1.acquires(lock, 5).adds(tally, 5).releases(lock, 5)
    p1.acquires(lock, 5).reads(tally, 5)
    p2.adds(tally, 9)
    p1.writes(tally, 5).releases(lock, 5)
    [finding] = over(script, p1, p2)
    assert lines(finding) == [5, 9]
    assert "Others hold lock for it; line 9 does not." in finding["message"]
    assert finding["advice"].startswith("Hold lock at line 9, too")


def test_fields_that_lose_in_lines_of_their_own_are_found_one_by_one() -> None:
    script = Script(VOTES)
    anna, bela = (script.cell(f"purses.{name}", whole="purses", has_lock=True) for name in ("anna", "bela"))
    p1, p2 = two_tellers(script)
    lose(anna, p1, p2, read=8, write=8)
    lose(bela, p1, p2, read=9, write=9)
    found = over(script, p1, p2)
    assert {(one["target"], *lines(one)) for one in found} == {("purses.anna", 8), ("purses.bela", 9)}


def test_elements_that_lose_in_the_same_line_are_one_finding() -> None:
    script = Script(VOTES)
    shelves = [script.cell(f"shelves[{index}]", whole="shelves") for index in (2, 0, 1)]
    p1, p2 = two_tellers(script)
    for cell in shelves:
        lose(cell, p1, p2, times=2)
    [finding] = over(script, p1, p2)
    assert (finding["target"], finding["count"]) == ("shelves[0]", 2)
    assert "In the same way 4 of shelves[2] and shelves[1] were lost." in finding["message"]


def test_of_many_elements_the_worst_stands_for_all() -> None:
    script = Script(VOTES)
    cells = [script.cell(f"cells[{index}]", whole="cells") for index in range(20)]
    p1, p2 = two_tellers(script)
    for index, cell in enumerate(cells):
        lose(cell, p1, p2, times=3 if index == 7 else 1)
    [finding] = over(script, p1, p2)
    assert (finding["target"], finding["count"]) == ("cells[7]", 3)


def test_a_check_outside_of_the_lock_of_the_write_is_one_of_atomicity() -> None:
    script = Script(VOTES)
    best, lock = script.cell("best"), script.lock()
    p1, p2 = two_tellers(script)
    p1.reads(best, 12)
    p2.reads(best, 12)
    for lane in (p1, p2):
        lane.acquires(lock, 13).writes(best, 14).releases(lock, 13)
    [finding] = over(script, p1, p2)
    assert (finding["kind"], finding["certainty"], lines(finding)) == ("atomicity", "happened", [12, 14])


def test_threads_of_one_process_lose_from_each_other() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    [p1] = script.main.launches(1)
    lose(tally, p1, p1.thread())
    [finding] = over(script, p1)
    assert "P1 and P1.2 both read" in finding["message"]


def test_versions_that_nobody_recorded_accuse_nobody() -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    p1.reads(tally, 5)
    script.versions[tally] += 3
    p1.writes(tally, 5)
    p2.adds(tally, 5)
    assert find(script.recording("running")) == []


@pytest.mark.parametrize("seed", range(20))
def test_as_many_are_lost_as_the_lineage_says(seed: int) -> None:
    """Whatever the order: who has not begun reads, who has read writes."""
    chance = random.Random(seed)
    script = Script(VOTES)
    tally = script.cell("tally")
    lanes = script.main.launches(3)
    has_read: set[Lane] = set()
    bases: list[int] = []
    read: dict[Lane, int] = {}
    for _ in range(60):
        lane = chance.choice(lanes)
        if lane in has_read:
            lane.writes(tally, 5)
            bases.append(read[lane])
            has_read.remove(lane)
        else:
            lane.reads(tally, 5)
            read[lane] = script.versions[tally]
            has_read.add(lane)
    lineage = Lineage()
    lineage.write(bases)
    found = find(script.recording("running"))
    assert sum(one["count"] for one in found) == lineage.lost


@pytest.mark.parametrize("status", ["running", "stopped", "finished"])
def test_it_is_found_while_the_run_goes_on_and_after_it(status: str) -> None:
    script = Script(VOTES)
    tally = script.cell("tally")
    p1, p2 = two_tellers(script)
    lose(tally, p1, p2)
    [finding] = find(script.recording(status))  # type: ignore[arg-type]
    assert finding["certainty"] == "happened"


def test_what_a_manager_has_is_held_by_a_lock_of_the_manager() -> None:
    script = Script(VOTES)
    total = script.cell("ns.total", whole="ns", what="Manager().Namespace()", has_lock=True)
    p1, p2 = two_tellers(script)
    lose(total, p1, p2)
    [finding] = over(script, p1, p2)
    assert finding["advice"].startswith("Hold one lock of the manager for the whole +=.")
    assert finding["advice"].endswith("with lock:\n    tally.value += 1")
