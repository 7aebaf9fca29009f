"""What became of every write of each cell: where it stands, what it was built on, and which write erased it. Pure.

    read of version 3 ──── write of version 5 (base 3)      version 4 is lost: the write of 5 erased it
            write of version 4 (base 3)

The pictures, the anatomy and the trace for Perfetto are all drawn from this.
"""

from array import array
from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lost_update.analysis.accesses import Integers
from lost_update.analysis.lineage import Lineage
from lost_update.exports.batches import WORKING
from lost_update.model.encoding import held_by
from lost_update.model.log import Rows, distinct
from lost_update.model.ops import NOTHING, Op
from lost_update.model.recording import Recording
from lost_update.model.targets import Held, Target

ROWS_AT_ONCE: Final = 1024
LOSSES_AT_ONCE: Final = 4096

NOWHERE: Final = -1
"""The place of a write that nobody recorded, and of version 0, which nobody wrote."""


@dataclass
class CellUpdates:
    """The versions of one cell. Each list has an entry a version; steps are known by their index."""

    number: int
    """Of the cell as a target."""
    target: Target
    lineage: Lineage = field(default_factory=Lineage)
    writes: "array[int]" = field(default_factory=lambda: array("l", [NOWHERE]))
    """The step that wrote it."""
    writers: "array[int]" = field(default_factory=lambda: array("l", [NOWHERE]))
    """The process, or the thread, that did so."""
    reads: "array[int]" = field(default_factory=lambda: array("l", [NOWHERE]))
    """The read that it was built on; `NOWHERE` for a blind write."""
    values: list[Held | None] = field(default_factory=list)
    erased_by: dict[int, int] = field(default_factory=dict)
    """Of each version that is lost at the end: the version whose write erased it last."""
    losses: dict[int, list[int]] = field(default_factory=dict)
    """By version whose write erased updates that are lost still: those, oldest first. In the order of the writes.

    Nobody knows which write did so where it was not recorded: those are not among them.
    """

    @property
    def name(self) -> str:
        """How people call the cell."""
        return self.target.name

    def version_at(self, index: int) -> int:
        """The newest version after that step."""
        return bisect_right(self.writes, index) - 1

    def add(self, index: int, writer: int, base: int, read: int, value: Held) -> None:
        """The next version. Follow it with `settle`."""
        self.writes.append(index)
        self.writers.append(writer)
        self.reads.append(read if base != NOTHING else NOWHERE)
        self.values.append(value)

    def skip(self, count: int, index: int) -> None:
        """So many versions that nobody recorded come before the write at that step."""
        first = self.lineage.newest + 1
        self.lineage.skip(count)
        for version in range(first, first + count):
            self.writes.append(index)
            self.writers.append(NOWHERE)
            self.reads.append(NOWHERE)
            self.values.append(None)
            self.settle(version)

    def settle(self, version: int) -> None:
        """What that version did to those before it. It is in the lineage by now."""
        change = self.lineage.change(version)
        self.erased_by.update(dict.fromkeys(change.erased, version))
        for back in (*change.revived, *change.settled):
            self.erased_by.pop(back, None)

    def close(self) -> Iterator[bytes]:
        """There are no more writes: work out the losses."""
        found: dict[int, list[int]] = {}
        for place, lost in enumerate(sorted(self.erased_by)):
            thief = self.erased_by[lost]
            if self.writers[thief] != NOWHERE:
                found.setdefault(thief, []).append(lost)
            if place % LOSSES_AT_ONCE == 0:
                yield WORKING
        self.losses = {thief: found[thief] for thief in sorted(found)}


Updates = dict[str, CellUpdates]
"""By the name of the cell, in the order in which they were declared."""


def updates_of(recording: Recording) -> Generator[bytes, None, Updates]:
    """Work it out, and yield `WORKING` again and again meanwhile: `updates = yield from updates_of(recording)`."""
    names = recording.names
    following = {number: _Following(number, target) for number, target in names.numbered() if target.kind == "cell"}
    for start, rows in recording.log.pieces(ROWS_AT_ONCE):
        touched = (rows["op"] == Op.READ) | (rows["op"] == Op.WRITE)
        for number in distinct(rows["target"][touched]):
            if number in following:
                where = np.flatnonzero(touched & (rows["target"] == number))
                following[number].follow(rows[where], where + start, names.values)
        yield WORKING
    for one in following.values():
        yield from one.cell.close()
    return {one.cell.name: one.cell for one in following.values()}


class _Following:
    """One cell, as its steps come."""

    def __init__(self, number: int, target: Target) -> None:
        self.cell = CellUpdates(number, target)
        self.cell.values.append(target.initial)
        self._last_reads: dict[int, int] = {}
        """By process."""
        self._reads: dict[int, dict[int, int]] = {}
        """By process and version, since it has written last: a script may read again before it writes."""

    def follow(self, rows: Rows, indexes: Integers, declared: Sequence[Held]) -> None:
        """Some more reads and writes of it."""
        values = held_by(self.cell.target, rows["value"], declared).tolist()
        columns = (rows[name].tolist() for name in ("op", "process", "version", "base"))
        bases: list[int] = []
        first = self.cell.lineage.newest + 1
        for index, value, op, process, version, base in zip(indexes.tolist(), values, *columns, strict=True):
            if op == Op.READ:
                self._last_reads[process] = self._reads.setdefault(process, {})[version] = index
                continue
            due = first + len(bases)
            if version < due:
                continue
            if version > due:
                self._write(bases, first)
                self.cell.skip(version - due, index)
                bases, first = [], version
            read = self._reads.pop(process, {}).get(base, self._last_reads.get(process, NOWHERE))
            self.cell.add(index, process, base, read, value)
            bases.append(base)
        self._write(bases, first)

    def _write(self, bases: list[int], first: int) -> None:
        """These are the bases of the versions from `first` on."""
        if not bases:
            return
        self.cell.lineage.write(bases)
        for version in range(first, first + len(bases)):
            self.cell.settle(version)
