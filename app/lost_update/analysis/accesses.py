"""Reads and writes of one cell, as columns, so that thousands are checked at a time."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lost_update.model.encoding import read_as
from lost_update.model.log import Rows
from lost_update.model.ops import Op
from lost_update.model.targets import Number, Target

Integers = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Accesses:
    """Some reads and writes of a cell in log order, a column each. `base` applies to writes; `value` to both."""

    process: npt.NDArray[np.unsignedinteger[Any]]
    is_write: npt.NDArray[np.bool_]
    value: npt.NDArray[Any]
    version: Integers
    base: Integers

    def __len__(self) -> int:
        return len(self.version)

    def __getitem__(self, part: slice) -> Self:
        return type(self)(
            self.process[part], self.is_write[part], self.value[part], self.version[part], self.base[part]
        )

    def gapless(self, newest: int) -> int:
        """How many of them follow on version `newest` without a gap: a write makes the next, a read sees the newest."""
        due = newest + np.cumsum(self.is_write)
        gaps = np.flatnonzero(self.version != due)
        return int(gaps[0]) if len(gaps) else len(self)

    def agree(self, value: Number | None) -> bool:
        """Whether each read saw what the access before it left; before the first that is `value`, None if unknown."""
        is_read = ~self.is_write
        if (is_read[1:] & (self.value[1:] != self.value[:-1])).any():
            return False
        return value is None or not is_read[0] or bool(self.value[0] == value)

    def last_read(self, before: dict[int, Number]) -> tuple[npt.NDArray[Any], dict[int, Number]]:
        """For each of them what its process had read last, and for each process what that is after all of them.

        `before` is what each process had read last before these.
        """
        read = np.zeros_like(self.value)
        after = dict(before)
        for process in np.flatnonzero(np.bincount(self.process)).tolist():
            own = np.flatnonzero(self.process == process)
            latest = np.maximum.accumulate(np.where(self.is_write[own], -1, own))
            read[own] = np.where(latest < 0, before.get(process, 0), self.value[latest])
            if latest[-1] >= 0:
                after[process] = self.value[latest[-1:]].tolist()[0]
        return read, after


def accesses_of(rows: Rows, number: int, cell: Target) -> tuple[Accesses, Integers]:
    """The reads and writes of that cell among the rows, and where its writes stand in them."""
    chosen = np.flatnonzero((rows["target"] == number) & ((rows["op"] == Op.READ) | (rows["op"] == Op.WRITE)))
    is_write = rows["op"][chosen] == Op.WRITE
    accesses = Accesses(
        process=rows["process"][chosen],
        is_write=is_write,
        value=read_as(cell.holds, rows["value"][chosen]),
        version=rows["version"][chosen],
        base=rows["base"][chosen],
    )
    return accesses, chosen[is_write]
