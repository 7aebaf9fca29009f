"""How shared memory is made: `Value`, `Array`, `RawValue`, `RawArray`, and copies."""

import ctypes
import sys
from typing import Any

from lost_update.tracing.script.layout import layout_of
from lost_update.tracing.script.memory.blocks import MAKING, RAW, allocate, block_of, flags_of, sharedctypes
from lost_update.tracing.script.memory.exposing import expose, follow
from lost_update.tracing.script.not_seen import not_seen
from lost_update.tracing.script.patching import disguise, instrument
from lost_update.tracing.script.stream import disabled, site_of


def _begin_raw(*_: Any) -> None:
    MAKING.depth += 1
    if MAKING.depth == 1:
        MAKING.made = None


def _end_raw(what: str, *_: Any) -> None:
    MAKING.depth -= 1
    if not MAKING.depth:
        _made(what, None)


def _begin_value(*arguments: Any) -> Any:
    # By name: the type, the arguments or the size, the lock, the context.
    lock = arguments[-2]
    MAKING.depth += 1
    MAKING.made = None
    MAKING.has_own_lock = lock is True or lock is None
    return lock if lock is not None else True


def _end_value(what: str, lock: Any) -> None:
    MAKING.depth -= 1
    MAKING.has_own_lock = False
    _made(what, lock)


def _made(what: str, lock: Any) -> None:
    made, MAKING.made = MAKING.made, None
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


def install() -> None:
    """Trace what is made from now on."""
    shared = sharedctypes
    plain_new = shared._new_value
    plain_rebuild = shared.rebuild_ctype

    def _new_value(type_: Any) -> Any:
        size = ctypes.sizeof(type_)
        made = allocate(type_, size)
        MAKING.made = made
        return made

    def rebuild_ctype(type_: Any, wrapper: Any, length: Any) -> Any:
        obj = plain_rebuild(type_, wrapper, length)
        if flags_of(wrapper) & RAW and not disabled():
            follow(type(obj))
        return obj

    rebuild_ctype.__module__, rebuild_ctype.__qualname__ = plain_rebuild.__module__, plain_rebuild.__qualname__
    shared.rebuild_ctype = rebuild_ctype
    shared._new_value = disguise(_new_value, plain_new, "CALL")
    instrument(shared, "RawValue", _begin_raw, lambda _, *__: _end_raw("RawValue"))
    instrument(shared, "RawArray", _begin_raw, lambda _, *__: _end_raw("RawArray"))
    instrument(shared, "copy", _begin_raw, lambda _, *__: _end_raw("copy"))
    instrument(shared, "Value", _begin_value, lambda lock, *_: _end_value("Value", lock))
    instrument(shared, "Array", _begin_value, lambda lock, *_: _end_value("Array", lock))
