"""Long computations outside the server's process: few run at a time, some wait, unwanted ones are cancelled.

    any thread                          a thread for each              a process for each
    ──────────                          ─────────────────              ──────────────────
    ask(wanted, work, owner) ─▶ `Full`
                      ─▶ remembered
                      ─▶ shares the one that goes on
                      ─▶ waits, then ─▶ work(computation)
                                          a process() is taken ──────▶ is ready, or imports meanwhile
                                          call(f, …) ────────────────▶ f(…)
    one Future each    ◀──────────────── the answer ◀──────────────── what f returned, or had told in time
    Future.cancel(), the last one ───────▶ `Cancelled` ── SIGKILL ─────▶ ╳

Visitors take turns (`FairQueue`). A process serves one computation and ends with it, so its memory goes back to the
system, and to cancel is to kill. Then the next one is made ready (`ready_processes`).
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from functools import partial
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, Final, NamedTuple

from lost_update.execution.admission import FairQueue, Full, left_of
from lost_update.execution.ready_processes import ReadyProcesses
from lost_update.settings import OVERTIME_SECONDS
from lost_update.sources.request import Refusal


class Cancelled(Exception):
    """Nobody wants the answer of this computation any more."""


class ComputedAnswer(NamedTuple):
    """An answer, ready to be sent; `is_final` says that it would be the same another time."""

    content: bytes
    is_final: bool


class Room(NamedTuple):
    """How many computations of one kind go on, wait, and are remembered; and how long each lasts at most."""

    at_once: int
    waiting: int
    remembered: int
    seconds: float


class Load(NamedTuple):
    """How many computations of one kind are at work now, and how many wait."""

    running: int
    waiting: int


class Computation:
    """One long computation, which a visitor was the first to ask for, and the futures of all who wait for it."""

    total_processes: Final = 1

    def __init__(
        self, processes: ReadyProcesses, wanted: Hashable, work: "Compute", owner: str, expected_seconds: float
    ) -> None:
        self.wanted = wanted
        self.work = work
        self.owner = owner
        self.expected_seconds = expected_seconds
        self.futures: list[Future[bytes]] = []
        self._processes = processes
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._pid: int | None = None

    def cancel(self) -> None:
        """End the work soon. Never blocks."""
        with self._lock:
            self._is_cancelled = True
            if self._pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if nobody wants the answer any more."""
        if self._is_cancelled:
            raise Cancelled

    @contextlib.contextmanager
    def process(self) -> Iterator["Call"]:
        """A separate process, and how to call one function in it. Raises `Cancelled`.

        It imports what it needs while the arguments are not known yet, unless it was ready before.
        """
        taken = self._processes.take()
        try:
            self._set_pid(taken.process.pid)
            yield partial(self._call, taken.connection)
        finally:
            self._set_pid(None)
            taken.end()

    def _call(
        self,
        connection: "Connection[Any, Any]",
        deadline: float,
        function: Callable[..., Any],
        *arguments: Any,
        tells: bool = False,
    ) -> Any:
        with self._while_it_lives():
            connection.send((function, arguments, tells))
            told: list[Any] = []
            while connection.poll(max(0.0, deadline + OVERTIME_SECONDS - monotonic())):
                answer, is_last = connection.recv()
                if is_last:
                    return answer
                told = [answer]
        if not told:
            raise Refusal("not_explored", "There was no time to try every interleaving.", HINT)
        return told[0]

    @contextlib.contextmanager
    def _while_it_lives(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.raise_if_cancelled()
            raise Refusal("not_explored", "The process that tried every interleaving has died.", HINT) from None

    def _set_pid(self, pid: int | None) -> None:
        """From now on `cancel` kills that process."""
        with self._lock:
            self._pid = pid
        if pid is not None:
            self.raise_if_cancelled()


HINT: Final = "Try again, or with less."

Compute = Callable[[Computation], ComputedAnswer]

Call = Callable[..., Any]
"""`call(deadline, function, *arguments)`: what the function returns. Raises `Refusal` and `Cancelled`.

The function must end at `deadline`, by `monotonic()`; where it does not, its process is killed a little later. A busy
machine may leave it no time to end. A function that `tells` gets as `tell` a function more: what it told last is the
answer then.
"""


class Computations:
    """Owns the computations of one kind, called `what` in messages. Safe to use from any thread; never blocks."""

    def __init__(self, processes: ReadyProcesses, what: str, room: Room) -> None:
        self._processes = processes
        self._what = what
        self._room = room
        self._changed = threading.Condition(threading.RLock())
        self._remembered: dict[Hashable, bytes] = {}
        self._waiting = FairQueue[Computation](room.waiting)
        self._live: dict[Computation, float] = {}
        """Those that are at work, and when each began."""
        self._shared: dict[Hashable, Computation] = {}
        """Those that wait or run and are still wanted, by what is wanted."""
        self._is_closed = False

    def ask(self, wanted: Hashable, work: Compute, owner: str = "") -> "Future[bytes]":
        """A future for the answer. Cancel it when the answer is not wanted any more. Raises `Refusal`, such as `Full`.

        `work` computes it, in its own thread, unless it is remembered or already being computed. The future may come to
        `Full` too, when it has waited and had to give way to another visitor's.
        """
        future: Future[bytes] = Future()
        with self._changed:
            if self._is_closed:
                raise _closing()
            if wanted in self._remembered:
                future.set_result(self._remembered[wanted])
                return future
            if wanted not in self._shared:
                self._make_room(owner)
                new = Computation(self._processes, wanted, work, owner, self._room.seconds)
                self._shared[wanted] = new
                self._waiting.enter(new)
            one = self._shared[wanted]
            one.futures.append(future)
            self._start_next()
        future.add_done_callback(lambda _done: self._drop_if_unwanted(one))
        return future

    @property
    def load(self) -> Load:
        """How many there are."""
        with self._changed:
            return Load(len(self._live), len(self._waiting))

    def close(self) -> None:
        """Cancel everything and wait until it is gone."""
        with self._changed:
            self._is_closed = True
            for one in self._waiting.in_order(self._live):
                self._waiting.remove(one)
                self._end(one, _closing())
            for one in self._live:
                one.cancel()
            self._changed.wait_for(lambda: not self._live)

    def _drop_if_unwanted(self, one: Computation) -> None:
        with self._changed:
            if self._shared.get(one.wanted) is not one or not all(future.cancelled() for future in one.futures):
                return
            if self._waiting.remove(one):
                self._end(one, Cancelled())
            else:
                del self._shared[one.wanted]  # from now on the same question is computed again
                one.cancel()

    def _make_room(self, owner: str) -> None:
        """Let another visitor's give way, if the queue is full. Raises `Full` where none will."""
        if len(self._live) < self._room.at_once or not self._waiting.is_full:
            return
        seconds = min(seconds for seconds, _ in left_of(self._live, monotonic()))
        full = Full(len(self._waiting), self._what, seconds)
        one = self._waiting.gives_way(owner)
        if one is None:
            raise full
        self._waiting.remove(one)
        self._end(one, full)

    def _start_next(self) -> None:
        while len(self._waiting) and len(self._live) < self._room.at_once:
            one = self._waiting.in_order(self._live)[0]
            self._waiting.serve(one, self._live)
            self._live[one] = monotonic()
            try:
                threading.Thread(target=self._compute, args=(one,), name=f"one of {self._what}").start()
            except Exception as error:  # the machine allows no more threads, as a rule
                self._end(one, error)

    def _compute(self, one: Computation) -> None:
        outcome: ComputedAnswer | Exception
        try:
            outcome = one.work(one)
        except Cancelled:
            outcome = _closing()  # otherwise no caller is left
        except Exception as error:
            outcome = error
        with self._changed:
            self._end(one, outcome)
            self._start_next()
        self._processes.get_ready()

    def _end(self, one: Computation, outcome: ComputedAnswer | Exception) -> None:
        """Remember the answer, and hand it to all who still wait."""
        self._live.pop(one, None)
        if self._shared.get(one.wanted) is one:
            del self._shared[one.wanted]
        if isinstance(outcome, ComputedAnswer) and outcome.is_final:
            self._remembered[one.wanted] = outcome.content
            if len(self._remembered) > self._room.remembered:
                del self._remembered[next(iter(self._remembered))]
        for future in one.futures:
            if not future.set_running_or_notify_cancel():
                continue
            if isinstance(outcome, ComputedAnswer):
                future.set_result(outcome.content)
            else:
                future.set_exception(outcome)
        self._changed.notify_all()


def _closing() -> Refusal:
    return Refusal("closing", "The server is shutting down.", "Start it again.")
