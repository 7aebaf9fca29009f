"""Turns what the processes send into one ordered log.

    pipe of P1  ──┐
    pipe of P2  ──┼─▶ receive(): processes at their gate, ends of pipes, processes about to be started
    controls    ──┤
    sentinels   ──┤   deaths():  processes that ended badly
    wake-ups    ──┘   append():  what is new in the log, and whether it is a deadlock
                         ├ Merge: one order, by time
                         ├ Account of each cell: checks versions, counts what each write lost
                         ├ Waiting: is it a deadlock? The memory is asked, too
                         └ Log.append ──▶ readers

The run's thread calls the three in turn while the collector is open, and acts on what they return. The collector is
open until every pipe is at its end and every process has ended. It depends on nothing else, so it ends when the
processes do, in whatever way.
"""

import selectors
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any, Final, Protocol

import numpy as np

from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiter, Waiting
from lost_update.execution.merge import KIND, LINE, Merge
from lost_update.execution.message_reader import MessageReader
from lost_update.execution.stepping import Next
from lost_update.execution.supervisor import RunProcess, Supervisor, send
from lost_update.model.encoding import Names
from lost_update.model.log import ROW, Log, Rows, distinct
from lost_update.model.ops import ENDS_BY_ITSELF, GATED, PRESENT, Op
from lost_update.model.sources import Code
from lost_update.model.steps import ANNOUNCED, NO_SOURCE, RECORD, RECORD_WIDTH, place_in_record, split_kind, split_line
from lost_update.sources.naming import Shared
from lost_update.tracing.recorder import NEVER, SourceDeclared
from lost_update.tracing.registration import requested

HEAD_START_NS: Final = 2_000_000
"""How far ahead the common start lies when the last process is ready: the message reaches all of them before it."""

ANCESTOR_SECONDS: Final = 0.2
"""When a process and its ancestor end together, the ancestor's end may be noticed this much later."""


_GATED: Final = frozenset(int(op) for op in GATED)


class HasFileno(Protocol):
    """What can be waited for."""

    def fileno(self) -> int:
        """Its descriptor."""


@dataclass
class Received:
    """What came from the processes, besides their steps."""

    at_gate: list[tuple[int, Next]] = field(default_factory=list)
    """Processes that wait at their gate, and what each would do next, in the order of their announcements."""
    ended: list[int] = field(default_factory=list)
    """Processes whose pipe has ended, after all that they sent."""
    declared: list[int] = field(default_factory=list)
    """New processes, which another process is about to start."""
    has_new_source: bool = False
    """Whether a process has declared a source file that no other had declared."""


@dataclass
class Appended:
    """What is new in the log, from the index `first` on."""

    first: int = 0
    rows: Rows = field(default_factory=lambda: np.empty(0, ROW))
    deadlock: list[Waiter] | None = None
    """Set while every process that is alive waits for ever."""

    def gated(self) -> list[tuple[int, int]]:
        """The steps that need a grant at the pace `step`: of each the process and the index."""
        ops, processes = self.rows["op"].tolist(), self.rows["process"].tolist()
        return [(processes[step], self.first + step) for step, op in enumerate(ops) if op in _GATED]


