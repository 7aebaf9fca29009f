"""Queues of a person's own: what is put and taken, and who waits for it.

    Queue          put ─▶ _sem.acquire ─▶ PUT (WAIT before it, if the queue is full) ─▶ its feeder thread ─▶ pipe
                                          FAIL of that thread, in the line of the PUT, if it cannot be pickled
                   get ─▶ _rlock, pipe ─▶ GET (WAIT before it, if nothing is there or another reads)
                                          CHECK, if it waited for a time at most: whether something came
                   at the end of a process that has put something: WAIT (purpose FLUSH), FLUSH
    JoinableQueue  task_done ─▶ TASK_DONE;  join ─▶ WAIT if tasks are left, JOIN
    SimpleQueue    put and get as a pipe's: PUT, GET, and WAIT and FLUSH where the pipe is full

The code of `multiprocessing` runs as it stands: what is recorded are its own calls of the semaphores and the pipe
inside, in which the order of steps is exact. A GET is stamped while the readers' lock is held. A PUT on a
Queue is stamped when it is put, as its process sees it; in which order the feeders of two processes write to the pipe
is not recorded.

Every process knows a queue by the inode of its pipe.
"""

from collections import deque
from importlib import import_module
from sys import _getframe
from threading import current_thread
from time import perf_counter_ns
from typing import Any, Final

from lost_update.model.ops import FOR_EVER, NOTHING, Op, wait_ends
from lost_update.model.steps import kind_of
from lost_update.tracing.script import pipes
from lost_update.tracing.script.locks import Turn, is_a_time
from lost_update.tracing.script.sites import NOWHERE
from lost_update.tracing.script.stream import here, site_of
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
    shown,
    stand_in,
)

queues: Any = import_module("multiprocessing.queues")
MOST_ON_THE_WAY: Final = 1024
"""So many objects between a put and the pipe are remembered."""

SEM_VALUE_MAX: Final = import_module("_multiprocessing").SemLock.SEM_VALUE_MAX


def install() -> None:
    """Follow queues."""
    for kind in (queues.Queue, queues.SimpleQueue, queues.JoinableQueue):
        after_making(kind, "__init__", _made)
        stand_in(kind, "__getstate__", _leaving)
        stand_in(kind, "__setstate__", arriving(_arrived))
    stand_in(queues.Queue, "_start_thread", _starting)
    stand_in(queues.Queue, "_finalize_join", _flushing)
    stand_in(queues.Queue, "_on_queue_feeder_error", _failing)
    stand_in(queues.JoinableQueue, "join", _joining)


def _made(queue: Any, frame: Any) -> None:
    if mark_of(queue) is not None:
        return
    most = getattr(queue, "_maxsize", SEM_VALUE_MAX)
    amount = 0 if most == SEM_VALUE_MAX else most
    thing = made(frame, pipes.key_of(queue._reader, "queue"), "queue", what=type(queue).__name__, amount=amount)
    if thing is not None:
        _follow(queue, thing)


def _follow(queue: Any, thing: Thing) -> None:
    setattr(queue, MARK, thing)
    if thing.kind != "queue":
        return  # a pool's, through which tasks reach its workers
    setattr(queue._reader, MARK, pipes.End(thing, 0, is_of_a_queue=True))
    Turn(queue._rlock, thing, Op.GET)
    if isinstance(queue, queues.Queue):
        _Room(queue._sem, thing)
    else:
        setattr(queue._writer, MARK, pipes.End(thing, 1, is_of_a_queue=True))
    if isinstance(queue, queues.JoinableQueue):
        _Unfinished(queue._unfinished_tasks, thing)


