"""Events, conditions and barriers of a person's own: what is set and cleared, who waits, who wakes whom.

    Event      set: SET; clear: CLEAR; is_set: CHECK (1 or 0); wait: WAIT if it is not set, then WAKE (what it returns)
    Condition  wait: RELEASE of its lock, WAIT, WAKE (1, or 0 when the time was up), ACQUIRE of its lock
               notify: NOTIFY, with how many sleepers it wakes
    Barrier    wait: WAIT (this party has come), then WAKE; the last party to come leaves NOTIFY, with how many it
               frees, in place of WAIT; WAKE is 0 for who found it broken
               abort, or a time that was up: CLOSE; reset: CLEAR

All of them are made of locks and semaphores, which stay silent, except the lock of a condition: that is a target
that `guards` the condition, or the person's own lock where one was given. The mark of each sits on a semaphore inside,
since a semaphore's name is what all processes know it by.

Steps of an event are stamped while its inner lock is held, so that their order is the true one.
"""

from multiprocessing import synchronize
from sys import _getframe
from threading import Barrier, BrokenBarrierError
from typing import Any

from lost_update.model.ops import NOTHING, PRESENT, Op, wait_ends
from lost_update.tracing.script import locks
from lost_update.tracing.script.stream import here, site_of
from lost_update.tracing.script.things import MARK, Thing, after_making, leave, made, stand_in


def install() -> None:
    """Follow events, conditions and barriers."""
    locks.ARRIVED["condition"] = _Place.at
    _install_events()
    _install_conditions()
    _install_barriers()


# Events. The mark is on the semaphore that is the flag.


def _install_events() -> None:
    event = synchronize.Event
    after_making(event, "__init__", _event_made)
    for name, make in (("set", _setting), ("clear", _clearing), ("is_set", _checking), ("wait", _waiting)):
        stand_in(event, name, make)


def _event_made(event: Any, frame: Any) -> None:
    thing = made(frame, locks.key_of(event._flag), "event", what="Event")
    if thing is not None:
        locks.mark(event._flag, thing)


def _setting(plain: Any) -> Any:
    def set(self: Any) -> Any:
        thing = self._flag.__dict__.get(MARK)
        try:
            if thing is None:
                return plain(self)
            site = site_of(_getframe(1))
            with self._cond:
                here().note(Op.SET, thing.number, site)
                self._flag.acquire(False)
                self._flag.release()
                self._cond.notify_all()
        except BaseException as error:
            leave(error)
            raise

    return set


def _clearing(plain: Any) -> Any:
    def clear(self: Any) -> Any:
        thing = self._flag.__dict__.get(MARK)
        try:
            if thing is None:
                return plain(self)
            site = site_of(_getframe(1))
            with self._cond:
                here().note(Op.CLEAR, thing.number, site)
                self._flag.acquire(False)
        except BaseException as error:
            leave(error)
            raise

    return clear


def _is_set(event: Any) -> bool:
    """With the inner lock held."""
    if event._flag.acquire(False):
        event._flag.release()
        return True
    return False


def _checking(plain: Any) -> Any:
    def is_set(self: Any) -> Any:
        thing = self._flag.__dict__.get(MARK)
        try:
            if thing is None:
                return plain(self)
            site = site_of(_getframe(1))
            with self._cond:
                found = _is_set(self)
                here().note(Op.CHECK, thing.number, site, int(found), NOTHING, PRESENT)
            return found
        except BaseException as error:
            leave(error)
            raise

    return is_set


def _waiting(plain: Any) -> Any:
    def wait(self: Any, timeout: float | None = None) -> Any:
        thing = self._flag.__dict__.get(MARK)
        try:
            if thing is None:
                return plain(self, timeout)
            site = site_of(_getframe(1))
            with self._cond:
                if not _is_set(self):
                    here().note(Op.WAIT, thing.number, site, wait_ends(timeout), Op.WAKE)
                    self._cond.wait(timeout)
                found = _is_set(self)
                here().note(Op.WAKE, thing.number, site, int(found), NOTHING, PRESENT)
            return found
        except BaseException as error:
            leave(error)
            raise

    return wait


# Conditions. The mark is on the semaphore that its waiters sleep at.


