"""The pace `step`: a process takes a step only when it is granted one. Pure: no thread, no process, no clock.

    any thread                 the run's thread                                       process
    ──────────                 ────────────────                                       ───────
    Grant ── Inbox ──────────▶ ask(grant)
                               process_at_gate(P1, read number) ◀──────────────────── waits at its gate
                               decide() ─▶ OpenGate(P1) ── Pipe ────────────────────▶ takes the step
                               step_logged(P1, step 7) ─▶ StepTaken(grant, 7) ◀────── the step, in the log
                               process_at_gate(P1, modify number) ◀────────────────── waits at its gate again

One process moves at a time: a grant waits until the process that moves stands at its gate again. So the grants of
two people take turns, and it is always known which processes can run. A process whose next step is to acquire a lock
that is held cannot move. A schedule is followed in the same way, step by step. Until its last
step has begun, grants are refused.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from lost_update.analysis.deadlock import Hold, Waiter
from lost_update.analysis.deadlock_words import clause
from lost_update.model.encoding import Names
from lost_update.model.ops import Op
from lost_update.settings import GRANT_SECONDS
from lost_update.sources.request import Refusal

IN_DEADLOCK: Final = "No process can take a step any more: the run has ended in a deadlock."


class NotRunnable(Refusal):
    """A process cannot take a step; the message says why, in one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__("not_runnable", message, "The run's `runnable` names the processes that can move.")


@dataclass(frozen=True)
class Next:
    """What a process will do with its next grant: an op on a target, at a line of the code shown."""

    op: Op
    target: int
    line: int


@dataclass(frozen=True, eq=False)
class Grant:
    """A request that a process take one step. `answer` becomes the index of that step in the log, or `NotRunnable`."""

    process: str
    answer: "Future[int]" = field(default_factory=Future)

    def __post_init__(self) -> None:
        """The run's thread always answers, so this future cannot be cancelled."""
        self.answer.set_running_or_notify_cancel()


# The decisions. The run's thread carries them out.


@dataclass(frozen=True)
class OpenGate:
    """Open the gate of this process, for one step."""

    process: int


@dataclass(frozen=True)
class Deadlocked:
    """No process that is alive can move."""

    waiters: list[Waiter]


@dataclass(frozen=True)
class ScheduleFailed:
    """The next step of the schedule cannot be taken."""

    reason: str


@dataclass(frozen=True)
class StepTaken:
    """The step that was granted is in the log, at that index."""

    grant: Grant
    index: int


@dataclass(frozen=True)
class GrantRefused:
    """The granted step cannot be taken."""

    grant: Grant
    reason: str


Decision = OpenGate | Deadlocked | ScheduleFailed | GrantRefused


@dataclass
class _PendingGrant:
    """A grant that was not answered yet, and until when it waits."""

    grant: Grant
    until: float


