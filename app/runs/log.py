"""The ordered, numbered, append-only record of one run's steps.

    collector (thread) ── append ──▶ Log ──▶ any number of readers, each only a cursor

Rows live in one array of 34 bytes a step, which grows by half when it is full and is cut to size at the end.
A row's number is its index. Once written a row never changes, so readers need no lock: they read up to
`len(log)`, and listeners are told when there is more.
"""

from bisect import bisect_right
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt

ROW: Final = np.dtype(
    [
        ("t_ns", "<i8"),
        ("value", "<i8"),
        ("version", "<i4"),
        ("base", "<i4"),
        ("lost", "<i4"),
        ("line", "<u2"),
        ("target", "<u2"),
        ("process", "u1"),
        ("op", "u1"),
    ]
)
"""`t_ns` from the start of the run; `process` from 0; `target` and the bits of `value` as in a record."""

Rows = npt.NDArray[Any]

PIECE: Final = 4096
"""The most steps that readers are handed, and that are encoded, at a time."""

FIRST_ROOM: Final = 256


class Log:
    """Written by one thread, read by any."""

    def __init__(self) -> None:
        self._rows: Rows = np.empty(FIRST_ROOM, ROW)
        self._length = 0
        self._ends: list[int] = []
        self._listeners: set[Callable[[], None]] = set()
        self._listening = Lock()

    def __len__(self) -> int:
        return self._length

    @property
    def nbytes(self) -> int:
        """The memory that the rows take."""
        return self._rows.nbytes

    def append(self, rows: Rows) -> None:
        """Add rows at the end, in the order in which they are to stand."""
        end = self._length + len(rows)
        if end > len(self._rows):
            self._move_to(max(end, len(self._rows) * 3 // 2))
        self._rows[self._length : end] = rows
        self._ends += [*range(self._length + PIECE, end, PIECE), end]
        self._length = end
        self.tell()

    def rows(self, start: int, stop: int) -> Rows:
        """The rows from `start` up to `stop`, not to be written to."""
        return self._rows[start:stop]

    def piece_after(self, cursor: int) -> tuple[int, int]:
        """The next rows for a reader who has read up to `cursor`, as `(start, stop)`; empty at the end of the log.

        All readers are handed the same pieces, so that each needs to be encoded only once.
        """
        piece = bisect_right(self._ends, cursor)
        return cursor, self._ends[piece] if piece < len(self._ends) else cursor

    def trim(self) -> None:
        """Give back the room that no more rows will need."""
        self._move_to(self._length)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there may be something new. It is called by the thread that writes: be brief."""
        with self._listening:
            self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Undo `listen`."""
        with self._listening:
            self._listeners.discard(listener)

    def tell(self) -> None:
        """Call the listeners: there is more to read, or the run has changed."""
        with self._listening:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def _move_to(self, room: int) -> None:
        rows = np.empty(room, ROW)
        rows[: self._length] = self._rows[: self._length]
        self._rows = rows
