"""Reads and writes of a cell as columns: what follows on what, what agrees, and who had read what."""

import numpy as np

from lost_update.analysis.accesses import Accesses
from lost_update.model.ops import NOTHING

P1, P2 = 0, 1
READ, WRITE = False, True


def accesses(*each: tuple[int, bool, int, int, int]) -> Accesses:
    """Some accesses, each as `(process, is_write, value, version, base)`."""
    return Accesses(*map(np.array, zip(*each, strict=True)))


OVERLAPPING = accesses(
    (P1, READ, 0, 0, NOTHING),
    (P2, READ, 0, 0, NOTHING),
    (P1, WRITE, 1, 1, 0),
    (P2, WRITE, 1, 2, 0),
)


def test_a_write_makes_the_next_version_and_a_read_sees_the_newest() -> None:
    assert OVERLAPPING.gapless(0) == 4
    assert OVERLAPPING.gapless(1) == 0
    assert OVERLAPPING[2:].gapless(0) == 2


def test_a_version_that_is_missing_ends_what_follows_on() -> None:
    with_a_gap = accesses((P1, READ, 0, 0, NOTHING), (P1, WRITE, 1, 1, 0), (P1, READ, 5, 3, NOTHING))
    assert with_a_gap.gapless(0) == 2


def test_reads_agree_with_what_was_there_before_them() -> None:
    assert OVERLAPPING.agree(0)
    assert not OVERLAPPING.agree(7)
    assert OVERLAPPING.agree(None)
    assert not accesses((P1, WRITE, 1, 1, 0), (P2, READ, 2, 1, NOTHING)).agree(0)


def test_each_write_finds_what_its_own_process_had_read_last() -> None:
    read, after = OVERLAPPING[2:].last_read({P1: 10, P2: 20})
    assert read.tolist() == [10, 20]
    assert after == {P1: 10, P2: 20}
    read, after = OVERLAPPING.last_read({P1: 10})
    assert read.tolist()[2:] == [0, 0]
    assert after == {P1: 0, P2: 0}


def test_values_may_be_of_any_kind() -> None:
    halves = Accesses(
        *(np.array(column) for column in ([P1, P1], [READ, WRITE])), *_columns([0.5, 1.5], [0, 1], [-1, 0])
    )
    read, after = halves.last_read({})
    assert (read.tolist()[1], after) == (0.5, {P1: 0.5})


def _columns(values: list[float], versions: list[int], bases: list[int]) -> tuple[np.ndarray, ...]:
    return np.array(values, dtype=object), np.array(versions), np.array(bases)