class Collector:
    """Reads the pipes of one supervisor. `accounts` go by number of target; `shared` gets the names of new processes.

    No step of an untraced run is kept: its processes only say that they begin and end.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        log: Log,
        accounts: dict[int, Account],
        shared: Shared,
        *,
        traced: bool = True,
    ) -> None:
        self._supervisor = supervisor
        self._log = log
        self._traced = traced
        self._accounts = accounts
        self._shared = shared
        self._launched: dict[int, RunProcess] = {}
        self._merge = Merge()
        self._waiting = Waiting(shared.names.declared)
        self._killed: dict[int, int] = {}
        self._readers: list[MessageReader] = []
        # `connection.wait` would take all of them in again each time, and that takes longer than all the rest.
        self._arrivals = selectors.PollSelector()
        self._open_pipes: dict[Any, int] = {}
        self._open_controls: dict[Any, int] = {}
        self._open_sentinels: dict[Any, int] = {}
        self._wake_ups: list[HasFileno] = []
        self._missed_since: dict[str, int] = {}
        self._reported_dead: set[str] = set()
        self._ready: set[int] = set()
        self.start_ns: int | None = None
        self.last_ops: list[Op | None] = []
        for process in supervisor.processes:
            assert process.os_process is not None
            self._open_sentinels[process.os_process.sentinel] = len(self._readers)
            self._arrivals.register(process.os_process.sentinel, selectors.EVENT_READ)
            self._follow(process)

    @property
    def names(self) -> Names:
        """What the numbers in the log stand for, up to now."""
        return self._shared.names

    @property
    def is_open(self) -> bool:
        """Whether anything may still come."""
        return bool(self._open_pipes or self._open_sentinels)

    def receive(self, timeout: float | None = None, wake_ups: Sequence[HasFileno] = ()) -> Received:
        """Wait until something comes, until one of `wake_ups` can be read, or for so many seconds; take what came."""
        if self._missed_since:
            timeout = ANCESTOR_SECONDS if timeout is None else min(timeout, ANCESTOR_SECONDS)
        received = Received()
        for wake_up in wake_ups:
            if wake_up not in self._wake_ups:
                self._wake_ups.append(wake_up)
                self._arrivals.register(wake_up, selectors.EVENT_READ)
        for arrived, _ in self._arrivals.select(timeout):
            source: Any = arrived.fileobj
            if source in self._open_pipes:
                number = self._open_pipes[source]
                if not self._drain(number, received):
                    self._end(number)
                    received.ended.append(number)
            elif source in self._open_controls:
                self._take_in(self._open_controls[source], received)
            elif source in self._open_sentinels:
                self._arrivals.unregister(source)
                self._supervisor.reap(self._supervisor.processes[self._open_sentinels.pop(source)])
        self._begin_when_ready()
        return received

    def deaths(self) -> list[RunProcess]:
        """The processes that have ended badly, each of them once.

        A launched process ends with its launcher, and its own end may be noticed first. So it is reported a little
        later, after the ends of its ancestors. If the first ancestor was killed, it is not reported before it is known
        how that one ended.
        """
        deaths = []
        dead = [each for each in self._supervisor.processes if each.death and each.name not in self._reported_dead]
        for process in sorted(dead, key=lambda process: len(process.ancestors)):
            if process.ancestors and self._may_have_ended_with_ancestor(process):
                continue
            self._missed_since.pop(process.name, None)
            self._reported_dead.add(process.name)
            deaths.append(process)
        return deaths

    def append(self, at_gates: Sequence[int] = ()) -> Appended:
        """Append to the log the steps whose place in the order is certain.

        The processes `at_gates` have nothing older than now to send. So a step is seen at once, without waiting for the
        next beat of all other processes.
        """
        appended = Appended()
        if self.start_ns is None:
            return appended
        now = perf_counter_ns()
        for number in at_gates:
            self._merge.promise(number, now)
        rows = self._merge.take(self.start_ns)
        if rows is not None:
            self._note_launched(rows)
        if not self._traced:
            return appended
        if rows is not None:
            appended.first, appended.rows = len(self._log), rows
            self._follow_rows(rows)
        self._note_killed()
        appended.deadlock = self._deadlock()
        return appended

    def _follow_rows(self, rows: Rows) -> None:
        for target, account in self._accounts.items():
            accesses, writes = accesses_of(rows, target, self._shared.names.declared[target - 1])
            rows["lost"][writes] = account.follow(accesses)
        for number in distinct(rows["process"]):
            self.last_ops[number] = Op(rows["op"][rows["process"] == number][-1])
        self._log.append(rows)
        self._waiting.follow(rows["op"], rows["process"], rows["target"], rows["ends_by_itself"] == ENDS_BY_ITSELF)

    def _deadlock(self) -> list[Waiter] | None:
        """Everybody who waits for ever, where the steps say so and the memory does not say otherwise."""
        waiters = self._waiting.deadlock() or []
        asked = [self._shared.unavailable[each.target] for each in waiters if each.target in self._shared.unavailable]
        return waiters if waiters and all(is_unavailable() for is_unavailable in asked) else None

    def _note_killed(self) -> None:
        """Of those that were killed nothing more is to come once the log is complete up to their end."""
        complete = self._merge.complete_until_ns
        for number in [number for number, ended_ns in self._killed.items() if ended_ns <= complete]:
            self._waiting.killed(number)
            del self._killed[number]

    def _follow(self, process: RunProcess, target: int | None = None) -> None:
        """Follow this process, too, from now on. It has a `target` where another process starts it."""
        number = len(self._readers)
        # Its watermark: a launched one is started after its launcher has the answer, and so after now.
        self._merge.declare(0 if target is None else perf_counter_ns())
        self._waiting.declare(target)
        self._readers.append(MessageReader(process.reader))
        self.last_ops.append(None)
        self._open_pipes[process.reader] = number
        self._arrivals.register(process.reader, selectors.EVENT_READ)
        if process.may_launch:
            self._open_controls[process.control] = number
            self._arrivals.register(process.control, selectors.EVENT_READ)

    def _take_in(self, parent: int, received: Received) -> None:
        """A process is about to start another: declare that one, and answer."""
        launcher = self._supervisor.processes[parent]
        request = requested(launcher.control)
        if request is None:
            self._forget_control(launcher)
        elif request.ends is None:
            send(launcher, None)
        else:
            target = self._shared.declare_process()
            name = self._shared.names.processes[-1]
            process = self._launched[target] = self._supervisor.take_in(name, request, launcher)
            received.declared.append(len(self._readers))
            self._follow(process, target)
            send(launcher, (name, target))

    def _end(self, number: int) -> None:
        """Nothing more will come from this process."""
        process = self._supervisor.processes[number]
        self._merge.end(number)
        process.is_silent = True
        if process.os_process is None and process.exitcode is None and self._supervisor.has_killed:
            process.exitcode = -signal.SIGKILL
        if process.lost_steps:
            self._killed[number] = perf_counter_ns()
        del self._open_pipes[process.reader]
        self._arrivals.unregister(process.reader)
        self._forget_control(process)
        process.reader.close()
        process.control.close()

    def _forget_control(self, process: RunProcess) -> None:
        """It asks for nothing more."""
        if self._open_controls.pop(process.control, None) is not None:
            self._arrivals.unregister(process.control)

    def _may_have_ended_with_ancestor(self, process: RunProcess) -> bool:
        """Whether it may have ended only because one of its ancestors ended badly."""
        ancestors = process.ancestors
        first = ancestors[-1]
        if any(each.death is not None and each.name not in self._reported_dead for each in ancestors):
            return True
        if first.exitcode is not None:
            return False
        missed_for = perf_counter_ns() - self._missed_since.setdefault(process.name, perf_counter_ns())
        was_killed = first.is_silent and first.reported_exitcode is None
        return was_killed or missed_for < ANCESTOR_SECONDS * 1e9

    def _drain(self, number: int, received: Received) -> bool:
        """Take what has come from one process; False at the end of its pipe."""
        process, reader = self._supervisor.processes[number], self._readers[number]
        for message in reader.read():
            if isinstance(message, SourceDeclared):
                self._declare_source(number, message.source, received)
                continue
            watermark, records = message
            if watermark == NEVER:
                self._withdraw(process)
            self._ready.add(number)
            if records:
                self._note_lifecycle(process, records)
            self._merge.add(number, watermark, _own_steps(number, records, received))
        return not reader.is_at_end

    def _declare_source(self, number: int, source: Code, received: Received) -> None:
        """A process is about to tell of a source file, which another may have declared already."""
        known = len(self._shared.names.sources)
        self._merge.declare_source(number, self._shared.declare_source(source))
        received.has_new_source |= len(self._shared.names.sources) > known

    def _begin_when_ready(self) -> None:
        if self.start_ns is not None:
            return
        own = {number for number, process in enumerate(self._supervisor.processes) if process.os_process is not None}
        if own <= self._ready:
            self.start_ns = perf_counter_ns() + HEAD_START_NS
            self._supervisor.begin(self.start_ns)

    def _note_launched(self, rows: Rows) -> None:
        """What the steps say of the launched processes: that they were launched, and their exit codes."""
        if not self._launched:
            return
        for target in rows["target"][rows["op"] == Op.LAUNCH].tolist():
            if target in self._launched:
                self._launched[target].was_launched = True
        for row in rows[(rows["op"] == Op.JOIN) & (rows["presence"] == PRESENT)]:
            if int(row["target"]) in self._launched:
                self._launched[int(row["target"])].exitcode = int(row["value"])

    def _withdraw(self, process: RunProcess) -> None:
        """It was never started: its launcher could not."""
        target = next(target for target, each in self._launched.items() if each is process)
        del self._launched[target]
        process.was_launched = False
        self._waiting.withdraw(target)

    def _note_lifecycle(self, process: RunProcess, records: bytes) -> None:
        """What a batch says of its process: that it begins, and its pid, or that it ends, and how."""
        first = RECORD.unpack_from(records)
        if split_kind(first[KIND])[0] == Op.START:
            self._supervisor.know_pid(process, first[place_in_record(Op.START, "pid")])
        last = RECORD.unpack_from(records, len(records) - RECORD.size)
        if split_kind(last[KIND])[0] == Op.EXIT:
            process.reported_exitcode = last[place_in_record(Op.EXIT, "exitcode")]
            if not process.is_followed:
                process.exitcode = process.reported_exitcode


def _own_steps(number: int, records: bytes, received: Received) -> bytes:
    """The steps of the process, without its announcements that it stands at its gate."""
    if not records:
        return records
    table = np.frombuffer(records, "<i8").reshape(-1, RECORD_WIDTH)
    is_announced = (table[:, KIND] & ANNOUNCED) != 0
    if not is_announced.any():
        return records
    for record in table[is_announced].tolist():
        op, target = split_kind(record[KIND] & ~ANNOUNCED)
        line, source = split_line(record[LINE])
        received.at_gate.append((number, Next(Op(op), target, line if source == NO_SOURCE else 0)))
    steps: bytes = table[~is_announced].tobytes()
    return steps
