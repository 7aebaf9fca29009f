"""The ordered, numbered, append-only record of one run's steps.

    collector (thread) ── append ──▶ Log ──▶ any number of readers, each only a cursor

Rows live in blocks of 38 bytes a step, each block twice as long as the one before until it is long enough. A block that
is full is packed (`packed`), and so is the last one at the end. A row's number is its index. Once written a row never
changes, so readers need no lock: they read up to `len(log)`, and listeners are notified when there is more.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from time import perf_counter
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from lost_update.model.ops import NAMES_OF_SLOT, SLOTS
from lost_update.model.packed import Packed

SLOTTED: Final = np.dtype(
    [
        ("t_ns", "<i8"),
        (SLOTS[0], "<i8"),
        (SLOTS[1], "<i4"),
        (SLOTS[2], "<i4"),
        ("lost", "<i4"),
        ("line", "<u2"),
        ("source", "<u2"),
        ("target", "<u2"),
        ("process", "<u2"),
        ("op", "u1"),
        ("flags", "u1"),
    ]
)
"""How a row lies in memory. `t_ns` from the start of the run; `process` from 0; the rest as in a record.

`flags` are those of a write in a script (model.ops); else 0."""


def _with_names_for_slots() -> "np.dtype[Any]":
    names, formats, offsets = [], [], []
    for field, (kind, offset, *_) in SLOTTED.fields.items():  # type: ignore[union-attr]
        for name in NAMES_OF_SLOT.get(field, (field,)):
            names.append(name)
            formats.append(kind)
            offsets.append(offset)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": SLOTTED.itemsize})


ROW: Final = _with_names_for_slots()
"""The same memory, its slots called as the ops call them: a row's `task` lies where another has its `version`."""

_BARE: Final = np.dtype((np.void, SLOTTED.itemsize))
"""The same memory, to be copied as it is and not field by field."""

Rows = npt.NDArray[Any]

PIECE: Final = 4096
"""The most steps that readers are handed, and that are encoded, at a time."""

SHORTEST_BLOCK: Final = 256
LONGEST_BLOCK: Final = 65536
"""In rows. Long enough to be few, short enough that the last, half empty, is little beside the others."""

LEAST_PACKED: Final = 1024
"""In rows: a shorter block is as small as it is."""


def joined(parts: Sequence[Rows]) -> Rows:
    """All the rows, one after the other."""
    rows: Rows = np.concatenate([part.view(_BARE) for part in parts]).view(ROW)
    return rows


def distinct(column: npt.NDArray[Any]) -> list[int]:
    """The numbers in a column of small ones. `numpy.unique` would sort them, and import a package for masks."""
    numbers: list[int] = np.flatnonzero(np.bincount(column)).tolist()
    return numbers


class Log:
    """Written by one thread, read by any."""

    def __init__(self) -> None:
        self._blocks: list[Rows | Packed] = []
        self._starts: list[int] = []
        self._room = 0
        self._length = 0
        self._ends: list[int] = []
        self._times = array("d")
        self._listeners: set[Callable[[], None]] = set()
        self._listening = Lock()

    def __len__(self) -> int:
        return self._length

    @property
    def nbytes(self) -> int:
        """The memory that the rows take."""
        return sum(block.nbytes for block in self._blocks)

    def append(self, rows: Rows) -> None:
        """Add rows at the end, in the order in which they are to stand."""
        end = self._length + len(rows)
        self._write(rows)
        ends = [*range(self._length + PIECE, end, PIECE), end]
        self._times.extend([perf_counter()] * len(ends))  # before the ends, which say that they are there
        self._ends += ends
        self._length = end
        self.notify()

    def rows(self, start: int, stop: int) -> Rows:
        """The rows from `start` up to `stop`, not to be written to."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = max(bisect_left(self._starts, stop), first + 1)
        parts: list[Rows] = [
            block[max(start - begin, 0) : stop - begin].view(ROW)
            for begin, block in zip(self._starts[first:last], self._blocks[first:last], strict=True)
        ]
        return parts[0] if len(parts) == 1 else joined(parts or [np.empty(0, ROW)])

    def pieces(self, length: int) -> Iterator[tuple[int, Rows]]:
        """All the rows that there are now, so many at a time, each time with the index of the first."""
        end = self._length
        for start in range(0, end, length):
            yield start, self.rows(start, min(start + length, end))

    def piece_after(self, cursor: int) -> tuple[int, int]:
        """The next rows for a reader who has read up to `cursor`, as `(start, stop)`; empty at the end of the log.

        All readers are handed the same pieces, so that each needs to be encoded only once.
        """
        piece = bisect_right(self._ends, cursor)
        return cursor, self._ends[piece] if piece < len(self._ends) else cursor

    def seconds_since(self, index: int) -> float:
        """How long ago the step of that index, which is in the log, came into it."""
        return perf_counter() - self._times[bisect_right(self._ends, index)]

    def trim(self) -> None:
        """Give back the room that no more rows will need."""
        if self._blocks and self._room > self._length:
            self._blocks[-1] = self._blocks[-1][: self._length - self._starts[-1]].copy()
            self._room = self._length
        self._pack_last()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there may be something new. It is called by the thread that writes: be brief."""
        with self._listening:
            self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Undo `listen`."""
        with self._listening:
            self._listeners.discard(listener)

    @property
    def is_listened_to(self) -> bool:
        """Whether somebody waits for what is new."""
        return bool(self._listeners)

    def notify(self) -> None:
        """Call the listeners: there is more to read, or the run has changed."""
        with self._listening:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def _write(self, rows: Rows) -> None:
        at = self._length
        while len(rows):
            if at == self._room:
                self._add_block()
            block = cast(Rows, self._blocks[-1])
            part = rows[: self._room - at]
            offset = at - self._starts[-1]
            block.view(_BARE)[offset : offset + len(part)] = part.view(_BARE)
            rows = rows[len(part) :]
            at += len(part)

    def _add_block(self) -> None:
        self._pack_last()
        length = min(2 * len(self._blocks[-1]), LONGEST_BLOCK) if self._blocks else SHORTEST_BLOCK
        self._blocks.append(np.empty(length, ROW))
        self._starts.append(self._room)
        self._room += length

    def _pack_last(self) -> None:
        """The last block is full. Who reads it meanwhile has it as it was, or packed: both say the same."""
        block = self._blocks[-1] if self._blocks else None
        if isinstance(block, np.ndarray) and len(block) >= LEAST_PACKED:
            self._blocks[-1] = Packed(block.view(SLOTTED))
