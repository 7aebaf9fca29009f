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
from multiprocessing import connection, parent_process
from multiprocessing.queues import Queue
from threading import Thread
from traceback import walk_tb
from types import FrameType
from typing import Final

from lost_update.model.ops import Op
from lost_update.tracing.recorder import RECORDER, Batch, Gate, Shown

BEAT_SECONDS: Final = 0.02
"""How often the courier sends. A viewer must see a step within 50 ms: that is a beat, for each worker the same one, and
the way to the browser. Every beat costs time in every worker, and a class of thirty may have 240 of them.
"""

RETRY_SECONDS: Final = 0.001
"""When to try again to end a process that was in the middle of a step."""

STOPPED: Final = 128 + signal.SIGTERM
"""The exit code of a process that was asked to stop."""

FAILED: Final = 1
"""The exit code of a process that an exception ended."""


@contextmanager
def recorded(
    queue: "Queue[Batch]", shown: Shown, gate: Gate | None, *, traced: bool, may_fail: bool, has_threads: bool = True
) -> Iterator[None]:
    """Within this, the process records and sends; then it says that it ends, and how: the exit keeps the exit code.

    `may_fail`: an exception is part of the lesson and needs no traceback on the server's terminal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the server started it with this one blocked
    sys.unraisablehook = _raise_again_if_dropped
    signal.signal(signal.SIGTERM, _end_between_steps)
    signal.signal(signal.SIGALRM, _end_between_steps)
    RECORDER.start(queue, shown, gate, at_once=not has_threads)
    RECORDER.send()
    if has_threads:
        _start_courier(traced)
    exitcode = 0
    try:
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
        exitcode = FAILED
        RECORDER.note(Op.FAIL, line=_raised_at(error))
        if not may_fail:
            raise
        raise SystemExit(FAILED) from None
    finally:
        RECORDER.note(Op.EXIT, first=exitcode)
        RECORDER.close()


def go_on_with_threads(*, traced: bool) -> None:
    """For a process that had a single thread so far: it will not be forked any more."""
    if RECORDER.stop_sending_at_once():
        _start_courier(traced)


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


def _start_courier(traced: bool) -> None:
    Thread(target=_courier, args=(traced,), name="courier", daemon=True).start()


def _courier(traced: bool) -> None:
    """Send what was recorded, every beat; end the process when the server is gone, also when it was killed."""
    server = parent_process()
    assert server is not None
    while not connection.wait([server.sentinel], BEAT_SECONDS if traced else None):
        RECORDER.send()
    os._exit(1)


def _is_orphaned() -> bool:
    """Whether the process that started this one is gone: then nobody is at the other end of any pipe."""
    parent = parent_process()
    return parent is not None and bool(connection.wait([parent.sentinel], BEAT_SECONDS))


def _end_between_steps(_signal: int, _frame: FrameType | None) -> None:
    if RECORDER.stamping or RECORDER.is_busy:
        signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
        return
    # Once is enough. The server and the launcher both ask a launched process to end.
    signal.signal(signal.SIGTERM, _go_on)
    signal.signal(signal.SIGALRM, _go_on)
    raise SystemExit(STOPPED)


def _raise_again_if_dropped(unraisable: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised in a finalizer or in the callback of a weak reference: ask again, just after it."""
    if isinstance(unraisable.exc_value, SystemExit) and _was_asked_to_end():
        signal.signal(signal.SIGALRM, _end_between_steps)
        signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
        return
    sys.__unraisablehook__(unraisable)


def _was_asked_to_end() -> bool:
    return signal.getsignal(signal.SIGTERM) is _go_on


def _go_on(_signal: int, _frame: FrameType | None) -> None:
    """Not `SIG_IGN`: Python complains of a signal that came just before it was ignored."""
