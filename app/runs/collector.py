"""Turns what the workers send into one ordered log.

    Queue of P1 ──┐
    Queue of P2 ──┼─▶ Collector.collect(), in the run's thread
                  │      ├ Merge: one order, by time
                  │      ├ Account of each cell: checks versions, counts what each write lost
                  │      └ Log.append ──▶ readers
    sentinels   ──┘

It ends when every Queue is at its end and every worker is dead. It waits on nothing else, so it ends whenever
the workers do, however they do.
"""

from collections.abc import Callable
from multiprocessing import connection
from time import perf_counter_ns
from typing import Any, Final

import numpy as np

from app.analysis.accesses import Accesses
from app.analysis.summary import Account
from app.runs.crew import Crew, Worker
from app.runs.encoding import Names
from app.runs.log import Log, Rows
from app.runs.merge import Merge
from app.steps import Op

HEAD_START_NS: Final = 2_000_000
"""How far ahead the common start lies when the last worker is ready, so that the message reaches them all before it."""


class Collector:
    """Reads the queues of one crew. `accounts` are by number of target."""

    def __init__(self, crew: Crew, log: Log, accounts: dict[int, Account], names: Names) -> None:
        self._crew = crew
        self._log = log
        self._accounts = accounts
        self._names = names
        self._merge = Merge(len(crew.workers))
        self._ready: set[int] = set()
        self.start_ns: int | None = None
        self.last_ops: list[Op | None] = [None] * len(crew.workers)

    def collect(self, changed: Callable[[], None], died: Callable[[Worker], None]) -> None:
        """Collect until the end. `changed` is called after each round, `died` for each worker that ended badly."""
        workers = list(enumerate(self._crew.workers))
        queues: dict[Any, int] = {worker.reader: number for number, worker in workers}
        sentinels: dict[Any, int] = {worker.process.sentinel: number for number, worker in workers}
        while queues or sentinels:
            for source in connection.wait([*queues, *sentinels]):
                if source in queues:
                    if not self._drain(queues[source]):
                        self._merge.end(queues.pop(source))
                else:
                    worker = self._crew.workers[sentinels.pop(source)]
                    self._crew.reap(worker)
                    if worker.death:
                        died(worker)
            self._let_go()
            self._append()
            changed()

    def _drain(self, number: int) -> bool:
        """Take what has come from one worker; False at the end of its Queue."""
        worker = self._crew.workers[number]
        try:
            while worker.reader.poll():
                watermark, records = worker.queue.get()
                self._ready.add(number)
                self._merge.add(number, watermark, records)
        except (EOFError, OSError):
            return False
        return True

    def _let_go(self) -> None:
        if self.start_ns is None and len(self._ready) == len(self._crew.workers):
            self.start_ns = perf_counter_ns() + HEAD_START_NS
            self._crew.go(self.start_ns)

    def _append(self) -> None:
        if self.start_ns is None:
            return
        rows = self._merge.take(self.start_ns)
        if rows is None:
            return
        for target, account in self._accounts.items():
            _follow(account, rows, target, self._names)
        for number in range(len(self.last_ops)):
            own = rows["op"][rows["process"] == number]
            if len(own):
                self.last_ops[number] = Op(own[-1])
        self._log.append(rows)


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
