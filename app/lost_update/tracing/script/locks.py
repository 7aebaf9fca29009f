"""Locks and semaphores of a person's own: that they are waited for, acquired and released.

    person's code ── lock.acquire() ──▶ _Taken.acquire ──▶ the semaphore, first without blocking
                  ── with lock: ──────▶ SemLock.__enter__ ─┘   └─ if that fails: WAIT, then blocking; ACQUIRE

`multiprocessing` gives each lock two methods of its semaphore as attributes of its own; a lock that a person made gets
two of ours in their place, and all others keep theirs. ACQUIRE is stamped while the lock is held and RELEASE before it
is given back, so the times for which two processes hold it never overlap.

What a Value, a Condition or another thing has inside is recorded only where that thing says so (`guard`): its own lock
is then a target that `guards` it. To take such a lock without a step, use its `_semlock`.
"""

from importlib import import_module
from struct import error as struct_error
from sys import _getframe
from time import perf_counter_ns
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import NOTHING, Op, wait_ends
from lost_update.model.targets import Kind
from lost_update.tracing.script.sites import NOWHERE, enter
from lost_update.tracing.script.stream import LOCAL, PENDING, PUBLISHED, RECORD, forget_at_fork, here, site_of
from lost_update.tracing.script.things import (
    MARK,
    Thing,
    after_making,
    arriving,
    leave,
    made,
    mark_of,
    pass_on,
    received,
    stand_in,
)

synchronize: Any = import_module("multiprocessing.synchronize")

_pack_into = RECORD.pack_into
_ACQUIRE: Final = int(Op.ACQUIRE)
_RELEASE: Final = int(Op.RELEASE)


class Taken:
    """The acquire and release of one lock, recorded. What is hot is written out: plain, it takes almost no time."""

    __slots__ = ("__weakref__", "acquired", "attempt", "give_back", "released", "semaphore", "thing")

    def __init__(self, semaphore: Any, thing: Thing) -> None:
        self.semaphore = semaphore
        self.attempt = semaphore.acquire
        self.give_back = semaphore.release
        self.thing = thing
        self.forget()
        forget_at_fork(self, Taken.forget)

    def forget(self) -> None:
        """Do not know any longer by which number it goes in this process."""
        self.acquired = 0
        self.released = 0

    def know(self) -> None:
        """By which number it goes in this process."""
        number = self.thing.number
        self.acquired = _ACQUIRE | number << 8
        self.released = _RELEASE | number << 8

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the semaphore's; an attempt that fails leaves no ACQUIRE."""
        try:
            return self.take(_getframe(1), block, timeout)
        except BaseException as error:
            leave(error)
            raise

    def release(self) -> None:
        """As the semaphore's, its errors included."""
        try:
            self.give(_getframe(1))
        except BaseException as error:
            leave(error)
            raise

    def take(self, frame: FrameType, block: bool = True, timeout: float | None = None) -> bool:
        """Acquire it on behalf of the code in that frame."""
        if timeout is None and self.attempt(False):
            now = perf_counter_ns()
            if not self.acquired:
                self.know()
            try:
                stream = LOCAL.stream
            except AttributeError:
                stream = here()
            if frame.f_code is not stream.code:
                enter(stream, frame.f_code)
            try:
                site = stream.sites[frame.f_lasti]
            except KeyError:
                site = site_of(frame)
            place = stream.next
            stream.next = place + 1
            try:
                _pack_into(stream.memory, place << 6, self.acquired, site, now, NOTHING, 0, NOTHING, NOTHING)
                stream.marks[place] = PUBLISHED
            except struct_error:
                stream.next = place
                stream.add(self.acquired, site, now, NOTHING, 0, NOTHING, NOTHING)
            return True
        return self._wait(frame, block, timeout)

    def _wait(self, frame: FrameType, block: bool, timeout: float | None) -> bool:
        if not is_a_time(timeout):
            if not self.attempt(block, timeout):
                return False
        elif not self.attempt(False):
            if not block:
                return False
            ends = wait_ends(timeout)
            here().note(Op.WAIT, self.thing.number, site_of(frame), ends, _ACQUIRE)
            if not self.attempt(True, timeout):
                return False
        now = perf_counter_ns()
        if not self.acquired:
            self.know()
        here().add(self.acquired, site_of(frame), now, NOTHING, 0, NOTHING, NOTHING)
        return True

    def give(self, frame: FrameType) -> None:
        """Release it on behalf of the code in that frame."""
        if not self.released:
            self.know()
        try:
            stream = LOCAL.stream
        except AttributeError:
            stream = here()
        try:
            stream.marks[stream.next] = PENDING
        except IndexError:
            stream.begin()
        now = perf_counter_ns()
        try:
            self.give_back()
        except BaseException:
            stream.marks[stream.next] = 0
            raise
        if frame.f_code is not stream.code:
            enter(stream, frame.f_code)
        try:
            site = stream.sites[frame.f_lasti]
        except KeyError:
            site = site_of(frame)
        place = stream.next
        stream.next = place + 1
        try:
            _pack_into(stream.memory, place << 6, self.released, site, now, NOTHING, 0, NOTHING, NOTHING)
            stream.marks[place] = PUBLISHED
        except struct_error:
            stream.next = place
            stream.add(self.released, site, now, NOTHING, 0, NOTHING, NOTHING)


