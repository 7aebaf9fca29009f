"""A traced `multiprocessing.Array`: every element is a cell of its own, with its own versions.

`Array` has one lock for all of its elements and takes it for every single access, as `Value` does; so an element is
read and written exactly as a traced Value is, by the same code. Different elements never conflict.
"""

from ctypes import c_longlong, sizeof
from multiprocessing import sharedctypes
from multiprocessing.context import BaseContext, assert_spawning
from typing import Any, Final

from lost_update.model.steps import NO_TARGET
from lost_update.tracing.locks import Guarded, RLock
from lost_update.tracing.shared import Value

ACCESSED_BY: Final = 2
"""How many calls up the code stands that indexes the Array."""


class Array(Guarded, sharedctypes.SynchronizedArray):  # type: ignore[type-arg]
    """Behaves as `multiprocessing.Array` does, and records. `versions` is shared memory for a count an element."""

    def __init__(self, elements: Any, lock: Any, versions: Any) -> None:
        self._obj: Any = elements
        self._lock: Any = lock
        self._versions = versions
        self.acquire = lock.acquire
        self.release = lock.release
        self.cells = [
            Value(_part(elements, elements._type_, index), lock, _part(versions, c_longlong, index))
            for index in range(len(elements))
        ]

    def name(self, first_target: int) -> None:
        """Give the elements the numbers by which their steps name them, in order."""
        for target, cell in enumerate(self.cells, first_target):
            cell.name(target)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            with self._lock:
                return [cell.read(ACCESSED_BY) for cell in self.cells[index]]
        return self.cells[index].read(ACCESSED_BY)

    def __setitem__(self, index: Any, new: Any) -> None:
        if isinstance(index, slice):
            cells, values = self.cells[index], list(new)
            if len(cells) != len(values):
                raise ValueError("Can only assign sequence of same size")
            with self._lock:
                for cell, value in zip(cells, values, strict=True):
                    cell.write(value, ACCESSED_BY)
        else:
            self.cells[index].write(new, ACCESSED_BY)

    def __reduce__(self) -> tuple[Any, ...]:
        assert_spawning(self)
        first_target = self.cells[0].target if self.cells else NO_TARGET
        return _rebuild, (self._obj, self._lock, self._versions, first_target)


def make_array(context: BaseContext, kind: Any, size_or_initial: Any, lock: Any = True) -> Any:
    """As `multiprocessing.Array`, traced. With `lock=False` it is the same bare memory, and nothing is recorded."""
    elements = sharedctypes.RawArray(kind, size_or_initial)
    if lock is False:
        return elements
    if lock in (True, None):
        lock = RLock(ctx=context)
    return Array(elements, lock, sharedctypes.RawArray("q", len(elements)))


def _part(memory: Any, kind: Any, index: int) -> Any:
    """One element as an object of its own, in the same memory."""
    return kind.from_buffer(memory, index * sizeof(kind))


def _rebuild(elements: Any, lock: Any, versions: Any, first_target: int) -> Array:
    """The other end of pickling: the same memory and lock, in another process."""
    array = Array(elements, lock, versions)
    array.name(first_target)
    return array
