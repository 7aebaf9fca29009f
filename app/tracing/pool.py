"""A traced `multiprocessing.Pool`: its tasks, its results and its end become steps.

    main thread of main                                     workers
      map(cube, …): submit 0, submit 1, … ── chunks ──────▶ task_start, cube(…), task_end
      waits for the pool              ◀── results ─────────
      result
    a thread of the Pool in main: callback

The Pool itself is `multiprocessing`'s: which worker gets which chunk, and when, is its own doing. Each object travels
with the number of its task, and the function is called by `Task`, in the worker, which records when it began and ended.
"""

import sys
from collections.abc import Callable, Iterable
from itertools import count
from multiprocessing import pool
from typing import Any

from app.steps import NO_TARGET, Op
from app.tracing.recorder import RECORDER

_caller = sys._getframe

TARGETS: dict[str, int] = {}
"""The numbers of `pool` and of the processes as targets, set in the process that makes the Pool."""


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

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._target = TARGETS.get("pool", NO_TARGET)
        self._numbers = count()
        super().__init__(*arguments, **named)

    def map(self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """As `multiprocessing`'s."""
        line = RECORDER.nearest_line(_caller(1))
        return self._map(func, iterable, chunksize, None, None, line).get()

    def map_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Callable[[Any], None] | None = None,
        error_callback: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """As `multiprocessing`'s."""
        return self._map(func, iterable, chunksize, callback, error_callback, RECORDER.nearest_line(_caller(1)))

    def apply(self, func: Callable[..., Any], args: Iterable[Any] = (), kwds: Any = None) -> Any:
        """As `multiprocessing`'s."""
        return self._apply(func, args, kwds, None, None, RECORDER.nearest_line(_caller(1))).get()

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: Any = None,
        callback: Callable[[Any], None] | None = None,
        error_callback: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """As `multiprocessing`'s."""
        return self._apply(func, args, kwds, callback, error_callback, RECORDER.nearest_line(_caller(1)))

    def close(self) -> None:
        """As `multiprocessing`'s."""
        RECORDER.note(Op.CLOSE, self._target, RECORDER.nearest_line(_caller(1)))
        super().close()

    def join(self) -> None:
        """As `multiprocessing`'s: a `join` for each worker, then one for the pool."""
        line = RECORDER.nearest_line(_caller(1))
        workers: list[Any] = list(self._pool)  # type: ignore[attr-defined]
        RECORDER.note(Op.WAIT, self._target, line)
        super().join()
        for worker in workers:
            if worker.slot is not None:
                RECORDER.note(Op.JOIN, worker.slot.target, line, worker.exitcode)
        RECORDER.note(Op.JOIN, self._target, line)

    def _map(
        self, func: Any, iterable: Iterable[Any], chunksize: int | None, callback: Any, error: Any, line: int
    ) -> "_Waited":
        numbered = [(next(self._numbers), (item,), {}) for item in iterable]
        for number, (item,), _ in numbered:
            RECORDER.note(Op.SUBMIT, self._target, line, item, number)
        told = self._told(callback, line, many=True)
        return _Waited(
            super().map_async(Task(func, self._target), numbered, chunksize, told, error), self._target, many=True
        )

    def _apply(
        self, func: Any, arguments: Iterable[Any], named: Any, callback: Any, error: Any, line: int
    ) -> "_Waited":
        numbered = (next(self._numbers), tuple(arguments), named or {})
        number, given, _ = numbered
        RECORDER.note(Op.SUBMIT, self._target, line, given[0] if given else None, number)
        told = self._told(callback, line, many=False)
        return _Waited(
            super().apply_async(Task(func, self._target), (numbered,), None or {}, told, error),
            self._target,
            many=False,
        )

    def _told(self, callback: Callable[[Any], None] | None, line: int, *, many: bool) -> Callable[[Any], None] | None:
        """`callback`, recorded. The Pool calls it from a thread of its own."""
        if callback is None:
            return None

        def call(outcome: Any) -> None:
            RECORDER.note(Op.CALLBACK, self._target, line, len(outcome) if many else 1)
            callback(outcome)

        return call


class _Waited:
    """An `AsyncResult` that records who waits for it, and that it came."""

    def __init__(self, result: Any, target: int, *, many: bool) -> None:
        self._result = result
        self._target = target
        self._many = many

    def get(self, timeout: float | None = None) -> Any:
        """As `multiprocessing`'s."""
        line = RECORDER.nearest_line(_caller(1))
        if not self._result.ready():
            RECORDER.note(Op.WAIT, self._target, line)
        outcome = self._result.get(timeout)
        RECORDER.note(Op.RESULT, self._target, line, len(outcome) if self._many else 1)
        return outcome

    def wait(self, timeout: float | None = None) -> None:
        """As `multiprocessing`'s."""
        self._result.wait(timeout)

    def ready(self) -> bool:
        """As `multiprocessing`'s."""
        ready: bool = self._result.ready()
        return ready

    def successful(self) -> bool:
        """As `multiprocessing`'s."""
        successful: bool = self._result.successful()
        return successful
