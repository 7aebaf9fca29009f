"""The futures of a process pool executor (`executors`): what waits for them. Those of threads leave no step.

    future.result()                       WAIT, RESULT
    future.done(), as_completed, wait     CHECK

Separate, because much that shares nothing imports `concurrent.futures`, and no process pool with it.
"""

from concurrent.futures import _base
from sys import _getframe
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT, Op, wait_ends
from lost_update.tracing.script.sites import NOWHERE
from lost_update.tracing.script.stream import here, site_of
from lost_update.tracing.script.things import Thing, error_in_words, leave, mark_of, safely, shown, stand_in, told

_DONE: Final = (_base.CANCELLED, _base.CANCELLED_AND_NOTIFIED, _base.FINISHED)


def install() -> None:
    """Follow what waits for futures."""
    stand_in(_base.Future, "result", _getting)
    stand_in(_base.Future, "exception", _getting)
    stand_in(_base.Future, "done", _checking)
    stand_in(_base.Future, "_invoke_callbacks", _calling_back)
    stand_in(_base, "wait", _waiting)
    stand_in(_base, "as_completed", _completing)


def note_task(op: Op, thing: Thing, frame: FrameType, task: int, value: Any) -> None:
    """A step of that task, with what `value()` gives: bits and presence."""
    bits, presence = value()
    here().note(op, thing.number, site_of(frame), bits, task, presence)


def _getting(plain: Any) -> Any:
    def result(self: Any, timeout: float | None = None) -> Any:
        mark = mark_of(self)
        try:
            if mark is None:
                return plain(self, timeout)
            thing, task = mark
            frame = _getframe(1)
            if self._state not in _DONE:
                here().note(Op.WAIT, thing.number, site_of(frame), wait_ends(timeout), Op.RESULT)
            value = plain(self, timeout)
        except BaseException as error:
            if mark is not None:
                safely(_note_error, self, error, frame)
            leave(error)
            raise
        safely(note_task, Op.RESULT, thing, frame, task, lambda: _outcome(value))
        return value

    return result


def _note_error(future: Any, error: BaseException, frame: FrameType) -> None:
    thing, task = mark_of(future)
    if future._state == _base.FINISHED and error is future._exception:
        note_task(Op.RESULT, thing, frame, task, lambda: told(error_in_words(error)))
    elif isinstance(error, _base.CancelledError):
        note_task(Op.RESULT, thing, frame, task, lambda: told("cancelled"))


def _outcome(value: Any) -> tuple[int, int]:
    return told(error_in_words(value)) if isinstance(value, BaseException) else shown(value)


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
        here().note(Op.WAIT, marks[0][0].number, site_of(frame), wait_ends(timeout), Op.RESULT)


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
            # Nothing is kept of a future once it is handed out: neither a name nor a place in the set.
            fs = set(fs)
            coming = plain(fs, timeout)
            while True:
                frame = _getframe()
                if fs and not any(each._state in _DONE for each in fs):
                    _wait_for(fs, frame, timeout)
                next_one = [next(coming, None)]
                if next_one[0] is None:
                    return
                fs.discard(next_one[0])
                _check(next_one[0], frame)
                yield next_one.pop()
        except BaseException as error:
            leave(error)
            raise

    return as_completed