class _Room:
    """The semaphore that counts the free places of a Queue. Only its `put` acquires it."""

    __slots__ = ("last_site", "put_at", "semaphore", "thing")

    def __init__(self, lock: Any, thing: Thing) -> None:
        self.semaphore = lock._semlock
        self.thing = thing
        self.put_at: deque[tuple[int, int]] = deque(maxlen=MOST_ON_THE_WAY)
        """Which objects this process put last, and where: one of them may turn out to be none that can be sent."""
        self.last_site = NOWHERE
        """Where this process last put something: at its end there is no line of the person's code left to name."""
        lock.acquire = self.acquire

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the semaphore's: with it goes the object that is put."""
        try:
            put = _getframe(1)
            site = self.last_site = site_of(put)
            if not is_a_time(timeout):
                if not self.semaphore.acquire(block, timeout):
                    return False
            elif not self.semaphore.acquire(False):
                if not block:
                    return False
                ends = wait_ends(timeout)
                here().note(Op.WAIT, self.thing.number, site, ends, Op.PUT)
                if not self.semaphore.acquire(True, timeout):
                    return False
            now = perf_counter_ns()
            item = put.f_locals.get("obj")
            self.put_at.append((id(item), site))
            value, presence = shown(item)
            here().add(kind_of(Op.PUT, self.thing.number), site, now, NOTHING, value, NOTHING, presence)
            return True
        except BaseException as error:
            leave(error)
            raise


class _Unfinished:
    """The semaphore that counts the tasks of a JoinableQueue that are not done. Only `task_done` acquires it."""

    __slots__ = ("semaphore", "thing")

    def __init__(self, lock: Any, thing: Thing) -> None:
        self.semaphore = lock._semlock
        self.thing = thing
        lock.acquire = self.acquire

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the semaphore's."""
        is_one_less = bool(self.semaphore.acquire(block, timeout))
        if is_one_less:
            here().note(Op.TASK_DONE, self.thing.number, site_of(_getframe(1)))
        return is_one_less


def _leaving(plain: Any) -> Any:
    def __getstate__(self: Any) -> Any:  # noqa: N807
        try:
            state = plain(self)
        except BaseException as error:
            leave(error)
            raise
        thing = mark_of(self)
        if thing is not None:
            pass_on(thing.key, thing)
        return state

    return __getstate__


def _arrived(queue: Any) -> None:
    if isinstance(queue, queues.JoinableQueue) and "_unfinished_tasks" not in queue.__dict__:
        return  # the rest of its state comes yet
    found = received(pipes.key_of(queue._reader, "queue"))
    if found is not None:
        _follow(queue, found[0])


def _starting(plain: Any) -> Any:
    def _start_thread(self: Any) -> None:
        try:
            plain(self)
        except BaseException as error:
            leave(error)
            raise
        room = getattr(self._sem.acquire, "__self__", None)
        if isinstance(room, _Room):
            setattr(self._thread, MARK, room)

    return _start_thread


def _flushing(plain: Any) -> Any:
    def _finalize_join(twr: Any) -> Any:
        thread = twr()
        room = thread.__dict__.get(MARK) if thread is not None and thread.is_alive() else None
        try:
            if room is None:
                return plain(twr)
            here().note(Op.WAIT, room.thing.number, room.last_site, FOR_EVER, Op.FLUSH)
            plain(twr)
            here().note(Op.FLUSH, room.thing.number, room.last_site)
        except BaseException as error:
            leave(error)
            raise

    return _finalize_join


def _failing(plain: Any) -> Any:
    def _on_queue_feeder_error(e: Any, obj: Any) -> Any:
        try:
            room = current_thread().__dict__.get(MARK)
            if isinstance(room, _Room):
                site = next((site for known, site in reversed(room.put_at) if known == id(obj)), room.last_site)
                here().note(Op.FAIL, room.thing.number, site)
            return plain(e, obj)
        except BaseException as error:
            leave(error)
            raise

    return _on_queue_feeder_error


def _joining(plain: Any) -> Any:
    def join(self: Any) -> Any:
        thing = mark_of(self)
        try:
            if thing is None:
                return plain(self)
            site = site_of(_getframe(1))
            if not self._unfinished_tasks._semlock._is_zero():
                here().note(Op.WAIT, thing.number, site, FOR_EVER, Op.JOIN)
            plain(self)
            here().note(Op.JOIN, thing.number, site, 0, NOTHING, NOTHING)
        except BaseException as error:
            leave(error)
            raise

    return join
