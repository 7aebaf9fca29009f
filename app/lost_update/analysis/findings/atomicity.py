"""Writes that were decided by a check, with no lock held from the one to the other: what was checked had changed.

    P1: read seats, 1 ─────────────────────────────── acquire ── read 0 ── write -1 ── release
    P2:     read seats, 1 ── acquire ── write 0 ── release

Nothing is lost from the cell, which each changes under the lock, but the check and what it allows were not one. Which
reads are a check says the text: those in a condition that the line of the write stands under. A check that was made
again under the lock is as good as if it had been made there alone.

A check whose outcome nobody has changed is no fault: what was checked is as it was, or has moved away from where the
write moves it (one takes where there is something, the other only adds). Nor is a flag that is set twice.

Where nobody came in between this time, but nothing keeps a write of another process from it, that is suspected. Of
writes without any lock only what happened is told here, and not where updates were lost: that says it already.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lost_update.analysis.findings.evidence import (
    NOBODY,
    Booleans,
    Evidence,
    Found,
    Integers,
    Place,
    in_a_few,
    one_for_each_whole,
)
from lost_update.analysis.findings.holds import NO_LOCK, Holds
from lost_update.analysis.findings.source_text import source_text
from lost_update.analysis.order import Order
from lost_update.model.ops import Op


@dataclass
class Checked:
    """What the words are made of: who checked and wrote, who came in between, and the lock of the write.

    `acquired` is where the checker took that lock, after its check; `was_held` whether it had it at the check as well.
    """

    checker: int
    other: int
    check: Place
    write: Place
    lock: int | None
    was_held: bool
    acquired: Place | None
    checks_too: bool
    """Whether the other was not seen to write, but to make the same check."""
    alike: dict[int, int] = field(default_factory=dict)
    """The other parts of the same whole that it happened to in the same lines, with how often."""


class Check(NamedTuple):
    """Writes of one cell, as places among all writes, and for each the check outside of its lock that decided it.

    `is_locked` says which of them hold a lock at all. `asked` are all reads where such a check stands in the function
    of its write: whoever asks there may write next.
    """

    writes: Integers
    checks: Integers
    is_locked: Booleans
    asked: Integers

    def under_a_lock(self) -> "Check":
        """Those alone that hold one."""
        chosen = self.is_locked
        return Check(self.writes[chosen], self.checks[chosen], chosen[chosen], self.asked)


@dataclass(frozen=True)
class Checks:
    """The writes of a recording that a check outside of their lock decided, by their cell."""

    of_cell: dict[int, Check] = field(default_factory=dict)

    @classmethod
    def of(cls, evidence: Evidence, holds: Holds) -> "Checks":
        """Those of all cells."""
        deciding = _deciding_lines(evidence)
        writes, reads = evidence.writes, evidence.reads
        where = evidence.where[writes.write]
        read_where = evidence.where[reads]
        pairs: dict[int, list[tuple[int, int, int]]] = {}
        asked: dict[int, Integers] = {}
        for write_line, lines in deciding.items():
            if source_text(write_line >> 16, evidence.names).only_sets_a_flag(write_line & 0xFFFF):
                continue
            of_line = np.flatnonzero(where == write_line)
            checking = reads[np.isin(read_where, list(lines))]
            for cell in np.unique(writes.cell[of_line]).tolist():
                mine = of_line[writes.cell[of_line] == cell]
                found = _unprotected(evidence, holds, mine, checking[evidence.target[checking] == cell])
                pairs.setdefault(cell, []).extend(found)
                here = _asked(evidence, write_line, checking[evidence.target[checking] == cell])
                asked[cell] = np.union1d(asked.get(cell, np.empty(0, np.int64)), here)
        columns = {cell: np.array(sorted(each), np.int64).T for cell, each in pairs.items() if each}
        return cls({cell: Check(each[0], each[1], each[2] != 0, asked[cell]) for cell, each in columns.items()})

    def of_interest(self, evidence: Evidence) -> Integers:
        """The steps whose order may be asked for: the checks, and all the writes by which others may come between."""
        writes = evidence.writes
        of_cells = writes.write[np.isin(writes.cell, list(self.of_cell))]
        asking = [steps for each in self.of_cell.values() for steps in (each.checks, each.asked)]
        return np.concatenate([of_cells, *asking])


def find(evidence: Evidence, holds: Holds, checks: Checks, known: set[int], losing: set[int]) -> list[Found]:
    """One for each cell that is not `known` to be changed by such writes already. Cells of `losing` lost updates."""
    found = []
    for cell, every in checks.of_cell.items():
        places, check, *_ = every.under_a_lock() if cell in losing else every
        seen = evidence.rows["version"][check].astype(np.int64)
        late = evidence.writes.version[places] - 1 > seen
        if late.any():
            late &= _Spoiled(evidence, cell).by_all(places, check)
        if cell not in known and late.any():
            first = int(np.argmax(late))
            found.append(_happened(evidence, holds, int(places[first]), int(check[first]), int(np.count_nonzero(late))))
    return one_for_each_whole(evidence, found)


def suspect(
    evidence: Evidence, holds: Holds, checks: Checks, order_of: Callable[[], Order], known: set[int]
) -> list[Found]:
    """One for each cell of which nothing worse is `known`, and that another process can write in between."""
    found = []
    for cell, every in checks.of_cell.items():
        check = every.under_a_lock()
        pair = _first_unordered(evidence, cell, check, order_of) if cell not in known else None
        if pair is not None:
            place, checked, other = pair
            steps = [checked, other, int(evidence.writes.write[place])]
            found.append(found_of(evidence, holds, steps, 0))
    return one_for_each_whole(evidence, found)


def _deciding_lines(evidence: Evidence) -> dict[int, set[int]]:
    """Of each line that writes a cell those that read one in a condition of it."""
    writing = evidence.lines_at(evidence.writes.write)
    reading = evidence.lines_at(evidence.reads)
    deciding: dict[int, set[int]] = {}
    for write in writing:
        text = source_text(write >> 16, evidence.names)
        lines = {
            read
            for read in reading
            if read >> 16 == write >> 16 and read != write and text.decides(read & 0xFFFF, write & 0xFFFF)
        }
        if lines:
            deciding[write] = lines
    return deciding


def _asked(evidence: Evidence, write: int, checking: Integers) -> Integers:
    """Those of the reads that stand in the same function as the line that writes."""
    text = source_text(write >> 16, evidence.names)
    lines = [
        line
        for line in evidence.lines_at(checking)
        if text.function_of(line & 0xFFFF) == text.function_of(write & 0xFFFF)
    ]
    asked: Integers = checking[np.isin(evidence.where[checking], np.array(lines, np.int64))]
    return asked


def _unprotected(
    evidence: Evidence, holds: Holds, places: Integers, candidates: Integers
) -> list[tuple[int, int, int]]:
    """Of the writes those with no lock that was held since the check, each with that check, and 1 if it holds a lock.

    The check is the last of the candidates before the write. Where its lane wrote the cell itself since, it is none.
    Nor is the read that a write without a lock was made from: that is an update.
    """
    writes = evidence.writes
    pairs: list[tuple[int, int, int]] = []
    if not len(candidates):
        return pairs
    for lane in np.unique(writes.lane[places]).tolist():
        own = places[writes.lane[places] == lane]
        checks = candidates[evidence.lane[candidates] == lane]
        at = np.searchsorted(checks, writes.write[own]) - 1
        own, check = own[at >= 0], checks[at[at >= 0]]
        all_own = np.flatnonzero((writes.lane == lane) & (writes.cell == writes.cell[places[0]]))
        wrote = np.searchsorted(writes.write[all_own], writes.write[own]) - 1
        since = np.where(wrote >= 0, writes.write[all_own[wrote]], NOBODY)
        own, check = own[since < check], check[since < check]
        if len(own):
            since_check, _ = holds.throughout(check, writes.write[own])
            at_write, _ = holds.throughout(writes.write[own], writes.write[own])
            is_locked = at_write != NO_LOCK
            chosen = (since_check == NO_LOCK) & (is_locked | (writes.read[own] != check))
            pairs += zip(own[chosen].tolist(), check[chosen].tolist(), is_locked[chosen].tolist(), strict=True)
    return pairs


def _first_unordered(
    evidence: Evidence, cell: int, check: Check, order_of: Callable[[], Order]
) -> tuple[int, int, int] | None:
    """A write, its check, and what another process does that nothing keeps from coming between the two.

    That is a write; where there is none, the same check: the other would have gone on to write, had it come earlier.
    Of each other process the last before the check and the first one after the write tell of all its others.
    """
    of_cell = evidence.writes.of_cell(cell).write
    spoiled = _Spoiled(evidence, cell)
    for acts in (of_cell, check.asked):
        found = _first_between(evidence, check, acts, order_of(), spoiled if acts is of_cell else None)
        if found is not None:
            return found
    return None


class _Spoiled:
    """Whether a change of a cell may have changed the outcome of a check."""

    def __init__(self, evidence: Evidence, cell: int) -> None:
        self._evidence = evidence
        self._cell = cell

    @cached_property
    def _held(self) -> dict[int, Any]:
        """What the cell held, by version."""
        of_cell = self._evidence.writes.of_cell(self._cell)
        values = self._evidence.values(self._cell, of_cell.write)
        written = dict(zip(of_cell.version.tolist(), values, strict=True))
        return {0: self._evidence.declared(self._cell).initial, **written}

    def by_all(self, places: Integers, checks: Integers) -> Booleans:
        """Of writes and their checks: by all that happened from the check to the write."""
        before = [self._held.get(version - 1) for version in self._evidence.writes.version[places].tolist()]
        return self._spoils(places, checks, self._evidence.values(self._cell, checks), before)

    def by(self, places: Integers, checks: Integers, steps: Integers) -> Booleans:
        """Of writes and their checks, and a write of another for each: by that one."""
        versions = self._evidence.rows["version"][steps].tolist()
        before = [self._held.get(version - 1) for version in versions]
        return self._spoils(places, checks, before, [self._held.get(version) for version in versions])

    def _spoils(self, places: Integers, checks: Integers, before: list[Any], after: list[Any]) -> Booleans:
        evidence = self._evidence
        writes, reads = evidence.writes.write[places], evidence.writes.read[places]
        new = evidence.values(self._cell, writes)
        base = evidence.values(self._cell, np.where(reads == NOBODY, writes, reads))
        asks = {
            line: source_text(line >> 16, evidence.names).asks_for_equality(line & 0xFFFF)
            for line in evidence.lines_at(checks)
        }
        return np.array(
            [
                one != other and (read == NOBODY or asks[line] or not _are_opposite(other, one, wrote, was))
                for one, other, wrote, was, read, line in zip(
                    before, after, new, base, reads.tolist(), evidence.where[checks].tolist(), strict=True
                )
            ],
            np.bool_,
        )


def _are_opposite(after: Any, before: Any, wrote: Any, was: Any) -> bool:
    """Whether the one went up and the other down."""
    if not all(isinstance(value, int | float) for value in (after, before, wrote, was)):
        return False
    return bool((after > before and wrote < was) or (after < before and wrote > was))


def _first_between(
    evidence: Evidence, check: Check, acts: Integers, order: Order, spoiled: _Spoiled | None
) -> tuple[int, int, int] | None:
    writes = evidence.writes
    for process in np.unique(evidence.process[acts]).tolist():
        theirs = acts[evidence.process[acts] == process]
        mine = writes.process[check.writes] != process
        places, checks = check.writes[mine], check.checks[mine]
        if not len(places):
            continue
        before = np.searchsorted(theirs, checks) - 1
        after = np.searchsorted(theirs, writes.write[places])
        for near, there in ((before, before >= 0), (after, after < len(theirs))):
            some, ours, checked = theirs[near[there]], places[there], checks[there]
            free = ~order.before(some, checked) & ~order.before(writes.write[ours], some)
            if spoiled is not None and free.any():
                free &= spoiled.by(ours, checked, some)
            if free.any():
                at = int(np.argmax(free))
                return int(ours[at]), int(checked[at]), int(some[at])
    return None


def _happened(evidence: Evidence, holds: Holds, place: int, check: int, count: int) -> Found:
    writes = evidence.writes
    write, cell = int(writes.write[place]), int(writes.cell[place])
    others = (writes.cell == cell) & (writes.write < write) & (writes.write > check)
    between = int(writes.write[np.flatnonzero(others)[-1]])
    return found_of(evidence, holds, [check, between, write], count)


def found_of(evidence: Evidence, holds: Holds, steps: list[int], count: int) -> Found:
    """Made of a check, the write of another, and the write, as steps; `count` of them happened, or it is suspected."""
    check, between, write = steps
    lock = min(holds.held_at(write), default=None)
    return Found(
        kind="atomicity",
        certainty="happened" if count else "suspected",
        target=int(evidence.target[write]),
        count=count,
        places=in_a_few([evidence.place(check), evidence.place(write)]),
        steps=sorted(steps),
        details=Checked(
            checker=int(evidence.lane[write]),
            other=int(evidence.lane[between]),
            check=evidence.place(check),
            write=evidence.place(write),
            lock=lock,
            was_held=lock in holds.held_at(check),
            checks_too=bool(evidence.op[between] == Op.READ),
            acquired=None if lock is None else evidence.place(int(holds.acquired_at(np.array([write]), lock)[0])),
        ),
        seriousness=count,
    )
