"""Puts the processes' records into one order, that of their times. Pure: no process, no clock.

Each process's records come in its own order. A record may be passed on once every other process is known to have
nothing older to send, that is once every watermark is beyond it. A process that comes later has a watermark from the
moment at which it is declared, and that is before it can take a step (tracing.registration).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lost_update.model.log import ROW, SLOTTED, Rows, joined
from lost_update.model.ops import NOTHING, SLOTS, Op
from lost_update.model.steps import NO_SOURCE, RECORD_FIELDS, RECORD_WIDTH, split_kind, split_line
from lost_update.tracing.recorder import NEVER

Records = npt.NDArray[np.int64]

KIND, LINE, TIME, MODIFIED, *PLACES = range(RECORD_WIDTH)
assert ("kind", "line", "t_ns", "modified_ns", *SLOTS) == RECORD_FIELDS


class Merge:
    """Holds back what may still be overtaken. Processes are numbered from 0, in the order of their declarations."""

    def __init__(self, processes: int = 0) -> None:
        self._waiting: list[list[Rows]] = []
        self._watermarks: list[int] = []
        self._sources: list[list[int]] = []
        """Of each process: the run's numbers of the sources that it has declared, by its own numbers."""
        for _ in range(processes):
            self.declare()

    def declare(self, since_ns: int = 0) -> None:
        """There is one more process, and it has nothing to send from before that time."""
        self._waiting.append([])
        self._watermarks.append(since_ns)
        self._sources.append([NO_SOURCE])

    def declare_source(self, process: int, source: int) -> None:
        """The next source that this process has declared has that number in the run."""
        self._sources[process].append(source)

    def add(self, process: int, watermark: int, records: bytes) -> None:
        """Take in a batch, as `tracing.recorder` sends it."""
        if records:
            rows = _rows_of(process, np.frombuffer(records, "<i8").reshape(-1, RECORD_WIDTH))
            rows["source"] = np.take(self._sources[process], rows["source"])
            self._waiting[process].append(rows)
        self._watermarks[process] = watermark

    def promise(self, process: int, until_ns: int) -> None:
        """This process has nothing left to send from before that time, whatever it last said itself."""
        self._watermarks[process] = max(self._watermarks[process], until_ns)

    def end(self, process: int) -> None:
        """This process will send nothing more."""
        self._watermarks[process] = NEVER

    @property
    def complete_until_ns(self) -> int:
        """Everything from before that time has come."""
        return min(self._watermarks)

    def take(self, start_ns: int) -> Rows | None:
        """All rows whose place in the order is certain, in order, or None. Times count from `start_ns`."""
        bound = self.complete_until_ns
        parts = [part for waiting in self._waiting for part in _taken_before(bound, waiting)]
        if not parts:
            return None
        rows = joined(parts)
        ordered: Rows = rows.take(np.argsort(rows["t_ns"], kind="stable"))
        ordered["t_ns"] -= start_ns
        return ordered


def _taken_before(bound: int, waiting: list[Rows]) -> Iterator[Rows]:
    """Takes out of `waiting` the rows before that time."""
    while waiting:
        rows = waiting[0]
        count = int(np.searchsorted(rows["t_ns"], bound, side="left"))
        if count:
            yield rows[:count]
        if count < len(rows):
            waiting[0] = rows[count:]
            return
        del waiting[0]


def _rows_of(process: int, records: Records) -> Rows:
    records = _with_modifies(records)
    rows = np.empty(len(records), SLOTTED)
    rows["t_ns"] = records[:, TIME]
    for slot, place in zip(SLOTS, PLACES, strict=True):
        rows[slot] = records[:, place]
    rows["lost"] = rows["flags"] = 0
    rows["line"], rows["source"] = split_line(records[:, LINE])
    rows["process"] = process
    rows["op"], rows["target"] = split_kind(records[:, KIND])
    named: Rows = rows.view(ROW)
    return named


def _with_modifies(records: Records) -> Records:
    """Puts before each write the modify that travelled in its record."""
    carry = records[:, MODIFIED] != NOTHING
    # `repeat` along the records themselves would take five times as long.
    records = records.take(np.arange(len(records)).repeat(1 + carry), axis=0)
    modifies = np.flatnonzero(carry) + np.arange(np.count_nonzero(carry))
    records[modifies, KIND] += Op.MODIFY - Op.WRITE
    records[modifies, TIME] = records[modifies, MODIFIED]
    records[modifies, PLACES[1] :] = NOTHING
    return records
