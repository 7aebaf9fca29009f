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

MOST_CELLS: Final = 8
"""Up to so many parts of one whole the first that lost stands for them; of more the worst does."""


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
    """The lost updates of one cell: places among its updates, the write that erased each, and which are pairs.

    In a pair the one was erased by the very next write. `certain` says of which both bases are known, not assumed.
    """

    updates: Updates
    victim: Integers
    thief: Integers
    is_pair: Booleans
    certain: Booleans
    is_reset: bool

    def __len__(self) -> int:
        return len(self.victim)


def find(evidence: Evidence, holds: Holds) -> list[Found]:
    """What was lost for certain, and what was if the assumed bases are right, as suspected."""
    found = [
        one
        for cell in stale_cells(evidence.writes).tolist()
        for losses in losses_of(evidence, cell)
        for one in _found(evidence, holds, cell, losses)
    ]
    return _grouped(evidence, found)


def stale_cells(writes: Updates) -> Integers:
    """The cells with an update that was not built on the version right before it."""
    return np.unique(writes.cell[writes.is_update & (writes.base < writes.version - 1)])


def losses_of(evidence: Evidence, cell: int) -> Iterator[Losses]:
    """The updates of the cell that were lost, then the values set that an update erased, where there are any."""
    updates = evidence.writes.of_cell(cell)
    newest = int(updates.version[-1])
    if not (np.diff(updates.version) > 0).all():
        return  # not in the order of the memory: nothing is certain
    parents = _parents(updates, newest)
    place = np.full(newest + 2, NOBODY)
    place[updates.version] = np.arange(len(updates))
    survives, erased = _survivors(parents)
    is_update = np.zeros(newest + 1, np.bool_)
    is_update[updates.version[updates.is_update]] = True
    for versions, is_reset in ((np.flatnonzero(is_update & ~survives), False), (np.array(erased, np.int64), True)):
        losses = _losses(updates, parents, place, versions, is_reset)
        if len(losses):
            yield losses


def _losses(updates: Updates, parents: Integers, place: Integers, lost: Integers, is_reset: bool) -> Losses:
    """Who erased each of the lost versions: the first write after it that was built on an older one."""
    newest = len(parents) - 1
    last_of_branch = np.flatnonzero(parents[1:] != np.arange(newest))  # the next version is not built on these
    last_of_branch = last_of_branch[(parents[1:][last_of_branch] != BLIND)]
    at = np.searchsorted(last_of_branch, lost)
    known = at < len(last_of_branch)
    lost, ends = lost[known], last_of_branch[at[known]]
    victim, thief = place[lost], place[ends + 1]
    between = (victim != NOBODY) & (thief != NOBODY)
    between &= updates.lane[victim] != updates.lane[thief]
    victim, thief, is_pair = victim[between], thief[between], (lost == ends)[between]
    return Losses(updates, victim, thief, is_pair, ~(updates.assumed[victim] | updates.assumed[thief]), is_reset)


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


def _found(evidence: Evidence, holds: Holds, cell: int, losses: Losses) -> Iterator[Found]:
    certain = losses.certain
    chosen = certain if (certain & losses.is_pair).any() else np.ones_like(certain)
    updates = losses.updates
    pairs = np.flatnonzero(chosen & losses.is_pair & (losses.updates.read[losses.thief] != NOBODY))
    if not losses.is_reset:
        pairs = pairs[updates.read[losses.victim[pairs]] != NOBODY]
    if not len(pairs):
        return
    victims, thieves = losses.victim[pairs], losses.thief[pairs]
    details = _details(evidence, holds, losses, pairs)
    first, other = int(victims[0]), int(thieves[0])
    steps = [updates.read[first], updates.read[other], updates.write[first], updates.write[other]]
    yield Found(
        kind="atomicity" if details.is_check else "lost_update",
        certainty="happened" if chosen is certain else "suspected",
        target=cell,
        count=int(np.count_nonzero(chosen)),
        places=_places(evidence, losses, chosen, steps),
        steps=sorted(int(step) for step in steps if step != NOBODY),
        details=details,
        seriousness=int(np.count_nonzero(chosen)),
    )


