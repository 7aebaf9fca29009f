"""What lasts in a recording: the life of a process, a task, an update from its read to its write. Pure.

    index       0      1     2      3       4     5
    P1        start   read        modify  write  exit
              └────────────── life ───────────────┘
                       └─── update ────────┘

A slice is known by the steps at which it begins and ends, both of one process or one of its threads.
"""

from collections.abc import Generator, Iterator
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.exports.batches import WORKING
from lost_update.exports.updates import NOWHERE, CellUpdates, Updates
from lost_update.model.log import distinct
from lost_update.model.ops import Op
from lost_update.model.recording import Recording

ROWS_AT_ONCE: Final = 8192
SLICES_AT_ONCE: Final = 256

Kind = Literal["life", "task", "update"]
KINDS: Final[tuple[Kind, ...]] = ("life", "task", "update")
"""What lies around what, where they begin and end at the same steps."""

NO_CELL: Final = 0
"""In place of the number of a cell."""

_Table = npt.NDArray[np.int64]
"""A row a slice: where it begins and ends, its lane, its kind, its cell, its version."""


class Slice(NamedTuple):
    """From one step to another. An update has its version, and its cell by its number as a target."""

    begin: int
    end: int
    lane: int
    kind: Kind
    cell: int
    version: int


def slices_of(recording: Recording, updates: Updates) -> Generator[bytes, None, Iterator[Slice]]:
    """All of them, in the order in which they begin; what lies around others comes before them."""
    tables = [(yield from _lives_and_tasks(recording))]
    for cell in updates.values():
        tables.append(_updates(cell))
        yield WORKING
    table = np.concatenate(tables)
    yield WORKING
    order = np.lexsort((table[:, 3], -table[:, 1], table[:, 0]))
    yield WORKING
    return _one_by_one(table, order)


def _one_by_one(table: _Table, order: npt.NDArray[np.intp]) -> Iterator[Slice]:
    for start in range(0, len(order), SLICES_AT_ONCE):
        for begin, end, lane, kind, cell, version in table[order[start : start + SLICES_AT_ONCE]].tolist():
            yield Slice(begin, end, lane, KINDS[kind], cell, version)


def _updates(cell: CellUpdates) -> _Table:
    writes, writers, reads = (np.array(column, np.int64) for column in (cell.writes, cell.writers, cell.reads))
    versions = np.flatnonzero((reads != NOWHERE) & (writers != NOWHERE))
    same = np.ones_like(versions)
    columns = (reads[versions], writes[versions], writers[versions], 2 * same, cell.number * same, versions)
    return np.stack(columns, axis=1)


def _lives_and_tasks(recording: Recording) -> Generator[bytes, None, _Table]:
    log = recording.log
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    ended: set[int] = set()
    tasks: dict[int, list[int]] = {}
    found: list[tuple[int, int, int, int]] = []
    for start, rows in log.pieces(ROWS_AT_ONCE):
        for lane in distinct(rows["process"]):
            own = np.flatnonzero(rows["process"] == lane) + start
            first.setdefault(lane, int(own[0]))
            last[lane] = int(own[-1])
        bounds = np.flatnonzero(np.isin(rows["op"], [Op.TASK_START, Op.TASK_END, Op.EXIT]))
        columns = (rows[name][bounds].tolist() for name in ("op", "process"))
        for place, op, lane in zip(bounds.tolist(), *columns, strict=True):
            if op == Op.EXIT:
                ended.add(lane)
            elif op == Op.TASK_START:
                tasks.setdefault(lane, []).append(start + place)
            elif tasks.get(lane):
                found.append((tasks[lane].pop(), start + place, lane, 1))
        yield WORKING
    until = {lane: last[lane] if lane in ended else len(log) - 1 for lane in first}
    found += [(begin, until[lane], lane, 1) for lane, begun in tasks.items() for begin in begun]
    found += [(begin, until[lane], lane, 0) for lane, begin in first.items()]
    table: _Table = np.array([(*each, NO_CELL, 0) for each in found], np.int64).reshape(-1, 6)
    return table
