"""Who waits for what, and whether any process can ever go on: a deadlock, read from the steps.

A process waits from its `wait` to its next step. Earlier steps say whether it can have what it waits for: how often a
lock was acquired and released, what was put into a queue and not got, whether a process has its `exit`. When every live
process waits, and none for something that it can have, none of them will ever take a step again:

    P1: acquire a, wait b ──▶ b is held by P2 ─┐
    P2: acquire b, wait a ──▶ a is held by P1 ─┘   no other process is alive: a deadlock

That is exact, and does not depend on time, because the steps come in order and are complete up to the last one. If a
process had already got what it waits for, the `release`, `put` or `exit` that gave it would be among them. The idea
of reading deadlocks off who waits for whom is R. C. Holt's ("Some deadlock properties of computer systems", 1972).

A lock is held while it was acquired more often than it was released, no matter by whom: any process may release a
`multiprocessing.Lock`, and whoever releases it, the hold of its holder ends.

A process that was killed may have taken steps that it did not send. What it held or put is then unknown, and the
memory has to tell: the collector asks it before it believes what is read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.model.log import distinct
from lost_update.model.ops import Op
from lost_update.model.targets import Target

_HOLD: Final = np.array([op.row.hold for op in Op])
_CHANGES_CONTENT: Final = {op: op.row.content for op in Op if op.row.content}

Column = npt.NDArray[Any]


class Waiter(NamedTuple):
    """A process that waits for a target, and the process that holds that, or None. All as numbers."""

    process: int
    target: int
    holder: int | None


@dataclass
class Hold:
    """What the steps say of one lock: how often more it was acquired than released, who holds it, and how deep."""

    count: int = 0
    holder: int | None = None
    depth: int = 0

    def follow(self, amount: Column, process: Column) -> None:
        """Take in acquires (1) and releases (-1), in log order, and who did them."""
        if self._is_taken_in_turns(amount, process):
            self.count += int(amount.sum())
            self.depth = int(amount[-1] > 0)
            self.holder = int(process[-1]) if self.depth else None
            return
        for change, by in zip(amount.tolist(), process.tolist(), strict=True):
            if change > 0:
                self.acquired(by)
            else:
                self.released()

    @property
    def is_held(self) -> bool:
        """Whether somebody is known to hold it."""
        return self.count > 0 and self.holder is not None

    def acquired(self, process: int) -> None:
        """A process has acquired it, perhaps once more."""
        self.count += 1
        self.depth = self.depth + 1 if process == self.holder else 1
        self.holder = process

    def released(self) -> None:
        """A process has released it, no matter which."""
        self.count -= 1
        self.depth = max(self.depth - 1, 0)
        self.holder = self.holder if self.depth else None

    def _is_taken_in_turns(self, amount: Column, process: Column) -> bool:
        """Whether each release follows on the acquire of the same process, and each acquire on a release."""
        before = np.concatenate(([1 if self.depth else -1], amount[:-1]))
        whose = np.concatenate(([-1 if self.holder is None else self.holder], process[:-1]))
        return self.depth <= 1 and bool(np.all((amount != before) & ((amount > 0) | (process == whose))))


class Waiting:
    """Follows a run's steps. Its targets are numbered from 1; a process is one from when it is declared here."""

    def __init__(self, targets: Sequence[Target]) -> None:
        numbers = 1 + len(targets)
        self._content = np.zeros(numbers, np.int64)
        self._waits: list[int | None] = []
        self._is_alive: list[bool] = []
        self._queues = {number for number, target in enumerate(targets, 1) if target.kind == "queue"}
        self._locks = {number: Hold() for number, target in enumerate(targets, 1) if target.kind == "lock"}
        self._launched: dict[int, int] = {}
        self._killed: set[int] = set()

    def declare(self, target: int | None = None) -> None:
        """There is one more process. It is alive, or, if others launch it as that target, from its `launch` on."""
        process = len(self._waits)
        self._waits.append(None)
        self._is_alive.append(target is None)
        if target is not None:
            self._launched[target] = process
            self._content = np.pad(self._content, (0, max(0, 1 + target - len(self._content))))

    def withdraw(self, target: int) -> None:
        """That process was never started, though its `launch` says that it was about to be."""
        self._is_alive[self._launched.pop(target)] = False

    def killed(self, process: int) -> None:
        """That process has ended, perhaps with steps that it had not sent."""
        self._is_alive[process] = False
        self._killed.add(process)

    def follow(self, op: Column, process: Column, target: Column, ends_by_itself: Column) -> None:
        """Take in steps, in log order, a column each. `ends_by_itself` is about those that are a `wait`."""
        amount = _HOLD[op]
        for number in distinct(target[amount != 0]):
            chosen = (target == number) & (amount != 0)
            self._locks[number].follow(amount[chosen], process[chosen])
        for kind, change in _CHANGES_CONTENT.items():
            np.add.at(self._content, target[op == kind], change)
        for launched in target[op == Op.LAUNCH].tolist():
            if launched in self._launched:
                self._is_alive[self._launched[launched]] = True
        for number in np.flatnonzero(np.bincount(process)).tolist():
            last = int(np.flatnonzero(process == number)[-1])
            waits = op[last] == Op.WAIT and not ends_by_itself[last]
            self._waits[number] = int(target[last]) if waits else None
            self._is_alive[number] = op[last] != Op.EXIT and number not in self._killed

    def deadlock(self) -> list[Waiter] | None:
        """The waiting processes, if every process that is alive waits for ever; else None."""
        waiters = []
        for process, target in enumerate(self._waits):
            if not self._is_alive[process]:
                continue
            if target is None:
                return None
            holder = self._holder(target)
            if holder is None and not self._is_empty(target):
                return None
            waiters.append(Waiter(process, target, holder))
        return waiters or None

    def _is_empty(self, target: int) -> bool:
        """Whether it is a queue that nothing is left in."""
        return target in self._queues and bool(self._content[target] <= 0 or self._killed)

    def _holder(self, target: int) -> int | None:
        """Who keeps the others from what they wait for; None where nobody does, for all that is known."""
        if target in self._launched:
            process = self._launched[target]
            return process if self._is_alive[process] else None
        lock = self._locks.get(target)
        if lock is None:
            return None
        if lock.is_held:
            return lock.holder
        # Only a process that was killed can have acquired it without a step that says so.
        return next(iter(self._killed)) if len(self._killed) == 1 else None
