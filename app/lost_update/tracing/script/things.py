"""What is known of a shared thing that a person made: its key, kind and facts, wherever the thing goes.

A thing that people make is marked, and only what is marked is recorded: the locks inside a queue, the pipes of a pool,
whatever `multiprocessing` makes for itself stays silent and as fast as it was. A forked child inherits the marks with
the objects. What is pickled for a process that starts afresh keeps the pickled form of plain Python, which has no room
for a mark: it is left in the directory of the trace, by the name that the thing has in the whole system.

    parent                                      child, by spawn or forkserver
      pickle a semaphore ── pass_on ──▶ D/passed/KEY ──▶ received ── unpickle it: marked again

Functions of ours stand in for some of `multiprocessing`'s. What goes wrong in those must look as without us, so each
takes itself out of the traceback (`leave`).
"""

import marshal
import os
from collections.abc import Callable
from contextlib import suppress
from functools import update_wrapper
from itertools import count
from sys import _getframe
from types import FrameType
from typing import Any, Final

from lost_update.tracing.script.declarations import PROCESS
from lost_update.tracing.script.stream import is_internal, site_of, target

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


def pass_on(thing: Thing) -> None:
    """Leave what is known of a thing for whoever unpickles it."""
    if thing.key in _passed or not PROCESS.is_on:
        return
    path = _place(thing.key)
    unfinished = f"{path}.{os.getpid()}.{next(_temporary)}"
    with suppress(OSError, ValueError):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(unfinished, "wb") as file:
            file.write(marshal.dumps((thing.key, thing.kind, thing.facts)))
        os.replace(unfinished, path)
        _passed.add(thing.key)


def received(key: str | None) -> Thing | None:
    """What another process has left of the thing with that key."""
    if key is None or not PROCESS.is_on:
        return None
    try:
        with open(_place(key), "rb") as file:
            return Thing(*marshal.loads(file.read()))
    except (OSError, EOFError, ValueError, TypeError):
        return None


def _place(key: str) -> str:
    name = "".join(letter if letter.isalnum() or letter in "-_." else "=" for letter in key)
    return f"{PROCESS.directory}/passed/{name}"


# Standing in for a function.


def leave(error: BaseException) -> None:
    """Take the function that calls this out of the traceback: in an `except` block, with a bare `raise` after it."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


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
            begin(self, _getframe())

        return __init__

    stand_in(owner, name, make)
