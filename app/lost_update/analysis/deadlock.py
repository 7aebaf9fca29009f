"""Who waits for what, and whether any process can ever go on: a deadlock, read from the steps.

A process waits from its `wait` to its next step. Earlier steps say whether it can have what it waits for: who acquired
a lock and did not release it, what was put into a queue and not got, whether a process has its `exit`. When every live
process waits, and none for something that it can have, none of them will ever take a step again:

    P1: acquire a, wait b ──▶ b is held by P2 ─┐
    P2: acquire b, wait a ──▶ a is held by P1 ─┘   no other process is alive: a deadlock

That is exact, and does not depend on time, because the steps come in order and are complete up to the last one. If a
process had already got what it waits for, the `release`, `put` or `exit` that gave it would be among them. The idea
of reading deadlocks off who waits for whom is R. C. Holt's ("Some deadlock properties of computer systems", 1972).
"""

from collections.abc import Set
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.model.ops import Op

_CHANGES_HOLD: Final = {op: op.row.hold for op in Op if op.row.hold}
_CHANGES_CONTENT: Final = {op: op.row.content for op in Op if op.row.content}

Column = npt.NDArray[Any]


class Waiter(NamedTuple):
    """A process that waits for a target, and the process that holds that, or None. All as numbers."""

    process: int
    target: int
    holder: int | None


class Waiting:
    """Follows a run's steps. Of its targets some are `queues`, and some, as they are declared, processes."""

    def __init__(self, targets: int, queues: Set[int]) -> None:
        self._held = np.zeros((1, targets), np.int64)
        self._content = np.zeros(targets, np.int64)
        self._waits: list[int | None] = []
        self._is_alive: list[bool] = []
        self._queues = queues
        self._launched: dict[int, int] = {}

    def declare(self, target: int | None = None) -> None:
        """There is one more process. It is alive, or, if others launch it as that target, from its `launch` on."""
        process = len(self._waits)
        self._waits.append(None)
        self._is_alive.append(target is None)
        if target is not None:
            self._launched[target] = process
        wanted = (process + 1, max(len(self._content), 1 + (target or 0)))
        self._held = _with_room(self._held, wanted)
        self._content = _with_room(self._content, wanted[1:])

    def withdraw(self, target: int) -> None:
        """That process was never started, though its `launch` says that it was about to be."""
        self._is_alive[self._launched.pop(target)] = False

    def follow(self, op: Column, process: Column, target: Column, ends_by_itself: Column) -> None:
        """Take in steps, in log order, a column each. `ends_by_itself` is about those that are a `wait`."""
        for kind, amount in _CHANGES_HOLD.items():
            chosen = op == kind
            np.add.at(self._held, (process[chosen], target[chosen]), amount)
        for kind, amount in _CHANGES_CONTENT.items():
            np.add.at(self._content, target[op == kind], amount)
        for launched in target[op == Op.LAUNCH].tolist():
            if launched in self._launched:
                self._is_alive[self._launched[launched]] = True
        for number in np.flatnonzero(np.bincount(process)).tolist():
            last = int(np.flatnonzero(process == number)[-1])
            waits = op[last] == Op.WAIT and not ends_by_itself[last]
            self._waits[number] = int(target[last]) if waits else None
            self._is_alive[number] = bool(op[last] != Op.EXIT)

    def deadlock(self) -> list[Waiter] | None:
        """The waiting processes, if every process that is alive waits for ever; else None."""
        waiters = []
        for process, target in enumerate(self._waits):
            if not self._is_alive[process]:
                continue
            if target is None:
                return None
            holder = self._holder(target)
            if holder is None and not (target in self._queues and self._content[target] <= 0):
                return None
            waiters.append(Waiter(process, target, holder))
        return waiters or None

    def _holder(self, target: int) -> int | None:
        if target in self._launched:
            process = self._launched[target]
            return process if self._is_alive[process] else None
        holders = np.flatnonzero(self._held[:, target] > 0)
        return int(holders[0]) if len(holders) else None


def _with_room(counts: Column, wanted: tuple[int, ...]) -> Column:
    """The same counts with room for as many; twice as much as before, so that growing costs the same on average."""
    more = [0 if want <= has else max(want, 2 * has) - has for want, has in zip(wanted, counts.shape, strict=True)]
    return np.pad(counts, [(0, each) for each in more]) if any(more) else counts
