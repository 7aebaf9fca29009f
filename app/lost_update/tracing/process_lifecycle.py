"""How any process begins to record and how it ends, no matter who started it.

main thread      begin ─▶ … the scenario's code … ─▶ exit ─▶ the last batch, end of file
courier thread            sends a batch every beat; ends the process when the server is gone, also when it was killed
SIGTERM                   ends the main thread between two steps, never inside one, and never inside a message

An untraced process records its start and its end too: nothing else is known of one that another process launched.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, connection, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from traceback import walk_tb
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.machine import shortage_of
from lost_update.tracing.recorder import RECORDER, Gate, Shown

BEAT_SECONDS: Final = 0.02
"""How often the courier sends. A viewer must see a step within 50 ms: a beat, the same one for each process, and the
way to the browser. Every beat costs time in every process, and a class of thirty may have 240 of them.
"""

BEAT_AT_GATE_SECONDS: Final = 0.1
"""How often it looks at a process that waits for a grant, which has nothing to send: when it goes on, it soon says so
itself. So a class that plays, thirty processes of which one moves, leaves the machine to others.
"""

RETRY_SECONDS: Final = 0.001
"""When to try again to end a process that was in the middle of a step."""

STOPPED: Final = 128 + signal.SIGTERM
"""The exit code of a process that was asked to stop."""

FAILED: Final = 1
"""The exit code of a process that an exception ended."""


class Courier:
    """The thread that sends what was recorded, every beat. There is one in a process, `COURIER`.

    It ends the process when its parent is gone, even if that was killed.
    """

    def __init__(self) -> None:
        self._sends = False
        self._thread: Thread | None = None
        self._stop: Connection[Any, Any] | None = None

    def start(self, *, traced: bool) -> None:
        """Start the thread. Without a trace there is nothing to send."""
        self._sends = traced
        self._start_thread()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within this the thread does not run, so that the process may be forked: a copy would have half of it."""
        if self._thread is None or self._stop is None:
            yield
            return
        self._stop.close()
        self._thread.join()
        self._thread = self._stop = None
        try:
            yield
        finally:
            self._start_thread()

    def _start_thread(self) -> None:
        stopping, self._stop = Pipe(duplex=False)
        self._thread = Thread(target=self._send_every_beat, args=(stopping,), name="courier", daemon=True)
        self._thread.start()

    def _send_every_beat(self, stopping: "Connection[Any, Any]") -> None:
        parent = parent_process()
        assert parent is not None
        with stopping:
            while not (ready := connection.wait([parent.sentinel, stopping], self._beat())):
                RECORDER.send()
        if parent.sentinel in ready:
            os._exit(1)

    def _beat(self) -> float | None:
        """Seconds up to the next time."""
        if not self._sends:
            return None
        return BEAT_AT_GATE_SECONDS if RECORDER.is_at_gate else BEAT_SECONDS


COURIER: Final = Courier()


@contextmanager
def recorded(
    pipe: "Connection[Any, Any]",
    shown: Shown,
    gate: Gate | None,
    *,
    traced: bool,
    may_fail: bool,
    has_threads: bool = True,
) -> Iterator[None]:
    """Within this, the process records and sends; then it says that it ends, and how: the exit keeps the exit code.

    `may_fail`: an exception is part of the lesson and needs no traceback on the server's terminal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the server started it with this one blocked
    sys.unraisablehook = _raise_again_if_dropped
    signal.signal(signal.SIGTERM, _end_between_steps)
    signal.signal(signal.SIGALRM, _end_between_steps)
    RECORDER.start(pipe, shown, gate, at_once=not has_threads)
    RECORDER.send()
    exitcode = 0
    try:
        if has_threads:
            COURIER.start(traced=traced)
        yield
    except SystemExit as ending:
        exitcode = _exitcode_of(ending)
        raise
    except Exception as error:
        if isinstance(error, OSError) and _is_orphaned():
            os._exit(1)  # nothing else is wrong
        if _was_asked_to_end():
            exitcode = STOPPED  # library code that is interrupted may raise anything; that is no failure
            raise SystemExit(STOPPED) from None
        if shortage := shortage_of(error):
            exitcode = shortage.exitcode
            raise SystemExit(exitcode) from None
        exitcode = FAILED
        RECORDER.note(Op.FAIL, line=_raised_at(error))
        if not may_fail:
            raise
        raise SystemExit(FAILED) from None
    finally:
        RECORDER.is_busy = True  # it has ended, and must still send its steps
        if not _was_asked_to_end():
            _end_as_reported(exitcode)
        RECORDER.note(Op.EXIT, first=exitcode)
        RECORDER.close()


def go_on_with_threads(*, traced: bool) -> None:
    """For a process that had a single thread so far: it will not be forked any more."""
    if RECORDER.stop_sending_at_once():
        COURIER.start(traced=traced)


def begin() -> None:
    """Record that the scenario's code begins. The step keeps the pid for the server."""
    RECORDER.note(Op.START, first=os.getpid())


def _exitcode_of(ending: SystemExit) -> int:
    """As Python reads it: nothing is 0, and a message is 1."""
    return ending.code if isinstance(ending.code, int) else int(ending.code is not None)


def _raised_at(error: BaseException) -> int:
    """The last line of the code shown that the exception passed through; 0 for none."""
    lines = [RECORDER.line_in(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    return next((line for line in reversed(lines) if line), 0)


def _is_orphaned() -> bool:
    """Whether the process that started this one is gone: then no pipe has another end."""
    parent = parent_process()
    return parent is not None and bool(connection.wait([parent.sentinel], BEAT_SECONDS))


def _end_between_steps(_signal: int, _frame: FrameType | None) -> None:
    if RECORDER.stamping or RECORDER.is_busy:
        signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
        return
    # Once is enough. The server and the launcher both ask a launched process to end.
    signal.signal(signal.SIGTERM, _go_on)
    signal.signal(signal.SIGALRM, _go_on)
    # From now on the library complains only about objects that were left half made, such as a Pool. That is no fault.
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - it is open until the process has ended
    raise SystemExit(STOPPED)


def _raise_again_if_dropped(unraisable: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised in a finalizer or in the callback of a weak reference: ask again, just after it.

    In a process that was asked to end, another exception there is no fault: some object was left half made.
    """
    if not _was_asked_to_end():
        sys.__unraisablehook__(unraisable)
    elif isinstance(unraisable.exc_value, SystemExit):
        signal.signal(signal.SIGALRM, _end_between_steps)
        signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)


def _was_asked_to_end() -> bool:
    return signal.getsignal(signal.SIGTERM) is _go_on


def _end_as_reported(exitcode: int) -> None:
    """From now on SIGTERM changes nothing but the moment: the server is told the exit code, and that is what it is."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        if RECORDER.is_busy:
            signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
        else:
            os._exit(exitcode)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGALRM, end)


def _go_on(_signal: int, _frame: FrameType | None) -> None:
    """Not `SIG_IGN`: Python complains of a signal that came just before it was ignored."""
