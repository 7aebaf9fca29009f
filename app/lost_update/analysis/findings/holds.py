"""Who holds which locks, at every step: read from acquires and releases.

    P1   acquire a ── acquire b ── read x ── write x ── release b ── release a
         {a}          {a, b}                            {a}          {}

A lock is held from its acquire until somebody releases it, no matter who. A semaphore for one is a lock. What counts
for an update is the locks that its lane held from the read to the write without letting go: a lock that was released
in between and taken again let others in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Evidence, Integers
from lost_update.model.ops import Op
from lost_update.model.targets import Target

Locks = frozenset[int]

_FREE: Final[Locks] = frozenset()

NO_LOCK: Final = 0
"""The number of the set of no locks."""


class Hold(NamedTuple):
    """A lock that is held, since which step."""

    lock: int
    since: int


@dataclass
class Nested:
    """That a process took `second` while it held `first`, at these lines: the first and the last time it did.

    A time is two steps: the acquire of the first, and that of the second. `gates` are the locks that it held as well.
    """

    first: int
    second: int
    process: int
    gates: Locks
    times: list[tuple[int, int]]


class Holds:
    """Follows all locks once; then it can be asked about any step."""

    def __init__(self, evidence: Evidence) -> None:
        self.holder: dict[int, int] = {}
        """Of each lock that is held at the end, the lane that holds it."""
        self.since: dict[int, int] = {}
        """Of each lock that is held at the end, the step that acquired it."""
        self.foreign: set[int] = set()
        """Locks that somebody released who did not hold them."""
        self.users: dict[int, set[int]] = {}
        """Of each lock the lanes that have acquired it."""
        self.nested: dict[tuple[int, ...], Nested] = {}
        self._depth: dict[int, int] = {}
        self._held: dict[int, tuple[Hold, ...]] = {}
        self._changes: dict[int, list[tuple[int, tuple[Hold, ...]]]] = {}
        self._evidence = evidence
        self._follow()
        self._arrange()

    def _follow(self) -> None:
        evidence = self._evidence
        locks = np.array([False, *map(is_lock, evidence.names.declared)])
        chosen = np.flatnonzero(evidence.has_op(Op.ACQUIRE, Op.RELEASE) & locks[evidence.target])
        is_acquire = evidence.op[chosen] == Op.ACQUIRE
        reentrant = {number for number, target in evidence.names.numbered() if target.is_reentrant}
        for step, acquires, lane, lock in zip(
            chosen.tolist(),
            is_acquire.tolist(),
            evidence.lane[chosen].tolist(),
            evidence.target[chosen].tolist(),
            strict=True,
        ):
            holder = self.holder.get(lock)
            if acquires:
                if lock in reentrant and holder == lane:
                    self._depth[lock] += 1
                else:
                    self._acquired(step, lane, lock, holder)
            elif holder is not None:
                if holder != lane:
                    self.foreign.add(lock)
                self._depth[lock] -= 1
                if self._depth[lock] == 0:
                    self._ended(step, lock, holder)

    def _acquired(self, step: int, lane: int, lock: int, before: int | None) -> None:
        if before is not None:  # its release was never seen, or it died; either way it holds it no more
            self._ended(step, lock, before)
        self.holder[lock], self.since[lock], self._depth[lock] = lane, step, 1
        self.users.setdefault(lock, set()).add(lane)
        held = self._held.get(lane, ())
        if held:
            self._nest(step, lane, lock, held)
        self._change(step, lane, (*held, Hold(lock, step)))

    def _ended(self, step: int, lock: int, holder: int) -> None:
        del self.holder[lock], self.since[lock]
        self._change(step, holder, tuple(hold for hold in self._held[holder] if hold.lock != lock))

    def _change(self, step: int, lane: int, held: tuple[Hold, ...]) -> None:
        self._held[lane] = held
        self._changes.setdefault(lane, []).append((step, held))

    def _nest(self, step: int, lane: int, lock: int, held: tuple[Hold, ...]) -> None:
        rows = self._evidence.rows
        process = int(self._evidence.owner[lane])
        for hold in held:
            key = (hold.lock, lock, process, int(rows["line"][hold.since]), int(rows["line"][step]), len(held))
            others = frozenset(other.lock for other in held if other.lock != hold.lock)
            known = self.nested.get(key)
            if known is None:
                self.nested[key] = Nested(hold.lock, lock, process, others, [(hold.since, step)])
            else:
                known.gates &= others
                known.times[1:] = [(hold.since, step)]

    def _arrange(self) -> None:
        """All changes of all lanes in two columns, so that thousands of steps are looked up at a time."""
        numbers: dict[Locks, int] = {_FREE: NO_LOCK}
        self._states: list[tuple[Hold, ...]] = [()]
        keys, sets = [np.full(1, NOBODY)], [np.zeros(1, np.int64)]
        for lane in sorted(self._changes):
            changes = self._changes[lane]
            keys.append((lane << 40) + np.array([step for step, _ in changes], np.int64))
            self._states += [held for _, held in changes]
            sets.append(
                np.array(
                    [numbers.setdefault(frozenset(h.lock for h in held), len(numbers)) for _, held in changes], np.int64
                )
            )
        self._keys = np.concatenate(keys)
        self._set_of_state = np.concatenate(sets)
        self._numbers = numbers

    def state(self, steps: Integers) -> Integers:
        """Of each step the state of its lane at it; 0 is that it holds nothing."""
        lane = self._evidence.lane[steps]
        at = np.searchsorted(self._keys, (lane << 40) + steps, "right") - 1
        return np.where(self._keys[at] >> 40 == lane, at, 0)

    def held_at(self, step: int) -> Locks:
        """The locks that the lane of that step holds at it."""
        state = int(self.state(np.array([step]))[0])
        return frozenset(hold.lock for hold in self._states[state])

    def acquired_at(self, steps: Integers, lock: int) -> Integers:
        """Of each step that with which its lane acquired a lock that it holds there."""
        states, which = np.unique(self.state(steps), return_inverse=True)
        held = [next(hold.since for hold in self._states[state] if hold.lock == lock) for state in states.tolist()]
        since: Integers = np.array(held, np.int64)[which]
        return since

    def throughout(self, first: Integers, last: Integers) -> tuple[Integers, Mapping[int, Locks]]:
        """For each pair of steps of one lane the locks that it held from the one to the other without letting go.

        As numbers of sets, and which those are: `NO_LOCK` is the empty one. Where there is no first step, what is held
        at the last one counts.
        """
        after = self.state(last)
        before = np.where(first == NOBODY, after, self.state(np.where(first == NOBODY, last, first)))
        numbers = self._set_of_state[after].copy()
        for place in np.flatnonzero(before != after).tolist():
            kept = set(self._states[int(before[place])]) & set(self._states[int(after[place])])
            locks = frozenset(hold.lock for hold in kept)
            numbers[place] = self._numbers.setdefault(locks, len(self._numbers))
        return numbers, {number: locks for locks, number in self._numbers.items()}

    def common(self, first: Integers, last: Integers) -> Locks:
        """The locks that were held throughout each of these pairs of steps, of which there is one at least."""
        numbers, sets = self.throughout(first, last)
        return frozenset.intersection(*(sets[number] for number in np.unique(numbers).tolist()))


def is_lock(target: Target) -> bool:
    """Whether only one at a time may hold it."""
    return target.kind == "lock" or (target.kind == "semaphore" and target.amount == 1)
