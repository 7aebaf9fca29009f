"""One cell: the value of a Value, a field of a structure, the value of a RawValue."""

from _ctypes import _SimpleCData
from collections.abc import Callable
from struct import error as struct_error
from sys import _getframe as _caller
from time import perf_counter_ns
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT
from lost_update.tracing.script.memory.arming import accessors, arm, pack_into, record, wait
from lost_update.tracing.script.sites import enter as _enter_code
from lost_update.tracing.script.stream import LOCAL, PENDING, PUBLISHED, here, site_of

_simple: Any = vars(_SimpleCData)["value"]
PLAIN_VALUE: Final[tuple[Any, Any]] = _simple.__get__, _simple.__set__
"""How the value of a simple ctypes object is read and set."""

_simple_set = PLAIN_VALUE[1]


def make_property(name: str, plain: Any, whole: Callable[[Any], Any]) -> property:
    """As that property of a wrapper or of a ctypes object. `whole` gives the ctypes object that is accessed.

    This is the hot path: it costs about as much as the plain one, so what is hot is written out. What can be is done
    before a read or after a write: whatever lies between the two makes it likelier that another writes there.
    """
    plain_get, plain_set = plain
    get, put = _make_getter(name, plain_get, whole), _make_setter(name, plain_set, whole)
    return property(*accessors(get, put, name, whole))


def _make_getter(name: str, plain_get: Any, whole: Callable[[Any], Any]) -> Any:
    def getvalue(self: Any) -> Any:
        try:
            parts = self._lost_update[name]
        except AttributeError:
            parts = arm(self, whole)[name]
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
            bits = bits_there[0]
            version = version_there[0]
            now = perf_counter_ns()
        finally:
            leave()
        place = stream.next
        stream.next = place + 1
        try:
            pack_into(stream.memory, place << 6, kind, site, now, NOTHING, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            record(stream, kind, site, now, NOTHING, bits, version, PRESENT)
        return bits if decode is None else decode(bits)

    return getvalue


def _make_setter(name: str, plain_set: Any, whole: Callable[[Any], Any]) -> Any:
    def setvalue(self: Any, value: Any) -> None:
        try:
            parts = self._lost_update[name]
        except AttributeError:
            parts = arm(self, whole)[name]
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
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        if not enter(False):
            wait(stream, enter)
        try:
            version_there[0] = version = version_there[0] + 1
            bits_there[0] = bits
            now = perf_counter_ns()
        finally:
            leave()
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
            pack_into(stream.memory, place << 6, kind, site, now, modified, bits, version)
            stream.marks[place] = PUBLISHED
        except struct_error:
            record(stream, kind, site, now, modified, bits, version, PRESENT)

    return setvalue
