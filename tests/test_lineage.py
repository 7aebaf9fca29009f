"""The lineage of a cell, on histories short enough to be written out."""

import random
from itertools import product

import pytest

from lost_update.analysis.lineage import BLIND, Change, Lineage


def lineage_of(*bases: int) -> Lineage:
    """Versions 1, 2, … built on these bases."""
    lineage = Lineage()
    lineage.write(bases)
    return lineage


def test_increments_one_after_the_other_lose_nothing() -> None:
    lineage = lineage_of(0, 1, 2)
    assert lineage.lost == 0
    assert lineage.chain(3) == [3, 2, 1, 0]


def test_two_writes_on_the_same_base_lose_the_first() -> None:
    # P1 reads 0, P2 reads 0, P1 writes version 1, P2 writes version 2: the update of version 1 is gone.
    lineage = lineage_of(0, 0)
    assert lineage.lost == 1
    assert lineage.lost_versions() == [1]
    assert lineage.erased_by() == {1: 2}


def test_one_stale_write_can_wipe_out_many_updates() -> None:
    # P2 reads version 0 and sleeps; P1 increments forty times; then P2 writes.
    lineage = lineage_of(*range(40), 0)
    assert lineage.lost == 40
    assert lineage.change(41) == Change(erased=tuple(range(1, 41)), revived=())
    assert set(lineage.erased_by().values()) == {41}


def test_a_lost_update_can_come_back() -> None:
    # P1 reads 0; P2 reads 0; P1 writes v1 (base 0); P3 reads v1; P2 writes v2 (base 0): v1 is lost.
    # P3 writes v3 (base 1): the chain is 3, 1, 0 now. v1 is back and v2 is lost instead.
    lineage = Lineage()
    assert lineage.write([0]).tolist() == [0]
    assert lineage.write([0]).tolist() == [1]
    assert lineage.lost_versions() == [1]
    assert lineage.write([1]).tolist() == [1]
    assert lineage.lost_versions() == [2]
    assert lineage.change(3) == Change(erased=(2,), revived=(1,))
    assert lineage.erased_by() == {2: 3}


def test_a_write_can_bring_back_more_than_it_erases() -> None:
    # 0 ── 1 ── 2 ── 3 and then a stale 4 on 0 loses three; 5, built on 3, brings them back and loses only 4.
    lineage = lineage_of(0, 1, 2, 0)
    assert lineage.lost == 3
    assert lineage.write([3]).tolist() == [1]
    assert lineage.change(5) == Change(erased=(4,), revived=(1, 2, 3))


def test_a_blind_write_starts_anew_and_loses_all_before_it() -> None:
    lineage = lineage_of(0, 1, BLIND, 3)
    assert lineage.chain(4) == [4, 3]
    assert lineage.lost_versions() == [1, 2]
    assert lineage.lost == 2


def test_a_blind_write_is_not_itself_an_update_that_could_be_lost() -> None:
    lineage = lineage_of(BLIND, BLIND)
    assert lineage.lost == 0
    assert lineage.erased_by() == {}


def test_versions_that_nobody_recorded_count_as_no_updates() -> None:
    lineage = lineage_of(0)
    lineage.skip(1)
    assert lineage.newest == 2
    assert lineage.has_gaps
    assert lineage.write([2]).tolist() == [0]
    assert lineage.chain(3) == [3, 2, 1, 0]
    assert lineage.updates == 2


@pytest.mark.parametrize("seed", range(40))
def test_where_there_are_gaps_the_least_that_can_be_lost_is_known(seed: int) -> None:
    draw = random.Random(seed)
    bases = [draw.randrange(version) for version in range(1, 7)]
    missing = sorted(draw.sample(range(1, 7), 2))
    told = Lineage()
    for version, base in enumerate(bases, 1):
        if version in missing:
            told.skip(1)
        else:
            told.write([base])

    def lost_with(unknown: tuple[int, ...]) -> int:
        """How many of the recorded updates are lost, if those that are missing were built on these versions."""
        parents = {**dict(enumerate(bases, 1)), **dict(zip(missing, unknown, strict=True))}
        chain, version = set[int](), len(bases)
        while version:
            chain.add(version)
            version = parents[version]
        return sum(version not in chain and version not in missing for version in range(1, len(bases) + 1))

    assert told.lost == min(map(lost_with, product(*(range(version) for version in missing))))


@pytest.mark.parametrize("seed", range(20))
def test_the_running_count_agrees_with_counting_the_dead_branches(seed: int) -> None:
    draw = random.Random(seed)
    lineage = Lineage()
    for version in range(1, 200):
        base = BLIND if draw.random() < 0.02 else draw.randrange(max(0, version - 6), version)
        (lost,) = lineage.write([base])
        assert lost == lineage.lost == len(lineage.lost_versions())
    assert sorted(lineage.erased_by()) == lineage.lost_versions()


@pytest.mark.parametrize("seed", range(20))
def test_what_every_write_erased_and_revived_adds_up_to_what_is_lost(seed: int) -> None:
    draw = random.Random(seed)
    lineage = lineage_of(*(draw.randrange(max(0, version - 4), version) for version in range(1, 100)))
    lost: set[int] = set()
    for version in range(1, 100):
        change = lineage.change(version)
        assert not lost & set(change.erased)
        assert set(change.revived) <= lost
        lost = lost - set(change.revived) | set(change.erased)
    assert sorted(lost) == lineage.lost_versions()
