"""Process pool executors of a person's own: a pool by another name, recorded in the same steps (see `pools`).

    person's process                                  worker
      executor.submit(f, x) ── SUBMIT ─────────────▶  WAIT when there is nothing to do, TASK_START … TASK_END
      future.result()       ── WAIT, RESULT ◀────────
      future.done(), as_completed, wait ── CHECK

`second` is the number of the task, as the executor counts them. What a thread pool's futures do is not recorded.
"""

import itertools
from concurrent.futures import CancelledError, _base
from importlib import import_module
from sys import _getframe, modules
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import ENDS_BY_ITSELF, FOR_EVER, NOTHING, PRESENT, Op
from lost_update.tracing.script import pipes, pools
from lost_update.tracing.script.sites import NOWHERE
from lost_update.tracing.script.stream import here, site_of
from lost_update.tracing.script.things import (
    MARK,
    Thing,
    after_making,
    leave,
    made,
    mark_of,
    safely,
    shown,
    stand_in,
    told,
)

executors: Any = import_module("concurrent.futures.process")

_DONE: Final = (_base.CANCELLED, _base.CANCELLED_AND_NOTIFIED, _base.FINISHED)


class _Inbox(pools.Inbox):
    """What a worker takes its tasks from."""

    def _begins(self, task: Any) -> None:
        self._note(task.work_id, _in_words(task))


class _Outbox(pools.Outbox):
    """Where a worker puts what came of its tasks."""

    def _ends(self, outcome: Any) -> None:
        if isinstance(outcome, executors._ResultItem):
            error = outcome.exception
            if error is None:
                self._note(outcome.work_id, outcome.result, True)
            else:
                self._note(outcome.work_id, getattr(error, "exc", error), False)


def _in_words(task: Any) -> str:
    function, arguments = task.fn, task.args
    if getattr(getattr(function, "func", None), "__name__", "") != "_process_chunk":
        return pools.call_in_words(function, arguments, task.kwargs)
    chunk = arguments[0]
    name = pools.name_of(function)
    return f"{name} × {len(chunk)}" if len(chunk) > 1 else pools.call_in_words(function, chunk[0])


def _working(plain: Any) -> Any:
    def _process_worker(call_queue: Any, result_queue: Any, *more: Any, **named: Any) -> None:
        thing = mark_of(call_queue)
        if thing is not None:
            call_queue, result_queue = _Inbox(call_queue, thing), _Outbox(result_queue, thing)
        try:
            plain(call_queue, result_queue, *more, **named)
        except BaseException as error:
            leave(error)
            raise

    return _process_worker


def install() -> None:
    """Follow executors."""
    stand_in(executors, "_process_worker", _working)
    after_making(executors.ProcessPoolExecutor, "__init__", _made)
    stand_in(executors.ProcessPoolExecutor, "submit", _submitting)
    stand_in(executors.ProcessPoolExecutor, "shutdown", _shutting)
    stand_in(_base.Future, "result", _getting)
    stand_in(_base.Future, "exception", _getting)
    stand_in(_base.Future, "done", _checking)
    stand_in(_base.Future, "_invoke_callbacks", _calling_back)
    for name, make in (("wait", _waiting), ("as_completed", _completing)):
        stand_in(_base, name, make)
        setattr(modules["concurrent.futures"], name, getattr(_base, name))


def _made(executor: Any, frame: FrameType) -> None:
    queue = executor._call_queue
    key = pipes.key_of(queue._reader, "queue")
    thing = made(frame, key, "pool", what=type(executor).__name__, amount=executor._max_workers)
    if thing is not None:
        setattr(executor, MARK, thing)
        setattr(queue, MARK, thing)


def _submitting(plain: Any) -> Any:
    def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        thing = mark_of(self)
        try:
            if thing is None:
                return plain(self, fn, *args, **kwargs)
            number = self._queue_count
            task = executors._CallItem(number, fn, args, kwargs)
            safely(_note, Op.SUBMIT, thing, _getframe(1), number, lambda: told(_in_words(task)))
            future = plain(self, fn, *args, **kwargs)
        except BaseException as error:
            if thing is not None:
                safely(_note, Op.FAIL, thing, _getframe(1), number, lambda: (0, NOTHING))
            leave(error)
            raise
        setattr(future, MARK, (thing, number))
        return future

    return submit


