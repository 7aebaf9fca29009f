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


def test_values_may_be_of_any_kind() -> None:
    texts = Accesses(
        *(np.array(column) for column in ([P1, P1], [READ, WRITE])), *_columns(["a", 1.5], [0, 1], [-1, 0])
    )
    assert texts.agree("a")
    assert not texts.agree("b")
    assert not texts.agree(0)


def test_a_part_of_them_says_which_add_too() -> None:
    adding = Accesses(*map(np.array, ([P1] * 2, [WRITE] * 2, [1, 2], [1, 2], [0, 1], [True, False])))
    part = adding[1:]
    assert part.adds is not None
    assert part.adds.tolist() == [False]
    assert OVERLAPPING[1:].adds is None


def _columns(values: list[float | str], versions: list[int], bases: list[int]) -> tuple[np.ndarray, ...]:
    return np.array(values, dtype=object), np.array(versions), np.array(bases)
