"""What another order could have done: updates that nothing keeps apart, and locks that are taken in opposite orders.

    P1: read x ── write x                                   nothing makes P2 wait until P1 is done, and no lock is held
                              P2: read x ── write x         by both: in another run both read before either writes

    P3: acquire a ── acquire b                              each can get its first lock before the other,
    P4:                         acquire b ── acquire a      and then waits for the other's for ever

Only of a run that is over, and only of cells and locks of which nothing worse is known. Threads of one process are
never suspected: what keeps them apart is mostly not traced. Where a source keeps order by something that nobody traces,
a lock on a file for one, nothing is suspected of its cells at all.

The locks held throughout are those of Eraser (Savage 1997), the graph of locks with its gates is Havelund's (2000).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from lost_update.analysis.findings import atomicity
from lost_update.analysis.findings.evidence import (
    NOBODY,
    Booleans,
    Evidence,
    Found,
    Integers,
    Place,
    Updates,
    one_for_each_whole,
)
from lost_update.analysis.findings.holds import Holds, Locks, Nested
from lost_update.analysis.findings.lost_updates import Racing, are_checked_outside, are_conditions, explain_locks
from lost_update.analysis.findings.source_text import source_text
from lost_update.analysis.order import Order

_NOT_TRACED: Final = (
    "flock",
    "lockf",
    "fcntl",
    "filelock",
    "portalocker",
    "O_EXCL",
    "socket",
    "asyncio",
    "mkfifo",
    "sqlite3",
    "signal",
    "subprocess",
    "shared_memory",
    "mmap",
)
"""Names of what can keep an order that nobody traces."""

MOST_UPDATES: Final = 4096
"""So many updates of a cell under several locks are compared with each other."""

MOST_LOCKS: Final = 4
"""The longest circle of locks that is looked for."""


@dataclass
class Opposite:
    """Locks that were taken in opposite orders: each lane held one and then took the next, and the last the first."""

    steps: list[Nested]
    holding: list[Place]
    taking: list[Place]


def lost_updates(evidence: Evidence, holds: Holds, order_of: Callable[[], Order], known: set[int]) -> list[Found]:
    """Updates of one cell by different processes that could have come in between. `known` are cells that lost some."""
    if _order_may_be_kept_elsewhere(evidence):
        return []
    writes = evidence.writes
    cells = np.setdiff1d(writes.shared_cells, np.array(sorted(known), np.int64))
    chosen = writes.is_update & (writes.read != NOBODY) & ~writes.assumed & np.isin(writes.cell, cells)
    updates = writes[np.flatnonzero(chosen)]
    if not len(updates):
        return []
    numbers, sets = holds.throughout(updates.read, updates.write)
    unguarded = _without_a_common_lock(updates, numbers, sets)
    if not unguarded.any():
        return []
    updates, numbers = updates[unguarded], numbers[unguarded]
    found = []
    for first, second in _unordered_pairs(updates, numbers, sets, order_of()):
        pair = updates[np.array([first, second])]
        if not _set_one_flag(evidence, pair):
            found.append(_suspected(evidence, holds, pair))
    return one_for_each_whole(evidence, found)


def _set_one_flag(evidence: Evidence, pair: Updates) -> bool:
    """Whether both write the same, because of what they read: a flag that is set twice."""
    one, other = evidence.values(int(pair.cell[0]), pair.write)
    return bool(one == other) and bool(are_conditions(evidence, pair.read, pair.write).all())


def lost_resets(evidence: Evidence, holds: Holds, order_of: Callable[[], Order], known: set[int]) -> list[Found]:
    """Values that are set without the lock that the updates hold: one of those that read before can overwrite it."""
    if _order_may_be_kept_elsewhere(evidence):
        return []
    writes = evidence.writes
    blind = np.flatnonzero(~writes.is_update & ~writes.assumed)
    found = []
    for cell in np.setdiff1d(writes.cell[blind], np.array(sorted(known), np.int64)).tolist():
        of_cell = writes.of_cell(cell)
        updates = of_cell[of_cell.is_update & (of_cell.read != NOBODY) & ~of_cell.assumed]
        if len(updates):
            locks = holds.common(updates.read, updates.write)
            resets = of_cell[~of_cell.is_update]
            held, sets = holds.throughout(resets.write, resets.write)
            unlocked = np.isin(held, [number for number, others in sets.items() if locks.isdisjoint(others)])
            pair = _unordered_reset(updates, resets[unlocked], order_of()) if locks and unlocked.any() else None
            if pair is not None:
                found.append(_suspected_reset(evidence, holds, *pair))
    return one_for_each_whole(evidence, found)


def _unordered_reset(updates: Updates, resets: Updates, order: Order) -> tuple[Updates, Updates] | None:
    """An update, and a value that another process sets and that nothing keeps from coming within it."""
    for place in range(min(len(resets), MOST_UPDATES)):
        reset = resets[np.array([place])]
        for process in np.unique(updates.process[updates.process != reset.process[0]]).tolist():
            theirs = updates[updates.process == process]
            after = int(np.searchsorted(theirs.write, reset.write[0]))
            for near in (after - 1, after):
                if 0 <= near < len(theirs):
                    update = theirs[np.array([near])]
                    earlier = order.before(update.write, reset.write)[0]
                    if not earlier and not order.before(reset.write, update.read)[0]:
                        return reset, update
    return None


def _suspected_reset(evidence: Evidence, holds: Holds, reset: Updates, update: Updates) -> Found:
    steps = [int(update.read[0]), int(reset.write[0]), int(update.write[0])]
    return _lost_update(evidence, holds, reset, update, racing=reset, steps=steps, is_reset=True)


def are_known(evidence: Evidence, suspicion: Found, found: Sequence[Found]) -> bool:
    """Whether the same lines have lost from another part of the same whole: that is one fault."""
    whole = evidence.declared(suspicion.target).whole
    lines = {(place.source, place.line) for place in suspicion.places}
    return whole is not None and any(
        evidence.declared(one.target).whole == whole and lines <= {(place.source, place.line) for place in one.places}
        for one in found
        if one.kind in ("lost_update", "atomicity")
    )


def _order_may_be_kept_elsewhere(evidence: Evidence) -> bool:
    sources = range(1, len(evidence.names.sources) + 1)
    return any(source_text(number, evidence.names).imports_or_names(*_NOT_TRACED) for number in sources)


def _without_a_common_lock(updates: Updates, numbers: Integers, sets: Mapping[int, Locks]) -> Booleans:
    """Which are of a cell of which not all updates hold one lock from the read to the write."""
    most = int(numbers.max()) + 1
    pairs = np.flatnonzero(np.bincount(updates.cell * most + numbers))
    common: dict[int, Locks] = {}
    for pair in pairs.tolist():
        cell, locks = pair // most, sets[pair % most]
        common[cell] = common.get(cell, locks) & locks
    return np.isin(updates.cell, [cell for cell, locks in common.items() if not locks])


def _unordered_pairs(
    updates: Updates, numbers: Integers, sets: Mapping[int, Locks], order: Order
) -> Iterator[tuple[int, int]]:
    """For each cell at most one pair of updates, by their places.

    Where each update must come before the next one, all are in order. So neighbours are compared first, all cells at a
    time; then, where neighbours are kept apart by a lock, those that are not neighbours.
    """
    by_cell = np.lexsort((updates.version, updates.cell))
    first, second = by_cell[:-1], by_cell[1:]
    meets = (updates.cell[first] == updates.cell[second]) & (updates.process[first] != updates.process[second])
    first, second = first[meets], second[meets]
    unordered = ~order.before(updates.write[first], updates.read[second])
    done: set[int] = set()
    shielded: dict[int, None] = {}
    for one, other in zip(first[unordered].tolist(), second[unordered].tolist(), strict=True):
        cell = int(updates.cell[one])
        if cell in done:
            continue
        if sets[int(numbers[one])] & sets[int(numbers[other])]:
            shielded[cell] = None
        else:
            done.add(cell)
            yield one, other
    for cell in shielded:
        if cell not in done:
            yield from _among_all(updates, numbers, sets, order, np.flatnonzero(updates.cell == cell))


def _among_all(
    updates: Updates, numbers: Integers, sets: Mapping[int, Locks], order: Order, places: Integers
) -> Iterator[tuple[int, int]]:
    """The first pair of a cell that neither an order nor a lock keeps apart: the first and last of each kind count."""
    kinds = (updates.process[places] << 32) | numbers[places]
    _, firsts = np.unique(kinds, return_index=True)
    _, lasts = np.unique(kinds[::-1], return_index=True)
    some = np.unique(np.concatenate((places[firsts], places[::-1][lasts], places[: MOST_UPDATES // 64])))
    for one, other in combinations(some.tolist(), 2):
        if updates.process[one] == updates.process[other] or sets[int(numbers[one])] & sets[int(numbers[other])]:
            continue
        pair = np.array([one]), np.array([other])
        forth = order.before(updates.write[pair[0]], updates.read[pair[1]])[0]
        back = order.before(updates.write[pair[1]], updates.read[pair[0]])[0]
        if not forth and not back:
            yield one, other
            return


def _suspected(evidence: Evidence, holds: Holds, pair: Updates) -> Found:
    if are_checked_outside(evidence, holds, pair.read, pair.write).all():
        return atomicity.found_of(evidence, holds, [int(pair.read[1]), int(pair.write[0]), int(pair.write[1])], 0)
    steps = [*pair.read.tolist(), *pair.write.tolist()]
    first, second = pair[np.array([0])], pair[np.array([1])]
    return _lost_update(evidence, holds, first, second, racing=pair, steps=steps)


def _lost_update(
    evidence: Evidence,
    holds: Holds,
    victim: Updates,
    thief: Updates,
    *,
    racing: Updates,
    steps: list[int],
    is_reset: bool = False,
) -> Found:
    """That the thief can overwrite the victim. `racing` are those whose locks, or lack of them, explain it."""
    cell = int(thief.cell[0])
    of_cell = evidence.writes.of_cell(cell)
    of_cell = of_cell[of_cell.is_update & (of_cell.read != NOBODY)]
    details = Racing(
        victim=int(victim.lane[0]),
        thief=int(thief.lane[0]),
        updates=len(of_cell),
        read=evidence.place(int(thief.read[0])),
        write=evidence.place(int(thief.write[0])),
        is_reset=is_reset,
    )
    explain_locks(evidence, holds, of_cell, racing, details)
    return Found(
        kind="lost_update",
        certainty="suspected",
        target=cell,
        count=0,
        places=[evidence.place(step) for step in steps],
        steps=sorted(steps),
        details=details,
        seriousness=len(of_cell),
    )


def deadlocks(evidence: Evidence, holds: Holds, order_of: Callable[[], Order], known: set[int]) -> list[Found]:
    """Circles of locks: who held one took the next, in different processes that nothing keeps apart.

    A lock that others release is not held by whoever acquired it: it stands for all of them.
    """
    edges: dict[int, list[Nested]] = {}
    for nested in holds.nested.values():
        both = {nested.first, nested.second}
        if both.isdisjoint(known | holds.foreign) and not _gives_up(evidence, nested):
            edges.setdefault(nested.first, []).append(nested)
    found: dict[frozenset[int], Found] = {}
    for circle in _circles(edges):
        locks = frozenset(nested.first for nested in circle)
        if locks not in found and (times := _at_once(circle, order_of)) is not None:
            found[locks] = _opposite(evidence, circle, times)
    return list(found.values())


def _gives_up(evidence: Evidence, nested: Nested) -> bool:
    """Whether the second lock is only tried, or for a while: then nobody waits for ever.

    Nor is anything known of one that is left for another function to release: who has it may depend on more.
    """
    held, taken = (evidence.place(step) for step in nested.times[0])
    text = source_text(taken.source, evidence.names)
    statement = text.statement(taken.line)
    if "acquire(" in statement and "acquire()" not in statement:
        return True
    return not all(
        source_text(place.source, evidence.names).is_released_where_acquired(place.line) for place in (held, taken)
    )


def _circles(edges: dict[int, list[Nested]]) -> Iterator[list[Nested]]:
    """Each circle from its lowest lock: no lock or process twice, and no gate that two have in common."""

    def longer(path: list[Nested]) -> Iterator[list[Nested]]:
        for nested in edges.get(path[-1].second, ()):
            if any(nested.process == one.process or nested.gates & one.gates for one in path):
                continue
            if nested.second == path[0].first:
                yield [*path, nested]
            elif nested.second not in (one.second for one in path) and path[0].first < nested.second:
                yield from longer([*path, nested]) if len(path) + 1 < MOST_LOCKS else ()

    for lock in sorted(edges):
        for nested in edges[lock]:
            if nested.second > lock:
                yield from longer([nested])


def _at_once(circle: list[Nested], order_of: Callable[[], Order]) -> list[tuple[int, int]] | None:
    """A time of each that could be at once, as nothing puts one before another; None where there is none."""
    order = order_of()
    chosen: list[tuple[int, int]] = []

    def extend(place: int) -> bool:
        if place == len(circle):
            return True
        for time in circle[place].times:
            if all(_are_unordered(order, time, other) for other in chosen):
                chosen.append(time)
                if extend(place + 1):
                    return True
                chosen.pop()
        return False

    return chosen if extend(0) else None


def _are_unordered(order: Order, one: tuple[int, int], other: tuple[int, int]) -> bool:
    pairs = np.array([one[1], other[1]]), np.array([other[0], one[0]])
    return not order.before(*pairs).any()


def _opposite(evidence: Evidence, circle: list[Nested], times: list[tuple[int, int]]) -> Found:
    holding = [evidence.place(held) for held, _ in times]
    taking = [evidence.place(taken) for _, taken in times]
    return Found(
        kind="deadlock",
        certainty="suspected",
        target=circle[0].first,
        count=len(circle),
        places=[*taking, *holding],
        steps=sorted(step for time in times for step in time),
        details=Opposite(circle, holding, taking),
        seriousness=len(circle),
    )
