"""`ShareableList`: each read and write of an item becomes a step.

Its memory has a layout that everybody who attaches to it reads, with no room for anything of ours. So the versions lie
in a file beside the streams, under the name of the list's memory:

    D/list-NAME:  │ an id │ version 0 │ version 1 │ …

The list has no lock. It gets one of ours around each single access.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from time import perf_counter_ns
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import kind_of
from lost_update.tracing.script.memory.stripes import Enter, Leave, stripe_of
from lost_update.tracing.script.patching import instrument
from lost_update.tracing.script.stream import (
    PROCESS,
    as_json,
    disabled,
    forget_at_fork,
    here,
    make_room,
    map_file,
    site_of,
    target,
    text,
)

_WORD: Final = 8
_FITS: Final = 1 << 63


class _Items:
    """The items of one list, as this process knows them."""

    def __init__(self, name: str, count: int, is_new: bool) -> None:
        path = f"{PROCESS.directory}/list-{name.lstrip('/')}"
        if is_new:
            # Whoever still has the memory that had this name before keeps its versions.
            with suppress(FileNotFoundError):
                os.unlink(path)
        memory = map_file(path, _WORD * (1 + count), 0)
        make_room(memory, 0, len(memory))
        words = memoryview(memory).cast("B").cast("q")
        if not words[0]:
            words[0] = int.from_bytes(os.urandom(8), "little", signed=True) | 1
        self.versions = words[1:]
        self.count = count
        self.key = f"list:{words[0] & 0xFFFFFFFFFFFFFFFF:x}"
        self.enter: Enter
        self.leave: Leave
        self.enter, self.leave = stripe_of(words[0])
        self.number = 0

    def declare(self, **more: Any) -> int:
        """The number of the first item."""
        if not self.number:
            self.number = target(
                self.key, "cell", count=self.count, holds="any", has_lock=False, what="ShareableList", **more
            )
        return self.number

    def forget(self) -> None:
        """In a forked child."""
        self.number = 0


def _items_of(shareable: Any) -> _Items | None:
    items: _Items | None = shareable.__dict__.get("_lost_update")
    if items is None and not disabled() and "_list_len" in shareable.__dict__ and shareable._list_len:
        items = _remember(shareable, _Items(shareable.shm.name, shareable._list_len, False))
    return items


def _remember(shareable: Any, items: _Items) -> _Items:
    shareable._lost_update = items
    forget_at_fork(items, _Items.forget)
    return items


def _begin_making(_: Any, sequence: Any, *__: Any) -> Any:
    return sequence is not None, sys.exc_info()[1]


def _end_making(given: Any, shareable: Any, *_: Any) -> None:
    is_new, error = given
    if not is_new or disabled() or sys.exc_info()[1] is not error or not shareable._list_len:
        return
    items = _remember(shareable, _Items(shareable.shm.name, shareable._list_len, True))
    items.declare(made=site_of(sys._getframe(2)), initial=[as_json(each) for each in _plain(shareable)])


def _plain(shareable: Any) -> list[Any]:
    return [_plain_get(shareable, position) for position in range(shareable._list_len)]


def _plain_get(shareable: Any, position: int) -> Any:
    raise NotImplementedError  # `install` puts the plain function here.


def _begin(shareable: Any, position: Any, *_: Any) -> Any:
    """Enter before one access. What `_end` needs: the items, the index, when it was, and what is being handled."""
    modified = perf_counter_ns()
    items = _items_of(shareable)
    if items is None or type(position) is not int or not -items.count <= position < items.count:
        return None
    items.declare()
    items.enter(True)
    return items, position % items.count, modified, sys.exc_info()[1]


def _end_reading(given: Any, *_: Any) -> None:
    if given is not None:
        items, index, _, error = given
        stream = here()
        stream.begin()
        version = items.versions[index]
        now = perf_counter_ns()
        items.leave()
        frame = sys._getframe(2)
        if sys.exc_info()[1] is error:
            _note(Op.READ, items.number + index, frame, now, NOTHING, frame.f_locals.get("v"), version)


def _end_writing(given: Any, _: Any, __: Any, value: Any) -> None:
    if given is not None:
        items, index, modified, error = given
        if sys.exc_info()[1] is not error:
            items.leave()
            return
        stream = here()
        stream.begin()
        items.versions[index] = version = items.versions[index] + 1
        now = perf_counter_ns()
        items.leave()
        _note(Op.WRITE, items.number + index, sys._getframe(2), now, modified, value, version)


def _note(op: Op, number: int, frame: Any, now: int, modified: int, value: Any, version: int) -> None:
    if type(value) is int and -_FITS <= value < _FITS:
        first, presence = value, PRESENT
    else:
        first, presence = 0, text(value)
    here().add(kind_of(op, number), site_of(frame), now, modified, first, version, presence)


def install() -> None:
    """Trace the lists that this process shares."""
    global _plain_get  # noqa: PLW0603
    kind: Any = import_module("multiprocessing.shared_memory").ShareableList
    _plain_get = kind.__getitem__
    instrument(kind, "__init__", _begin_making, _end_making)
    instrument(kind, "__getitem__", _begin, _end_reading)
    instrument(kind, "__setitem__", _begin, _end_writing)
