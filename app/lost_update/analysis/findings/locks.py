"""Locks that exclude nobody: each process has one of its own around the accesses to one cell.

    P1: acquire mine ── read tank ── write tank ── release     one `mine` is in P1,
    P2: acquire mine ── read tank ── write tank ── release     the other in P2: both go in

That is so where each of several processes, unordered by anything else, updates a cell under a lock that no other
process ever acquires, and under none that they have in common.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Evidence, Found, Place, Updates
from lost_update.analysis.findings.holds import Holds
from lost_update.analysis.order import Order


@dataclass
class OwnLocks:
    """What the words are made of: the locks, whose each is, the cell, and where it was updated under one of them."""

    locks: dict[int, int]
    cell: int
    update: Place
    is_one_place: bool
    """Whether all were made by the same line."""


def find(evidence: Evidence, holds: Holds, order_of: Callable[[], Order]) -> list[Found]:
    """The locks of their own that processes took for a lock that they share; each lock in one finding."""
    private = {lock: users for lock, users in _processes_of(evidence, holds).items() if len(users) == 1}
    if len({next(iter(users)) for users in private.values()}) < 2:
        return []
    found: dict[frozenset[int], Found] = {}
    for cell in evidence.writes.shared_cells.tolist():
        of_cell = evidence.writes.of_cell(cell)
        one = _found(evidence, holds, set(private), of_cell[of_cell.is_update & (of_cell.read != NOBODY)], order_of)
        if one is not None:
            found.setdefault(frozenset(one.details.locks), one)
    return list(found.values())


def _processes_of(evidence: Evidence, holds: Holds) -> dict[int, set[int]]:
    return {lock: {int(evidence.owner[lane]) for lane in lanes} for lock, lanes in holds.users.items()}


def _found(
    evidence: Evidence, holds: Holds, private: set[int], updates: Updates, order_of: Callable[[], Order]
) -> Found | None:
    numbers, sets = holds.throughout(updates.read, updates.write)
    used = [sets[int(number)] for number in np.unique(numbers)]
    if not used or frozenset.intersection(*used):
        return None
    first: dict[int, int] = {}
    """Of each process its first update under a lock of its own."""
    own: dict[int, int] = {}
    for process in np.unique(updates.process).tolist():
        theirs = np.flatnonzero(updates.process == process)
        locks = frozenset.intersection(*(sets[int(number)] for number in np.unique(numbers[theirs])))
        if not locks or not locks <= private:
            continue
        own[min(locks)] = process
        first[process] = int(theirs[0])
    if len(own) < 2 or not _any_meet(updates, list(first), order_of):
        return None
    declared = {lock: evidence.declared(lock) for lock in sorted(own)}
    made = {lock: target.made or (0, 0) for lock, target in declared.items()}
    steps = sorted(int(step) for place in first.values() for step in (updates.read[place], updates.write[place]))
    return Found(
        kind="lock_not_shared",
        certainty="happened",
        target=min(own),
        count=len(own),
        places=[Place(*made[lock], own[lock]) for lock in declared][:MOST_PLACES],
        steps=steps[: 2 * MOST_PLACES],
        details=OwnLocks(
            own,
            int(updates.cell[0]),
            evidence.place(int(updates.write[first[min(first)]])),
            len(set(made.values())) == 1,
        ),
        seriousness=len(own),
    )


MOST_PLACES = 8
"""More of them would tell nothing more."""


def _any_meet(updates: Updates, processes: list[int], order_of: Callable[[], Order]) -> bool:
    """Whether what they do is not kept in order in another way."""
    order = order_of()
    for place, one in enumerate(processes):
        for other in processes[place + 1 :]:
            ours, theirs = (np.flatnonzero(updates.process == process) for process in (one, other))
            for first, second in ((ours, theirs), (theirs, ours)):
                # unordered, unless all of the one comes before all of the other
                if order.before(updates.write[first[-1:]], updates.read[second[:1]])[0]:
                    break
            else:
                return True
    return False
