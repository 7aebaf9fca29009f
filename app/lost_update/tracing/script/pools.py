"""Pools of a person's own: which tasks are handed in, who does them, who waits for what comes of them.

    person's process                              worker
      pool.map(f, …) ── SUBMIT ───────────────▶   WAIT (purpose TASK_START) when there is nothing to do
                                                  TASK_START … steps of the person's code … TASK_END
      result.get()   ── WAIT, RESULT ◀─────────── (its value, or the words "raised ValueError: …")

`second` of all these is the number of the task: `job << 24 | part`. A job is one call of the pool; its parts are what a
worker takes at a time. `WHOLE` as the part is the whole job: what SUBMIT and RESULT of a `map` are about.

`result.wait()` and `result.ready()` leave CHECK, once the result is there. A callback leaves CALLBACK in the thread
that calls it. `close` and `terminate` leave CLOSE, `join` WAIT and JOIN.
A `ThreadPool` is threads of one process, and is not followed.
"""

import functools
from collections import deque
from importlib import import_module
from multiprocessing import TimeoutError as NotInTime
from sys import _getframe
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import FOR_EVER, NOTHING, PRESENT, Op, wait_ends
from lost_update.tracing.script import pipes
from lost_update.tracing.script.declarations import as_json
from lost_update.tracing.script.locks import Turn
from lost_update.tracing.script.sites import NOWHERE
from lost_update.tracing.script.stream import here, site_of
from lost_update.tracing.script.things import (
    MARK,
    Thing,
    error_in_words,
    leave,
    made,
    mark_of,
    safely,
    shown,
    stand_in,
    told,
)

pools: Any = import_module("multiprocessing.pool")

PART_BITS: Final = 24
WHOLE: Final = (1 << PART_BITS) - 1


def task_of(job: int, part: int) -> int:
    """The number of a task."""
    return job << PART_BITS | part & WHOLE


# In words.


def call_in_words(function: Any, arguments: Any, named: Any = None) -> str:
    """A call, as people write it. An argument that is no plain value is shown by its class."""
    given = [str(as_json(each)) for each in list(arguments)[:8]]
    given += [f"{name}={as_json(each)}" for name, each in list((named or {}).items())[:8]]
    return f"{name_of(function)}({', '.join(given)})"


def name_of(function: Any) -> str:
    """What a function is called."""
    while isinstance(function, functools.partial):
        function = function.args[0] if function.func.__name__ == "_process_chunk" and function.args else function.func
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def _calls_in_words(function: Any, arguments: Any, named: Any) -> str:
    if function not in (pools.mapstar, pools.starmapstar):
        return call_in_words(function, arguments, named)
    theirs, batch = arguments[0]
    if len(batch) > 1:
        return f"{name_of(theirs)} × {len(batch)}"
    return call_in_words(theirs, batch[0] if function is pools.starmapstar and isinstance(batch[0], tuple) else batch)


# In a worker.


class Idle:
    """The end of a pipe from which a worker reads its tasks: it waits where there is none."""

    __slots__ = ("is_of_a_queue", "thing")

    def __init__(self, thing: Thing) -> None:
        self.thing = thing
        self.is_of_a_queue = True

    def receive(self, plain: Any, conn: Any, most: int | None, frame: FrameType) -> Any:  # noqa: ARG002
        """A message, as `plain` reads it."""
        if not pipes.bytes_there(conn._handle):
            here().note(Op.WAIT, self.thing.number, NOWHERE, FOR_EVER, Op.TASK_START)
        return plain(conn, most)

    def poll(self, plain: Any, conn: Any, timeout: float | None, frame: FrameType) -> bool:  # noqa: ARG002
        """Whether something is there, as `plain` finds it."""
        return bool(plain(conn, timeout))


class Inbox:
    """What a worker takes its tasks from: a queue that it is in every other respect."""

    def __init__(self, queue: Any, thing: Thing) -> None:
        self._queue = queue
        self._thing = thing
        Turn(queue._rlock, thing, Op.TASK_START)
        setattr(queue._reader, MARK, Idle(thing))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def get(self, *how: Any, **named: Any) -> Any:
        """The next task; None says that there is no more."""
        task = self._queue.get(*how, **named)
        if task is not None:
            safely(self._begins, task)
        return task

    def _begins(self, task: Any) -> None:
        job, part, function, arguments, named = task
        self._note(task_of(job, part), _calls_in_words(function, arguments, named))

    def _note(self, number: int, words: str) -> None:
        value, presence = told(words)
        here().note(Op.TASK_START, self._thing.number, NOWHERE, value, number, presence)


