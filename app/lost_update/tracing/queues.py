"""A traced `multiprocessing.Queue`: what is put and what is got become steps.

    P1: put(4) ── thread of P1 ──┐
                                 ├──▶ pipe ──▶ get() -> 4
    P2: put(-1) ── thread of P2 ─┘

`put` only hands the object to a thread of its process, which writes it into the pipe a little later. So what one
process puts comes out in order, and between processes no order is promised. A `put` is stamped before the object is
handed over and a `get` after it came, so that no object is got before it was put.
"""

import sys
from multiprocessing import queues
from multiprocessing.context import BaseContext
from queue import Empty
from typing import Any

from lost_update.model.ops import Op, wait_ends
from lost_update.model.steps import NO_TARGET
from lost_update.tracing.recorder import RECORDER

_caller = sys._getframe


class Queue(queues.Queue):  # type: ignore[type-arg]
    """Behaves as `multiprocessing.Queue` does, and records."""

    def __init__(self, maxsize: int, context: BaseContext) -> None:
        super().__init__(maxsize, ctx=context)
        self.target = NO_TARGET

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        """As `multiprocessing`'s. Where the Queue is full and stays so the step stands all the same."""
        line = RECORDER.nearest_line(_caller(1))
        if RECORDER.gate is not None:
            RECORDER.gate(Op.PUT, self.target)
        RECORDER.stamping = True
        try:
            RECORDER.note(Op.PUT, self.target, line, obj)
            super().put(obj, block, timeout)
        finally:
            RECORDER.stamping = False

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """As `multiprocessing`'s; an attempt that fails leaves no `get`."""
        line = RECORDER.nearest_line(_caller(1))
        if RECORDER.gate is not None:
            RECORDER.gate(Op.GET, self.target)
        try:
            obj = super().get(block=False)
        except Empty:
            if not block:
                raise
            RECORDER.note(Op.WAIT, self.target, line, wait_ends(timeout))
            obj = super().get(block=True, timeout=timeout)
        RECORDER.note(Op.GET, self.target, line, obj)
        return obj

    def is_empty(self) -> bool:
        """Whether nothing is in its pipe now."""
        return not self._reader.poll()  # type: ignore[attr-defined]

    def __getstate__(self) -> Any:
        return (self.target, super().__getstate__())

    def __setstate__(self, state: Any) -> None:
        self.target, plain = state
        super().__setstate__(plain)
