"""What an access to a cell needs, found out once for each object that is accessed, and remembered there."""

import ctypes
from collections.abc import Callable
from struct import Struct
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.model.steps import kind_of
from lost_update.tracing.script.layout import Code, code_of, fields_of
from lost_update.tracing.script.memory.blocks import MAKING, Block, block_of, root_of
from lost_update.tracing.script.memory.stripes import Enter, Leave, pair_of, stripe_of
from lost_update.tracing.script.stream import forget_at_fork

pack_into = Struct("<6q8x").pack_into
"""A record whose third slot is `PRESENT`, which is 0: what is in it is the value of the cell."""


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
            return None
        block = self.block
        block.declare()
        return _access(block, code, number, offset, 1, self.enter, self.leave)


def _elements(block: Block, kind: Any, offset: int, enter: Enter, leave: Leave) -> Any:
    code = code_of(kind._type_)
    number = block.layout.number_at(offset) if code is not None else None
    if code is None or number is None:
        return _NO_FIELDS
    return *_access(block, code, number, offset, kind._length_, enter, leave), kind._length_


def _access(
    block: Block, code: Code, number: int, offset: int, size: int, enter: Enter, leave: Leave
) -> tuple[Any, ...]:
    """What an access to any of so many cells needs, of which the first has that number in its block."""
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
    )


class _NoFields(dict[str, Any]):
    """For what is not traced: the plain access."""

    def __missing__(self, name: str) -> None:
        return None


_NO_FIELDS: Final = _NoFields()


def arm(self: Any, whole: Callable[[Any], Any]) -> Any:
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
    if MAKING.depth:
        return None
    root = root_of(obj)
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
    return _accesses(block, type(obj), offset, *pair_of(self._lock))


def _accesses(block: Block, kind: Any, offset: int, enter: Enter, leave: Leave) -> Any:
    if issubclass(kind, ctypes.Array):
        return _elements(block, kind, offset, enter, leave)
    return _Fields(block, kind, offset, enter, leave)


def wait(stream: Any, enter: Enter) -> None:
    """For a lock that somebody else has. Meanwhile no step is being made: it may take long."""
    stream.marks[stream.next] = 0
    enter(True)
    stream.begin()


def record(stream: Any, *record: int) -> None:
    """When a segment is full."""
    stream.next -= 1
    stream.add(*record)


class _Steering:
    """What is put around the accessors that are made, where the process is to be held (see `gates.cells`)."""

    around: Callable[[Any, Any, str | None, Any], tuple[Any, Any]] | None = None


STEERING: Final = _Steering()


def accessors(get: Any, put: Any, name: str | None, whole: Any) -> tuple[Any, Any]:
    """These two as they are to be used."""
    return (get, put) if STEERING.around is None else STEERING.around(get, put, name, whole)