def _note(op: Op, thing: Thing, frame: FrameType, task: int, value: Any) -> None:
    bits, presence = value()
    here().note(op, thing.number, site_of(frame), bits, task, presence)


def _ends(timeout: float | None) -> int:
    return FOR_EVER if timeout is None else ENDS_BY_ITSELF


def _getting(plain: Any) -> Any:
    def result(self: Any, timeout: float | None = None) -> Any:
        mark = mark_of(self)
        try:
            if mark is None:
                return plain(self, timeout)
            thing, task = mark
            frame = _getframe(1)
            if self._state not in _DONE:
                here().note(Op.WAIT, thing.number, site_of(frame), _ends(timeout), Op.RESULT)
            value = plain(self, timeout)
        except BaseException as error:
            if mark is not None:
                safely(_note_error, self, error, frame)
            leave(error)
            raise
        safely(_note, Op.RESULT, thing, frame, task, lambda: _outcome(value))
        return value

    return result


def _note_error(future: Any, error: BaseException, frame: FrameType) -> None:
    thing, task = mark_of(future)
    if future._state == _base.FINISHED and error is future._exception:
        _note(Op.RESULT, thing, frame, task, lambda: told(pools.error_in_words(error)))
    elif isinstance(error, CancelledError):
        _note(Op.RESULT, thing, frame, task, lambda: told("cancelled"))


def _outcome(value: Any) -> tuple[int, int]:
    return told(pools.error_in_words(value)) if isinstance(value, BaseException) else shown(value)


def _checking(plain: Any) -> Any:
    def done(self: Any) -> Any:
        found = plain(self)
        if found:
            _check(self, _getframe(1))
        return found

    return done


def _check(future: Any, frame: FrameType) -> None:
    mark = mark_of(future)
    if mark is not None:
        here().note(Op.CHECK, mark[0].number, site_of(frame), 1, mark[1], PRESENT)


def _calling_back(plain: Any) -> Any:
    def _invoke_callbacks(self: Any) -> None:
        mark = mark_of(self)
        if mark is not None and self._done_callbacks:
            here().note(Op.CALLBACK, mark[0].number, NOWHERE, 0, mark[1], NOTHING)
        try:
            plain(self)
        except BaseException as error:
            leave(error)
            raise

    return _invoke_callbacks


def _wait_for(futures: Any, frame: FrameType, timeout: float | None) -> None:
    """Say that one waits for what comes of some of these, if nothing has come of any."""
    marks = [mark_of(each) for each in futures if each._state not in _DONE]
    if marks and marks[0] is not None:
        here().note(Op.WAIT, marks[0][0].number, site_of(frame), _ends(timeout), Op.RESULT)


def _waiting(plain: Any) -> Any:
    def wait(fs: Any, timeout: float | None = None, return_when: str = _base.ALL_COMPLETED) -> Any:
        try:
            frame = _getframe(1)
            fs = list(fs)
            if return_when == _base.ALL_COMPLETED or not any(each._state in _DONE for each in fs):
                _wait_for(fs, frame, timeout)
            outcome = plain(fs, timeout, return_when)
        except BaseException as error:
            leave(error)
            raise
        for future in outcome.done:
            _check(future, frame)
        return outcome

    return wait


def _completing(plain: Any) -> Any:
    def as_completed(fs: Any, timeout: float | None = None) -> Any:
        try:
            left = set(fs)
            coming = plain(left, timeout)
            for _ in itertools.count():
                frame = _getframe()
                if left and not any(each._state in _DONE for each in left):
                    _wait_for(left, frame, timeout)
                future = next(coming, None)
                if future is None:
                    return
                left.discard(future)
                _check(future, frame)
                yield future
        except BaseException as error:
            leave(error)
            raise

    return as_completed


def _shutting(plain: Any) -> Any:
    def shutdown(self: Any, wait: bool = True, *, cancel_futures: bool = False) -> Any:
        thing = mark_of(self)
        try:
            if thing is None or self._executor_manager_thread is None:
                return plain(self, wait, cancel_futures=cancel_futures)
            site = site_of(_getframe(1))
            here().note(Op.CLOSE, thing.number, site)
            if wait:
                here().note(Op.WAIT, thing.number, site, FOR_EVER, Op.JOIN)
            plain(self, wait, cancel_futures=cancel_futures)
            if wait:
                here().note(Op.JOIN, thing.number, site, 0, NOTHING, NOTHING)
        except BaseException as error:
            leave(error)
            raise

    return shutdown
