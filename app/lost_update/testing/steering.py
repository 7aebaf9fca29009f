"""What runs in a process that is explored: it stops before each traced step, and goes when it is told to.

    process P2                                      controller (control)
      about to acquire `lock` ── AT … can it? ────▶   who can go?
                              ◀── "?" ─────────────   somebody else has taken a step: can it go now?
                              ──── CAN no ─────────▶
                              ◀── GO ──────────────   it is its turn
      acquires it, goes on to its next step
      sleeps at a condition   ── ASLEEP ───────────▶  whoever notifies says how many it woke: WOKE

If the controller is gone, so is the process.
"""

import marshal
import os
import socket
import time
import traceback
from collections.abc import Callable
from multiprocessing import queues
from threading import get_ident
from types import TracebackType
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.script.declarations import as_json
from lost_update.tracing.script.gates import STANDING, Attempt
from lost_update.tracing.script.pipes import has_room
from lost_update.tracing.script.things import OURS, mark_of

AT: Final = "at"
ASLEEP: Final = "asleep"
CAN: Final = "can"
DONE: Final = "done"
RAISED: Final = "raised"
REFUSED: Final = "refused"
WOKE: Final = "woke"

GO: Final = b"g"
HURRY: Final = b"h"
"""Go, and do not wait: the time that it would wait for is over."""
ASK: Final = b"?"

LONGEST_MESSAGE: Final = 1 << 16
DOZE_SECONDS: Final = 0.001
SETTLE_SECONDS: Final = 2.0
SETTLE_LOOK_SECONDS: Final = 0.0001

_BLOCKING: Final = {Op.ACQUIRE, Op.PUT, Op.GET, Op.WAKE, Op.JOIN}


class Refused(BaseException):
    """The worker does something that cannot be followed."""


class Steering:
    """The gate of a process that is explored."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.pid = os.getpid()
        self.thread = get_ident()
        self.result: Any = None
        """What came of the last step, as it is shown."""
        self.put_to: dict[int, Attempt] = {}
        """Its last put to each queue."""

    def send(self, *message: Any) -> None:
        """Tell the controller."""
        try:
            self.channel.send(marshal.dumps(message))
        except OSError:
            os._exit(1)

    def told(self) -> bytes:
        """What the controller says next."""
        try:
            word = self.channel.recv(1)
        except OSError:
            word = b""
        if not word:
            os._exit(1)
        return word

    def before(self, attempt: Attempt) -> bool:
        """Stop, until it is this process's turn."""
        if os.getpid() != self.pid:
            return False
        if get_ident() != self.thread:
            self._refuse("takes steps in a thread of its own: explore follows one thread of each process")
        if attempt.op == Op.LAUNCH:
            self._refuse("starts a process: explore starts the processes itself, from the worker that it is given")
        if attempt.op == Op.WRITE and not attempt.key.startswith("managed"):
            self._stop(int(Op.MODIFY), attempt, can_wait=False)
        return self._stop(int(attempt.op), attempt, can_wait=attempt.op in _BLOCKING or attempt.lock is not None)

    def _stop(self, op: int, attempt: Attempt, *, can_wait: bool) -> bool:
        can = not can_wait or attempt.can_go()
        self.send(AT, op, touches(attempt), can, attempt.ends_by_itself, can_wait, attempt.place(), self.result)
        self.result = None
        while (word := self.told()) == ASK:
            self.send(CAN, attempt.can_go())
        if op in (Op.WRITE, Op.MODIFY) and attempt.op == Op.WRITE and not attempt.key.startswith("managed"):
            self.result = as_json(attempt.arguments[-1])
        return word == HURRY

    def after(self, attempt: Attempt, result: Any) -> None:
        """It was done."""
        if os.getpid() != self.pid:
            return
        if attempt.op in (Op.READ, Op.GET, Op.CHECK):
            self.result = as_json(result)
        elif attempt.op == Op.PUT and isinstance(attempt.subject, queues.Queue):
            self.result = as_json(attempt.argument(0, "obj", None))
            self.put_to[id(attempt.subject)] = attempt
            settle(attempt.subject)

    def sleep(self, attempt: Attempt, doze: Callable[[Any], Any], timeout: Any) -> Any:
        """Sleep for real. If it would end by itself, then when it is told that its time is up."""
        if os.getpid() != self.pid:
            return doze(timeout)
        is_at_condition = hasattr(attempt.subject, "semaphore")
        self.send(ASLEEP, attempt.key, timeout is not None and is_at_condition, timeout, self.result)
        self.result = None
        if timeout is None or not is_at_condition:
            return doze(timeout)
        self.channel.setblocking(False)
        try:
            while True:
                if doze(DOZE_SECONDS):
                    return True
                try:
                    if self.channel.recv(1) != GO:
                        os._exit(1)
                    return False
                except BlockingIOError:
                    pass
        finally:
            self.channel.setblocking(True)

    def wake(self, attempt: Attempt, count: int) -> None:
        """Say how many are about to wake."""
        if count and os.getpid() == self.pid:
            self.send(WOKE, attempt.key, count)

    def flush(self) -> None:
        """The worker is over: its process ends when all that it has put is in a pipe, which may have to be emptied."""
        for last in self.put_to.values():
            queue = last.subject
            if not settle(queue) and not queue._joincancelled:
                self._stop(int(Op.FLUSH), _Flush(Op.FLUSH, last.frame, queue, (), {}), can_wait=True)

    def _refuse(self, why: str) -> None:
        self.send(REFUSED, why)
        raise Refused(why)


