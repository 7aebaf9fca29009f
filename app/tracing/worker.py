"""The life of a worker process, from its first line to its last.

server                         worker process
  │ Process.start() ─────────▶ main(): ignore Ctrl-C, start the courier
  │ ◀──────────────── Queue ── the first batch says "ready"
  │ start time ──── Pipe ────▶ waits for that moment, so that all start together
  │ ◀──────────────── Queue ── start, the scenario's steps, exit; then end of file
  │ SIGTERM ─────────────────▶ ends between two steps, never inside one
  ╳ (gone) ──────────────────▶ the courier ends the process
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from multiprocessing.queues import Queue
from threading import Thread
from time import perf_counter_ns, sleep
from types import FrameType, FunctionType
from typing import Any, Final

from app.steps import Op
from app.tracing.pace import Pace
from app.tracing.recorder import RECORDER, Batch

BEAT_SECONDS: Final = 0.01
"""How often the courier sends. A viewer must see a step within 50 ms: two beats and the way to the browser."""

RETRY_SECONDS: Final = 0.001
"""When to try again to end a process that was in the middle of a step."""

STOPPED: Final = 128 + signal.SIGTERM
"""The exit code of a worker that was asked to stop."""

WAKE_EARLY_NS: Final = 1_000_000
"""Sleep until this long before the common start, then watch the clock: sleeping alone would start unevenly."""


@dataclass(frozen=True)
class Job:
    """What one worker has to do. `arguments` are the scenario's shared objects, by the name of the parameter."""

    process: str
    work: Callable[..., None]
    arguments: dict[str, Any]
    iterations: int
    pace: Pace
    traced: bool


def main(job: Job, queue: "Queue[Batch]", go: "Connection[Any, Any]") -> None:
    """Do the job. `queue` takes the batches; from `go` comes the time to start, in `perf_counter_ns` nanoseconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end_between_steps)
    signal.signal(signal.SIGALRM, _end_between_steps)
    assert isinstance(job.work, FunctionType)
    RECORDER.start(queue, job.work.__code__, job.pace.gate_of(job.process) if job.traced else None)
    RECORDER.send()
    Thread(target=_courier, args=(job.traced,), name="courier", daemon=True).start()
    try:
        _wait_until(go.recv())
        if job.traced:
            RECORDER.note(Op.START)
        job.work(**job.arguments, iterations=job.iterations, pause=job.pace.code_pause)
    finally:
        if job.traced:
            RECORDER.note(Op.EXIT)
        RECORDER.close()


def _wait_until(start_ns: int) -> None:
    early = start_ns - WAKE_EARLY_NS - perf_counter_ns()
    if early > 0:
        sleep(early / 1e9)
    while perf_counter_ns() < start_ns:
        pass


def _courier(traced: bool) -> None:
    """Send what was recorded, every beat; end the process when the server is gone, also when it was killed."""
    server = parent_process()
    assert server is not None
    while not connection.wait([server.sentinel], BEAT_SECONDS if traced else None):
        RECORDER.send()
    os._exit(1)


def _end_between_steps(_signal: int, _frame: FrameType | None) -> None:
    if RECORDER.stamping:
        signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
    else:
        raise SystemExit(STOPPED)
