"""The anatomy of lost updates: of each, the steps that made it, a column a process. Pure.

The page takes one apart in the same way (static/js/core/anatomy.js), and a test holds one against the other: the same
steps, the same words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from lost_update.exports.batches import step_at, value_of
from lost_update.exports.updates import NOWHERE, CellUpdates, Updates
from lost_update.model.encoding import Step
from lost_update.model.ops import Op
from lost_update.model.recording import Recording
from lost_update.wording import number, text_of

DOES: Final = {"read": "reads", "modify": "computes", "write": "writes"}
"""What a step on a cell does, by its op."""


@dataclass(frozen=True)
class Row:
    """What a process did, and the cell after it. `position` counts steps from 1, as the page does.

    `erases` is empty but for the write that took the update away.
    """

    position: int
    process: int
    did: str
    erases: str
    after: str


@dataclass(frozen=True)
class Anatomy:
    """One write that erased updates: the newest of them, and the write, in the order of their steps."""

    cell: str
    processes: tuple[int, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str

    @property
    def table(self) -> list[list[str]]:
        """As text: the heads, then a row a step."""
        lines = [["step", *self.names, self.cell]]
        for row in self.rows:
            words = f"{row.did}, {row.erases}" if row.erases else row.did
            own = [words if process == row.process else "" for process in self.processes]
            lines.append([str(row.position), *own, row.after])
        return lines


def anatomies(recording: Recording, updates: Updates, most: int) -> Iterator[Anatomy]:
    """Of the first writes that erased something for good, in the order of their steps."""
    found = sorted(
        ((cell.writes[thief], cell, thief) for cell in updates.values() for thief in cell.losses),
        key=lambda each: each[0],
    )
    for _, cell, thief in islice(found, most):
        yield _anatomy(recording, updates, cell, thief)


def how_many(updates: Updates) -> int:
    """The writes that erased something for good: so many anatomies there are."""
    return sum(len(cell.losses) for cell in updates.values())


def _anatomy(recording: Recording, updates: Updates, cell: CellUpdates, thief: int) -> Anatomy:
    names = recording.names.processes
    victim = cell.losses[thief][-1]
    own, lost = _steps(recording, cell, thief), _steps(recording, cell, victim)
    count = len(cell.lineage.change(thief).erased)
    writer, loser = cell.writers[thief], cell.writers[victim]
    whose = "its own" if writer == loser else f"{names[loser]}’s"
    what = "+1" if "request" in recording.header else "update"
    erases = f"erases {whose} {what}" + (f" and {number(count - 1)} more" if count > 1 else "")
    read = next((step for step in own if step["op"] == "read"), None)
    why = f": it was computed from the {text_of(value_of(read))} read before" if read else ""
    where = f" to {cell.name}" if len(updates) > 1 else ""
    processes = tuple(sorted({writer, loser}))
    steps = sorted({step["index"]: step for step in (*lost, *own)}.items())
    return Anatomy(
        cell=cell.name,
        processes=processes,
        names=tuple(names[process] for process in processes),
        rows=tuple(_row(cell, step, names.index(step["process"]), thief, erases) for _, step in steps),
        caption=f"{names[writer]}’s write{where} {erases}{why}.",
    )


def _steps(recording: Recording, cell: CellUpdates, version: int) -> list[Step]:
    """The write of a version, the modify and the read before it, newest first."""
    write, read = cell.writes[version], cell.reads[version]
    first = write if read == NOWHERE else read
    rows = recording.log.rows(first, write + 1)
    own = (rows["process"] == cell.writers[version]) & (rows["target"] == cell.number)
    found = np.flatnonzero(own & np.isin(rows["op"], [Op.READ, Op.MODIFY, Op.WRITE])) + first
    return [step_at(recording, index) for index in reversed(found.tolist())]


def _row(cell: CellUpdates, step: Step, process: int, thief: int, erases: str) -> Row:
    version = cell.version_at(step["index"])
    return Row(
        position=step["index"] + 1,
        process=process,
        did=f"{DOES[step['op']]} {text_of(value_of(step))}",
        erases=erases if step["index"] == cell.writes[thief] else "",
        after=f"{text_of(cell.values[version])} · v{version}",
    )