def settle(queue: Any) -> bool:
    """Wait until what this process has put is in the pipe of the queue: a thread of the queue's own sees to that.

    That thread waits for more when it is done. Where the pipe is full it can do no more for now: then False.
    """
    deadline = time.monotonic() + SETTLE_SECONDS
    while queue._thread is not None and time.monotonic() < deadline:
        if not queue._buffer and queue._notempty._waiters:
            return True
        if not has_room(queue._writer._handle, 1):
            return False
        time.sleep(SETTLE_LOOK_SECONDS)
    return True


class _Flush(Attempt):
    """The end of a process that has put something to a queue."""

    __slots__ = ()

    def can_go(self) -> bool:
        return settle(self.subject)


def touches(attempt: Attempt) -> tuple[tuple[str, int, int, bool], ...]:
    """What a step touches, as `search` has it."""
    first, last = attempt.part
    touched = [(attempt.key, first, last, attempt.changes)]
    if attempt.lock is not None:
        touched.append((key_of_lock(attempt.lock), 0, 0, False))
    return tuple(touched)


def key_of_lock(lock: Any) -> str:
    """What a lock is known by in the processes that have inherited it."""
    mark = mark_of(lock) if hasattr(lock, "__dict__") else None
    thing = getattr(mark, "thing", None)
    return str(thing.key if thing is not None else id(lock))


def work(worker: Callable[..., Any], arguments: tuple[Any, ...], channel: socket.socket, output: int) -> None:
    """What an explored process does: the worker, with a gate before each step."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    steering = Steering(channel)
    STANDING.gate = steering
    try:
        worker(*arguments)
        steering.flush()
    except SystemExit as error:
        if error.code not in (None, 0):
            steering.send(RAISED, f"SystemExit: {error.code}")
        raise
    except Refused:
        os._exit(1)
    except BaseException as error:
        # As an exception ends a process, but told to the test, and not printed at each execution.
        shown = traceback.format_exception(type(error), error, _theirs(error.__traceback__))
        steering.send(RAISED, "".join(shown)[-LONGEST_MESSAGE // 2 :])
        raise SystemExit(1) from None
    finally:
        STANDING.gate = None
        steering.send(DONE, steering.result)


def _theirs(place: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of ours that it begins with."""
    while place is not None and str(place.tb_frame.f_globals.get("__name__")).startswith(OURS):
        place = place.tb_next
    return place
