"""A traced `multiprocessing.Pool`: its tasks, its results and its end become steps.

    main thread of main                                     workers
      map(cube, …): submit 0, submit 1, … ── chunks ──────▶ task_start, cube(…), task_end
      waits for the pool              ◀── results ─────────
      result
    a thread of the Pool in main: callback

The Pool itself is `multiprocessing`'s: which worker gets which chunk, and when, is decided there. Each object travels
with the number of its task, and the function is called by `Task`, in the worker, which records when it began and ended.
The workers are forked, which is safe because `main` has no other thread until the Pool has made them.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from multiprocessing import pool
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.model.steps import NO_TARGET
from lost_update.tracing import process_lifecycle
from lost_update.tracing.recorder import RECORDER

_caller = sys._getframe

NO_NAMES: Final[dict[str, Any]] = {}


class Task:
    """Calls `function` in a worker, on what comes with the number of the task."""

    def __init__(self, function: Callable[..., Any], target: int) -> None:
        self._function = function
        self._target = target

    def __call__(self, numbered: tuple[int, tuple[Any, ...], dict[str, Any]]) -> Any:
        number, arguments, named = numbered
        given = arguments[0] if arguments else None
        if RECORDER.gate is not None:
            RECORDER.gate(Op.TASK_START, self._target)
        RECORDER.note(Op.TASK_START, self._target, 0, given, number)
        result = self._function(*arguments, **named)
        if RECORDER.gate is not None:
            RECORDER.gate(Op.TASK_END, self._target)
        RECORDER.note(Op.TASK_END, self._target, 0, result, number)
        return result


class Pool(pool.Pool):
    """Behaves as `multiprocessing.Pool` does, and records. Not traced: `imap`, `starmap` and their like."""

    target = NO_TARGET
    """Its number as a target: set in the process that makes it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._numbers = count()
        super().__init__(*arguments, **named)
        process_lifecycle.go_on_with_threads(traced=True)

    def map(self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """As `multiprocessing`'s."""
        call = _Call(self.target, _caller(1), many=True)
        results: list[Any] = self._map(call, func, iterable, chunksize).get()
        return results

    def map_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> Any:
        """As `multiprocessing`'s."""
        call = _Call(self.target, _caller(1), many=True)
        return self._map(call, func, iterable, chunksize, callback=callback, error_callback=error_callback)

    def apply(self, func: Callable[..., Any], args: Iterable[Any] = (), kwds: Mapping[str, Any] = NO_NAMES) -> Any:
        """As `multiprocessing`'s."""
        return self._apply(_Call(self.target, _caller(1), many=False), func, args, kwds).get()

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: Mapping[str, Any] = NO_NAMES,
        callback: Any = None,
        error_callback: Any = None,
    ) -> Any:
        """As `multiprocessing`'s."""
        call = _Call(self.target, _caller(1), many=False)
        return self._apply(call, func, args, kwds, callback=callback, error_callback=error_callback)

    def close(self) -> None:
        """As `multiprocessing`'s."""
        RECORDER.note(Op.CLOSE, self.target, RECORDER.nearest_line(_caller(1)))
        super().close()

    def join(self) -> None:
        """As `multiprocessing`'s: a `join` for each worker, then one for the pool."""
        line = RECORDER.nearest_line(_caller(1))
        workers: list[Any] = list(self._pool)  # type: ignore[attr-defined]
        RECORDER.note(Op.WAIT, self.target, line)
        super().join()
        for worker in workers:
            if worker.registered is not None:
                RECORDER.note(Op.JOIN, worker.registered.target, line, worker.exitcode)
        RECORDER.note(Op.JOIN, self.target, line)

    def _map(
        self,
        call: "_Call",
        func: Any,
        iterable: Iterable[Any],
        chunksize: int | None,
        *,
        callback: Any = None,
        **on: Any,
    ) -> "_TracedResult":
        numbered = [(next(self._numbers), (item,), NO_NAMES) for item in iterable]
        for number, (item,), _ in numbered:
            call.note_task(item, number)
        task = Task(func, self.target)
        return _TracedResult(super().map_async(task, numbered, chunksize, callback=call.recorded(callback), **on), call)

    def _apply(
        self, call: "_Call", func: Any, args: Iterable[Any], kwds: Any, *, callback: Any = None, **on: Any
    ) -> "_TracedResult":
        given = tuple(args)
        number = next(self._numbers)
        call.note_task(given[0] if given else None, number)
        task = Task(func, self.target)
        return _TracedResult(
            super().apply_async(task, ((number, given, dict(kwds)),), callback=call.recorded(callback), **on), call
        )


class _Call:
    """One call of a method of the pool: where it stands in the code, and whether it makes one task or many."""

    def __init__(self, target: int, frame: FrameType, *, many: bool) -> None:
        self.target = target
        self.line = RECORDER.nearest_line(frame)
        self._many = many

    def note_task(self, given: Any, number: int) -> None:
        """A task is handed to the pool."""
        RECORDER.note(Op.SUBMIT, self.target, self.line, given, number)

    def count(self, outcome: Any) -> int:
        """How many results these are."""
        return len(outcome) if self._many else 1

    def recorded(self, callback: Callable[[Any], None] | None) -> Callable[[Any], None] | None:
        """`callback`, recorded. The Pool calls it from one of its own threads."""
        if callback is None:
            return None

        def call(outcome: Any) -> None:
            RECORDER.note(Op.CALLBACK, self.target, self.line, self.count(outcome))
            callback(outcome)

        return call


class _TracedResult:
    """An `AsyncResult` that records when it is waited for, and when it came."""

    def __init__(self, result: Any, call: _Call) -> None:
        self._result = result
        self._call = call

    def get(self, timeout: float | None = None) -> Any:
        """As `multiprocessing`'s."""
        call = self._call
        line = RECORDER.nearest_line(_caller(1))
        if not self._result.ready():
            RECORDER.note(Op.WAIT, call.target, line)
        outcome = self._result.get(timeout)
        RECORDER.note(Op.RESULT, call.target, line, call.count(outcome))
        return outcome

    def __getattr__(self, name: str) -> Any:
        """`wait`, `ready`, `successful`: as `multiprocessing`'s, and no steps."""
        return getattr(self._result, name)
