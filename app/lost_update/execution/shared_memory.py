"""Shared memory that is really there before anybody uses it.

`multiprocessing` makes a file as large as it needs and maps it. Its pages are only had when they are first touched, and
where there is no room for one by then, SIGBUS kills whoever touches it, which may be the server. Here the room is taken
at once, so that there is an error instead, and the run that asked for it fails.
"""

import os
from multiprocessing import heap, reduction
from typing import Any

_heap: Any = heap


class _ReservedArena(heap.Arena):
    """As `multiprocessing`'s. Another process gets the plain one, on the same memory."""

    def __init__(self, size: int, fd: int = -1) -> None:
        super().__init__(size, fd)
        os.posix_fallocate(self.fd, 0, size)


def reserve_shared_memory() -> None:
    """From now on, in this process."""
    if hasattr(os, "posix_fallocate") and _heap.Arena is not _ReservedArena:
        _heap.Arena = _ReservedArena
        reduction.register(_ReservedArena, _heap.reduce_arena)