class _Place:
    """Where the waiters of a condition sleep: records that one begins to sleep and that it wakes."""

    __slots__ = ("semaphore", "thing")

    def __init__(self, semaphore: Any, thing: Thing) -> None:
        self.semaphore = semaphore
        self.thing = thing

    @classmethod
    def at(cls, lock: Any, thing: Thing) -> None:
        """Let the waiters at that semaphore be seen."""
        place = cls(lock._semlock, thing)
        setattr(lock, MARK, place)
        lock.acquire = place.acquire

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the semaphore's. Who notifies tries it without blocking; who waits blocks, and without the lock."""
        try:
            if not block:
                return bool(self.semaphore.acquire(False))
            site = site_of(_getframe(1))
            here().note(Op.WAIT, self.thing.number, site, wait_ends(timeout), Op.WAKE)
            woken = bool(self.semaphore.acquire(True, timeout))
            here().note(Op.WAKE, self.thing.number, site, int(woken), NOTHING, PRESENT)
            return woken
        except BaseException as error:
            leave(error)
            raise


def _install_conditions() -> None:
    condition = synchronize.Condition
    after_making(condition, "__init__", _condition_made)
    stand_in(condition, "notify", _notifying)


def _condition_made(condition: Any, frame: Any) -> None:
    thing = made(frame, locks.key_of(condition._wait_semaphore), "condition", what="Condition")
    if thing is not None:
        _Place.at(condition._wait_semaphore, thing)
        locks.guard(condition._lock, thing.key)
        condition._make_methods()


def _notifying(plain: Any) -> Any:
    def notify(self: Any, n: int = 1) -> None:
        place = self._wait_semaphore.__dict__.get(MARK)
        try:
            if place is not None and self._lock._semlock._is_mine():
                here().note(Op.NOTIFY, place.thing.number, site_of(_getframe(1)), _sleepers(self, n), NOTHING, PRESENT)
            plain(self, n)
        except BaseException as error:
            leave(error)
            raise

    return notify


def _sleepers(condition: Any, most: int) -> int:
    """How many of those who sleep at a condition wake; its lock is held."""
    asleep = condition._sleeping_count._semlock._get_value() - condition._woken_count._semlock._get_value()
    return max(0, min(most, int(asleep)))


# Barriers. The mark is on one of the semaphores of the condition inside; not on that which marks a condition.


def _install_barriers() -> None:
    barrier: Any = synchronize.Barrier
    after_making(barrier, "__init__", _barrier_made)
    barrier._release = _release
    barrier._wait = _wait
    barrier._break = _break
    barrier.reset = _reset
    barrier.broken = property(_broken, doc=Barrier.broken.__doc__)


def _barrier_made(barrier: Any, frame: Any) -> None:
    mark = barrier._cond._sleeping_count
    thing = made(frame, locks.key_of(mark), "barrier", what="Barrier", amount=barrier._parties)
    if thing is not None:
        locks.mark(mark, thing)


def _note(barrier: Any, op: Op, *slots: int) -> None:
    thing = barrier._cond._sleeping_count.__dict__.get(MARK)
    if thing is not None:
        here().note(op, thing.number, site_of(_getframe(2)), *slots)


def _release(self: Any) -> None:
    try:
        Barrier._release(self)  # type: ignore[attr-defined]
    except BaseException as error:
        leave(error)
        raise
    _note(self, Op.NOTIFY, self._count - 1, NOTHING, PRESENT)
    _note(self, Op.WAKE, 1, NOTHING, PRESENT)


def _wait(self: Any, timeout: float | None) -> None:
    try:
        _note(self, Op.WAIT, wait_ends(timeout), Op.WAKE)
        try:
            Barrier._wait(self, timeout)  # type: ignore[attr-defined]
        except BrokenBarrierError:
            _note(self, Op.WAKE, 0, NOTHING, PRESENT)
            raise
        _note(self, Op.WAKE, 1, NOTHING, PRESENT)
    except BaseException as error:
        leave(error)
        raise


def _break(self: Any) -> None:
    try:
        _note(self, Op.CLOSE)
        Barrier._break(self)  # type: ignore[attr-defined]
    except BaseException as error:
        leave(error)
        raise


def _reset(self: Any) -> None:
    try:
        with self._cond:
            _note(self, Op.CLEAR)
        Barrier.reset(self)
    except BaseException as error:
        leave(error)
        raise


def _broken(self: Any) -> bool:
    found = bool(Barrier.broken.__get__(self))
    _note(self, Op.CHECK, int(found), NOTHING, PRESENT)
    return found
