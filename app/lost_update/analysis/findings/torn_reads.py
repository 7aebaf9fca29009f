"""Readers that saw one of two cells, which are always written together, before, and the other after.

    P1: acquire ── write low ────────────────── write high ── release        low and high belong together
    P2:                       read low ── read high                           a new low, and an old high

That cells belong together is taken from what every writer does: it writes the one and then the other, each time, and
holds a lock over both, or they are fields of one structure. A reader is a lane that read both, one right after the
other, not in order to write them, and not under that lock.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Booleans, Evidence, Found, Integers, Place, Updates
from lost_update.analysis.findings.holds import Holds, Locks
from lost_update.analysis.findings.source_text import source_text
from lost_update.model.ops import Op

FEWEST: Final = 3
"""Written together so many times, it is no chance."""

NEAR: Final = 4
"""In lines: how far from each other two accesses may stand that belong together."""


@dataclass
class Torn:
    """What the words are made of: the other cell, the reader and the writer, and the lock of the writers, if any."""

    other: int
    reader: int
    writer: int
    read: Place
    write: Place
    lock: int | None
    is_newer: bool
    """Whether what was seen of the first is newer than of the other."""


@dataclass(frozen=True)
class _Pair:
    """Two cells, and their writes that belong together: places among all writes."""

    first: int
    second: int
    firsts: Integers
    seconds: Integers
    lock: int | None


def find(evidence: Evidence, holds: Holds, known: set[int]) -> list[Found]:
    """One for each pair of cells of which nothing worse is `known`."""
    found = []
    reads = _pure_reads(evidence)
    if not len(reads):
        return []
    for pair in _pairs(evidence, holds):
        if known.isdisjoint({pair.first, pair.second}):
            one = _torn(evidence, holds, pair, reads)
            if one is not None:
                found.append(one)
    return found


def _pairs(evidence: Evidence, holds: Holds) -> list[_Pair]:
    """The pairs of cells that are always written together."""
    writes = evidence.writes
    if len(writes) < 2 * FEWEST:
        return []
    by_lane = np.lexsort((writes.write, writes.lane))
    one, next_one = by_lane[:-1], by_lane[1:]
    differ = (writes.lane[one] == writes.lane[next_one]) & (writes.cell[one] != writes.cell[next_one])
    one, next_one = one[differ], next_one[differ]
    cells = (writes.cell[one] << 32) | writes.cell[next_one]
    pairs, times = np.unique(cells, return_counts=True)
    total = np.bincount(writes.cell, minlength=len(evidence.names.declared) + 1)
    first, second = pairs >> 32, pairs & 0xFFFFFFFF
    often = (times >= FEWEST) & (times == total[first]) & (times == total[second])
    made = []
    for key in pairs[often].tolist():
        firsts, seconds = one[cells == key], next_one[cells == key]
        pair = _pair(evidence, holds, writes, firsts, seconds)
        if pair is not None:
            made.append(pair)
    return made


def _pair(evidence: Evidence, holds: Holds, writes: Updates, firsts: Integers, seconds: Integers) -> _Pair | None:
    rows = evidence.rows
    here, there = rows[writes.write[firsts]], rows[writes.write[seconds]]
    far = np.abs(here["line"].astype(np.int64) - there["line"])
    if (here["source"] != there["source"]).any() or (far > NEAR).any():
        return None
    if not (np.diff(writes.version[firsts]) > 0).all() or not (np.diff(writes.version[seconds]) > 0).all():
        by_version = np.argsort(writes.version[firsts])
        firsts, seconds = firsts[by_version], seconds[by_version]
        if not (np.diff(writes.version[seconds]) > 0).all():
            return None
    numbers, sets = holds.throughout(writes.write[firsts], writes.write[seconds])
    common: Locks = frozenset.intersection(*(sets[int(number)] for number in np.unique(numbers)))
    first, second = int(writes.cell[firsts[0]]), int(writes.cell[seconds[0]])
    if not common and not (_are_fields(evidence, first, second) and _comes_first(writes, first, second)):
        return None
    return _Pair(first, second, firsts, seconds, min(common, default=None))


def _are_fields(evidence: Evidence, first: int, second: int) -> bool:
    one, other = evidence.declared(first), evidence.declared(second)
    is_same = one.whole is not None and one.whole == other.whole
    return is_same and not one.name.endswith("]") and not other.name.endswith("]")


def _comes_first(writes: Updates, first: int, second: int) -> bool:
    """Whether every lane began with the first of the two."""
    chosen = np.flatnonzero((writes.cell == first) | (writes.cell == second))
    lanes, starts = np.unique(writes.lane[chosen], return_index=True)
    return bool(len(lanes)) and bool((writes.cell[chosen[starts]] == first).all())


def _pure_reads(evidence: Evidence) -> Integers:
    """Reads that no write was built on, and that nothing in a loop's condition waits for."""
    reads = evidence.op == Op.READ
    built_on = evidence.writes.read
    reads[built_on[built_on >= 0]] = False
    steps = np.flatnonzero(reads)
    waiting = [
        place for place in evidence.lines_at(steps) if source_text(place >> 16, evidence.names).waits_at(place & 0xFFFF)
    ]
    chosen: Integers = steps[~np.isin(evidence.where[steps], np.array(waiting, np.int64))]
    return chosen


