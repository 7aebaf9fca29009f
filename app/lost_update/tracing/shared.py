"""A traced `multiprocessing.Value`: each read, modify and write of it becomes a step.

`Value` takes its own lock for every single read and every single write. The bookkeeping happens inside that same
lock and adds none: a read takes the value, the cell's version and the time; a write counts the version up, stores
the value and takes the time. So versions order a cell's steps, and the order of their times agrees.

What can be is done before a read or after a write: whatever of ours lies between the two makes it likelier that another
process writes there.

A modify is stamped when the setter is entered. It travels in the record of its write, unless the recorder's gate can
come between the two.

The version is counted up *before* the value is stored: a process that dies in between leaves a version that no
step accounts for, never a value that no version accounts for.
"""

import sys
from ctypes import sizeof
from multiprocessing import sharedctypes
from multiprocessing.context import BaseContext, assert_spawning
from time import perf_counter_ns
from typing import Any, Final

from lost_update.model.ops import NOTHING, Op
from lost_update.model.steps import NO_TARGET, RECORD, kind_of
from lost_update.model.targets import Holds
from lost_update.tracing.locks import Guarded, RLock
from lost_update.tracing.recorder import RECORDER

_caller = sys._getframe
_pack = RECORD.pack

_SIGNED: Final = "bhilq"
_UNSIGNED: Final = "BHILQ"
_FORMATS: Final = {1: "b", 2: "h", 4: "i", 8: "q"}
_HOLDS: Final[dict[str, Holds]] = {"?": "bool", "f": "float32", "d": "float64", "c": "S1", "u": "U1"}
_RECORDED_SIZE: Final = 8
"""Records hold signed integers of this many bytes; what does not fit is recorded by its bits, and decoded later."""


class Value(Guarded, sharedctypes.Synchronized):  # type: ignore[type-arg]
    """Behaves as `multiprocessing.Value` does, and records.

    `versions` is shared memory for one 64-bit count of the writes so far.
    """

    def __init__(self, cell: Any, lock: Any, versions: Any) -> None:
        self._obj: Any = cell
        self._lock = lock
        self._versions = versions
        self.acquire = lock.acquire
        self.release = lock.release
        code: str = cell._type_
        self._size = sizeof(cell)
        self._signed = code not in _UNSIGNED or self._size == _RECORDED_SIZE
        self._is_integer = code in _SIGNED or not self._signed
        self._lowest, self._highest = _range_of(self._size, self._signed) if self._is_integer else (0, -1)
        self._bits: memoryview[int] = memoryview(cell).cast("B").cast(_format(self._size, self._signed))
        self._version = memoryview(versions).cast("B").cast("q")
        semaphore = getattr(lock, "_semlock", lock)
        # Each access unpacks this tuple, which costs half as much as looking the parts up one by one.
        self._parts: Any = (RECORDER, semaphore.acquire, semaphore.release, self._bits, self._version)
        self._seen = NOTHING
        self.name(NO_TARGET)

    def name(self, target: int) -> None:
        """Give the cell the number by which its steps name it."""
        self.target = target
        self._read_kind = kind_of(Op.READ, target)
        self._modify_kind = kind_of(Op.MODIFY, target)
        self._write_kind = kind_of(Op.WRITE, target)

    def read(self, depth: int = 1) -> Any:
        """The value, read under the Value's own lock, by the code `depth` calls up."""
        recorder, enter, leave, bits_there, version_there = self._parts
        frame = _caller(depth)
        if frame.f_code is not recorder.code:
            recorder.enter(frame.f_code)
        if recorder.gate is not None:
            recorder.gate(Op.READ, self.target)
        line = recorder.lines[frame.f_lasti]
        enter()
        try:
            recorder.stamping = True
            bits = bits_there[0]
            version = version_there[0]
            now = perf_counter_ns()
        finally:
            leave()
        recorder.append(_pack(self._read_kind, line, now, NOTHING, bits, version, NOTHING))
        recorder.stamping = False
        self._seen = version
        return bits if self._is_integer else self.decode(bits)

    def write(self, new: Any, depth: int = 1) -> None:
        """Store a new value under the Value's own lock, for the code `depth` calls up."""
        recorder, enter, leave, bits_there, version_there = self._parts
        bits = new if type(new) is int and self._lowest <= new <= self._highest else self.encode(new)
        if recorder.gate is None:
            recorder.stamping = True
            modified = perf_counter_ns()
        else:
            line = recorder.line_of(_caller(depth))
            recorder.gate(Op.MODIFY, self.target)
            recorder.stamping = True
            recorder.append(_pack(self._modify_kind, line, perf_counter_ns(), NOTHING, bits, NOTHING, NOTHING))
            recorder.stamping = False
            modified = NOTHING
            recorder.gate(Op.WRITE, self.target)
        enter()
        try:
            recorder.stamping = True
            version_there[0] = version = version_there[0] + 1
            bits_there[0] = bits
            now = perf_counter_ns()
        finally:
            leave()
        frame = _caller(depth)
        if frame.f_code is not recorder.code:
            recorder.enter(frame.f_code)
        line = recorder.lines[frame.f_lasti]
        recorder.append(_pack(self._write_kind, line, now, modified, bits, version, self._seen))
        recorder.stamping = False
        self._seen = NOTHING

    value = property(read, write)

    def __reduce__(self) -> tuple[Any, ...]:
        assert_spawning(self)
        return _rebuild, (self._obj, self._lock, self._versions, self.target)

    def encode(self, value: Any) -> int:
        """The bits of `value` once stored in this cell. Raises what storing it in the plain Value raises."""
        cell = type(self._obj)()
        cell.value = value
        return int.from_bytes(bytes(cell), sys.byteorder, signed=self._signed)

    @property
    def holds(self) -> Holds | None:
        """What its bits are to be read as, where they are not the value themselves."""
        return None if self._is_integer else _HOLDS.get(self._obj._type_, "uint64")

    def decode(self, bits: int) -> Any:
        """The value whose bits these are."""
        return type(self._obj).from_buffer_copy(bits.to_bytes(self._size, sys.byteorder, signed=self._signed)).value

    def now(self) -> Any:
        """The value as it stands in memory, read without the lock and without a step."""
        return self.decode(self._bits[0])

    def memory(self) -> tuple[int, int]:
        """The bits and the version as they stand in memory now, read without the lock: a dead process may hold it."""
        return self._bits[0], self._version[0]


def make_value(context: BaseContext, kind: Any, *initial: Any, lock: Any = True) -> Any:
    """As `multiprocessing.Value`, traced. With `lock=False` it is the same bare memory, and nothing is recorded."""
    cell = sharedctypes.RawValue(kind, *initial)
    if lock is False:
        return cell
    if lock in (True, None):
        lock = RLock(ctx=context)
    return Value(cell, lock, sharedctypes.RawValue("q", 0))


def _rebuild(cell: Any, lock: Any, versions: Any, target: int) -> Value:
    """The other end of pickling: the same memory and lock, in another process."""
    value = Value(cell, lock, versions)
    value.name(target)
    return value


def _format(size: int, signed: bool) -> Any:
    return _FORMATS[size] if signed else _FORMATS[size].upper()


def _range_of(size: int, signed: bool) -> tuple[int, int]:
    bits = size * 8
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