def _places(evidence: Evidence, losses: Losses, chosen: Booleans, first: list[int]) -> list[Place]:
    """Where the losers and the winners read and wrote: those of the first loss come first."""
    updates = losses.updates
    who = np.unique(np.concatenate((losses.victim[chosen], losses.thief[chosen])))
    steps = np.concatenate((updates.write[who], updates.read[who][updates.read[who] != NOBODY]))
    rows = evidence.rows[steps]
    where = (rows["source"].astype(np.int64) << 32) | (rows["line"].astype(np.int64) << 16) | rows["process"]
    _, places = np.unique(where, return_index=True)
    ordered = [step for step in first if step != NOBODY] + steps[places].tolist()
    return in_a_few(evidence.place(int(step)) for step in ordered)


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
    details.is_check = all(
        is_checked_outside(evidence, holds, int(updates.read[thief]), int(updates.write[thief]))
        for thief in losses.thief[pairs[:1000]].tolist()
    )
    return details


def explain_locks(evidence: Evidence, holds: Holds, all_of_cell: Updates, racing: Updates, details: Racing) -> None:
    """Say which lock there was, and why it did not help."""
    numbers, sets = holds.throughout(all_of_cell.read, all_of_cell.write)
    usual = _usual(numbers, sets, len(all_of_cell))
    racing_numbers, racing_sets = holds.throughout(racing.read, racing.write)
    if usual is not None:
        without = [place for place in range(len(racing)) if usual not in racing_sets[int(racing_numbers[place])]]
        details.forgotten = usual if without else None
        details.unlocked = in_a_few((evidence.place(int(racing.write[place])) for place in without), most=1)
        return
    some = range(min(len(racing), 1000))
    split = [
        holds.held_at(int(racing.read[place]))
        & holds.held_at(int(racing.write[place])) - racing_sets[int(racing_numbers[place])]
        for place in some
    ]
    if split:
        common: Locks = frozenset.intersection(*split)
        details.split = min(common, default=None)


def _usual(numbers: Integers, sets: Mapping[int, Locks], count: int) -> int | None:
    """The lock that most updates held from their read to their write; None where there is none."""
    held: Counter[int] = Counter()
    for number, times in zip(*np.unique(numbers, return_counts=True), strict=True):
        held.update(dict.fromkeys(sets[int(number)], int(times)))
    lock, times = max(held.items(), key=lambda item: item[1], default=(0, 0))
    return lock if 2 * times >= count and times else None


def is_checked_outside(evidence: Evidence, holds: Holds, read: int, write: int) -> bool:
    """Whether a lock is held at the write, and not at the read, and the read is the condition of the write."""
    if read == NOBODY:
        return False
    before, after = (holds.state(np.array([step])) for step in (read, write))
    if before[0] == after[0] or not holds.held_at(write) or holds.held_at(read) & holds.held_at(write):
        return False
    condition, decided = evidence.place(read), evidence.place(write)
    if condition.source != decided.source or condition.line == decided.line:
        return False
    return source_text(condition.source, evidence.names).decides(condition.line, decided.line)


def _grouped(evidence: Evidence, found: list[Found]) -> list[Found]:
    """One for all parts of a whole that lost in the same lines."""
    groups: dict[object, list[Found]] = {}
    for one in found:
        target = evidence.declared(one.target)
        lines = frozenset((place.source, place.line) for place in one.places)
        alone = one.target if target.whole is None else target.whole
        groups.setdefault((alone, one.kind, one.certainty, one.details.is_reset, lines), []).append(one)
    return [_one_for(evidence, group) for group in groups.values()]


def _one_for(evidence: Evidence, group: list[Found]) -> Found:
    if len(group) > MOST_CELLS:
        one = max(group, key=lambda each: each.count)
    else:
        one = min(group, key=lambda each: _in_order(evidence.declared(each.target).name, each.target))
    one.details.alike = {other.target: other.count for other in group if other is not one}
    one.seriousness = sum(each.count for each in group)
    return one


def _in_order(name: str, number: int) -> tuple[int, int]:
    """The elements of an array by their index, others as they were declared."""
    index = re.search(r"\[(\d+)\]$", name)
    return (int(index[1]) if index else number, number)
