"""Arrays: single elements, slices and whole strings."""

import ctypes
import operator
from array import array
from collections.abc import Callable, Iterable
from functools import partial
from struct import error as struct_error
from sys import _getframe as _caller
from time import perf_counter_ns
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT
from lost_update.tracing.script.memory.arming import accessors, arm, pack_into, record, wait
from lost_update.tracing.script.sites import enter as _enter_code
from lost_update.tracing.script.stream import LOCAL, PENDING, PUBLISHED, here, site_of

PLAIN_ITEMS: Final[tuple[Any, Any]] = ctypes.Array.__getitem__, ctypes.Array.__setitem__
"""How items of a ctypes array are read and set."""

_get, _set = PLAIN_ITEMS


def make_items(plain: Any, whole: Callable[[Any], Any]) -> tuple[Any, Any]:
    """As `__getitem__` and `__setitem__` of a wrapper or of a ctypes array. What is hot is written out."""
    plain_get, plain_set = plain
    return accessors(_make_getitem(plain_get, whole), _make_setitem(plain_set, whole), None, whole)


def _make_getitem(plain_get: Any, whole: Callable[[Any], Any]) -> Any:
    def __getitem__(self: Any, i: Any) -> Any:  # noqa: N807
        try:
            parts = self._lost_update
        except AttributeError:
            parts = arm(self, whole)
        if not parts:
            return plain_get(self, i)
        enter, leave, bits_there, versions_there, kind, _, _, decode, _, _, size = parts
        if type(i) is not int or not 0 <= i < size:
            chosen = _chosen(i, size)
            obj = whole(self)
            if chosen is None:
                # It raises what the plain one raises.
                return _get(obj, i)
            return _read_many(parts, chosen, partial(_get, obj, i), _caller(1))
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            wait(stream, enter)
        try:
            bits = bits_there[i]
            version = versions_there[i]
            now = perf_counter_ns()
        finally:
            leave()
        kind += i << 8
        place = stream.next
        stream.next = place + 1
        try:
            pack_into(stream.memory, place << 6, kind, site, now, NOTHING, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            record(stream, kind, site, now, NOTHING, bits, version, PRESENT)
        return bits if decode is None else decode(bits)

    return __getitem__


def _make_setitem(plain_set: Any, whole: Callable[[Any], Any]) -> Any:
    def __setitem__(self: Any, i: Any, value: Any) -> None:  # noqa: N807
        try:
            parts = self._lost_update
        except AttributeError:
            parts = arm(self, whole)
        if not parts:
            plain_set(self, i, value)
            return
        modified = perf_counter_ns()
        enter, leave, bits_there, versions_there, _, kind, _, _, lowest, highest, size = parts
        if type(i) is not int or not 0 <= i < size or type(value) is not int or not lowest <= value <= highest:
            scratch = type(whole(self))()
            # It raises what the plain one raises.
            _set(scratch, i, value)
            _write_many(parts, _chosen(i, size), scratch, modified, _caller(1))
            return
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            wait(stream, enter)
        try:
            versions_there[i] = version = versions_there[i] + 1
            bits_there[i] = value
            now = perf_counter_ns()
        finally:
            leave()
        kind += i << 8
        frame = _caller(1)
        if frame.f_code is not stream.code:
            _enter_code(stream, frame.f_code)
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            pack_into(stream.memory, place << 6, kind, site, now, modified, value, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            record(stream, kind, site, now, modified, value, version, PRESENT)

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


def make_string(name: str, plain: Any, whole: Callable[[Any], Any]) -> property:
    """As `value` or `raw` of an array of characters: it reads up to the first that is zero, or all."""
    plain_get, plain_set = plain

    def getvalue(self: Any) -> Any:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = arm(self, whole)
        if not parts:
            return plain_get(self)
        obj = whole(self)
        descriptor = string_of(type(obj), name)
        return _read_many(parts, slice(0, parts[-1]), partial(descriptor.__get__, obj), _caller(1))

    def setvalue(self: Any, value: Any) -> None:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = arm(self, whole)
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
            string_of(kind, name).__set__(scratch, value)
            last = bytes(scratch).rstrip(filler)
            written = max(written, len(last))
        code = parts[6]
        count = -(-written // code.size)
        _write_many(parts, slice(0, count), scratch, modified, _caller(1))

    return property(*accessors(getvalue, setvalue, None, whole))


_strings: Final[dict[Any, dict[str, Any]]] = {}


def string_of(kind: Any, name: str) -> Any:
    """The plain descriptor of an array type, which may have been replaced since."""
    found = _strings.setdefault(kind, {})
    if name not in found:
        found[name] = vars(kind)[name]
    return found[name]
