"""What is known of a shared thing that a person made: its key, kind and facts, wherever the thing goes.

A thing that people make is marked, and only what is marked is recorded: the locks inside a queue, the pipes of a pool,
whatever `multiprocessing` makes for itself stays silent and as fast as it was. A forked child inherits the marks with
the objects. What is pickled for a process that starts afresh keeps the pickled form of plain Python, which has no room
for a mark: it is left in the directory of the trace, by the name that the thing has in the whole system.

    parent                                      child, by spawn or forkserver
      pickle a semaphore ── pass_on ──▶ D/passed/NAME ──▶ received ── unpickle it: marked again

Functions of ours stand in for some of `multiprocessing`'s. What goes wrong in those must look as without us, so they
take themselves out of the traceback (`leave`).
"""

import marshal
import os
from collections.abc import Callable
from contextlib import suppress
from functools import update_wrapper
from itertools import count
from sys import _getframe
from types import FrameType, TracebackType
from typing import Any, Final

from lost_update.model.ops import PRESENT
from lost_update.tracing.script.declarations import LONGEST_TEXT, PROCESS, as_json, declare, give_up
from lost_update.tracing.script.stream import is_internal, site_of, target, text

OURS: Final = "lost_update."

MARK: Final = "_lost_update"
"""The attribute by which a thing is marked. Its instances have no such attribute where they are none of a person's."""


class Thing:
    """What the declaration of a thing says, but for where it was made: that says only the process that made it."""

    __slots__ = ("facts", "key", "kind")

    def __init__(self, key: str, kind: str, facts: dict[str, Any]) -> None:
        self.key = key
        self.kind = kind
        self.facts = facts

    @property
    def number(self) -> int:
        """The number by which this process's steps name it."""
        return PROCESS.targets.get(self.key) or target(self.key, self.kind, **self.facts)


def made(frame: FrameType, key: str | None, kind: str, **facts: Any) -> Thing | None:
    """A thing that was made by the code that called `frame`; None if that was not the person's.

    It is declared at once, with the place where it was made. Without a key it is given one.
    """
    if not PROCESS.is_on or is_internal(frame.f_back):
        return None
    thing = Thing(key or PROCESS.token(), kind, facts)
    target(thing.key, kind, made=site_of(frame.f_back) or None, **facts)
    return thing


def mark_of(holder: Any) -> Any:
    """The mark of a thing, or None."""
    return holder.__dict__.get(MARK)


_passed: Final[set[str]] = set()
_temporary: Final = count()


def pass_on(name: str, thing: Thing, *more: Any) -> None:
    """Leave what is known of a thing, under the name that the whole system has for it, for whoever unpickles it."""
    if name in _passed or not PROCESS.is_on:
        return
    path = _place(name)
    unfinished = f"{path}.{os.getpid()}.{next(_temporary)}"
    with suppress(OSError, ValueError):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(unfinished, "wb") as file:
            file.write(marshal.dumps((thing.key, thing.kind, thing.facts, *more)))
        os.replace(unfinished, path)
        _passed.add(name)


def received(name: str | None) -> tuple[Any, ...] | None:
    """What another process has left under that name: the thing, and what more was passed on with it."""
    if name is None or not PROCESS.is_on:
        return None
    try:
        with open(_place(name), "rb") as file:
            key, kind, facts, *more = marshal.loads(file.read())
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return Thing(key, kind, facts), *more


def _place(name: str) -> str:
    return f"{PROCESS.directory}/passed/{name.replace('/', '=')}"


def shown(value: Any) -> tuple[int, int]:
    """An object that moves, as the slots of a step have it: its bits and PRESENT, or 0 and the number of its text."""
    if type(value) is int and _LEAST <= value <= _MOST:
        return value, PRESENT
    return 0, text(value)


def told(words: str) -> tuple[int, int]:
    """Words of ours in place of an object, as the slots of a step have it."""
    words = words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"
    number = PROCESS.texts.get((Thing, words))
    if number is None:
        number = PROCESS.texts[Thing, words] = next(PROCESS.next_text)
        declare("text", number=number, value=words)
    return 0, number


def error_in_words(error: BaseException) -> str:
    """What was raised. No method of an exception of the person's own is called."""
    kind = type(error)
    words = ", ".join(str(as_json(each)) for each in error.args)
    if len(error.args) == 1 and type(error.args[0]) is str:
        words = error.args[0]
    return f"raised {kind.__qualname__}: {words}" if words else f"raised {kind.__qualname__}"


_LEAST: Final = -(1 << 63)
_MOST: Final = (1 << 63) - 1


# Standing in for a function.


def leave(error: BaseException) -> None:
    """Take the functions of ours out of a traceback: in an `except` block, with a bare `raise` after it.

    Such a `raise` adds no line for the function it stands in.
    """
    place = error.__traceback__ = _next_of_theirs(error.__traceback__)
    while place is not None:
        following = _next_of_theirs(place.tb_next)
        if following is not place.tb_next:
            place.tb_next = following
        place = following


def _next_of_theirs(place: TracebackType | None) -> TracebackType | None:
    while place is not None and str(place.tb_frame.f_globals.get("__name__")).startswith(OURS):
        place = place.tb_next
    return place


def safely(begin: Callable[..., Any], *arguments: Any) -> None:
    """Call something of ours. If it fails, this process is not traced any further, and its script goes on."""
    try:
        begin(*arguments)
    except Exception as error:
        give_up(error)


def arriving(arrived: Callable[[Any], None]) -> Callable[[Any], Any]:
    """Makes of a `__setstate__` one after which `arrived` looks at what was unpickled."""

    def make(plain: Any) -> Any:
        def __setstate__(self: Any, state: Any) -> None:  # noqa: N807
            try:
                plain(self, state)
            except BaseException as error:
                leave(error)
                raise
            safely(arrived, self)

        return __setstate__

    return make


def stand_in(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put the function that `make` makes of the owner's in its place; it passes for that one."""
    plain = owner.__dict__[name]
    is_static = isinstance(plain, staticmethod)
    function = plain.__func__ if is_static else plain
    ours = update_wrapper(make(function), function, updated=())
    setattr(owner, name, staticmethod(ours) if is_static else ours)


def after_making(owner: Any, name: str, begin: Callable[[Any, FrameType], None]) -> None:
    """Call `begin(object, frame of ours)` after `owner.__init__` has made an object."""

    def make(plain: Any) -> Any:
        def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
            try:
                plain(self, *arguments, **named)
            except BaseException as error:
                leave(error)
                raise
            safely(begin, self, _getframe())

        return __init__

    stand_in(owner, name, make)
