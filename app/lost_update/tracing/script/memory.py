"""Shared memory of `multiprocessing.sharedctypes`: each single read and write of a cell becomes a step.

`Value`, `Array`, `RawValue`, `RawArray` and structures, in place: the types of the objects, their names, pickles, locks
and bytes are what they were. Only a few bytes more are taken from the heap, behind the object:

    ┌───────────┬────────┬────────┬───────────┬───────────┬───
    │ the value │ a mark │ an id  │ version 0 │ version 1 │ …       one version for each cell
    └───────────┴────────┴────────┴───────────┴───────────┴───

so that all processes that reach the object, by a fork or through a pickle, agree on what it is and how often each cell
has been written.

A `Value` takes its own lock for each single access, and the bookkeeping happens inside of it: versions order the steps
of a cell, and their times agree. The version is counted up before the value is stored: a process that is killed in
between leaves a version that no step accounts for, never a value that no version accounts for. Memory that has no lock
gets one of ours around each single access, never across a read and its write, and not waited for beyond `PATIENCE`.
"""

import ctypes
import operator
import os
import sys
from _ctypes import _SimpleCData
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing import heap
from struct import Struct
from struct import error as struct_error
from threading import local
from time import perf_counter_ns
from typing import Any, Final
from weakref import WeakKeyDictionary

from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import kind_of
from lost_update.tracing.script.boot import lock_names
from lost_update.tracing.script.layout import Code, Layout, code_of, fields_of, layout_of
from lost_update.tracing.script.locks import guard
from lost_update.tracing.script.patching import disguise, instrument
from lost_update.tracing.script.sites import enter as _enter_code
from lost_update.tracing.script.stream import (
    LOCAL,
    PENDING,
    PROCESS,
    PUBLISHED,
    as_json,
    declare,
    disabled,
    forget_at_fork,
    here,
    in_child,
    is_internal,
    site_of,
    target,
)

sharedctypes: Any = import_module("multiprocessing.sharedctypes")

PATIENCE: Final = 0.2
"""Seconds for which one of our locks is waited for: whoever had it for longer is dead, or stopped."""

MARK: Final = 0x7570646174656C75
_HEAD: Final = 2
_WORD: Final = 8

RAW: Final = 1
OWN_LOCK: Final = 2
"""What travels with the memory: that it is used without a lock; that its lock was made for it."""

_FLAGS: Final = "_lost_update"

_caller = sys._getframe
_pack_into = Struct("<6q8x").pack_into
"""A record whose third slot is `PRESENT`, which is 0: what is in it is the value of the cell."""

_simple: Any = vars(_SimpleCData)["value"]
_simple_set = _simple.__set__
_simple_get = _simple.__get__
_array_get: Any = ctypes.Array.__getitem__
_array_set: Any = ctypes.Array.__setitem__

Enter = Callable[[bool], Any]
"""Acquires a lock, and waits for it if it is told to. Whether it was acquired."""

Leave = Callable[[], Any]


# A piece of memory.


class Block:
    """A piece of shared memory, as this process knows it: its identity, its versions, the numbers of its cells."""

    def __init__(self, kind: Any, wrapper: Any, words: Any) -> None:
        self.kind = kind
        self.layout: Layout = layout_of(kind)
        self.bytes = wrapper.create_memoryview()
        self.versions = words[_HEAD:]
        self.id = words[1] & 0xFFFFFFFFFFFFFFFF
        self.key = f"memory:{self.id:x}"
        self.number = 0
        self.views: dict[tuple[Any, int], Any] = {}

    def declare(self, **more: Any) -> None:
        """Tell what its cells are. The process that has made it knows the most of it, and says it first."""
        if not self.number:
            layout = self.layout
            parts: dict[str, Any] = {"holds": layout.element.holds if layout.element else self._holds()}
            if layout.cells:
                parts["suffixes"] = [cell.suffix for cell in layout.cells]
            elif issubclass(self.kind, ctypes.Array):
                parts["suffixes"] = None
            self.number = target(self.key, "cell", count=layout.count, **parts, **more)

    def _holds(self) -> Any:
        return [cell.code.holds for cell in self.layout.cells]

    def initial(self) -> Any:
        """What its cells hold now: one value, where all hold the same."""
        cells = self.layout.cells
        if self.layout.element is not None:
            values = list(
                map(as_json, _values(self.layout.element, self.bits(0, self.layout.element, self.layout.count)))
            )
        else:
            values = [as_json(_values(cell.code, self.bits(cell.offset, cell.code, 1))[0]) for cell in cells]
        return values[0] if len(set(map(repr, values))) == 1 else values

    def bits(self, offset: int, code: Code, count: int) -> Any:
        """The bits of cells that lie one after the other."""
        return self.bytes[offset : offset + count * code.size].cast(code.bits)


