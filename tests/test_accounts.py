"""The account of a cell: its figures, and the faults that it notices."""

import random

import numpy as np
import orjson
import pytest

from lost_update.analysis.accesses import Accesses
from lost_update.analysis.accounts import Account
from lost_update.model.ops import NOTHING
from lost_update.model.recording import CellSummary
from lost_update.model.targets import Held

P1, P2 = 0, 1
READ, WRITE = False, True


def follow(account: Account, *accesses: tuple[int, bool, float, int, int]) -> list[int]:
    """Hand the account some accesses, each as `(process, is_write, value, version, base)`."""
    process, is_write, value, version, base = map(np.array, zip(*accesses, strict=True))
    losses: list[int] = account.follow(Accesses(process, is_write, value, version, base)).tolist()
    return losses


def script_follow(account: Account, *accesses: tuple[int, bool, Held | None, int, int, bool]) -> None:
    """The same, of a script: each as `(process, is_write, value, version, base, adds)`."""
    process, is_write, value, version, base, adds = zip(*accesses, strict=True)
    held = np.empty(len(value), object)
    held[:] = value
    account.follow(
        Accesses(np.array(process), np.array(is_write), held, np.array(version), np.array(base), np.array(adds))
    )


def test_two_overlapping_increments_expect_2_and_lose_1() -> None:
    account = Account("number", 0)
    losses = follow(
        account,
        (P1, READ, 0, 0, NOTHING),
        (P2, READ, 0, 0, NOTHING),
        (P1, WRITE, 1, 1, 0),
        (P2, WRITE, 1, 2, 0),
    )
    assert losses == [0, 1]
    assert account.close(1, 2, someone_died=False) == 0
    assert not account.broken
    assert account.summary(1) == {"name": "number", "initial": 0, "expected": 2, "final": 1, "writes": 2, "lost": 1}


def test_steps_may_come_in_any_portions() -> None:
    account = Account("number", 0)
    assert follow(account, (P1, READ, 0, 0, NOTHING)) == []
    assert follow(account, (P2, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0)) == [0]
    assert follow(account, (P2, WRITE, 1, 2, 0)) == [1]
    assert account.expected == 2


def test_what_is_expected_of_floats_does_not_depend_on_the_portions() -> None:
    huge = 1e16  # to which 1.0 makes no difference, but 50.0 does
    accesses: list[tuple[int, bool, float, int, int]] = [(P1, WRITE, 0.0, 1, NOTHING)]
    for version in range(1, 51):
        accesses.append((P1, READ, version - 1.0, version, NOTHING))
        accesses.append((P1, WRITE, float(version), version + 1, version))
    whole, portions = Account("number", huge), Account("number", huge)
    follow(whole, *accesses)
    for access in accesses:
        follow(portions, access)
    assert portions.expected == whole.expected


def test_expected_adds_up_what_each_writer_meant_to_add() -> None:
    account = Account("balance", 100)
    follow(
        account,
        (P1, READ, 100, 0, NOTHING),
        (P2, READ, 100, 0, NOTHING),
        (P1, WRITE, 150, 1, 0),  # + 50, lost
        (P2, WRITE, 70, 2, 0),  # - 30
    )
    assert account.expected == 120


def test_after_a_blind_write_what_it_wrote_is_expected_and_what_was_added_since() -> None:
    account = Account("number", 5)
    follow(account, (P1, READ, 5, 0, NOTHING), (P1, WRITE, 6, 1, 0), (P1, WRITE, 9, 2, NOTHING))
    assert account.expected == 9
    follow(account, (P1, READ, 9, 2, NOTHING), (P2, READ, 9, 2, NOTHING), (P1, WRITE, 11, 3, 2), (P2, WRITE, 13, 4, 2))
    assert account.expected == 15
    assert account.lineage.lost == 1


def test_a_reset_that_was_erased_is_expected_all_the_same() -> None:
    account = Account("number", 5)
    follow(account, (P1, READ, 5, 0, NOTHING), (P2, WRITE, 0, 1, NOTHING), (P1, WRITE, 6, 2, 0))
    assert account.expected == 1
    assert account.lineage.lost == 0
    assert account.lineage.resets_erased_by() == {1: 2}


def test_a_delta_is_that_to_the_version_that_a_write_was_built_on_not_to_the_last_read() -> None:
    account = Account("number", 5)
    follow(
        account,
        (P1, READ, 5, 0, NOTHING),
        (P2, READ, 5, 0, NOTHING),
        (P2, WRITE, 7, 1, 0),
        (P1, READ, 7, 1, NOTHING),  # looked at, and not used
        (P1, WRITE, 6, 2, 0),
    )
    assert account.expected == 8


def test_where_an_update_is_no_addition_nothing_is_expected_until_a_reset() -> None:
    account = Account("best", 5)
    expected = []
    for two in (
        [(P1, WRITE, 10, 1, 0, False), (P1, WRITE, 11, 2, 1, True)],
        [(P1, WRITE, 1, 3, NOTHING, False), (P1, WRITE, 3, 4, 3, True)],
        [(P1, WRITE, 6, 5, 4, False), (P1, WRITE, 0, 6, NOTHING, False)],
    ):
        script_follow(account, *two)
        expected.append(account.expected)
    assert expected == [None, 3, 0]


