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


def test_a_blind_write_starts_anew_and_what_came_before_it_is_no_longer_counted() -> None:
    lineage = lineage_of(0, 0, BLIND, 3)
    assert lineage.chain(4) == [4, 3]
    assert lineage.lost_versions() == []
    assert lineage.lost == 0
    assert lineage.change(3) == Change(settled=(1,))
    assert lineage.erased_by() == {}


def test_an_update_that_had_read_before_a_reset_erases_it() -> None:
    # 1 and 2 are no longer counted once 3 is written; 4 is built on it. Then 5, which had read 2, brings them back.
    lineage = lineage_of(0, 1, BLIND, 3, 2)
    assert lineage.chain(5) == [5, 2, 1, 0]
    assert lineage.erased_resets() == [3]
    assert lineage.lost_versions() == [4]
    assert lineage.change(5) == Change(erased=(4,), erased_resets=(3,))
    assert lineage.resets_erased_by() == {3: 5}
    assert lineage.erased_by() == {4: 5}


def test_a_reset_that_was_erased_comes_back_with_a_write_that_is_built_on_it() -> None:
    lineage = lineage_of(0, BLIND, 1, 2)
    assert lineage.change(3) == Change(erased_resets=(2,))
    assert lineage.change(4) == Change(erased=(3,), revived_resets=(2,))
    assert lineage.lost_versions() == [3]
    assert lineage.resets_erased_by() == {}


def test_what_was_lost_before_an_erased_reset_is_lost_again() -> None:
    lineage = lineage_of(0, 0)
    assert lineage.lost == 1
    assert lineage.write([BLIND]).tolist() == [0]
    assert lineage.write([2]).tolist() == [1]
    assert lineage.change(4) == Change(erased=(1,), erased_resets=(3,))


def test_a_reset_after_an_erased_one_leaves_nothing_to_count() -> None:
    lineage = lineage_of(0, BLIND, 1, BLIND)
    assert lineage.change(4) == Change(revived_resets=(2,))
    assert lineage.erased_resets() == []
    assert lineage.lost == 0


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


def test_where_a_cell_has_been_reset_a_version_that_nobody_recorded_may_be_a_reset() -> None:
    lineage = lineage_of(BLIND, 1, 1)
    assert lineage.lost == 1
    lineage.skip(1)
    assert lineage.lost == 0
    assert lineage.write([4, 4]).tolist() == [0, 1]


class Memory:
    """What a cell holds, told by what has had an effect on it: the last reset, and every update that it contains.

    An update puts back what its writer had read, with itself in it. A reset leaves nothing but itself.
    """

    def __init__(self) -> None:
        self.held: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
        self.updates: set[int] = set()
        self.resets: set[int] = set()

    def write(self, base: int) -> None:
        version = len(self.held)
        if base == BLIND:
            self.resets.add(version)
            self.held.append((version, frozenset()))
        else:
            self.updates.add(version)
            reset, effects = self.held[base]
            self.held.append((reset, effects | {version}))

    def lost(self) -> set[int]:
        """What memory does not contain though it came after the reset that memory contains."""
        reset, effects = self.held[-1]
        return {update for update in self.updates if update > reset} - effects

    def erased_resets(self) -> set[int]:
        """The resets that memory does not contain though they came after the one that it does."""
        return {reset for reset in self.resets if reset > self.held[-1][0]}


@pytest.mark.parametrize("seed", range(150))
def test_what_is_lost_and_what_is_erased_agrees_with_what_memory_contains(seed: int) -> None:
    draw = random.Random(seed)
    lineage, memory = Lineage(), Memory()
    blind, reach = draw.choice([0.05, 0.2, 0.5]), draw.choice([2, 5, 30])
    bases = [
        BLIND if draw.random() < blind else draw.randrange(max(0, version - reach), version) for version in range(1, 60)
    ]
    erased: dict[int, int] = {}
    erased_resets: dict[int, int] = {}
    while len(memory.held) < 60:
        portion = bases[lineage.newest : lineage.newest + draw.randrange(1, 5)]
        counts = lineage.write(portion).tolist()
        for base, count in zip(portion, counts, strict=True):
            before, before_resets = memory.lost(), memory.erased_resets()
            memory.write(base)
            after, after_resets = memory.lost(), memory.erased_resets()
            version = len(memory.held) - 1
            change = lineage.change(version)
            assert count == len(after)
            assert set(change.erased) == after - before
            assert set(change.revived) == (before - after) & memory.held[-1][1]
            assert set(change.settled) == before - after - memory.held[-1][1]
            assert set(change.erased_resets) == after_resets - before_resets
            assert set(change.revived_resets) == before_resets - after_resets
            erased = {one: erased.get(one, version) for one in after}
            erased_resets = {one: erased_resets.get(one, version) for one in after_resets}
        assert lineage.lost_versions() == sorted(memory.lost())
        assert lineage.erased_resets() == sorted(memory.erased_resets())
    assert lineage.erased_by() == erased
    assert lineage.resets_erased_by() == erased_resets


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
