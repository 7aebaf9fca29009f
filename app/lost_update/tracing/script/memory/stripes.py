"""The lock inside of which a single access happens: that of the object, or one of ours where it has none."""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

from lost_update.tracing.script.boot import lock_names
from lost_update.tracing.script.stream import PROCESS

PATIENCE: Final = 0.2
"""Seconds for which one of our locks is waited for: whoever had it for longer is dead, or stopped."""

Enter = Callable[[bool], Any]
"""Acquires a lock, and waits for it if it is told to. Whether it was acquired."""

Leave = Callable[[], Any]


def pair_of(lock: Any) -> tuple[Enter, Leave]:
    semaphore = getattr(lock, "_semlock", None)
    if semaphore is not None:
        return semaphore.acquire, semaphore.release

    def enter(block: bool) -> bool:
        # What the lock of the person's own takes as arguments is not known.
        if block:
            lock.acquire()
        return block

    return enter, lock.release


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
