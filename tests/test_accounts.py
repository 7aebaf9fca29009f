"""The account of a cell: its figures, and the faults that it notices."""

import numpy as np

from lost_update.analysis.accesses import Accesses
from lost_update.analysis.accounts import Account
from lost_update.model.ops import NOTHING
from lost_update.model.recording import CellSummary

P1, P2 = 0, 1
READ, WRITE = False, True


def follow(account: Account, *accesses: tuple[int, bool, float, int, int]) -> list[int]:
    """Hand the account some accesses, each as `(process, is_write, value, version, base)`."""
    process, is_write, value, version, base = map(np.array, zip(*accesses, strict=True))
    losses: list[int] = account.follow(Accesses(process, is_write, value, version, base)).tolist()
    return losses


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


def test_a_blind_write_adds_nothing_to_what_is_expected() -> None:
    account = Account("number", 5)
    follow(account, (P1, WRITE, 9, 1, NOTHING))
    assert account.expected == 5
    assert account.lineage.lost == 0


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
    figures = CellSummary(name="number", initial=0, expected=None, final=5, writes=2, lost=None, lost_at_least=1)
    assert account.summary(5) == figures
