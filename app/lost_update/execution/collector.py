"""Turns what the workers send into one ordered log.

    Queue of P1 ──┐
    Queue of P2 ──┼─▶ receive(): who stands at its gate, whose Queue has ended
    sentinels   ──┤   deaths():  who ended badly
    wake-ups    ──┘   append():  what is new in the log, and whether it is a deadlock
                         ├ Merge: one order, by time
                         ├ Account of each cell: checks versions, counts what each write lost
                         ├ Waiting: is it a deadlock?
                         └ Log.append ──▶ readers

The run's thread calls the three in turn while the collector is open, and acts on what they return. The collector is
open until every Queue is at its end and every worker is dead. It depends on nothing else, so it ends whenever the
workers do, however they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from time import perf_counter_ns
from typing import Any, Final, Protocol

import numpy as np

from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiter, Waiting
from lost_update.execution.merge import KIND, LINE, Merge
from lost_update.execution.message_reader import MessageReader
from lost_update.execution.stepping import Next
from lost_update.execution.supervisor import Supervisor, Worker
from lost_update.model.log import ROW, Log, Rows
from lost_update.model.ops import ENDS_BY_ITSELF, GATED, PRESENT, Op
from lost_update.model.steps import ANNOUNCED, RECORD, RECORD_WIDTH, place_in_record, split_kind
from lost_update.sources.naming import Shared

HEAD_START_NS: Final = 2_000_000
"""How far ahead the common start lies when the last worker is ready, so that the message reaches them all before it."""

LATER_SECONDS: Final = 0.02
"""How long after a launched process it may be noticed that its launcher has ended, and took it along."""


class HasFileno(Protocol):
    """What can be waited for."""

    def fileno(self) -> int:
        """Its descriptor."""


@dataclass
class Received:
    """What came from the workers, beside their steps."""

    at_gate: list[tuple[int, Next]] = field(default_factory=list)
    """Who waits at its gate, and what it would do next; in the order in which each says so."""
    ended: list[int] = field(default_factory=list)
    """Whose Queue has ended, after all that it said."""


@dataclass
class Appended:
    """What is new in the log, from the index `first` on."""

    first: int = 0
    rows: Rows = field(default_factory=lambda: np.empty(0, ROW))
    deadlock: list[Waiter] | None = None
    """Everybody who is alive waits for ever. This is said once."""

    def gated(self) -> list[tuple[int, int]]:
        """Of each step for which a process needs a grant at the pace `step`, that process and the index of the step."""
        steps = np.flatnonzero(np.isin(self.rows["op"], GATED)).tolist()
        return [(int(self.rows["process"][step]), self.first + step) for step in steps]


class Collector:
    """Reads the queues of one supervisor. `accounts` are by number of target.

    Of an untraced run no step is kept: its processes only say that they begin and end.
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
        workers = supervisor.workers
        self._supervisor = supervisor
        self._log = log
        self._traced = traced
        self._accounts = accounts
        self._names = shared.names
        launched = {
            shared.launched[worker.name]: number for number, worker in enumerate(workers) if worker.process is None
        }
        launcher = len(workers) - 1
        self._launched = launched
        self._merge = Merge(len(workers), launched, launcher)
        self._waiting = Waiting(len(workers), len(self._names.targets), shared.queues, launched)
        self._is_deadlocked = False
        self._readers = [MessageReader(worker.reader) for worker in workers]
        self._open_queues: dict[Any, int] = {worker.reader: number for number, worker in enumerate(workers)}
        self._open_sentinels: dict[Any, int] = {
            worker.process.sentinel: number for number, worker in enumerate(workers) if worker.process is not None
        }
        self._missed_since: dict[str, int] = {}
        self._reported_dead: set[str] = set()
        self._ready: set[int] = set()
        self.start_ns: int | None = None
        self.last_ops: list[Op | None] = [None] * len(workers)

    @property
    def is_open(self) -> bool:
        """Whether anything may still come."""
        return bool(self._open_queues or self._open_sentinels)

    def receive(self, timeout: float | None = None, wake_ups: Sequence[HasFileno] = ()) -> Received:
        """Wait until something comes, until one of `wake_ups` can be read, or for so many seconds; take what came."""
        if self._missed_since:
            timeout = LATER_SECONDS if timeout is None else min(timeout, LATER_SECONDS)
        received = Received()
        sources: list[Any] = [*self._open_queues, *self._open_sentinels, *wake_ups]
        for source in connection.wait(sources, timeout):
            if source in self._open_queues:
                number = self._open_queues[source]
                if not self._drain(number, received):
                    del self._open_queues[source]
                    self._merge.end(number)
                    self._supervisor.workers[number].is_silent = True
                    received.ended.append(number)
            elif source in self._open_sentinels:
                self._supervisor.reap(self._supervisor.workers[self._open_sentinels.pop(source)])
        self._begin_when_ready()
        return received

    def deaths(self) -> list[Worker]:
        """Everybody who has ended badly, once.

        A launched process ends with its launcher, and that may be noticed first. So its own end is reported a little
        later, and not at all before it is known how the launcher ended, if it was killed.
        """
        deaths = []
        launcher = self._supervisor.workers[-1]
        for worker in sorted(self._supervisor.workers, key=lambda worker: worker.process is None):
            if worker.death is None or worker.name in self._reported_dead:
                continue
            if worker.process is None and launcher.exitcode is None:
                missed_for = perf_counter_ns() - self._missed_since.setdefault(worker.name, perf_counter_ns())
                was_killed = launcher.is_silent and launcher.reported_exitcode is None
                if was_killed or missed_for < LATER_SECONDS * 1e9:
                    continue
            self._missed_since.pop(worker.name, None)
            self._reported_dead.add(worker.name)
            deaths.append(worker)
        return deaths

    def append(self, at_gates: Sequence[int] = ()) -> Appended:
        """Append to the log the steps whose place in the order is certain.

        The processes `at_gates` have nothing older than now to send. So a step is seen at once, and not only with the
        next beat of everybody else.
        """
        appended = Appended()
        if self.start_ns is None:
            return appended
        now = perf_counter_ns()
        for number in at_gates:
            self._merge.promise(number, now)
        rows = self._merge.take(self.start_ns)
        if rows is None:
            return appended
        self._note_launched(rows)
        if not self._traced:
            return appended
        for target, account in self._accounts.items():
            accesses, writes = accesses_of(rows, target, self._names.declared[target - 1])
            rows["lost"][writes] = account.follow(accesses)
        for number in range(len(self.last_ops)):
            own = rows["op"][rows["process"] == number]
            if len(own):
                self.last_ops[number] = Op(own[-1])
        appended.first, appended.rows = len(self._log), rows
        self._log.append(rows)
        self._waiting.follow(rows["op"], rows["process"], rows["target"], rows["ends_by_itself"] == ENDS_BY_ITSELF)
        if not self._is_deadlocked:
            appended.deadlock = self._waiting.deadlock() or None
            self._is_deadlocked = appended.deadlock is not None
        return appended

    def _drain(self, number: int, received: Received) -> bool:
        """Take what has come from one worker; False at the end of its Queue."""
        worker, reader = self._supervisor.workers[number], self._readers[number]
        for watermark, records in reader.read():
            self._ready.add(number)
            if records:
                _note_lifecycle(worker, records)
            self._merge.add(number, watermark, _own_steps(number, records, received))
        return not reader.is_at_end

    def _begin_when_ready(self) -> None:
        own = {number for number, worker in enumerate(self._supervisor.workers) if worker.process is not None}
        if self.start_ns is None and own <= self._ready:
            self.start_ns = perf_counter_ns() + HEAD_START_NS
            self._supervisor.begin(self.start_ns)

    def _note_launched(self, rows: Rows) -> None:
        """What the steps say of the launched workers: that they were launched, and their exit codes."""
        if not self._launched:
            return
        for target in rows["target"][rows["op"] == Op.LAUNCH].tolist():
            self._supervisor.workers[self._launched[target]].was_launched = True
        for row in rows[(rows["op"] == Op.JOIN) & (rows["presence"] == PRESENT)]:
            self._supervisor.workers[self._launched[int(row["target"])]].exitcode = int(row["value"])


def _own_steps(number: int, records: bytes, received: Received) -> bytes:
    """The steps of the process, without what it announces: that it stands at its gate."""
    table = np.frombuffer(records, "<i8").reshape(-1, RECORD_WIDTH)
    is_announced = (table[:, KIND] & ANNOUNCED) != 0
    if not is_announced.any():
        return records
    for record in table[is_announced].tolist():
        op, target = split_kind(record[KIND] & ~ANNOUNCED)
        received.at_gate.append((number, Next(Op(op), target, record[LINE])))
    steps: bytes = table[~is_announced].tobytes()
    return steps


def _note_lifecycle(worker: Worker, records: bytes) -> None:
    """What a batch says of its worker: that it begins, and its pid, or that it ends, and how."""
    first = RECORD.unpack_from(records)
    if split_kind(first[KIND])[0] == Op.START:
        worker.pid = first[place_in_record(Op.START, "pid")]
    last = RECORD.unpack_from(records, len(records) - RECORD.size)
    if split_kind(last[KIND])[0] == Op.EXIT:
        worker.reported_exitcode = last[place_in_record(Op.EXIT, "exitcode")]
        if worker.process is None:
            worker.exitcode = worker.reported_exitcode
