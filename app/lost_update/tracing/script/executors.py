"""Process pool executors of a person's own: a pool by another name, recorded in the same steps (see `pools`).

    person's process                                  worker
      executor.submit(f, x) ── SUBMIT ─────────────▶  WAIT when there is nothing to do, TASK_START … TASK_END
      future.result()       ── WAIT, RESULT ◀────────  (`futures`)

`second` is the number of the task, as the executor counts them.
"""

from importlib import import_module
from sys import _getframe
from types import FrameType
from typing import Any

from lost_update.model.ops import FOR_EVER, NOTHING, Op
from lost_update.tracing.script import pipes, pools
from lost_update.tracing.script.futures import note_task
from lost_update.tracing.script.stream import here, site_of
from lost_update.tracing.script.things import (
    MARK,
    after_making,
    leave,
    made,
    mark_of,
    safely,
    stand_in,
    told,
)

executors: Any = import_module("concurrent.futures.process")


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
            safely(note_task, Op.SUBMIT, thing, _getframe(1), number, lambda: told(_in_words(task)))
            future = plain(self, fn, *args, **kwargs)
        except BaseException as error:
            if thing is not None:
                safely(note_task, Op.FAIL, thing, _getframe(1), number, lambda: (0, NOTHING))
            leave(error)
            raise
        setattr(future, MARK, (thing, number))
        return future

    return submit


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
