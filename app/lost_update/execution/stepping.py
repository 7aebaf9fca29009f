"""The pace `step`: nobody moves unless somebody lets it.

    any thread                     the run's thread                 worker
    ──────────                     ────────────────                 ──────
                                   note_next(P1, read number) ◀──── at its gate: says what it would do next, waits
    grant("P1") ── Pipe ──────────────────────────────────────────▶ does it
                                   note_step(P1, step 7)     ◀──── the step, in the log
                                   note_next(P1, modify …)   ◀──── at its gate again
    ◀── the step

One process moves at a time: a grant waits until whoever moves stands at a gate again, so two people who grant at once
take turns, and what can run is always known exactly. A process whose next step is to acquire a lock that is held cannot
move. A schedule is granted in the same way, step by step, before anybody is asked.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Final, Protocol

from lost_update.analysis.deadlock import Waiter
from lost_update.analysis.deadlock_words import in_words
from lost_update.execution.supervisor import Worker
from lost_update.model.encoding import Names
from lost_update.model.ops import Op

PATIENCE_SECONDS: Final = 10.0
"""How long a grant waits for the process that moves: longer than any step takes."""


@dataclass(frozen=True)
class Next:
    """What a process will do when it is let: an op on a target, at a line of the code shown."""

    op: Op
    target: int
    line: int


class Steered(Protocol):
    """Who is told, in the run's thread, when it cannot go on."""

    def on_deadlock(self, waiters: Sequence[Waiter]) -> None:
        """Nobody who is alive can move."""

    def on_misleading(self, reason: str) -> None:
        """The schedule asks for a step that cannot be taken."""


class NotRunnable(Exception):
    """A process cannot take a step; the message says why, in one sentence."""


class Stepping:
    """Knows what every process of one run would do next, and lets one at a time do it.

    `turn` grows with every change of who can move.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        names: Names,
        schedule: Sequence[str],
        steered: Steered,
    ) -> None:
        self._workers = workers
        self._names = names
        self._schedule = deque(enumerate(schedule, 1))
        self._steered = steered
        self._changed = threading.Condition()
        self._next: dict[int, Next] = {}
        self._moving = set(range(len(workers)))
        self._granted: dict[int, Next] = {}
        self._ended: set[int] = set()
        self._holders: dict[int, int] = {}
        self._let_go: dict[int, int] = dict.fromkeys(range(len(workers)), 0)
        """How often each process was let, by a grant or by the schedule. Each time it takes one step."""
        self._steps: dict[int, list[int]] = {worker: [] for worker in range(len(workers))}
        """The indexes of the steps that it has taken so."""
        self._is_over = False
        self.turn = 0

    # The run's thread tells what happens.

    def note_next(self, worker: int, would: Next) -> None:
        """A process stands at its gate: what it was let do is done."""
        with self._changed:
            self._settle(worker)
            self._next[worker] = would
            self._go_on()

    def note_end(self, worker: int) -> None:
        """A process has ended, however it did."""
        with self._changed:
            self._settle(worker)
            self._ended.add(worker)
            self._go_on()

    def note_step(self, worker: int, index: int) -> None:
        """A step of a process that needed to be let is in the log, at that index."""
        with self._changed:
            self._steps[worker].append(index)
            self._changed.notify_all()

    def at_gates(self) -> tuple[list[int], int]:
        """The processes that wait at a gate, and a time before which none of them can take a step."""
        with self._changed:
            return [worker for worker in self._next if worker not in self._moving], perf_counter_ns()

    def close(self) -> None:
        """The run is over: nobody is let any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    # Anybody may ask, and grant.

    def runnable(self) -> list[str]:
        """The names of the processes that can take a step now."""
        with self._changed:
            return [self._names.processes[worker] for worker in sorted(self._next) if self._obstacle(worker) is None]

    def next_steps(self) -> dict[str, tuple[Next, str | None]]:
        """By name, what each process would do next, and why it cannot, where it cannot."""
        with self._changed:
            return {
                self._names.processes[worker]: (would, self._obstacle(worker))
                for worker, would in sorted(self._next.items())
            }

    def grant(self, name: str) -> int:
        """Let a process take one step. Returns the index of that step. Raises `NotRunnable`."""
        worker = self._number_of(name)
        with self._changed:
            self._wait(lambda: self._is_over or not (self._moving or self._schedule))
            self._refuse(worker)
            self._let(worker)
            mine, steps = self._let_go[worker], self._steps[worker]
            self._wait(lambda: self._is_over or len(steps) >= mine)
            if len(steps) < mine:
                raise NotRunnable(f"The run ended before {name} took its step.")
            return steps[mine - 1]

    def _number_of(self, name: str) -> int:
        if name not in self._names.processes:
            raise NotRunnable(f"There is no process {name[:20]}: the processes are {', '.join(self._names.processes)}.")
        return list(self._names.processes).index(name)

    def _wait(self, is_so: Callable[[], bool]) -> None:
        if not self._changed.wait_for(is_so, PATIENCE_SECONDS):
            raise NotRunnable("Another process has not finished its step.")

    def _refuse(self, worker: int) -> None:
        """Raise `NotRunnable` where that process cannot take a step."""
        name = self._names.processes[worker]
        if self._is_over:
            raise NotRunnable("The run has ended.")
        if worker in self._ended or worker not in self._next:
            raise NotRunnable(f"{name} has ended.")
        obstacle = self._obstacle(worker)
        if obstacle is not None:
            raise NotRunnable(obstacle)

    def _obstacle(self, worker: int) -> str | None:
        """Why a process that is alive cannot move, as a sentence; None where it can."""
        would = self._next[worker]
        holder = self._holders.get(would.target)
        if would.op != Op.ACQUIRE or holder is None:
            return None
        names = self._names
        holds = "held when it ended" if holder in self._ended else "holds"
        whose = "it holds itself" if holder == worker else f"{names.processes[holder]} {holds}"
        return f"{names.processes[worker]} waits for {in_words(would.target, names)}, which {whose}."

    def _settle(self, worker: int) -> None:
        """What the process was let do is done."""
        self._moving.discard(worker)
        self._next.pop(worker, None)
        done = self._granted.pop(worker, None)
        if done is not None and done.op == Op.ACQUIRE:
            self._holders[done.target] = worker
        elif done is not None and done.op == Op.RELEASE:
            self._holders.pop(done.target, None)

    def _go_on(self) -> None:
        """Where nobody moves: follow the schedule, or see whether anybody can move at all."""
        self.turn += 1
        if not self._moving and not self._is_over:
            if self._next and all(self._obstacle(worker) is not None for worker in self._next):
                self._steered.on_deadlock(
                    [
                        Waiter(each, would.target, self._holders[would.target])
                        for each, would in sorted(self._next.items())
                    ]
                )
            elif self._schedule:
                position, name = self._schedule.popleft()
                try:
                    worker = self._number_of(name)
                    self._refuse(worker)
                    self._let(worker)
                except NotRunnable as reason:
                    self._schedule.clear()
                    self._steered.on_misleading(f"The schedule cannot be followed: step {position} is {name}. {reason}")
        self._changed.notify_all()

    def _let(self, worker: int) -> None:
        self._granted[worker] = self._next[worker]
        self._moving.add(worker)
        self._let_go[worker] += 1
        go = self._workers[worker].go
        assert go is not None
        # It may be dead already; its sentinel tells.
        with contextlib.suppress(OSError):
            go.send(None)