class Stepping:
    """Knows what every process of one run would do next, and decides which one may do it. Times are in seconds.

    `turn` grows with every change of who can move.
    """

    def __init__(self, processes: int, names: Names, schedule: Sequence[str]) -> None:
        self._names = names
        self._schedule = deque(enumerate(schedule, 1))
        self._next: dict[int, Next] = {}
        self._moving = set(range(processes))
        self._does: dict[int, Next] = {}
        self._ended: set[int] = set()
        self._locks: dict[int, Hold] = {}
        self._asked: deque[_PendingGrant] = deque()
        """Grants whose step has not begun, in the order in which they came."""
        self._unlogged: dict[int, deque[_PendingGrant | None]] = {process: deque() for process in range(processes)}
        """For each process, the steps that it may take and that are not in the log yet: the grant of each, if any."""
        self._is_over = False
        self.turn = 0

    # What happens.

    def process_declared(self, process: int, names: Names) -> None:
        """Another process is about to start this one."""
        self._names = names
        self._moving.add(process)
        self._unlogged[process] = deque()

    def process_at_gate(self, process: int, would: Next) -> None:
        """A process stands at its gate: the step that it was granted is done."""
        self._settle(process)
        self._next[process] = would

    def process_ended(self, process: int) -> None:
        """A process has ended, however it did."""
        self._settle(process)
        self._ended.add(process)

    def step_logged(self, process: int, index: int) -> StepTaken | None:
        """A step of a process is in the log, at that index. Returns the answer to its grant, if it had one."""
        waiting = self._unlogged[process].popleft() if self._unlogged[process] else None
        return None if waiting is None else StepTaken(waiting.grant, index)

    def ask(self, grant: Grant, now: float) -> None:
        """A grant has come. It is decided in its turn."""
        self._asked.append(_PendingGrant(grant, now + GRANT_SECONDS))

    def stop(self) -> None:
        """Nobody takes a step any more: it is a deadlock, and the processes have been killed."""
        self._is_over = True
        self._schedule.clear()
        self.turn += 1

    # What is decided.

    def decide(self, now: float) -> list[Decision]:
        """Where no process moves: follow the schedule, then the grants; or find that none can move at all."""
        if self._is_over:
            refused = [GrantRefused(waiting.grant, IN_DEADLOCK) for waiting in self._asked]
            self._asked.clear()
            return [*refused]
        decisions: list[Decision] = []
        if self._schedule:
            decisions += self._refuse_during_schedule()
        if not self._moving:
            if self._next and all(self._obstacle(process) is not None for process in self._next):
                waiters = [
                    Waiter(process, would.target, self._locks[would.target].holder)
                    for process, would in sorted(self._next.items())
                ]
                decisions.append(Deadlocked(waiters))
            elif self._schedule:
                decisions.append(self._follow_schedule())
        while self._asked and not self._moving:
            decisions.append(self._follow_grant(self._asked.popleft(), now))
        decisions += self._refuse_late(now)
        return decisions

    def at_gates(self) -> list[int]:
        """The processes that wait at a gate."""
        return [process for process in self._next if process not in self._moving]

    def runnable(self) -> tuple[str, ...]:
        """The names of the processes that can take a step now."""
        able = [] if self._is_over else [process for process in sorted(self._next) if self._obstacle(process) is None]
        return tuple(self._names.processes[process] for process in able)

    def next_steps(self) -> dict[str, tuple[Next, str | None]]:
        """By name, what each process would do next, and why it cannot, where it cannot."""
        return {
            self._names.processes[process]: (would, self._obstacle(process))
            for process, would in sorted(self._next.items())
        }

    def patience_ends(self) -> float | None:
        """When the first grant gives up waiting; None where none waits."""
        return min((waiting.until for waiting in self._all_waiting()), default=None)

    def close(self) -> list[GrantRefused]:
        """The run is over: refuse all grants that still wait."""
        refused = [GrantRefused(waiting.grant, "The run has ended.") for waiting in self._asked]
        refused += [
            GrantRefused(waiting.grant, f"The run ended before {waiting.grant.process} took its step.")
            for unlogged in self._unlogged.values()
            for waiting in unlogged
            if waiting is not None
        ]
        return refused

    def _follow_schedule(self) -> OpenGate | ScheduleFailed:
        position, name = self._schedule.popleft()
        try:
            return self._open_gate(self._runnable_process(name), None)
        except NotRunnable as reason:
            self._schedule.clear()
            return ScheduleFailed(f"The schedule cannot be followed: step {position} is {name}. {reason.message}")

    def _refuse_during_schedule(self) -> list[GrantRefused]:
        left = len(self._schedule)
        refused = [
            GrantRefused(waiting.grant, f"The schedule is still followed: {left} of its steps have not begun.")
            for waiting in self._asked
        ]
        self._asked.clear()
        return refused

    def _follow_grant(self, waiting: _PendingGrant, now: float) -> OpenGate | GrantRefused:
        try:
            waiting.until = now + GRANT_SECONDS
            return self._open_gate(self._runnable_process(waiting.grant.process), waiting)
        except NotRunnable as reason:
            return GrantRefused(waiting.grant, reason.message)

    def _open_gate(self, process: int, waiting: _PendingGrant | None) -> OpenGate:
        self._does[process] = self._next[process]
        self._moving.add(process)
        self._unlogged[process].append(waiting)
        return OpenGate(process)

    def _runnable_process(self, name: str) -> int:
        """The process of that name. Raises `NotRunnable` where it cannot take a step."""
        process = number_of(name, self._names)
        if process in self._ended or process not in self._next:
            raise NotRunnable(f"{name} has ended.")
        obstacle = self._obstacle(process)
        if obstacle is not None:
            raise NotRunnable(obstacle)
        return process

    def _obstacle(self, process: int) -> str | None:
        """Why a process that is alive cannot move, as a sentence; None where it can."""
        would = self._next[process]
        lock = self._locks.get(would.target)
        if would.op != Op.ACQUIRE or lock is None or lock.holder is None or not lock.is_held:
            return None
        names = self._names
        if lock.holder == process and names.declared[would.target - 1].is_reentrant:
            return None
        ended = {names.processes[each]: False for each in self._ended}
        return f"{clause(Waiter(process, would.target, lock.holder), names, ended)}."

    def _settle(self, process: int) -> None:
        """The step that the process was granted is done."""
        self.turn += 1
        self._moving.discard(process)
        self._next.pop(process, None)
        done = self._does.pop(process, None)
        if done is None or done.op not in (Op.ACQUIRE, Op.RELEASE):
            return
        lock = self._locks.setdefault(done.target, Hold())
        if done.op == Op.ACQUIRE:
            lock.acquired(process)
        elif lock.is_held and (lock.holder == process or not self._names.declared[done.target - 1].is_reentrant):
            lock.released()  # of a lock that is free it fails, and so it does of another's reentrant one

    def _all_waiting(self) -> list[_PendingGrant]:
        unlogged = [waiting for each in self._unlogged.values() for waiting in each if waiting is not None]
        return [*self._asked, *unlogged]

    def _refuse_late(self, now: float) -> list[GrantRefused]:
        """Refuse the grants that have waited long enough. If the step comes after all, it answers no grant."""
        late = [waiting for waiting in self._all_waiting() if waiting.until <= now]
        if late:
            self._asked = deque(waiting for waiting in self._asked if waiting not in late)
            for process, unlogged in self._unlogged.items():
                self._unlogged[process] = deque(None if waiting in late else waiting for waiting in unlogged)
        return [GrantRefused(waiting.grant, "Another process has not finished its step.") for waiting in late]


def number_of(name: str, names: Names) -> int:
    """The number of a process. Raises `NotRunnable` where there is none of that name."""
    if name not in names.processes:
        raise NotRunnable(f"There is no process {name[:20]}: the processes are {', '.join(names.processes)}.")
    return list(names.processes).index(name)