class Outbox:
    """Where a worker puts what came of its tasks: a queue that it is in every other respect."""

    def __init__(self, queue: Any, thing: Thing) -> None:
        self._queue = queue
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def put(self, outcome: Any) -> None:
        """Hand back what came of a task."""
        safely(self._ends, outcome)
        self._queue.put(outcome)

    def _ends(self, outcome: Any) -> None:
        job, part, (is_well, result) = outcome
        if isinstance(result, pools.ExceptionWithTraceback):
            result = result.exc
        self._note(task_of(job, part), result, is_well)

    def _note(self, number: int, result: Any, is_well: bool) -> None:
        value, presence = shown(result) if is_well else told(error_in_words(result))
        here().note(Op.TASK_END, self._thing.number, NOWHERE, value, number, presence)


def _working(plain: Any) -> Any:
    def worker(inqueue: Any, outqueue: Any, *more: Any, **named: Any) -> None:
        thing = getattr(inqueue, MARK, None)
        if thing is not None and thing.kind == "pool":
            inqueue, outqueue = Inbox(inqueue, thing), Outbox(outqueue, thing)
        try:
            plain(inqueue, outqueue, *more, **named)
        except BaseException as error:
            leave(error)
            raise

    return worker


# In the process that has the pool.


def install() -> None:
    """Follow pools."""
    stand_in(pools, "worker", _working)
    stand_in(pools.Pool, "_setup_queues", _making)
    for result in (pools.ApplyResult, pools.IMapIterator):
        stand_in(result, "__init__", _submitting)
    stand_in(pools.ApplyResult, "wait", _waiting)
    stand_in(pools.ApplyResult, "get", _getting)
    stand_in(pools.ApplyResult, "ready", _checking)
    stand_in(pools.ApplyResult, "_set", _calling_back)
    stand_in(pools.MapResult, "_set", _calling_back)
    stand_in(pools.IMapIterator, "next", _iterating)
    pools.IMapIterator.__next__ = pools.IMapIterator.next
    stand_in(pools.IMapUnorderedIterator, "_set", _coming)
    for name in ("close", "terminate"):
        stand_in(pools.Pool, name, _closing)
    stand_in(pools.Pool, "join", _joining)


def _making(plain: Any) -> Any:
    def _setup_queues(self: Any) -> None:
        try:
            plain(self)
        except BaseException as error:
            leave(error)
            raise
        safely(_made, self, _getframe(1))

    return _setup_queues


def _made(pool: Any, frame: FrameType) -> None:
    """Before its workers start."""
    thing = made(frame, pipes.key_of(pool._inqueue._reader, "queue"), "pool", what="Pool")
    if thing is not None:
        setattr(pool, MARK, thing)
        setattr(pool._inqueue, MARK, thing)


def _submitting(plain: Any) -> Any:
    def __init__(self: Any, pool: Any, *more: Any, **named: Any) -> None:  # noqa: N807
        try:
            plain(self, pool, *more, **named)
        except BaseException as error:
            leave(error)
            raise
        thing = mark_of(pool)
        if thing is not None:
            setattr(self, MARK, thing)
            safely(_submitted, self, thing, _getframe(1))

    return __init__


def _submitted(result: Any, thing: Thing, frame: FrameType) -> None:
    """A job is about to be handed in, by the method of the pool that makes its result."""
    if frame.f_code.co_name == "__init__" and frame.f_back is not None:
        frame = frame.f_back
    asked = frame.f_locals
    function = asked.get("func")
    if "iterable" in asked:
        size = len(asked["iterable"]) if isinstance(asked["iterable"], list | tuple | range | dict | set) else None
        words = name_of(function) if size is None else f"{name_of(function)} × {size}"
    else:
        words = call_in_words(function, asked.get("args", ()), asked.get("kwds"))
    value, presence = told(words)
    here().note(Op.SUBMIT, thing.number, site_of(frame), value, _job(result), presence)


def _job(result: Any) -> int:
    is_one = type(result) is pools.ApplyResult
    return task_of(result._job, 0 if is_one else WHOLE)


