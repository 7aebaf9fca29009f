"""Updates whose effect is missing: those that really happened, from the lineage of each cell.

    version 7 ──┬── 8  written by P1, from 7        P2 had read 7, too, before P1 wrote 8:
                └── 9  written by P2, from 7        9 erases 8, and everything that was built on 7 meanwhile

A write that was built on the version right before it erases nothing. So only cells with a write that was not are looked
at, and there all versions that the newest one was not built on are lost: see `analysis.lineage`. A blind write starts
a new epoch: what came before it is judged by the last version before it. Where a process overwrites what it wrote
itself, that is its program and no race.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Booleans, Evidence, Found, Integers, Place, Updates, in_a_few
from lost_update.analysis.findings.holds import Holds, Locks
from lost_update.analysis.findings.source_text import source_text
from lost_update.analysis.lineage import BLIND, Lineage
from lost_update.model.findings import Certainty

MOST_CELLS: Final = 8
"""Up to so many parts of one whole the first that lost stands for them; of more the worst does."""

MOST_LOOKED_AT: Final = 1000
"""So many updates tell what locks they held."""


@dataclass
class Racing:
    """What the words about a lost update are made of.

    `victim` and `thief` are the lanes of the first loss. `split` is a lock that each read and each write held, but not
    from the one to the other; `forgotten` one that most updates of the cell held, and `unlocked` where some did not.
    `alike` are the other parts of the same whole that lost in the same lines, with how many.
    """

    victim: int
    thief: int
    updates: int
    read: Place
    write: Place
    split: int | None = None
    forgotten: int | None = None
    unlocked: list[Place] = field(default_factory=list)
    alike: dict[int, int] = field(default_factory=dict)
    is_reset: bool = False
    """What was erased is a value that was set, not an update."""
    is_check: bool = False
    """The writes were under a lock, and decided by checks outside of it."""


@dataclass(frozen=True)
class Losses:
    """The lost updates of one cell, as places among its updates.

    `thief` is the write that erased it, where that is one of a pair: the very next one, or of a value that was set the
    first that was built on what was there before; else `NOBODY`: it was built on one that was erased. `certain` says
    whose bases are known, not assumed.
    """

    updates: Updates
    victim: Integers
    thief: Integers
    certain: Booleans
    is_reset: bool

    @property
    def is_pair(self) -> Booleans:
        """Which of them were erased by a write that is known to have come in between."""
        is_pair: Booleans = self.thief != NOBODY
        return is_pair

    def __len__(self) -> int:
        return len(self.victim)


@dataclass
class _Candidate:
    """What was lost of one cell, before it is known whether it stands for others as well."""

    cell: int
    losses: Losses
    chosen: Booleans
    pairs: Integers
    certainty: Certainty
    is_check: bool

    @property
    def count(self) -> int:
        return int(np.count_nonzero(self.chosen))

    def steps(self) -> Integers:
        """All the reads and writes of the losers and of the winners."""
        updates, losses = self.losses.updates, self.losses
        who = np.concatenate((losses.victim[self.chosen], losses.thief[self.chosen & losses.is_pair]))
        steps: Integers = np.concatenate((updates.write[who], updates.read[who][updates.read[who] != NOBODY]))
        return steps


def find(evidence: Evidence, holds: Holds) -> list[Found]:
    """What was lost for certain, and what was if the assumed bases are right, as suspected."""
    groups: dict[object, list[_Candidate]] = {}
    for cell in stale_cells(evidence.writes).tolist():
        for losses in losses_of(evidence, cell):
            one = _candidate(evidence, holds, cell, losses)
            if one is not None:
                groups.setdefault(_what_is_alike(evidence, one), []).append(one)
    return [_one_for(evidence, holds, group) for group in groups.values()]


def _what_is_alike(evidence: Evidence, one: _Candidate) -> object:
    """The parts of a whole that lost in the same lines are one finding."""
    target = evidence.declared(one.cell)
    lines = frozenset(evidence.where[one.steps()].tolist())
    alone = one.cell if target.whole is None else target.whole
    return alone, one.is_check, one.certainty, one.losses.is_reset, lines


def stale_cells(writes: Updates) -> Integers:
    """The cells with an update that was not built on the version right before it."""
    return np.unique(writes.cell[writes.is_update & (writes.base < writes.version - 1)])


def losses_of(evidence: Evidence, cell: int) -> Iterator[Losses]:
    """The updates of the cell that were lost, then the values set that an update erased, where there are any."""
    updates = evidence.writes.of_cell(cell)
    updates = updates[np.argsort(updates.version, kind="stable")]
    newest = int(updates.version[-1])
    if (updates.version[1:] == updates.version[:-1]).any():
        return  # that is not as the memory counts: nothing is certain
    parents = _parents(updates, newest)
    survives, erased = _survivors(parents)
    place = np.full(newest + 2, NOBODY)
    place[updates.version] = np.arange(len(updates))
    lost = np.flatnonzero(~survives)
    lost = lost[place[lost] != NOBODY]
    lost = lost[updates.is_update[place[lost]]]
    if len(lost):
        yield from _lost(evidence, updates, parents, place, lost)
    if len(erased):
        yield from _overwritten(updates, parents, place, erased)


def _lost(evidence: Evidence, updates: Updates, parents: Integers, place: Integers, lost: Integers) -> Iterator[Losses]:
    """The updates that were erased by others. In a pair the next version was built on an older one."""
    follows = np.append(parents[1:], BLIND)[lost]
    victim = place[lost]
    thief = np.where((follows != lost) & (follows != BLIND), place[lost + 1], NOBODY)
    by_itself = (thief != NOBODY) & (updates.lane[victim] == updates.lane[thief])
    if by_itself.any():
        eraser = place[_erasers(parents, lost)]
        others = updates.lane[eraser] != updates.lane[victim]
        victim, thief, by_itself = victim[others], thief[others], by_itself[others]
        thief = np.where(by_itself, NOBODY, thief)
    pairs = np.flatnonzero(thief != NOBODY)
    if len(pairs):
        no_change = np.zeros(len(victim), np.bool_)
        no_change[pairs] = _change_nothing(evidence, updates.write[victim[pairs]], updates, thief[pairs])
        victim, thief = victim[~no_change], thief[~no_change]
    certain = ~updates.assumed[victim] & ((thief == NOBODY) | ~updates.assumed[thief])
    if len(victim):
        yield Losses(updates, victim, thief, certain, is_reset=False)


def _overwritten(updates: Updates, parents: Integers, place: Integers, erased: list[int]) -> Iterator[Losses]:
    """The values that were set, and overwritten by an update that had read before."""
    older = [
        start + 1 + int(np.argmax((parents[start + 1 :] < start) & (parents[start + 1 :] != BLIND))) for start in erased
    ]
    victim, thief = place[erased], place[older]
    known = (victim != NOBODY) & (thief != NOBODY)
    known &= updates.lane[victim] != updates.lane[thief]
    victim, thief = victim[known], thief[known]
    if len(victim):
        yield Losses(updates, victim, thief, ~updates.assumed[victim] & ~updates.assumed[thief], is_reset=True)


def _erasers(parents: Integers, lost: Integers) -> Integers:
    """For each of these versions the write that took it off the chain for good."""
    built_on = parents.tolist()
    erased_by: dict[int, int] = {}
    for version in range(1, len(built_on)):
        before, after = version - 1, built_on[version]
        if after == BLIND:
            continue
        while before != after:
            if before > after:
                erased_by[before] = version
                before = built_on[before]
            else:
                after = built_on[after]
    return np.array([erased_by.get(version, version) for version in lost.tolist()])


def _change_nothing(evidence: Evidence, erased: Integers, updates: Updates, thief: Integers) -> Booleans:
    """Whether the thief wrote the value that was there, because of a condition: two that set one flag lose nothing."""
    values = evidence.rows["value"]
    same: Booleans = (values[erased] == values[updates.write[thief]]) & (updates.read[thief] != NOBODY)
    if same.any():
        same[same] = are_conditions(evidence, updates.read[thief[same]], updates.write[thief[same]])
    return same


def _parents(updates: Updates, newest: int) -> Integers:
    """What each version was built on; of those that were never sent, such that the least is lost."""
    if len(updates) == newest:
        return np.concatenate(([BLIND], updates.base))
    lineage = Lineage()
    for version, base in zip(updates.version.tolist(), updates.base.tolist(), strict=True):
        if version > lineage.newest + 1:
            lineage.skip(version - lineage.newest - 1)
        lineage.write([base])
    return np.array([lineage.parent(version) for version in range(newest + 1)], np.int64)


def _survivors(parents: Integers) -> tuple[Booleans, list[int]]:
    """Which versions the last one of their epoch was built on, and the blind writes that an update erased."""
    survives = np.zeros(len(parents), np.bool_)
    starts = np.flatnonzero(parents == BLIND).tolist()
    built_on = parents.tolist()
    erased = []
    chain: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(parents)], strict=True):
        version = end - 1
        while version > start:
            chain.append(version)
            version = built_on[version]
        if version < start:
            erased.append(start)
    survives[chain] = True
    survives[starts] = True
    return survives, erased


def _candidate(evidence: Evidence, holds: Holds, cell: int, losses: Losses) -> _Candidate | None:
    """The losses that are certain, if a pair is among them; else all of them, as a suspicion."""
    updates = losses.updates
    is_shown = losses.is_pair & (updates.read[losses.thief] != NOBODY)
    if not losses.is_reset:
        is_shown &= updates.read[losses.victim] != NOBODY
    if not is_shown.any():
        return None
    is_certain = bool((losses.certain & is_shown).any())
    chosen = losses.certain if is_certain else np.ones_like(is_shown)
    pairs = np.flatnonzero(chosen & is_shown)
    thieves = losses.thief[pairs]
    checks = are_checked_outside(evidence, holds, updates.read[thieves], updates.write[thieves])
    return _Candidate(cell, losses, chosen, pairs, "happened" if is_certain else "suspected", bool(checks.all()))


def _one_for(evidence: Evidence, holds: Holds, group: list[_Candidate]) -> Found:
    """The finding of a group, in the name of its first part; where it has many, of the one that lost the most."""
    if len(group) > MOST_CELLS:
        one = max(group, key=lambda each: each.count)
    else:
        one = min(group, key=lambda each: _in_order(evidence.declared(each.cell).name, each.cell))
    losses, updates = one.losses, one.losses.updates
    first, other = int(losses.victim[one.pairs[0]]), int(losses.thief[one.pairs[0]])
    steps = [int(step) for who in (updates.read, updates.write) for step in who[[first, other]] if step != NOBODY]
    details = _details(evidence, holds, losses, one.pairs)
    details.is_check = one.is_check
    details.alike = {each.cell: each.count for each in group if each is not one}
    return Found(
        kind="atomicity" if one.is_check else "lost_update",
        certainty=one.certainty,
        target=one.cell,
        count=one.count,
        places=_places(evidence, one, steps),
        steps=sorted(steps),
        details=details,
        seriousness=sum(each.count for each in group),
    )


def _places(evidence: Evidence, one: _Candidate, first: list[int]) -> list[Place]:
    """Where the losers and the winners read and wrote: those of the first loss come first."""
    steps = one.steps()
    _, places = np.unique((evidence.where[steps] << 16) | evidence.lane[steps], return_index=True)
    return in_a_few(evidence.place(step) for step in (*first, *steps[places].tolist()))


def _details(evidence: Evidence, holds: Holds, losses: Losses, pairs: Integers) -> Racing:
    updates = losses.updates
    first, other = int(losses.victim[pairs[0]]), int(losses.thief[pairs[0]])
    details = Racing(
        victim=int(updates.lane[first]),
        thief=int(updates.lane[other]),
        updates=int(np.count_nonzero(updates.is_update)),
        read=evidence.place(int(updates.read[other])),
        write=evidence.place(int(updates.write[other])),
        is_reset=losses.is_reset,
    )
    kept = losses.updates[np.concatenate((losses.victim[pairs], losses.thief[pairs]))]
    explain_locks(evidence, holds, updates[updates.is_update], kept[kept.read != NOBODY], details)
    return details


def explain_locks(evidence: Evidence, holds: Holds, all_of_cell: Updates, racing: Updates, details: Racing) -> None:
    """Say which lock there was, and why it did not help."""
    numbers, sets = holds.throughout(all_of_cell.read, all_of_cell.write)
    usual = _usual(numbers, sets, all_of_cell.process)
    racing_numbers, racing_sets = holds.throughout(racing.read, racing.write)
    if usual is not None:
        without = [place for place in range(len(racing)) if usual not in racing_sets[int(racing_numbers[place])]]
        details.forgotten = usual if without else None
        details.unlocked = in_a_few((evidence.place(int(racing.write[place])) for place in without), most=1)
        return
    racing = racing[:MOST_LOOKED_AT]
    if not ((holds.state(racing.read) != 0) & (holds.state(racing.write) != 0)).all():
        return
    split = [
        holds.held_at(int(racing.read[place])) & holds.held_at(int(racing.write[place])) for place in range(len(racing))
    ]
    common: Locks = frozenset.intersection(*split)
    details.split = min(common, default=None)


def _usual(numbers: Integers, sets: Mapping[int, Locks], process: Integers) -> int | None:
    """The lock that most updates held from their read to their write, in several processes; None where there is none.

    Or in one, where all the others held none: that one may have been alone to think of it.
    """
    held: Counter[int] = Counter()
    for number, times in zip(*np.unique(numbers, return_counts=True), strict=True):
        held.update(dict.fromkeys(sets[int(number)], int(times)))
    lock, times = max(held.items(), key=lambda item: item[1], default=(0, 0))
    if not times or 2 * times < len(numbers):
        return None
    users = np.unique(process[[lock in sets[int(number)] for number in numbers]])
    return lock if len(users) > 1 or len(held) == 1 else None


def are_checked_outside(evidence: Evidence, holds: Holds, reads: Integers, writes: Integers) -> Booleans:
    """Of pairs of a read and its write: whether a lock is held at the write alone, and the read is a condition."""
    checked: Booleans = holds.state(writes) != 0
    if checked.any():
        checked &= are_conditions(evidence, reads, writes)
    for place in np.flatnonzero(checked).tolist():
        checked[place] = not holds.held_at(int(reads[place])) & holds.held_at(int(writes[place]))
        if not checked[place]:
            break  # one that is none is enough
    return checked


def are_conditions(evidence: Evidence, reads: Integers, writes: Integers) -> Booleans:
    """Of pairs of a read and its write: whether the line of the read is in a condition of that of the write."""
    conditions: Booleans = evidence.where[reads] != evidence.where[writes]
    if conditions.any():
        both = (evidence.where[reads] << 32) | evidence.where[writes]
        different, which = np.unique(both, return_inverse=True)
        conditions &= np.array([_decides(evidence, pair >> 32, pair & 0xFFFFFFFF) for pair in different.tolist()])[
            which
        ]
    return conditions


def _decides(evidence: Evidence, read: int, write: int) -> bool:
    is_same = read >> 16 == write >> 16
    return is_same and source_text(read >> 16, evidence.names).decides(read & 0xFFFF, write & 0xFFFF)


def _in_order(name: str, number: int) -> tuple[int, int]:
    """The elements of an array by their index, others as they were declared."""
    index = re.search(r"\[(\d+)\]$", name)
    return (int(index[1]) if index else number, number)