def test_a_cell_may_hold_what_is_no_number() -> None:
    account = Account("name", "a")
    script_follow(account, (P1, READ, "a", 0, NOTHING, False), (P1, WRITE, "ab", 1, 0, True))
    assert account.expected is None
    assert not account.broken
    assert account.script_summary("ab") == {
        "name": "name",
        "initial": "a",
        "expected": None,
        "final": "ab",
        "writes": 1,
        "updates": 1,
        "lost": 0,
    }
    script_follow(account, (P2, READ, "x", 1, NOTHING, False))
    assert account.broken


def test_what_is_added_where_nothing_was_yet_counts_from_0() -> None:
    assert Account("totals['the']", None).expected is None
    account = Account("totals['the']", None)
    script_follow(
        account,
        (P1, READ, None, 0, NOTHING, False),
        (P2, READ, None, 0, NOTHING, False),
        (P1, WRITE, 1, 1, 0, True),
        (P2, WRITE, 1, 2, 0, True),
    )
    assert account.expected == 2
    assert account.lineage.lost == 1
    assert not account.broken
    account.close(1, 2, someone_died=False)
    assert not account.broken


def test_a_cell_that_held_a_number_and_then_none_is_expected_to_hold_neither() -> None:
    account = Account("totals['the']", 3)
    script_follow(account, (P1, WRITE, "gone", 1, 0, True))
    assert account.expected is None


def test_a_read_that_saw_another_value_than_was_written_is_a_fault_of_ours() -> None:
    account = Account("number", 0)
    follow(account, (P1, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0), (P2, READ, 7, 1, NOTHING))
    assert account.broken


def test_a_step_back_to_an_older_version_is_a_fault_of_ours() -> None:
    account = Account("number", 0)
    follow(account, (P1, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0), (P2, READ, 0, 0, NOTHING))
    assert account.broken


def test_a_memory_that_holds_another_value_is_a_fault_of_ours() -> None:
    account = Account("number", 0)
    follow(account, (P1, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0))
    account.close(2, 1, someone_died=False)
    assert account.broken


def test_writes_that_nobody_recorded_are_a_fault_unless_someone_died() -> None:
    for someone_died in (False, True):
        account = Account("number", 0)
        follow(account, (P1, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0))
        assert account.close(4, 4, someone_died=someone_died) == 3
        assert account.broken is not someone_died


def test_a_dead_process_leaves_a_gap_that_the_others_build_on() -> None:
    # P2 wrote versions 2 and 3, was killed, and took their steps with it; P1 went on from version 3.
    account = Account("number", 0)
    losses = follow(
        account,
        (P1, READ, 0, 0, NOTHING),
        (P1, WRITE, 1, 1, 0),
        (P1, READ, 3, 3, NOTHING),
        (P1, WRITE, 4, 4, 3),
    )
    assert losses == [0, NOTHING]
    assert account.close(4, 4, someone_died=True) == 2
    assert not account.broken


def test_after_a_gap_nobody_knows_what_was_expected_or_lost_but_what_is_certain_is_said() -> None:
    # P2 reads 0 and overwrites what P1 wrote; then P1 is killed with a write that it had not sent.
    account = Account("number", 0)
    follow(
        account,
        (P1, READ, 0, 0, NOTHING),
        (P2, READ, 0, 0, NOTHING),
        (P1, WRITE, 1, 1, 0),
        (P2, WRITE, 1, 2, 0),
    )
    assert account.summary(None) == CellSummary(name="number", initial=0, expected=2, final=None, writes=2, lost=1)
    account.close(5, 3, someone_died=True)
    unknown = CellSummary(name="number", initial=0, expected=None, final=5, writes=2, lost=None)
    assert account.summary(5) == {**unknown, "lost_at_least": 1, "unrecorded": 1}


def test_what_was_expected_stays_a_number_that_json_has() -> None:
    # Two processes each add the largest integer of 64 bits that there is.
    most = 2**64 - 1
    account = Account("number", 0)
    reads = (P1, READ, 0, 0, NOTHING), (P2, READ, 0, 0, NOTHING)
    follow(account, *reads, (P1, WRITE, most, 1, 0), (P2, WRITE, most, 2, 0))
    expected = orjson.loads(orjson.dumps(account.summary(None)))["expected"]
    assert expected == float(2 * most)


@pytest.mark.parametrize("seed", range(60))
def test_figures_are_what_the_steps_say_however_many_come_at_a_time(seed: int) -> None:
    draw = random.Random(seed)
    initial = draw.randrange(9)
    values, bases, expected = [initial], [NOTHING], initial
    whole = []
    account = Account("number", initial)
    while len(values) < 60:
        version = len(values)
        base = NOTHING if draw.random() < 0.1 else draw.randrange(max(0, version - 4), version)
        value = draw.randrange(9) + (0 if base == NOTHING else values[base])
        expected = value if base == NOTHING else expected + value - values[base]
        values.append(value)
        bases.append(base)
        whole.append((P1, WRITE, value, version, base))
        if draw.random() < 0.4:
            follow(account, *whole)
            whole = []
            assert account.expected == expected
    if whole:
        follow(account, *whole)
    assert account.expected == expected
    assert account.close(values[-1], 59, someone_died=False) == 0
    assert not account.broken
