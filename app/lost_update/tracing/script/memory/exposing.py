"""Memory without a lock of its own: the classes of `ctypes` through which it is accessed, changed in place."""

import ctypes
from typing import Any, Final

from lost_update.tracing.script.layout import code_of, fields_of
from lost_update.tracing.script.memory.arrays import PLAIN_ITEMS, make_items, make_string, string_of
from lost_update.tracing.script.memory.blocks import RAW, flag
from lost_update.tracing.script.memory.cells import PLAIN_VALUE, make_property
from lost_update.tracing.script.memory.looks import looks_as_items, looks_shared

_exposed: Final[set[Any]] = set()


def expose(obj: Any) -> None:
    """Follow accesses to a ctypes object itself, from now on, in whatever process it gets to."""
    wrapper = getattr(obj, "_wrapper", None)
    if wrapper is not None:
        flag(wrapper, RAW)
    follow(type(obj))


def _itself(obj: Any) -> Any:
    return obj


def follow(kind: Any) -> None:
    """Change a class of ctypes in place: what it does with objects that are not shared is what it did."""
    if kind in _exposed:
        return
    _exposed.add(kind)
    if code_of(kind) is not None:
        kind.value = looks_shared(make_property("value", PLAIN_VALUE, _itself))
    elif issubclass(kind, ctypes.Array):
        get, put = make_items(PLAIN_ITEMS, _itself)
        kind.__getitem__, kind.__setitem__ = looks_as_items(get, put)
        for name in ("value", "raw"):
            if name in vars(kind):
                plain = string_of(kind, name)
                setattr(kind, name, looks_shared(make_string(name, (plain.__get__, plain.__set__), _itself)))
        follow(kind._type_)
    elif issubclass(kind, ctypes.Structure):
        for name, inner, *_ in fields_of(kind):
            owner = next(base for base in kind.__mro__ if name in vars(base))
            field = vars(owner)[name]
            if not isinstance(field, _Field):
                setattr(owner, name, _Field(name, inner, field))
            follow(inner)


def follow_parts(kind: Any) -> None:
    """Follow accesses to the parts of an object that has a lock: `whole.part` gives such a part without it."""
    parts = [kind._type_] if issubclass(kind, ctypes.Array) else [inner for _, inner, *_ in fields_of(kind)]
    for part in parts:
        if code_of(part) is None:
            follow(part)


class _Field:
    """A field of a structure, traced where the structure is shared; the field itself to who asks the class for it."""

    def __init__(self, name: str, kind: Any, plain: Any) -> None:
        self.plain = plain
        self.is_cell = code_of(kind) is not None
        plain_pair = (lambda obj: plain.__get__(obj, type(obj))), plain.__set__
        made = looks_shared(make_property(name, plain_pair, _itself))
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
