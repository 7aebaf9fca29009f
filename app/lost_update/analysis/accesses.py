"""Reads and writes of one cell, as columns, so that thousands are checked at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lost_update.model.encoding import held_by
from lost_update.model.log import Rows
from lost_update.model.ops import ADDS, Op
from lost_update.model.targets import Held, Target

Integers = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Accesses:
    """Some reads and writes of a cell in log order, a column each. `base` applies to writes; `value` to both.

    `adds` says which writes add to what they were built on, as the code shows; None where all do.
    """

    process: npt.NDArray[np.unsignedinteger[Any]]
    is_write: npt.NDArray[np.bool_]
    value: npt.NDArray[Any]
    version: Integers
    base: Integers
    adds: npt.NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.version)

    def __getitem__(self, part: slice) -> Self:
        return type(self)(
            self.process[part],
            self.is_write[part],
            self.value[part],
            self.version[part],
            self.base[part],
            None if self.adds is None else self.adds[part],
        )

    def gapless(self, newest: int) -> int:
        """How many of them follow on version `newest` without a gap: a write makes the next, a read sees the newest."""
        due = newest + np.cumsum(self.is_write)
        gaps = np.flatnonzero(self.version != due)
        return int(gaps[0]) if len(gaps) else len(self)

    def agree(self, value: Held | None) -> bool:
        """Whether each read saw what the access before it left; before the first that is `value`, None if unknown."""
        is_read = ~self.is_write
        if (is_read[1:] & (self.value[1:] != self.value[:-1])).any():
            return False
        return value is None or not is_read[0] or bool(self.value[0] == value)


def accesses_of(
    rows: Rows, number: int, cell: Target, values: Sequence[Held] = (), *, of_a_script: bool = False
) -> tuple[Accesses, Integers]:
    """The reads and writes of that cell among the rows, and where its writes stand in them.

    `values` are those of cells that hold anything. In a scenario every update is an addition. In a script the code says
    it, and the rows have it as a flag.
    """
    chosen = np.flatnonzero((rows["target"] == number) & ((rows["op"] == Op.READ) | (rows["op"] == Op.WRITE)))
    is_write = rows["op"][chosen] == Op.WRITE
    accesses = Accesses(
        process=rows["process"][chosen],
        is_write=is_write,
        value=held_by(cell, rows["value"][chosen], values),
        version=rows["version"][chosen],
        base=rows["base"][chosen],
        adds=(rows["flags"][chosen] & ADDS) > 0 if of_a_script else None,
    )
    return accesses, chosen[is_write]
