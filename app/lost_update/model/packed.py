"""Rows that never change again, in less memory: of each column the least number, and how far all are above it.

    version  70123 70124 70125 …  ──▶  70123 and  0 1 2 …, in one or two bytes each in place of four
    target       1     1     1 …  ──▶  1

Columns are given back as they were, a part of them at a time.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[Any]

_NARROW: Final = (np.uint8, np.uint16, np.uint32)


class _Column(NamedTuple):
    """Its least number, and what is to be added to that; None where that is always nothing."""

    least: int
    above: npt.NDArray[np.unsignedinteger[Any]] | None

    def write(self, column: npt.NDArray[Any], start: int, stop: int) -> None:
        """Write a part of it as it was."""
        if self.above is None:
            column[:] = self.least
        else:
            np.add(self.above[start:stop], np.int64(self.least), out=column, casting="unsafe")


class Packed:
    """A table of integers of up to 64 bits, packed column by column."""

    def __init__(self, table: Table) -> None:
        self._kind = table.dtype
        self._columns = {name: _packed(np.ascontiguousarray(table[name])) for name in table.dtype.names or ()}
        self._length = len(table)

    def __len__(self) -> int:
        return self._length

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return sum(column.above.nbytes for column in self._columns.values() if column.above is not None)

    def __getitem__(self, part: slice) -> Table:
        start, stop, _ = part.indices(self._length)
        table = np.empty(max(stop - start, 0), self._kind)
        for name, column in self._columns.items():
            column.write(table[name], start, stop)
        return table


def _packed(column: npt.NDArray[Any]) -> _Column:
    least, most = int(column.min()), int(column.max())
    if least == most:
        return _Column(least, None)
    kind = next((kind for kind in _NARROW if most - least <= np.iinfo(kind).max), None)
    if kind is None:  # in 64 bits nothing can be above anything
        return _Column(0, column)
    return _Column(least, np.subtract(column, least, dtype=np.int64, casting="unsafe").astype(kind))
