"""Turns what the workers send into one ordered log.

    Queue of P1 ──┐
    Queue of P2 ──┼─▶ Collector.collect(), in the run's thread
                  │      ├ Merge: one order, by time
                  │      ├ Account of each cell: checks versions, counts what each write lost
                  │      ├ Waiting: is it a deadlock?
                  │      └ Log.append ──▶ readers
    sentinels   ──┘

It ends when every Queue is at its end and every worker is dead. It waits on nothing else, so it ends whenever
the workers do, however they do.
"""

from collections.abc import Sequence
from multiprocessing import connection
from time import perf_counter_ns
from typing import Any, Final, Protocol

import numpy as np

from lost_update.analysis.accesses import Accesses
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiter, Waiting
from lost_update.execution.merge import KIND, LINE, Merge
from lost_update.execution.stepping import Next, Stepping
from lost_update.execution.supervisor import Supervisor, Worker
from lost_update.model.encoding import Names
from lost_update.model.log import Log, Rows
from lost_update.model.ops import ENDS_BY_ITSELF, GATED, PRESENT, Op
from lost_update.model.steps import ANNOUNCED, RECORD, RECORD_WIDTH, place_in_record, split_kind
from lost_update.sources.naming import Shared

HEAD_START_NS: Final = 2_000_000
"""How far ahead the common start lies when the last worker is ready, so that the message reaches them all before it."""

LATER_SECONDS: Final = 0.02
"""How long after a launched process it may be noticed that its launcher has ended, and took it along."""


class Listener(Protocol):
    """Who is told what is found while collecting, in the run's thread."""

    def on_change(self) -> None:
        """Something came."""

    def on_death(self, worker: Worker) -> None:
        """A worker ended badly."""

    def on_deadlock(self, waiters: Sequence[Waiter]) -> None:
        """Everybody who is alive waits for ever."""


