"""Traced locks: those of `multiprocessing`, which also record that they are waited for, acquired and released.

A process that finds the lock taken records `wait` before it blocks. `acquire` is stamped while the lock is held and
`release` just before it is released, so the times for which two processes hold it never overlap in the log.
"""

import sys
from multiprocessing import synchronize
from time import perf_counter_ns
from types import FrameType, TracebackType
from typing import Any

from lost_update.model.ops import Op, wait_ends
from lost_update.model.steps import NO_TARGET, kind_of
from lost_update.tracing.recorder import RECORDER

_caller = sys._getframe


class _Traced(synchronize.SemLock):
    """Adds the recording to a plain lock, which it remains in every other respect."""

    _semlock: Any
    target = NO_TARGET
    """The number by which steps name this lock; the run gives it one."""

    def _make_methods(self) -> None:
        """The base class would replace our methods with those of the semaphore here."""

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As `multiprocessing`'s; an attempt that fails leaves no `acquire`."""
        return self.take(_caller(1), block, timeout)

    def release(self) -> None:
        """As `multiprocessing`'s, ValueError and AssertionError included."""
        self.give(_caller(1))

    def __enter__(self) -> bool:
        return self.take(_caller(1))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.give(_caller(1))

    def is_held(self) -> bool:
        """Whether it is held now, by any process."""
        return bool(self._semlock._is_zero())

    def take(self, frame: FrameType, block: bool = True, timeout: float | None = None) -> bool:
        """Acquire on behalf of the code in `frame`."""
        line = RECORDER.line_of(frame)
        if RECORDER.gate is not None:
            RECORDER.gate(Op.ACQUIRE, self.target)
        if self._acquire(line, False):
            return True
        if not block:
            return False
        RECORDER.note(Op.WAIT, self.target, line, wait_ends(timeout))
        return self._acquire(line, True, timeout)

    def give(self, frame: FrameType) -> None:
        """Release on behalf of the code in `frame`."""
        line = RECORDER.line_of(frame)
        if RECORDER.gate is not None:
            RECORDER.gate(Op.RELEASE, self.target)
        RECORDER.stamping = True
        now = perf_counter_ns()
        try:
            self._semlock.release()
        except BaseException:
            RECORDER.stamping = False
            raise
        self._record(Op.RELEASE, line, now)

    def _acquire(self, line: int, *how: Any) -> bool:
        if not self._semlock.acquire(*how):
            return False
        RECORDER.stamping = True
        self._record(Op.ACQUIRE, line, perf_counter_ns())
        return True

    def _record(self, op: Op, line: int, now: int) -> None:
        RECORDER.add(kind_of(op, self.target), line, now)
        RECORDER.stamping = False

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.target, super().__getstate__())

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.target, plain = state
        super().__setstate__(plain)  # type: ignore[misc]


class Lock(_Traced, synchronize.Lock):
    """`multiprocessing.Lock`, traced."""


class RLock(_Traced, synchronize.RLock):
    """`multiprocessing.RLock`, traced: what a Value carries inside."""


class Guarded:
    """What has a lock inside, and may stand in a `with` statement for it."""

    _lock: Any

    def __enter__(self) -> bool:
        taken: bool = self._lock.take(_caller(1)) if isinstance(self._lock, Lock | RLock) else self._lock.__enter__()
        return taken

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if isinstance(self._lock, Lock | RLock):
            self._lock.give(_caller(1))
        else:
            self._lock.__exit__(kind, error, trace)