class Turn(Taken):
    """The lock that a queue's readers take in turn: who finds it taken waits for what the queue is asked for."""

    __slots__ = ("purpose",)

    def __init__(self, lock: Any, thing: Thing, purpose: Op) -> None:
        super().__init__(lock._semlock, thing)
        self.purpose = purpose
        setattr(lock, MARK, self)
        lock.acquire = self.acquire

    def take(self, frame: FrameType, block: bool = True, timeout: float | None = None) -> bool:
        """As the lock's; nothing but the wait is recorded."""
        if self.attempt(False):
            return True
        if not block:
            return False
        ends = wait_ends(timeout)
        site = NOWHERE if self.purpose is Op.TASK_START else site_of(frame)
        here().note(Op.WAIT, self.thing.number, site, ends, self.purpose)
        return bool(self.attempt(True, timeout))

    def give(self, frame: FrameType) -> None:  # noqa: ARG002
        """As the lock's."""
        self.give_back()


def is_a_time(timeout: Any) -> bool:
    """Whether a semaphore understands it; what else it is given, it refuses itself."""
    return timeout is None or isinstance(timeout, int | float)


def follow(lock: Any, thing: Thing) -> None:
    """Record from now on that this lock is acquired and released."""
    taken = Taken(lock._semlock, thing)
    setattr(lock, MARK, taken)
    lock.acquire = taken.acquire
    lock.release = taken.release


def guard(lock: Any, key: str) -> None:
    """Follow the lock that the thing with that key has inside, if it is one of `multiprocessing`'s.

    Whoever took `lock.acquire` before takes it again.
    """
    if not isinstance(lock, synchronize.SemLock) or mark_of(lock) is not None:
        return
    follow(lock, Thing(key_of(lock) or f"{key} lock", kind_of_lock(lock), _facts(lock, guards=key)))


def thing_of(lock: Any) -> Thing | None:
    """What is known of a lock that is followed."""
    mark = mark_of(lock) if isinstance(lock, synchronize.SemLock) else None
    return mark.thing if type(mark) is Taken else None


def key_of(lock: Any) -> str | None:
    """The name that a semaphore has in the whole system; None for one that only forked children share."""
    name: str | None = lock._semlock.name
    return name and name.lstrip("/")


def _facts(lock: Any, **more: Any) -> dict[str, Any]:
    semaphore = lock._semlock
    if semaphore.kind == synchronize.RECURSIVE_MUTEX:
        more["is_reentrant"] = True
    return {"what": type(lock).__name__} | more


def install() -> None:
    """Follow locks and semaphores."""
    for kind in (synchronize.Lock, synchronize.RLock, synchronize.Semaphore, synchronize.BoundedSemaphore):
        after_making(kind, "__init__", _made)
    semlock = synchronize.SemLock
    stand_in(semlock, "__enter__", _entering)
    stand_in(semlock, "__exit__", _exiting)
    stand_in(semlock, "__getstate__", _leaving)
    stand_in(semlock, "__setstate__", arriving(_arrived))


def _made(lock: Any, frame: FrameType) -> None:
    if _is_of_a_value(frame.f_back):
        return
    kind = kind_of_lock(lock)
    amount = {"amount": lock._semlock._get_value()} if kind == "semaphore" else {}
    thing = made(frame, key_of(lock), kind, **_facts(lock, **amount))
    if thing is not None:
        follow(lock, thing)


def _is_of_a_value(frame: FrameType | None) -> bool:
    """Whether it is the lock that a Value or an Array gets: whoever follows that says so (`guard`)."""
    if frame is not None and frame.f_globals.get("__name__") == "multiprocessing.context":
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == "multiprocessing.sharedctypes"


def kind_of_lock(lock: Any) -> Kind:
    """What kind of target it is."""
    return "semaphore" if isinstance(lock, synchronize.Semaphore) else "lock"


def _entering(plain: Any) -> Any:
    def __enter__(self: Any) -> Any:  # noqa: N807
        mark = self.__dict__.get(MARK)
        try:
            if mark is None:
                return plain(self)
            return mark.take(_getframe(1)) if isinstance(mark, Taken) else plain(self)
        except BaseException as error:
            leave(error)
            raise

    return __enter__


def _exiting(plain: Any) -> Any:
    def __exit__(self: Any, *arguments: Any) -> Any:  # noqa: N807
        mark = self.__dict__.get(MARK)
        try:
            if mark is None:
                return plain(self, *arguments)
            return mark.give(_getframe(1)) if isinstance(mark, Taken) else plain(self, *arguments)
        except BaseException as error:
            leave(error)
            raise

    return __exit__


def _leaving(plain: Any) -> Any:
    def __getstate__(self: Any) -> Any:  # noqa: N807
        try:
            state = plain(self)
        except BaseException as error:
            leave(error)
            raise
        mark = mark_of(self)
        name = key_of(self)
        if mark is not None and name is not None and type(mark) is not Turn:
            pass_on(name, getattr(mark, "thing", mark))
        return state

    return __getstate__


def _arrived(lock: Any) -> None:
    found = received(key_of(lock))
    if found is not None:
        ARRIVED.get(found[0].kind, follow)(lock, found[0])


def mark(semaphore: Any, thing: Thing) -> None:
    """Let a semaphore carry the mark of the thing that it is a part of."""
    setattr(semaphore, MARK, thing)


ARRIVED: Final[dict[str, Any]] = {"event": mark, "barrier": mark}
"""What is done with a semaphore that is unpickled and carries the mark of something else than a lock."""