def _values(code: Code, bits: Any) -> list[Any]:
    return bits.tolist() if code.decode is None else [code.decode(each) for each in bits]


_blocks: "Final[WeakKeyDictionary[Any, Block]]" = WeakKeyDictionary()


def block_of(root: Any) -> Block | None:
    """The piece of shared memory that this ctypes object was made in, if it is traced."""
    wrapper = root.__dict__.get("_wrapper")
    if not isinstance(wrapper, heap.BufferWrapper):
        return None
    block = _blocks.get(wrapper)
    if block is None:
        kind: Any = type(root)
        start = _behind(kind)
        memory = wrapper.create_memoryview()
        layout = layout_of(kind)
        size = start + _WORD * (_HEAD + layout.count)
        if not layout.count or len(memory) != size:
            return None
        words = memory[start:size].cast("q")
        if words[0] != MARK:
            return None
        block = _blocks[wrapper] = Block(kind, wrapper, words)
    return block


def _behind(kind: Any) -> int:
    return (ctypes.sizeof(kind) + _WORD - 1) // _WORD * _WORD


def _allocate(kind: Any, size: int) -> Any:
    """A ctypes object of that size in shared memory, with its versions behind it."""
    layout = None if disabled() else layout_of(kind)
    if layout is None or not layout.count:
        return sharedctypes.rebuild_ctype(kind, heap.BufferWrapper(size), None)
    start = _behind(kind)
    wrapper: Any = heap.BufferWrapper(start + _WORD * (_HEAD + layout.count))
    made = sharedctypes.rebuild_ctype(kind, wrapper, None)
    words = wrapper.create_memoryview()[start : start + _WORD * (_HEAD + layout.count)]
    words[:] = bytes(len(words))
    words = words.cast("q")
    words[0] = MARK
    words[1] = int.from_bytes(os.urandom(8), "little", signed=True)
    return made


# How it is made.


class _Making(local):
    """What this thread is in the middle of making, from the outside in: `Value`, and inside of it `RawValue`."""

    def __init__(self) -> None:
        self.depth = 0
        self.made: Any = None
        self.has_own_lock = False


_making: Final = _Making()


def _begin_raw(*_: Any) -> None:
    _making.depth += 1
    if _making.depth == 1:
        _making.made = None


def _end_raw(what: str, *_: Any) -> None:
    _making.depth -= 1
    if not _making.depth:
        _made(what, None)


def _begin_value(_: Any, __: Any, lock: Any, *___: Any) -> None:
    _making.depth += 1
    _making.made = None
    _making.has_own_lock = lock is True or lock is None


def _end_value(what: str, lock: Any) -> None:
    _making.depth -= 1
    _making.has_own_lock = False
    _made(what, lock)


def _made(what: str, lock: Any) -> None:
    made, _making.made = _making.made, None
    if made is None or disabled():
        return
    frame = sys._getframe(1)
    kind: Any = type(made)
    if not layout_of(kind).count and ctypes.sizeof(made):
        not_seen(f"{what} of {kind.__name__}", frame)
        return
    block = block_of(made)
    if block is not None:
        has_lock = lock is not None and lock is not False
        block.declare(what=what, made=site_of(frame), initial=block.initial(), has_lock=has_lock)
        if not has_lock:
            expose(made)


