"""What has a lock of its own: the wrappers of `multiprocessing.sharedctypes`."""

import ctypes
import operator
import sys
from collections.abc import Callable
from typing import Any, Final

from lost_update.tracing.script.locks import guard
from lost_update.tracing.script.memory import cells
from lost_update.tracing.script.memory.arrays import make_items, make_string
from lost_update.tracing.script.memory.blocks import MAKING, OWN_LOCK, block_of, flag, flags_of, sharedctypes
from lost_update.tracing.script.memory.exposing import expose, follow_parts
from lost_update.tracing.script.memory.looks import looks_as, looks_as_items, looks_shared
from lost_update.tracing.script.memory.stripes import pair_of
from lost_update.tracing.script.not_seen import not_seen
from lost_update.tracing.script.patching import instrument
from lost_update.tracing.script.stream import disabled


def _of_wrapper(wrapper: Any) -> Any:
    return wrapper._obj


def _after_wrapping(_: Any, whole: Any, obj: Any, lock: Any, *__: Any) -> None:
    wrapper = getattr(obj, "_wrapper", None)
    if wrapper is None:
        return
    if MAKING.has_own_lock:
        flag(wrapper, OWN_LOCK)
    block = None if disabled() else block_of(obj)
    if block is None:
        return
    follow_parts(block.kind)
    if flags_of(wrapper) & OWN_LOCK and lock is not None:
        guard(lock, block.key)
        whole.acquire, whole.release = lock.acquire, lock.release


def _after_get_obj(_: Any, wrapper: Any) -> None:
    obj = wrapper._obj
    if not disabled() and block_of(obj) is not None:
        expose(obj)
        if "numpy" in sys.modules and isinstance(obj, ctypes.Array):
            not_seen("numpy on shared memory", sys._getframe(2))


def _quietly(act: Callable[..., Any]) -> Callable[..., Any]:
    """For what is no cell: the access to the ctypes object under the wrapper's lock, which is then no step either."""

    def quiet(wrapper: Any, *arguments: Any) -> Any:
        enter, leave = pair_of(wrapper._lock)
        enter(True)
        try:
            return act(wrapper._obj, *arguments)
        finally:
            leave()

    return quiet


def _quiet_field(name: str) -> tuple[Any, Any]:
    return _quietly(lambda obj: getattr(obj, name)), _quietly(lambda obj, value: setattr(obj, name, value))


_QUIET_ITEMS: Final = _quietly(operator.getitem), _quietly(operator.setitem)


def _patch_structures(shared: Any) -> None:
    plain_make = shared.make_property

    def make_property(name: str) -> Any:
        plain = plain_make(name)
        return looks_as(cells.make_property(name, _quiet_field(name), _of_wrapper), plain, name)

    make_property.__module__ = shared.__name__
    make_property.__qualname__ = "make_property"
    shared.make_property = make_property


def install() -> None:
    """Trace what is accessed through a wrapper."""
    shared = sharedctypes
    made = cells.make_property("value", _quiet_field("value"), _of_wrapper)
    shared.Synchronized.value = looks_shared(made)
    for name in ("value", "raw"):
        plain = vars(shared.SynchronizedString)[name]
        made = make_string(name, _quiet_field(name), _of_wrapper)
        setattr(shared.SynchronizedString, name, looks_as(made, plain, name))
    items = shared.SynchronizedArray
    items.__getitem__, items.__setitem__ = looks_as_items(*make_items(_QUIET_ITEMS, _of_wrapper))
    _patch_structures(shared)
    instrument(shared.SynchronizedBase, "__init__", after=_after_wrapping)
    instrument(shared.SynchronizedBase, "get_obj", after=_after_get_obj)
