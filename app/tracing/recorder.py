"""Stamps steps, buffers them, and sends them in batches on the worker's Queue.

    worker process
    ┌───────────────────────────────────────────────────────────────┐
    │ main thread: number.value += 1                                │
    │   └ traced object: stamp, `append(pack(seven integers))`      │
    │                        │                                      │
    │ courier thread, every 10 ms: `send()` ── Queue.put(batch) ────┼──▶ the collector, in the server
    └───────────────────────────────────────────────────────────────┘

A batch is `(watermark, bytes)`: records of `app.steps`, in the order in which this process made them, and the time
before which this process has nothing left to send. The collector orders the steps of all workers by time and may pass
a step on as soon as every watermark is beyond it; that is why an idle or blocked worker keeps sending watermarks.

`stamping` is what makes the watermark exact. The main thread sets it before it reads the clock and clears it when
the record is in the list. The courier reads the clock *before* it looks at the flag: where the flag is down, every
step stamped before that reading is in the list already.
"""

from collections.abc import Callable
from multiprocessing.queues import Queue
from threading import Lock
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Final

from app.steps import NO_TARGET, NOTHING, RECORD, RECORD_FIELDS, Op, kind_of

Batch = tuple[int, bytes]
Gate = Callable[[Op, int], None]

_TIME: Final = RECORD_FIELDS.index("t_ns")


class Recorder:
    """The steps of this process. There is one in each process, `RECORDER`; traced objects find it there.

    Only the main thread records.
    """

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.append: Callable[[bytes], None] = self.records.append
        self.stamping = False
        self.gate: Gate | None = None
        self.code: CodeType | None = None
        self.lines: list[int] = []
        self._lines_of: dict[CodeType, list[int]] = {}
        self._shown: CodeType | None = None
        self._watermark = 0
        self._sending = Lock()
        self._queue: Queue[Batch] | None = None

    def start(self, queue: "Queue[Batch]", shown: CodeType, gate: Gate | None) -> None:
        """Begin to send on `queue`. Lines are counted within `shown`, the function that the page shows."""
        self._queue = queue
        self._shown = shown
        self.gate = gate

    def add(self, kind: int, line: int, now: int) -> None:
        """Take down a step that has neither value nor version. `stamping` is up since before `now` was read."""
        self.append(RECORD.pack(kind, line, now, NOTHING, 0, NOTHING, NOTHING))

    def note(self, op: Op) -> None:
        """Record a step in the life of the process itself, which has no target."""
        self.stamping = True
        self.add(kind_of(op, NO_TARGET), 0, perf_counter_ns())
        self.stamping = False

    def line_of(self, frame: FrameType) -> int:
        """The line that `frame` is on, counted from 1 within the code shown; 0 where it is elsewhere."""
        if frame.f_code is not self.code:
            self.enter(frame.f_code)
        return self.lines[frame.f_lasti]

    def enter(self, code: CodeType) -> None:
        """Make `lines` the line of each of `code`'s instructions: looked up three times faster than `f_lineno`."""
        lines = self._lines_of.get(code)
        if lines is None:
            lines = self._lines_of[code] = self._line_table(code)
        self.lines = lines
        self.code = code

    def take(self) -> Batch:
        """All records so far, and the watermark. Only one thread may be in here at a time."""
        now = perf_counter_ns()
        stamping = self.stamping
        count = len(self.records)
        taken = self.records[:count]
        del self.records[:count]
        if not stamping:
            self._watermark = now
        elif taken:
            self._watermark = RECORD.unpack(taken[-1])[_TIME]
        return self._watermark, b"".join(taken)

    def send(self) -> None:
        """Put everything recorded so far on the Queue, or at least the watermark."""
        with self._sending:
            if self._queue is not None:
                self._queue.put(self.take())

    def close(self) -> None:
        """Send what is left and wait until the Queue has written it."""
        self.send()
        with self._sending:
            queue, self._queue = self._queue, None
        if queue is not None:
            queue.close()
            queue.join_thread()

    def _line_table(self, code: CodeType) -> list[int]:
        shown = self._shown
        table = [0] * len(code.co_code)
        if shown is None or code.co_filename != shown.co_filename:
            return table
        first = shown.co_firstlineno
        last = max((line for _, _, line in shown.co_lines() if line), default=first)
        for start, end, line in code.co_lines():
            if line is not None and first <= line <= last:
                table[start:end] = [line - first + 1] * (end - start)
        return table


RECORDER: Final = Recorder()