def _torn(evidence: Evidence, holds: Holds, pair: _Pair, reads: Integers) -> Found | None:
    writes = evidence.writes
    of_pair = reads[(evidence.target[reads] == pair.first) | (evidence.target[reads] == pair.second)]
    by_lane = of_pair[np.lexsort((of_pair, evidence.lane[of_pair]))]
    one, other = by_lane[:-1], by_lane[1:]
    together = (evidence.lane[one] == evidence.lane[other]) & (evidence.target[one] != evidence.target[other])
    rows = evidence.rows
    near = np.abs(rows["line"][one].astype(np.int64) - rows["line"][other]) <= NEAR
    chosen = _every_other(together & near & _are_next(evidence, one, other))
    one, other = one[chosen], other[chosen]
    first = np.where(evidence.target[one] == pair.first, one, other)
    second = np.where(evidence.target[one] == pair.first, other, one)
    seen_first = np.searchsorted(writes.version[pair.firsts], rows["version"][first], "right")
    seen_second = np.searchsorted(writes.version[pair.seconds], rows["version"][second], "right")
    torn = np.flatnonzero(seen_first != seen_second)
    if pair.lock is not None and len(torn):
        numbers, sets = holds.throughout(one[torn], other[torn])
        torn = torn[[pair.lock not in sets[int(number)] for number in numbers]]
    if not len(torn):
        return None
    at = int(torn[0])
    which = int(min(seen_first[at], seen_second[at]))
    writer = int(writes.lane[pair.firsts[which]])
    if writer == int(evidence.lane[one[at]]):
        return None
    pair_of_writes = [int(writes.write[pair.firsts[which]]), int(writes.write[pair.seconds[which]])]
    pair_of_reads = [int(one[at]), int(other[at])]
    return Found(
        kind="torn_read",
        certainty="happened",
        target=pair.first,
        count=len(torn),
        places=[evidence.place(step) for step in (*pair_of_reads, *pair_of_writes)],
        steps=sorted([*pair_of_reads, *pair_of_writes]),
        details=Torn(
            other=pair.second,
            reader=int(evidence.lane[one[at]]),
            writer=writer,
            read=evidence.place(pair_of_reads[1]),
            write=evidence.place(pair_of_writes[0]),
            lock=pair.lock,
            is_newer=bool(seen_first[at] > seen_second[at]),
        ),
        seriousness=len(torn),
    )


def _are_next(evidence: Evidence, one: Integers, other: Integers) -> Booleans:
    """Whether their lane touched no cell between the two."""
    touches = np.flatnonzero(evidence.has_op(Op.READ, Op.WRITE))
    by_lane = touches[np.lexsort((touches, evidence.lane[touches]))]
    following = np.full(len(evidence) + 1, NOBODY)
    following[by_lane[:-1]] = by_lane[1:]
    are_next: Booleans = following[one] == other
    return are_next


def _every_other(linked: Booleans) -> Booleans:
    """Of reads that follow on each other the first with the second, the third with the fourth: none is in two pairs."""
    places = np.arange(len(linked))
    starts = linked & ~np.concatenate(([False], linked[:-1]))
    since = places - np.maximum.accumulate(np.where(starts, places, 0))
    chosen: Booleans = linked & (since % 2 == 0)
    return chosen