class Collector:
    """Reads the queues of one supervisor. `accounts` are by number of target.

    Of an untraced run no step is kept: its processes only tell of their lives.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        log: Log,
        accounts: dict[int, Account],
        shared: Shared,
        *,
        traced: bool = True,
        stepping: Stepping | None = None,
    ) -> None:
        self._supervisor = supervisor
        self._log = log
        self._traced = traced
        self._accounts = accounts
        self._names = shared.names
        launched = {
            shared.launched[worker.name]: number
            for number, worker in enumerate(supervisor.workers)
            if worker.process is None
        }
        launcher = len(supervisor.workers) - 1
        self._launched = launched
        self._merge = Merge(len(supervisor.workers), launched, launcher)
        self._waiting = Waiting(len(supervisor.workers), len(self._names.targets), shared.queues, launched)
        self._is_deadlocked = False
        self._stepping = stepping
        self._missed: dict[str, int] = {}
        self._mourned: set[str] = set()
        self._ready: set[int] = set()
        self.start_ns: int | None = None
        self.last_ops: list[Op | None] = [None] * len(supervisor.workers)

    def collect(self, listener: Listener) -> None:
        """Collect until the end."""
        workers = list(enumerate(self._supervisor.workers))
        queues: dict[Any, int] = {worker.reader: number for number, worker in workers}
        sentinels: dict[Any, int] = {
            worker.process.sentinel: number for number, worker in workers if worker.process is not None
        }
        while queues or sentinels:
            for source in connection.wait([*queues, *sentinels], LATER_SECONDS if self._missed else None):
                if source in queues:
                    number = queues[source]
                    if not self._drain(number):
                        del queues[source]
                        self._merge.end(number)
                        self._supervisor.workers[number].is_silent = True
                        if self._stepping is not None:
                            self._stepping.note_end(number)
                else:
                    self._supervisor.reap(self._supervisor.workers[sentinels.pop(source)])
            self._let_go()
            # Whoever leaves others waiting for ever by its death is the reason, and not that they wait.
            self._mourn(listener)
            self._append(listener)
            listener.on_change()

    def _drain(self, number: int) -> bool:
        """Take what has come from one worker; False at the end of its Queue."""
        worker = self._supervisor.workers[number]
        try:
            while worker.reader.poll():
                watermark, records = worker.queue.get()
                self._ready.add(number)
                if records:
                    _note_life(worker, records)
                if self._stepping is not None:
                    records = self._steer(self._stepping, number, records)
                self._merge.add(number, watermark, records)
        except (EOFError, OSError):
            return False
        return True

    def _steer(self, stepping: Stepping, number: int, records: bytes) -> bytes:
        """Pass on what a process would do next; what is left are its steps."""
        table = np.frombuffer(records, "<i8").reshape(-1, RECORD_WIDTH)
        is_announced = (table[:, KIND] & ANNOUNCED) != 0
        for record in table[is_announced].tolist():
            op, target = split_kind(record[KIND] & ~ANNOUNCED)
            stepping.note_next(number, Next(Op(op), target, record[LINE]))
        own_steps: bytes = table[~is_announced].tobytes()
        return own_steps

    def _mourn(self, listener: Listener) -> None:
        """Tell of everybody who has ended badly, once.

        A launched process ends with its launcher, and that may be noticed first. So its own end is told of a little
        later, and not at all before it is known how the launcher ended, if it was killed.
        """
        launcher = self._supervisor.workers[-1]
        for worker in sorted(self._supervisor.workers, key=lambda worker: worker.process is None):
            if worker.death is None or worker.name in self._mourned:
                continue
            if worker.process is None and launcher.exitcode is None:
                missed_for = perf_counter_ns() - self._missed.setdefault(worker.name, perf_counter_ns())
                was_killed = launcher.is_silent and launcher.told is None
                if was_killed or missed_for < LATER_SECONDS * 1e9:
                    continue
            self._missed.pop(worker.name, None)
            self._mourned.add(worker.name)
            listener.on_death(worker)

    def _let_go(self) -> None:
        own = {number for number, worker in enumerate(self._supervisor.workers) if worker.process is not None}
        if self.start_ns is None and own <= self._ready:
            self.start_ns = perf_counter_ns() + HEAD_START_NS
            self._supervisor.go(self.start_ns)

    def _append(self, listener: Listener) -> None:
        if self.start_ns is None:
            return
        if self._stepping is not None:
            waiting, now = self._stepping.at_gates()
            for number in waiting:
                self._merge.promise(number, now)  # so that a step is seen at once, and not with everybody's next beat
        rows = self._merge.take(self.start_ns)
        if rows is None:
            return
        self._note_launched(rows)
        if not self._traced:
            return
        for target, account in self._accounts.items():
            _follow(account, rows, target, self._names)
        for number in range(len(self.last_ops)):
            own = rows["op"][rows["process"] == number]
            if len(own):
                self.last_ops[number] = Op(own[-1])
        first = len(self._log)
        self._log.append(rows)
        if self._stepping is not None:
            for index in np.flatnonzero(np.isin(rows["op"], GATED)).tolist():
                self._stepping.note_step(int(rows["process"][index]), first + index)
        self._waiting.follow(rows["op"], rows["process"], rows["target"], rows["ends_by_itself"] == ENDS_BY_ITSELF)
        waiters = None if self._is_deadlocked else self._waiting.deadlock()
        if waiters:
            self._is_deadlocked = True
            listener.on_deadlock(waiters)

    def _note_launched(self, rows: Rows) -> None:
        """Take out of the steps what they tell of the launched workers: that there are any, and their exit codes."""
        if not self._launched:
            return
        for target in rows["target"][rows["op"] == Op.LAUNCH].tolist():
            self._supervisor.workers[self._launched[target]].was_launched = True
        for row in rows[(rows["op"] == Op.JOIN) & (rows["presence"] == PRESENT)]:
            self._supervisor.workers[self._launched[int(row["target"])]].exitcode = int(row["value"])


def _note_life(worker: Worker, records: bytes) -> None:
    """What a batch says of the life of its worker: that it begins, and its pid, or that it ends, and how."""
    first = RECORD.unpack_from(records)
    if split_kind(first[KIND])[0] == Op.START:
        worker.pid = first[place_in_record(Op.START, "pid")]
    last = RECORD.unpack_from(records, len(records) - RECORD.size)
    if split_kind(last[KIND])[0] == Op.EXIT:
        worker.told = last[place_in_record(Op.EXIT, "exitcode")]
        if worker.process is None:
            worker.exitcode = worker.told


def _follow(account: Account, rows: Rows, target: int, names: Names) -> None:
    """Hand the account its reads and writes among `rows`, and note on each write what it says is lost."""
    chosen = np.flatnonzero((rows["target"] == target) & ((rows["op"] == Op.READ) | (rows["op"] == Op.WRITE)))
    values = rows["value"][chosen]
    if target in names.decode:
        values = np.array(list(map(names.decode[target], values.tolist())), dtype=object)
    accesses = Accesses(
        process=rows["process"][chosen],
        is_write=rows["op"][chosen] == Op.WRITE,
        value=values,
        version=rows["version"][chosen],
        base=rows["base"][chosen],
    )
    rows["lost"][chosen[accesses.is_write]] = account.follow(accesses)
