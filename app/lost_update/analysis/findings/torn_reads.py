"""Readers that saw one of two cells, which are always written together, before, and the other after.

    P1: acquire ── write low ────────────────── write high ── release        low and high belong together
    P2:                       read low ── read high                           a new low, and an old high

That cells belong together is taken from what every writer does, once there are several processes: whoever writes the
one writes the other, too, before it lets go of a lock; or they are fields of one structure, and are written the one
and then the other each time. A reader is a lane that read both, one right after the other, not in order to write them,
and not under that lock. One that reads something of it again, and asks whether it is still the same, knows itself
whether what it saw was torn.

Where no reader saw such a thing, but nothing keeps a writer from coming between its two reads, that is suspected.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Booleans, Evidence, Found, Integers, Place, Updates
from lost_update.analysis.findings.holds import Holds
from lost_update.analysis.findings.source_text import source_text
from lost_update.analysis.order import Order
from lost_update.model.ops import Op

FEWEST: Final = 3
"""Written together so many times, it is no chance."""

NEAR: Final = 4
"""In lines: how far from each other two accesses may stand that belong together."""


@dataclass
class Torn:
    """What the words are made of: the other cell, the reader and the writer, and the lock of the writers, if any.

    `reads` and `writes` are where the two were read and written, in that order.
    """

    other: int
    reader: int
    writer: int
    reads: list[Place]
    writes: list[Place]
    lock: int | None
    is_newer: bool
    """Whether what was seen of the first is newer than of the other."""


@dataclass(frozen=True)
class _Together:
    """Cells that are always written together, and for each time the first write of each: its step and its version."""

    lock: int | None
    steps: dict[int, Integers]
    versions: dict[int, Integers]

    def times(self, one: int, other: int) -> tuple[Integers, Integers]:
        """Of each time the first and the last step of the two."""
        return np.minimum(self.steps[one], self.steps[other]), np.maximum(self.steps[one], self.steps[other])


@dataclass(frozen=True)
class _Looks:
    """Reads of two cells of a group, one right after the other, and how many of its times each of them had seen."""

    one: Integers
    other: Integers
    seen_one: Integers
    seen_other: Integers

    def __getitem__(self, chosen: Booleans) -> "_Looks":
        return _Looks(self.one[chosen], self.other[chosen], self.seen_one[chosen], self.seen_other[chosen])

    def __len__(self) -> int:
        return len(self.one)


class TornReads:
    """What every reader saw of cells that belong together."""

    def __init__(self, evidence: Evidence, holds: Holds) -> None:
        self._evidence = evidence
        self._looks: list[tuple[_Together, _Looks]] = []
        reads = _pure_reads(evidence)
        one, other = _right_after_each_other(evidence, reads)
        cells = np.unique(evidence.target[np.concatenate((one, other))])
        for together in (*_under_a_lock(evidence, holds, cells), *_fields(evidence, holds, cells)):
            looks = _looks_at(evidence, together, one, other)
            looks = looks[~_are_asked_again(evidence, together, looks)]
            if together.lock is not None and len(looks):
                numbers, sets = holds.throughout(looks.one, looks.other)
                without = [number for number, locks in sets.items() if together.lock not in locks]
                looks = looks[np.isin(numbers, without)]
                looks = looks[~_are_let_in(evidence, together, looks)]
            if len(looks):
                self._looks.append((together, looks))

    def find(self, known: set[int]) -> list[Found]:
        """One for each two cells of which nothing worse is `known`."""
        found = (self._torn(together, looks) for together, looks in self._without(known))
        return [one for one in found if one is not None]

    def suspect(self, order_of: Callable[[], Order], known: set[int]) -> list[Found]:
        """One for each group of cells under a lock of which nothing is `known`, and that can be written in between."""
        chosen = ((together, looks) for together, looks in self._without(known) if together.lock is not None)
        found = (self._suspected(together, looks, order_of) for together, looks in chosen)
        return [one for one in found if one is not None]

    def of_interest(self) -> Integers:
        """The steps whose order may be asked for."""
        of_looks = [step for _, looks in self._looks for step in (looks.one, looks.other)]
        of_groups = [steps for together, _ in self._looks for steps in together.steps.values()]
        return np.concatenate((np.empty(0, np.int64), *of_looks, *of_groups))

    def _without(self, known: set[int]) -> Iterator[tuple[_Together, _Looks]]:
        cells = np.array(sorted(known), np.int64)
        target = self._evidence.target
        for together, looks in self._looks:
            left = looks[~np.isin(target[looks.one], cells) & ~np.isin(target[looks.other], cells)]
            if len(left):
                yield together, left

    def _torn(self, together: _Together, looks: _Looks) -> Found | None:
        lane = self._evidence.lane
        torn = looks[looks.seen_one != looks.seen_other]
        if not len(torn):
            return None
        first = next(iter(together.steps.values()))
        which = np.minimum(torn.seen_one, torn.seen_other)
        torn = torn[lane[first[which]] != lane[torn.one]]
        if not len(torn):
            return None
        return self._found(together, torn, 0, int(min(torn.seen_one[0], torn.seen_other[0])), len(torn))

    def _suspected(self, together: _Together, looks: _Looks, order_of: Callable[[], Order]) -> Found | None:
        """The last time before the reads and the first one after them, of each other process, tell of all others."""
        evidence = self._evidence
        target, process = evidence.target, evidence.process
        pairs = np.unique((target[looks.one] << 32) | target[looks.other])
        for one, other in ((pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()):
            starts, ends = together.times(one, other)
            of_pair = (target[looks.one] == one) & (target[looks.other] == other)
            for writer in np.unique(process[starts]).tolist():
                theirs = np.flatnonzero(process[starts] == writer)
                mine = looks[of_pair & (process[looks.one] != writer)]
                before = np.searchsorted(ends[theirs], mine.one) - 1
                after = np.searchsorted(starts[theirs], mine.other)
                for near, there in ((before, before >= 0), (after, after < len(theirs))):
                    some, chosen = theirs[near[there]], mine[there]
                    free = ~order_of().before(ends[some], chosen.one) & ~order_of().before(chosen.other, starts[some])
                    if free.any():
                        at = int(np.argmax(free))
                        return self._found(together, chosen, at, int(some[at]), 0)
        return None

    def _found(self, together: _Together, looks: _Looks, at: int, time: int, count: int) -> Found:
        """A look and a time at which the two were written; `count` looks were torn, or it is suspected."""
        evidence = self._evidence
        reads = [int(looks.one[at]), int(looks.other[at])]
        cells = [int(evidence.target[step]) for step in reads]
        writes = sorted(int(together.steps[cell][time]) for cell in cells)
        first, other = (int(evidence.target[step]) for step in writes)
        seen = dict(zip(cells, (int(looks.seen_one[at]), int(looks.seen_other[at])), strict=True))
        return Found(
            kind="torn_read",
            certainty="happened" if count else "suspected",
            target=first,
            count=count,
            places=[evidence.place(step) for step in (*reads, *writes)],
            steps=sorted([*reads, *writes]),
            details=Torn(
                other=other,
                reader=int(evidence.lane[reads[0]]),
                writer=int(evidence.lane[writes[0]]),
                reads=[evidence.place(step) for step in reads],
                writes=[evidence.place(step) for step in writes],
                lock=together.lock,
                is_newer=seen[first] > seen[other],
            ),
            seriousness=count,
        )


# What belongs together -----------------------------------------------------------------------------------------------


def _under_a_lock(evidence: Evidence, holds: Holds, cells: Integers) -> list[_Together]:
    """The cells that are written during the same holds of one lock."""
    writes = evidence.writes
    concurrent = np.isin(writes.cell, cells) & (writes.write > _start_of_others(evidence))
    chosen = writes[np.flatnonzero(concurrent)]
    groups: dict[tuple[int, bytes], _Together] = {}
    for cell in np.unique(chosen.cell).tolist():
        step, version = chosen.write[chosen.cell == cell], chosen.version[chosen.cell == cell]
        lock = min(holds.common(step, step), default=None)
        if lock is not None:
            times, first = np.unique(holds.acquired_at(step, lock), return_index=True)
            if len(times) >= FEWEST:
                group = groups.setdefault((lock, times.tobytes()), _Together(lock, {}, {}))
                group.steps[cell], group.versions[cell] = step[first], version[first]
    return [group for group in groups.values() if len(group.steps) > 1]


def _start_of_others(evidence: Evidence) -> int:
    """The step from which on there are several processes: before that nobody has to take care."""
    others = np.flatnonzero(evidence.process != evidence.process[0]) if len(evidence) else np.empty(0, np.int64)
    return int(others[0]) if len(others) else len(evidence)


def _fields(evidence: Evidence, holds: Holds, cells: Integers) -> list[_Together]:
    """The fields of a structure that are written one after the other each time, without a lock."""
    writes = evidence.writes
    writes = writes[np.flatnonzero(np.isin(writes.cell, cells[_is_field(evidence)[cells]]))]
    if len(writes) < 2 * FEWEST:
        return []
    by_lane = np.lexsort((writes.write, writes.lane))
    one, following = by_lane[:-1], by_lane[1:]
    differ = (writes.lane[one] == writes.lane[following]) & (writes.cell[one] != writes.cell[following])
    one, following = one[differ], following[differ]
    both = (writes.cell[one] << 32) | writes.cell[following]
    pairs, times = np.unique(both, return_counts=True)
    total = np.bincount(writes.cell, minlength=len(evidence.names.declared) + 1)
    often = (times >= FEWEST) & (times == total[pairs >> 32]) & (times == total[pairs & 0xFFFFFFFF])
    groups = []
    for pair in pairs[often].tolist():
        is_it = both == pair
        group = _fields_in_order(evidence, holds, writes, one[is_it], following[is_it])
        if group is not None:
            groups.append(group)
    return groups


def _is_field(evidence: Evidence) -> Booleans:
    is_field = [target.whole is not None and not target.name.endswith("]") for target in evidence.names.declared]
    return np.array([False, *is_field])


def _fields_in_order(
    evidence: Evidence, holds: Holds, writes: Updates, firsts: Integers, seconds: Integers
) -> _Together | None:
    first, second = int(writes.cell[firsts[0]]), int(writes.cell[seconds[0]])
    if evidence.declared(first).whole != evidence.declared(second).whole or not _comes_first(writes, first, second):
        return None
    here, there = evidence.rows[writes.write[firsts]], evidence.rows[writes.write[seconds]]
    far = np.abs(here["line"].astype(np.int64) - there["line"]) > NEAR
    by_version = np.argsort(writes.version[firsts])
    firsts, seconds = firsts[by_version], seconds[by_version]
    if (here["source"] != there["source"]).any() or far.any() or not (np.diff(writes.version[seconds]) > 0).all():
        return None
    steps = np.concatenate((writes.write[firsts], writes.write[seconds]))
    if holds.common(steps, steps):
        return None  # under a lock it is another matter, whose hold they are written in
    return _Together(
        None,
        {first: writes.write[firsts], second: writes.write[seconds]},
        {first: writes.version[firsts], second: writes.version[seconds]},
    )


def _comes_first(writes: Updates, first: int, second: int) -> bool:
    """Whether every lane began with the first of the two."""
    chosen = np.flatnonzero((writes.cell == first) | (writes.cell == second))
    lanes, starts = np.unique(writes.lane[chosen], return_index=True)
    return bool(len(lanes)) and bool((writes.cell[chosen[starts]] == first).all())


# Who reads ----------------------------------------------------------------------------------------------------------


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


def _right_after_each_other(evidence: Evidence, reads: Integers) -> tuple[Integers, Integers]:
    """Pairs of reads of two cells that their lane made near each other, and touched no cell between the two."""
    by_lane = reads[np.lexsort((reads, evidence.lane[reads]))]
    one, other = by_lane[:-1], by_lane[1:]
    rows = evidence.rows
    together = (evidence.lane[one] == evidence.lane[other]) & (evidence.target[one] != evidence.target[other])
    together &= np.abs(rows["line"][one].astype(np.int64) - rows["line"][other]) <= NEAR
    together &= _are_next(evidence, one, other)
    return one[together], other[together]


def _are_next(evidence: Evidence, one: Integers, other: Integers) -> Booleans:
    """Whether their lane touched no cell between the two."""
    touches = np.flatnonzero(evidence.has_op(Op.READ, Op.WRITE))
    by_lane = touches[np.lexsort((touches, evidence.lane[touches]))]
    following = np.full(len(evidence) + 1, NOBODY)
    following[by_lane[:-1]] = by_lane[1:]
    are_next: Booleans = following[one] == other
    return are_next


def _looks_at(evidence: Evidence, together: _Together, one: Integers, other: Integers) -> _Looks:
    """The pairs of reads that are of two cells of the group."""
    target, version = evidence.target, evidence.rows["version"].astype(np.int64)
    cells = np.array(sorted(together.steps), np.int64)
    of_group = np.isin(target[one], cells) & np.isin(target[other], cells)
    one, other = one[of_group], other[of_group]
    chosen = _every_other(one, other)
    one, other = one[chosen], other[chosen]
    seen = []
    for reads in (one, other):
        so_many = np.zeros(len(reads), np.int64)
        for cell in np.unique(target[reads]).tolist():
            of_cell = target[reads] == cell
            so_many[of_cell] = np.searchsorted(together.versions[cell], version[reads[of_cell]], "right")
        seen.append(so_many)
    return _Looks(one, other, *seen)


def _are_let_in(evidence: Evidence, together: _Together, looks: _Looks) -> Booleans:
    """Whether somebody who never writes had the lock at the time: one reader takes it for all of them."""
    assert together.lock is not None
    steps = evidence.steps_on(together.lock)
    steps = steps[np.isin(evidence.op[steps], (Op.ACQUIRE, Op.RELEASE))]
    writers = np.unique(np.concatenate([evidence.lane[times] for times in together.steps.values()]))
    at = np.searchsorted(steps, looks.one) - 1
    last = steps[np.maximum(at, 0)]
    let_in: Booleans = (at >= 0) & (evidence.op[last] == Op.ACQUIRE) & ~np.isin(evidence.lane[last], writers)
    return let_in


def _are_asked_again(evidence: Evidence, together: _Together, looks: _Looks) -> Booleans:
    """Whether the function of the reads looks at a cell of the group a second time, to compare it."""
    reads = evidence.reads[np.isin(evidence.target[evidence.reads], list(together.steps))]
    functions: dict[tuple[int, str | None], bool] = {}
    asked = []
    places, which = np.unique(evidence.where[looks.one], return_inverse=True)
    for where in places.tolist():
        text = source_text(where >> 16, evidence.names)
        function = text.function_of(where & 0xFFFF)
        key = (where >> 16, function)
        if key not in functions:
            here = [
                line
                for line in evidence.lines_at(reads)
                if line >> 16 == key[0] and text.function_of(line & 0xFFFF) == function
            ]
            functions[key] = _compares_again(evidence, reads, here)
        asked.append(functions[key])
    are_asked: Booleans = np.array(asked, np.bool_)[which]
    return are_asked


def _compares_again(evidence: Evidence, reads: Integers, lines: list[int]) -> bool:
    where, target = evidence.where[reads], evidence.target[reads]
    cells = {line: set(target[where == line].tolist()) for line in lines}
    return any(
        source_text(line >> 16, evidence.names).asks_for_equality(line & 0xFFFF)
        and any(cells[line] & cells[other] for other in lines if other != line)
        for line in lines
    )


def _every_other(one: Integers, other: Integers) -> Booleans:
    """Of reads that follow on each other the first with the second, the third with the fourth: none is in two pairs."""
    places = np.arange(len(one))
    starts = np.ones(len(one), np.bool_)
    starts[1:] = one[1:] != other[:-1]
    since = places - np.maximum.accumulate(np.where(starts, places, 0)) if len(one) else places
    chosen: Booleans = since % 2 == 0
    return chosen
