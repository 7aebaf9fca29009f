"""Stamps steps, buffers them, and sends them in batches on the process's own pipe.

    process
    ┌───────────────────────────────────────────────────────────────┐
    │ main thread: number.value += 1                                │
    │   └ traced object: stamp, `append(pack(seven integers))`      │
    │                        │                                      │
    │ courier thread, every 20 ms: `send()` ── pipe ────────────────┼──▶ the collector, in the server
    └───────────────────────────────────────────────────────────────┘

Before the first step in a source file that is not the code shown, the process declares that file (`SourceDeclared`),
on the same pipe, so that the declaration is there first.

A batch is `(watermark, bytes)`: records of `steps`, in the order in which this process made them, and the time
before which this process has nothing left to send. The collector orders the steps of all processes by time and may pass
a step on as soon as every watermark is beyond it; that is why an idle or blocked process keeps sending watermarks. One
that waits at its gate does not: the collector knows that it has nothing to send (`Collector.append`), and of the thirty
processes of a class all but one wait there.

`stamping` is what makes the watermark exact. The main thread sets it before it reads the clock and clears it when
the record is in the list. The courier reads the clock *before* it looks at the flag: where the flag is down, every
step stamped before that reading is in the list already.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from threading import Lock
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import ANNOUNCED, NO_SOURCE, NO_TARGET, RECORD, RECORD_FIELDS, kind_of, line_within

if TYPE_CHECKING:  # What it is made with takes long to import, and a process only hands it on.
    from lost_update.model.sources import Code


class SourceDeclared(NamedTuple):
    """A process takes steps in this source file. It numbers such files from 1, as it declares them."""

    source: "Code"


Batch = tuple[int, bytes]
Message = Batch | SourceDeclared
Gate = Callable[[Op, int], None]

_TIME: Final = RECORD_FIELDS.index("t_ns")

NEVER: Final = (1 << 63) - 1
"""The watermark of a process that will send nothing: it has ended, or was never started."""

MOST_RECORDS: Final = 4096
"""In one batch: who takes in many small ones needs less memory for them, and less time, than for a single large one."""

_SMALLEST: Final = -(1 << 63)
_LARGEST: Final = (1 << 63) - 1


@dataclass(frozen=True)
class Shown:
    """Lines of one file that are told of: of the code that the page shows, or of another source of the run.

    A part is its first and its last line in the file, and how many lines of the text that is shown stand before it.
    """

    file: str
    parts: tuple[tuple[int, int, int], ...]

    def line(self, line: int) -> int:
        """Where that line of the file stands in the text, counted from 1; 0 where it does not."""
        return next((line - first + 1 + before for first, last, before in self.parts if first <= line <= last), 0)


NOT_SHOWN: Final = Shown("", ())


class Recorder:
    """The steps of this process. There is one in each process, `RECORDER`; traced objects find it there.

    Only the main thread records, except by `note`, which any thread may call.
    """

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.append: Callable[[bytes], None] = self.records.append
        self.stamping = False
        self.is_busy = False
        """Whether the main thread does something that must not be interrupted: a message, a launch."""
        self.gate: Gate | None = None
        self.is_at_gate = False
        """Whether the main thread waits for a grant. It has said so, and has nothing to send before it goes on."""
        self.code: CodeType | None = None
        self.lines: list[int] = []
        self._lines_of: dict[CodeType, list[int]] = {}
        self._shown: dict[str, tuple[Shown, int]] = {}
        """Of each file that is told of: its lines, and the number of the source."""
        self._undeclared: list[Code] = []
        self._watermark = 0
        self._promised = 0
        self._sending = Lock()
        self._pipe: Connection[Any, Any] | None = None
        self._at_once = False

    def start(self, pipe: "Connection[Any, Any]", shown: Shown, gate: Gate | None, *, at_once: bool = False) -> None:
        """Start over, and send on `pipe`. A forked process drops the records that it inherited.

        `at_once`: without any thread, each `note` sends for itself, so that the process may be forked safely.
        """
        inherited = self._pipe
        self.__init__()  # type: ignore[misc]
        if inherited is not None:
            inherited.close()
        self._pipe = pipe
        self._shown[shown.file] = (shown, NO_SOURCE)
        self.gate = gate
        self._at_once = at_once

    def declare_source(self, source: "Code", shown: Shown) -> None:
        """From now on the steps that this process takes in those lines say so, and name the source."""
        self._undeclared.append(source)  # before any step can need it
        self._shown[shown.file] = (shown, max((number for _, number in self._shown.values()), default=NO_SOURCE) + 1)
        self._lines_of.clear()
        self.code = None

    def stop_sending_at_once(self) -> bool:
        """From now on a thread sends. Whether it was otherwise before."""
        before, self._at_once = self._at_once, False
        return before

    def add(self, kind: int, line: int, now: int) -> None:
        """Record a step without value and version. `stamping` has been set since before `now` was read."""
        self.append(RECORD.pack(kind, line, now, NOTHING, 0, NOTHING, NOTHING))

    def note(self, op: Op, target: int = NO_TARGET, line: int = 0, first: object = None, second: int = NOTHING) -> None:
        """Record a step that is neither an access nor about a lock. Any thread may: the clock is read under a lock.

        What the slots mean says the row of the op. Of the first only an integer is kept, and the third says whether
        it was one. Raises nothing but what ends the process.
        """
        is_number = isinstance(first, int) and _SMALLEST <= first <= _LARGEST
        bits: Any = first if is_number else 0
        with self._sending:
            # A process that is asked to end during a pause ends at the time at which the pause would have ended: the
            # other processes' steps up to then may be merged already.
            now = max(perf_counter_ns(), self._promised)
            self.append(
                RECORD.pack(kind_of(op, target), line, now, NOTHING, bits, second, PRESENT if is_number else NOTHING)
            )
        if self._at_once:
            self.send()

    def announce(self, op: Op, target: int, line: int) -> None:
        """Send, immediately, what this process would do next."""
        with self._sending:
            self.append(
                RECORD.pack(kind_of(op, target) | ANNOUNCED, line, perf_counter_ns(), NOTHING, 0, NOTHING, NOTHING)
            )
        self.is_busy = True
        self.send()
        self.is_busy = False

    def promise(self, until_ns: int) -> None:
        """Nothing will be recorded before that time, so the watermark need not be sent every beat."""
        self._promised = until_ns

    def nearest_line(self, frame: FrameType | None) -> int:
        """The line that is told of that `frame` or the nearest of its callers is on; 0 for none."""
        while frame is not None:
            line = self.line_in(frame.f_code.co_filename, frame.f_lineno)
            if line:
                return line
            frame = frame.f_back
        return 0

    def line_in(self, file: str, line: int) -> int:
        """A line of a file as a record carries it, with its source; 0 where it is not told of."""
        shown, source = self._shown.get(file, (NOT_SHOWN, NO_SOURCE))
        at = shown.line(line)
        return line_within(at, source) if at else 0

    def line_of(self, frame: FrameType) -> int:
        """The line that `frame` is on, as a record carries it; 0 where it is not told of."""
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

    def take(self) -> list[Batch]:
        """All records so far, and the watermark. Only one thread may be in here at a time."""
        now = perf_counter_ns()
        stamping = self.stamping
        count = len(self.records)
        taken = self.records[:count]
        del self.records[:count]
        pieces = [taken[first : first + MOST_RECORDS] for first in range(0, count, MOST_RECORDS)] or [[]]
        batches = [(_time_of(piece[-1]), b"".join(piece)) for piece in pieces[:-1]]
        if not stamping:
            self._watermark = max(now, self._promised)
        elif taken:
            self._watermark = _time_of(taken[-1])
        return [*batches, (self._watermark, b"".join(pieces[-1]))]

    def send(self) -> None:
        """Send everything recorded so far, or at least the watermark."""
        with self._sending:
            self._send()

    def close(self) -> None:
        """Send what is left; nothing more will come."""
        self.is_busy = True
        try:
            with self._sending:
                self._send()
                pipe, self._pipe = self._pipe, None
            if pipe is not None:
                pipe.close()
        finally:
            self.is_busy = False

    def _send(self) -> None:
        has_nothing_to_say = self.is_at_gate or perf_counter_ns() < self._watermark
        if self._pipe is None or (not self.records and has_nothing_to_say):
            return
        if not self._at_once:
            self._send_all(self._pipe)
            return
        was_busy, self.is_busy = self.is_busy, True
        try:
            self._send_all(self._pipe)
        finally:
            self.is_busy = was_busy

    def _send_all(self, pipe: "Connection[Any, Any]") -> None:
        batches = self.take()
        # Whatever a step in the batch needs was declared before the step was recorded.
        while self._undeclared:
            _put(pipe, SourceDeclared(self._undeclared.pop(0)))
        for batch in batches:
            _put(pipe, batch)

    def _line_table(self, code: CodeType) -> list[int]:
        table = [0] * len(code.co_code)
        if code.co_filename not in self._shown:
            return table
        for start, end, line in code.co_lines():
            if line is not None:
                table[start:end] = [self.line_in(code.co_filename, line)] * (end - start)
        return table


def _time_of(record: bytes) -> int:
    time: int = RECORD.unpack(record)[_TIME]
    return time


def _put(pipe: "Connection[Any, Any]", message: Message) -> None:
    """In this thread: that of a `Queue` would wake up for each batch too. It ends the process if the server is gone."""
    try:
        pipe.send_bytes(ForkingPickler.dumps(message))
    except BrokenPipeError:
        os._exit(1)


RECORDER: Final = Recorder()