_noted: Final[set[tuple[str, int]]] = set()


def not_seen(what: str, frame: Any) -> None:
    """Say once for each place that something is shared there that we cannot see."""
    site = site_of(frame)
    if site and (what, site) not in _noted:
        _noted.add((what, site))
        declare("not_seen", what=what, site=site)


# One cell: the value of a Value, a field of a structure, the value of a RawValue.


class _Fields(dict[str, Any]):
    """What an access to a field needs, by the name of the field. None for what is no cell."""

    def __init__(self, block: Block, kind: Any, offset: int, enter: Enter, leave: Leave) -> None:
        self.block = block
        self.kind = kind
        self.offset = offset
        self.enter = enter
        self.leave = leave

    def __missing__(self, name: str) -> Any:
        if code_of(self.kind) is not None:
            kind, offset = self.kind, self.offset
        else:
            kind = {field[0]: field[1] for field in fields_of(self.kind)}.get(name)
            offset = self.offset + getattr(self.kind, name).offset if kind is not None else 0
        self[name] = made = self._cell(kind, offset)
        return made

    def _cell(self, kind: Any, offset: int) -> Any:
        code = code_of(kind) if kind is not None else None
        number = self.block.layout.number_at(offset) if code is not None else None
        if code is None or number is None:
            if kind is not None:
                _follow(kind)
            return None
        block = self.block
        block.declare()
        name = block.number + number
        return (
            self.enter,
            self.leave,
            block.bits(offset, code, 1),
            block.versions[number : number + 1],
            kind_of(Op.READ, name),
            kind_of(Op.WRITE, name),
            code,
            code.decode,
            code.lowest,
            code.highest,
        )


def _wait(stream: Any, enter: Enter) -> None:
    """For a lock that somebody else has. Meanwhile no step is being made: it may take long."""
    stream.marks[stream.next] = 0
    enter(True)
    stream.begin()


def _record(stream: Any, *record: int) -> None:
    """When a segment is full."""
    stream.next -= 1
    stream.add(*record)


def _make_property(name: str, plain: Any, whole: Callable[[Any], Any]) -> property:
    """As that property of a wrapper or of a ctypes object. `whole` gives the ctypes object that is accessed.

    This is the hot path: it costs about as much as the plain one, so what is hot is written out.
    """
    plain_get, plain_set = plain
    return property(_make_getter(name, plain_get, whole), _make_setter(name, plain_set, whole))