def _waiting(plain: Any) -> Any:
    def wait(self: Any, timeout: float | None = None) -> Any:
        thing = mark_of(self)
        try:
            if thing is None:
                return plain(self, timeout)
            caller = _getframe(1)
            if not self._event.is_set():
                here().note(Op.WAIT, thing.number, site_of(caller), wait_ends(timeout), Op.RESULT)
            plain(self, timeout)
            if caller.f_code is not _GET and self._event.is_set():
                here().note(Op.CHECK, thing.number, site_of(caller), 1, _job(self), PRESENT)
        except BaseException as error:
            leave(error)
            raise

    return wait


_GET: Final = pools.ApplyResult.get.__code__


def _getting(plain: Any) -> Any:
    def get(self: Any, timeout: float | None = None) -> Any:
        thing = mark_of(self)
        try:
            if thing is None:
                return plain(self, timeout)
            value = plain(self, timeout)
        except BaseException as error:
            if thing is not None and self._event.is_set() and isinstance(error, Exception):
                safely(_resulted, thing, _getframe(1), _job(self), told(error_in_words(error)))
            leave(error)
            raise
        safely(_resulted, thing, _getframe(1), _job(self), shown(value))
        return value

    return get


def _resulted(thing: Thing, frame: FrameType, task: int, outcome: tuple[int, int]) -> None:
    here().note(Op.RESULT, thing.number, site_of(frame), outcome[0], task, outcome[1])


def _checking(plain: Any) -> Any:
    def ready(self: Any) -> Any:
        found = plain(self)
        thing = mark_of(self)
        caller = _getframe(1)
        if found and thing is not None and caller.f_code is not _GET:
            here().note(Op.CHECK, thing.number, site_of(caller), 1, _job(self), PRESENT)
        return found

    return ready


def _calling_back(plain: Any) -> Any:
    def _set(self: Any, i: int, obj: Any) -> None:
        thing = mark_of(self)
        is_last = getattr(self, "_number_left", 1) == 1
        if thing is not None and is_last and (self._callback or self._error_callback):
            safely(_called_back, self, thing, obj)
        try:
            plain(self, i, obj)
        except BaseException as error:
            leave(error)
            raise

    return _set


def _called_back(result: Any, thing: Thing, outcome: Any) -> None:
    is_well, value = outcome
    if (result._callback if is_well else result._error_callback) is not None:
        bits, presence = shown(value) if is_well else told(error_in_words(value))
        here().note(Op.CALLBACK, thing.number, NOWHERE, bits, _job(result), presence)


_PARTS: Final = f"{MARK}_parts"


def _coming(plain: Any) -> Any:
    def _set(self: Any, i: int, obj: Any) -> None:
        if mark_of(self) is not None:
            self.__dict__.setdefault(_PARTS, deque()).append(i)
        plain(self, i, obj)

    return _set


def _iterating(plain: Any) -> Any:
    def next(self: Any, timeout: float | None = None) -> Any:
        thing = mark_of(self)
        try:
            if thing is None:
                return plain(self, timeout)
            frame = _getframe(1)
            if not self._items and self._index != self._length:
                here().note(Op.WAIT, thing.number, site_of(frame), wait_ends(timeout), Op.RESULT)
            value = plain(self, timeout)
        except BaseException as error:
            if thing is not None and isinstance(error, Exception) and not isinstance(error, StopIteration | NotInTime):
                safely(_resulted, thing, frame, _part(self), told(error_in_words(error)))
            leave(error)
            raise
        safely(_resulted, thing, frame, _part(self), shown(value))
        return value

    return next


def _part(iterator: Any) -> int:
    """Which task the result is of that was taken just now."""
    parts = iterator.__dict__.get(_PARTS)
    if parts is not None:
        return task_of(iterator._job, parts.popleft() if parts else NOTHING)
    with iterator._cond:
        return task_of(iterator._job, iterator._index - len(iterator._items) - 1)


def _closing(plain: Any) -> Any:
    def close(self: Any) -> None:
        thing = mark_of(self)
        try:
            if thing is not None and self._state == pools.RUN:
                here().note(Op.CLOSE, thing.number, site_of(_getframe(1)))
            plain(self)
        except BaseException as error:
            leave(error)
            raise

    return close


def _joining(plain: Any) -> Any:
    def join(self: Any) -> Any:
        thing = mark_of(self)
        try:
            if thing is None or self._state == pools.RUN:
                return plain(self)
            site = site_of(_getframe(1))
            here().note(Op.WAIT, thing.number, site, FOR_EVER, Op.JOIN)
            plain(self)
            here().note(Op.JOIN, thing.number, site, 0, NOTHING, NOTHING)
        except BaseException as error:
            leave(error)
            raise

    return join