def _make_getter(name: str, plain_get: Any, whole: Callable[[Any], Any]) -> Any:
    def getvalue(self: Any) -> Any:
        try:
            parts = self._lost_update[name]
        except AttributeError:
            parts = _arm(self, whole)[name]
        if parts is None:
            return plain_get(self)
        enter, leave, bits_there, version_there, kind, _, _, decode, _, _ = parts
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            _wait(stream, enter)
        try:
            bits = bits_there[0]
            version = version_there[0]
            now = perf_counter_ns()
        finally:
            leave()
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            _pack_into(stream.memory, place << 6, kind, site, now, NOTHING, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            _record(stream, kind, site, now, NOTHING, bits, version, PRESENT)
        return bits if decode is None else decode(bits)

    return getvalue


def _make_setter(name: str, plain_set: Any, whole: Callable[[Any], Any]) -> Any:
    def setvalue(self: Any, value: Any) -> None:
        try:
            parts = self._lost_update[name]
        except AttributeError:
            parts = _arm(self, whole)[name]
        if parts is None:
            plain_set(self, value)
            return
        modified = perf_counter_ns()
        enter, leave, bits_there, version_there, _, kind, code, _, lowest, highest = parts
        if type(value) is int and lowest <= value <= highest:
            bits = value
        elif type(value) is float and code.encode is not None:
            bits = code.encode(value)
        else:
            scratch = code.type()
            _simple_set(scratch, value)
            bits = memoryview(scratch).cast("B").cast(code.bits)[0]
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            _wait(stream, enter)
        try:
            version_there[0] = version = version_there[0] + 1
            bits_there[0] = bits
            now = perf_counter_ns()
        finally:
            leave()
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            _pack_into(stream.memory, place << 6, kind, site, now, modified, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            _record(stream, kind, site, now, modified, bits, version, PRESENT)

    return setvalue


class _NoFields(dict[str, Any]):
    """For what is not traced: the plain access."""

    def __missing__(self, name: str) -> None:
        return None


_NO_FIELDS: Final = _NoFields()


def _arm(self: Any, whole: Callable[[Any], Any]) -> Any:
    """Find out what accesses to that object need, and remember it there."""
    try:
        found = _find(self, whole(self))
    except Exception:
        found = None
    if found is None:
        return _NO_FIELDS
    self._lost_update = found
    forget_at_fork(self, _forget)
    return found


def _forget(thing: Any) -> None:
    thing.__dict__.pop("_lost_update", None)


def _find(self: Any, obj: Any) -> Any:
    if _making.depth:
        return None
    root = obj
    while root._b_base_ is not None:
        root = root._b_base_
    block = block_of(root)
    if block is None:
        return None
    offset = ctypes.addressof(obj) - ctypes.addressof(root)
    if self is obj:
        # Without a lock of its own, an object can be reached by many others: what they need is found once.
        place = (type(obj), offset)
        found = block.views.get(place)
        if found is None:
            block.declare(has_lock=False)
            found = block.views[place] = _accesses(block, type(obj), offset, *stripe_of(block.id))
        return found
    block.declare(has_lock=True)
    return _accesses(block, type(obj), offset, *_pair_of(self._lock))


def _pair_of(lock: Any) -> tuple[Enter, Leave]:
    semaphore = getattr(lock, "_semlock", None)
    if semaphore is not None:
        return semaphore.acquire, semaphore.release

    def enter(block: bool) -> bool:
        # What the lock of the person's own takes as arguments is not known.
        if block:
            lock.acquire()
        return block

    return enter, lock.release


def _accesses(block: Block, kind: Any, offset: int, enter: Enter, leave: Leave) -> Any:
    if issubclass(kind, ctypes.Array):
        return _elements(block, kind, offset, enter, leave)
    return _Fields(block, kind, offset, enter, leave)


# Arrays: single elements, slices and whole strings.


def _elements(block: Block, kind: Any, offset: int, enter: Enter, leave: Leave) -> Any:
    code = code_of(kind._type_)
    number = block.layout.number_at(offset) if code is not None else None
    if code is None or number is None:
        _follow(kind._type_)
        return _NO_FIELDS
    size = kind._length_
    first = block.number + number
    return (
        enter,
        leave,
        block.bits(offset, code, size),
        block.versions[number : number + size],
        kind_of(Op.READ, first),
        kind_of(Op.WRITE, first),
        code,
        code.decode,
        code.lowest,
        code.highest,
        size,
    )


_NEXT_TARGET: Final = 1 << 8
"""From the kind of a step on an element to that on the next."""


def _make_items(plain: Any, whole: Callable[[Any], Any]) -> tuple[Any, Any]:
    """As `__getitem__` and `__setitem__` of a wrapper or of a ctypes array. What is hot is written out."""
    plain_get, plain_set = plain
    return _make_getitem(plain_get, whole), _make_setitem(plain_set, whole)


def _make_getitem(plain_get: Any, whole: Callable[[Any], Any]) -> Any:
    def __getitem__(self: Any, i: Any) -> Any:  # noqa: N807
        try:
            parts = self._lost_update
        except AttributeError:
            parts = _arm(self, whole)
        if not parts:
            return plain_get(self, i)
        enter, leave, bits_there, versions_there, kind, _, _, decode, _, _, size = parts
        if type(i) is not int or not 0 <= i < size:
            chosen = _chosen(i, size)
            obj = whole(self)
            if chosen is None:
                # It raises what the plain one raises.
                return _array_get(obj, i)
            return _read_many(parts, chosen, partial(_array_get, obj, i), _caller(1))
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            _wait(stream, enter)
        try:
            bits = bits_there[i]
            version = versions_there[i]
            now = perf_counter_ns()
        finally:
            leave()
        kind += i << 8
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            _pack_into(stream.memory, place << 6, kind, site, now, NOTHING, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            _record(stream, kind, site, now, NOTHING, bits, version, PRESENT)
        return bits if decode is None else decode(bits)

    return __getitem__


def _make_setitem(plain_set: Any, whole: Callable[[Any], Any]) -> Any:
    def __setitem__(self: Any, i: Any, value: Any) -> None:  # noqa: N807
        try:
            parts = self._lost_update
        except AttributeError:
            parts = _arm(self, whole)
        if not parts:
            plain_set(self, i, value)
            return
        modified = perf_counter_ns()
        enter, leave, bits_there, versions_there, _, kind, _, _, lowest, highest, size = parts
        if type(i) is not int or not 0 <= i < size or type(value) is not int or not lowest <= value <= highest:
            scratch = type(whole(self))()
            # It raises what the plain one raises.
            _array_set(scratch, i, value)
            _write_many(parts, _chosen(i, size), scratch, modified, _caller(1))
            return
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            _wait(stream, enter)
        try:
            versions_there[i] = version = versions_there[i] + 1
            bits_there[i] = value
            now = perf_counter_ns()
        finally:
            leave()
        kind += i << 8
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            _pack_into(stream.memory, place << 6, kind, site, now, modified, value, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            _record(stream, kind, site, now, modified, value, version, PRESENT)

    return __setitem__


def _chosen(i: Any, size: int) -> slice | None:
    """What an index or a slice chooses, or None where it is out of range or no index."""
    if type(i) is slice:
        return i
    try:
        index = operator.index(i)
    except TypeError:
        return None
    index += size if index < 0 else 0
    return slice(index, index + 1) if 0 <= index < size else None


def _read_many(parts: Any, chosen: slice, read: Callable[[], Any], frame: Any) -> Any:
    """Several cells at one moment: a step for each. `read` gives what the script gets."""
    enter, leave, bits_there, versions_there, kind, _, _, _, _, _, size = parts
    numbers = range(*chosen.indices(size))
    stream = here()
    site = site_of(frame)
    enter(True)
    try:
        result = read()
        if numbers:
            stream.begin()
            bits = bits_there[chosen].tolist()
            versions = versions_there[chosen].tolist()
        now = perf_counter_ns()
    finally:
        leave()
    if numbers:
        stream.add_many(_kinds(kind, numbers), site, now, NOTHING, bits, versions)
    return result


def _write_many(parts: Any, chosen: Any, scratch: Any, modified: int, frame: Any) -> None:
    """Several cells at one moment: what a scratch object of the same type holds there."""
    enter, leave, bits_there, versions_there, _, kind, code, _, _, _, size = parts
    numbers = range(*chosen.indices(size))
    new = memoryview(scratch).cast("B").cast(code.bits)[chosen]
    bits = new.tolist()
    stream = here()
    site = site_of(frame)
    if not numbers:
        return
    enter(True)
    try:
        stream.begin()
        versions = [version + 1 for version in versions_there[chosen].tolist()]
        versions_there[chosen] = memoryview(array("q", versions))
        bits_there[chosen] = new
        now = perf_counter_ns()
    finally:
        leave()
    stream.add_many(_kinds(kind, numbers), site, now, modified, bits, versions)


def _kinds(kind: int, numbers: range) -> Iterable[int]:
    return (kind + (number << 8) for number in numbers)


def _make_string(name: str, plain: Any, whole: Callable[[Any], Any]) -> property:
    """As `value` or `raw` of an array of characters: it reads up to the first that is zero, or all."""
    plain_get, plain_set = plain

    def getvalue(self: Any) -> Any:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = _arm(self, whole)
        if not parts:
            return plain_get(self)
        obj = whole(self)
        descriptor = _string_of(type(obj), name)
        return _read_many(parts, slice(0, parts[-1]), partial(descriptor.__get__, obj), _caller(1))

    def setvalue(self: Any, value: Any) -> None:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = _arm(self, whole)
        if not parts:
            plain_set(self, value)
            return
        modified = perf_counter_ns()
        kind = type(whole(self))
        scratch = kind()
        # What is not written keeps a byte that the new string has not: so one sees how far it was written.
        written = 0
        for filler in (b"\x01", b"\x02"):
            ctypes.memset(scratch, filler[0], ctypes.sizeof(scratch))
            _string_of(kind, name).__set__(scratch, value)
            last = bytes(scratch).rstrip(filler)
            written = max(written, len(last))
        code = parts[6]
        count = -(-written // code.size)
        _write_many(parts, slice(0, count), scratch, modified, _caller(1))

    return property(getvalue, setvalue)


_strings: Final[dict[Any, dict[str, Any]]] = {}


def _string_of(kind: Any, name: str) -> Any:
    """The plain descriptor of an array type, which may have been replaced since."""
    found = _strings.setdefault(kind, {})
    if name not in found:
        found[name] = vars(kind)[name]
    return found[name]


# Memory without a lock of its own: ours, and the classes through which it is accessed.


class _Stripes:
    """The locks of ours that memory without one shares. They are the tracer's, and found by name."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Enter, Leave]] | None = None

    def pair(self, number: int) -> tuple[Enter, Leave]:
        """How to enter and how to leave. Where there is no such lock, nothing happens."""
        if self.pairs is None:
            self.pairs = [_pair(name) for name in lock_names(PROCESS.directory)]
        return self.pairs[number % len(self.pairs)]


def _pair(name: str) -> tuple[Enter, Leave]:
    try:
        semaphore = import_module("_multiprocessing").SemLock._rebuild(0, 1, 1, name)
    except OSError:
        return _always, _nothing
    release = semaphore.release

    def leave() -> None:
        # Who had to wait for too long has not got it, and gives it back for whoever has died with it.
        with suppress(ValueError):
            release()

    def enter(block: bool) -> bool:
        return bool(semaphore.acquire(block, PATIENCE))

    return enter, leave


def _always(_: bool) -> bool:
    return True


def _nothing() -> None:
    pass


_stripes: Final = _Stripes()


def stripe_of(number: int) -> tuple[Enter, Leave]:
    """The lock that stands in for that of the memory with this id."""
    return _stripes.pair(number)


_exposed: Final[set[Any]] = set()


def expose(obj: Any) -> None:
    """Follow accesses to a ctypes object itself, from now on, in whatever process it gets to."""
    wrapper = getattr(obj, "_wrapper", None)
    if wrapper is not None and not getattr(wrapper, _FLAGS, 0) & RAW:
        setattr(wrapper, _FLAGS, getattr(wrapper, _FLAGS, 0) | RAW)
    _follow(type(obj))


def _itself(obj: Any) -> Any:
    return obj


_plain_value: Final = vars(sharedctypes.Synchronized)["value"]
_plain_items: Final = sharedctypes.SynchronizedArray.__getitem__, sharedctypes.SynchronizedArray.__setitem__


def _looks_shared(made: property) -> property:
    # The plain one has no frame at all. Ours looks as that of a `Value` does, where something is wrong with the value.
    return _disguised(made, _plain_value, "value")


def _follow(kind: Any) -> None:
    """Change a class of ctypes in place: what it does with objects that are not shared is what it did."""
    if kind in _exposed:
        return
    _exposed.add(kind)
    if code_of(kind) is not None:
        kind.value = _looks_shared(_make_property("value", (_simple_get, _simple_set), _itself))
    elif issubclass(kind, ctypes.Array):
        get, put = _make_items((_array_get, _array_set), _itself)
        kind.__getitem__ = disguise(get, _plain_items[0], "BINARY_")
        kind.__setitem__ = disguise(put, _plain_items[1], "STORE_SUBSCR")
        for name in ("value", "raw"):
            if name in vars(kind):
                plain = _string_of(kind, name)
                setattr(kind, name, _looks_shared(_make_string(name, (plain.__get__, plain.__set__), _itself)))
        _follow(kind._type_)
    elif issubclass(kind, ctypes.Structure):
        for name, inner, *_ in fields_of(kind):
            owner = next(base for base in kind.__mro__ if name in vars(base))
            field = vars(owner)[name]
            if not isinstance(field, _Field):
                setattr(owner, name, _Field(name, inner, field))
            _follow(inner)


class _Field:
    """A field of a structure, traced where the structure is shared; the field itself to who asks the class for it."""

    def __init__(self, name: str, kind: Any, plain: Any) -> None:
        self.plain = plain
        self.is_cell = code_of(kind) is not None
        plain_pair = (lambda obj: plain.__get__(obj, type(obj))), plain.__set__
        made = _looks_shared(_make_property(name, plain_pair, _itself))
        self.get: Any = made.fget
        self.set: Any = made.fset

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return self.plain
        return self.get(obj) if self.is_cell else self.plain.__get__(obj, owner)

    def __set__(self, obj: Any, value: Any) -> None:
        if self.is_cell:
            self.set(obj, value)
        else:
            self.plain.__set__(obj, value)


# What is changed in `multiprocessing.sharedctypes`.


def _of_wrapper(wrapper: Any) -> Any:
    return wrapper._obj


def _after_wrapping(_: Any, whole: Any, obj: Any, lock: Any, *__: Any) -> None:
    wrapper = getattr(obj, "_wrapper", None)
    if wrapper is None:
        return
    flags = getattr(wrapper, _FLAGS, 0)
    if _making.has_own_lock:
        flags |= OWN_LOCK
        setattr(wrapper, _FLAGS, flags)
    if flags & OWN_LOCK and lock is not None:
        block = block_of(obj)
        if block is not None:
            guard(lock, block.key)
            whole.acquire, whole.release = lock.acquire, lock.release


def _after_get_obj(_: Any, wrapper: Any) -> None:
    obj = wrapper._obj
    if not disabled() and block_of(obj) is not None:
        expose(obj)
        if "numpy" in sys.modules and isinstance(obj, ctypes.Array):
            not_seen("numpy on shared memory", sys._getframe(2))


def _patch_wrappers() -> None:
    shared = sharedctypes
    made = _make_property("value", _quiet_field("value"), _of_wrapper)
    shared.Synchronized.value = _looks_shared(made)
    for name in ("value", "raw"):
        plain = vars(shared.SynchronizedString)[name]
        made = _make_string(name, _quiet_field(name), _of_wrapper)
        setattr(shared.SynchronizedString, name, _disguised(made, plain, name))
    items = shared.SynchronizedArray
    get, put = _make_items(_QUIET_ITEMS, _of_wrapper)
    items.__getitem__ = disguise(get, _plain_items[0], "BINARY_")
    items.__setitem__ = disguise(put, _plain_items[1], "STORE_SUBSCR")
    _patch_structures(shared)


def _quietly(act: Callable[..., Any]) -> Callable[..., Any]:
    """For what is no cell: the access to the ctypes object under the wrapper's lock, which is then no step either."""

    def quiet(wrapper: Any, *arguments: Any) -> Any:
        enter, leave = _pair_of(wrapper._lock)
        enter(True)
        try:
            return act(wrapper._obj, *arguments)
        finally:
            leave()

    return quiet


def _quiet_field(name: str) -> tuple[Any, Any]:
    return _quietly(lambda obj: getattr(obj, name)), _quietly(lambda obj, value: setattr(obj, name, value))


_QUIET_ITEMS: Final = _quietly(operator.getitem), _quietly(operator.setitem)


def _disguised(made: property, plain: Any, name: str) -> property:
    disguise(made.fget, plain.fget, "LOAD_ATTR", name)
    disguise(made.fset, plain.fset, "STORE_ATTR", name)
    return made


def _patch_structures(shared: Any) -> None:
    plain_make = shared.make_property

    def make_property(name: str) -> Any:
        plain = plain_make(name)
        return _disguised(_make_property(name, _quiet_field(name), _of_wrapper), plain, name)

    make_property.__module__ = shared.__name__
    make_property.__qualname__ = "make_property"
    shared.make_property = make_property


def _patch_making() -> None:
    shared = sharedctypes
    plain_new = shared._new_value
    plain_rebuild = shared.rebuild_ctype

    def _new_value(type_: Any) -> Any:
        size = ctypes.sizeof(type_)
        made = _allocate(type_, size)
        _making.made = made
        return made

    def rebuild_ctype(type_: Any, wrapper: Any, length: Any) -> Any:
        obj = plain_rebuild(type_, wrapper, length)
        if getattr(wrapper, _FLAGS, 0) & RAW and not disabled():
            _follow(type(obj))
        return obj

    rebuild_ctype.__module__, rebuild_ctype.__qualname__ = plain_rebuild.__module__, plain_rebuild.__qualname__
    shared.rebuild_ctype = rebuild_ctype
    shared._new_value = disguise(_new_value, plain_new, "CALL")
    instrument(shared, "RawValue", _begin_raw, lambda _, *__: _end_raw("RawValue"))
    instrument(shared, "RawArray", _begin_raw, lambda _, *__: _end_raw("RawArray"))
    instrument(shared, "copy", _begin_raw, lambda _, *__: _end_raw("copy"))
    instrument(shared, "Value", _before_value, lambda lock, *_: _end_value("Value", lock))
    instrument(shared, "Array", _before_value, lambda lock, *_: _end_value("Array", lock))
    instrument(shared.SynchronizedBase, "__init__", after=_after_wrapping)
    instrument(shared.SynchronizedBase, "get_obj", after=_after_get_obj)


def _before_value(*arguments: Any) -> Any:
    # By name: the type, the arguments or the size, the lock, the context.
    lock = arguments[-2]
    _begin_value(None, None, lock)
    return lock if lock is not None else True


def _patch_others() -> None:
    """What is shared where we cannot see it: said, and left as it is."""
    import mmap
    from multiprocessing import shared_memory

    def before_attaching(*_: Any) -> None:
        frame = sys._getframe(3)
        if not disabled() and not is_internal(frame):
            not_seen("SharedMemory", frame)

    instrument(shared_memory.SharedMemory, "__init__", before_attaching)
    plain = mmap.mmap

    class Mapped(plain):  # type: ignore[misc, valid-type]
        __slots__ = ()

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            frame = _caller(1)
            if not disabled() and not is_internal(frame):
                not_seen("mmap", frame)
            return plain.__new__(cls, *arguments, **named)

        def __repr__(self) -> str:
            return "<mmap.mmap " + plain.__repr__(self).partition(" ")[2]

    Mapped.__name__ = Mapped.__qualname__ = "mmap"
    Mapped.__module__ = "mmap"
    Mapped.__doc__ = plain.__doc__
    mmap.mmap = Mapped  # type: ignore[misc]


def _begin_in_child() -> None:
    for block in _blocks.values():
        block.number = 0
        block.views.clear()
    _noted.clear()
    _making.__dict__.update(depth=0, made=None, has_own_lock=False)


def install() -> None:
    """Trace the memory that this process shares."""
    _patch_wrappers()
    _patch_making()
    _patch_others()
    in_child(_begin_in_child)
