"""How long each process was in the middle of something: an update, a task, a wait, a lock that it holds. Pure.

    P1   update 3…8, lost      wait 12…20      hold 20…26

For pictures, which draw each of them where there is room, and how much of the time they take where there is none.
Places are counted as positions: how many steps have been taken, from 0 to all.
"""

from array import array
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.exports.batches import WORKING
from lost_update.exports.slices import slices_of
from lost_update.exports.updates import Updates
from lost_update.model.ops import Op
from lost_update.model.recording import Recording

ROWS_AT_ONCE: Final = 2048
SPANS_AT_ONCE: Final = 1024

Doing = Literal["update", "lost", "task", "put", "get", "wait", "hold"]
"""What was put or got lasts for a moment only."""

_MOMENTS: Final[dict[int, Doing]] = {Op.PUT: "put", Op.GET: "get"}


class Span(NamedTuple):
    """From one position to another."""

    begin: int
    end: int


@dataclass
class LaneSpans:
    """Of one process, or of one thread of one."""

    name: str
    _ends: dict[Doing, "array[int]"] = field(default_factory=dict)

    def add(self, doing: Doing, begin: int, end: int) -> None:
        """One more."""
        self._ends.setdefault(doing, array("l")).extend((begin, end))

    def has(self, *doings: Doing) -> bool:
        """Whether there is any of these."""
        return any(doing in self._ends for doing in doings)

    def each(self, doing: Doing) -> Iterator[Span]:
        """All of them."""
        both = iter(self._ends.get(doing, ()))
        return map(Span, both, both)

    def __len__(self) -> int:
        return sum(map(len, self._ends.values()))

    def shares(self, doings: tuple[Doing, ...], edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Of each stretch between two edges: how much of it the process spent so."""
        length = int(edges[-1])
        change = np.zeros(length + 2, np.int64)
        for doing in doings:
            ends = np.array(self._ends.get(doing, ()), np.int64)
            change += np.bincount(ends[::2], minlength=length + 2) - np.bincount(ends[1::2], minlength=length + 2)
        is_so = np.cumsum(change[: length + 1]) > 0
        before = np.concatenate([[0], np.cumsum(is_so)])
        found: npt.NDArray[np.float64] = np.diff(before[edges]) / np.maximum(1, np.diff(edges))
        return found


def spans_of(recording: Recording, updates: Updates) -> Generator[bytes, None, list[LaneSpans]]:
    """Of every process and thread that has taken a step, in the order in which they were declared."""
    lanes = [LaneSpans(name) for name in recording.names.processes]
    cells = {cell.number: cell for cell in updates.values()}
    slices = yield from slices_of(recording, updates)
    taken: set[int] = set()
    for place, each in enumerate(slices):
        if each.kind == "update":
            is_lost = each.version in cells[each.cell].erased_by
            lanes[each.lane].add("lost" if is_lost else "update", each.begin + 1, each.end + 1)
        elif each.kind == "task":
            lanes[each.lane].add("task", each.begin + 1, each.end + 1)
        taken.add(each.lane)
        if place % SPANS_AT_ONCE == 0:
            yield WORKING
    yield from _waits_and_holds(recording, lanes)
    return [lane for number, lane in enumerate(lanes) if number in taken]


def _waits_and_holds(recording: Recording, lanes: list[LaneSpans]) -> Iterator[bytes]:
    log = recording.log
    waiting: dict[int, int] = {}
    held: dict[tuple[int, int], int] = {}
    locks = {number for number, target in recording.names.numbered() if target.kind == "lock"}
    for start, rows in log.pieces(ROWS_AT_ONCE):
        columns = (rows[name].tolist() for name in ("op", "process", "target"))
        for at, (op, lane, target) in enumerate(zip(*columns, strict=True), start + 1):
            if lane in waiting:
                lanes[lane].add("wait", waiting.pop(lane), at)
            if op in _MOMENTS:
                lanes[lane].add(_MOMENTS[op], at, at)
            elif op == Op.WAIT:
                waiting[lane] = at
            elif op == Op.ACQUIRE:
                held.setdefault((lane, target), at)
            elif op == Op.RELEASE and target in locks:
                holder = lane if (lane, target) in held else next((one for one, lock in held if lock == target), None)
                if holder is not None:
                    lanes[holder].add("hold", held.pop((holder, target)), at)
            elif op == Op.RELEASE and (lane, target) in held:
                lanes[lane].add("hold", held.pop((lane, target)), at)
        yield WORKING
    for lane, since in waiting.items():
        lanes[lane].add("wait", since, len(log))
    for (lane, _), since in held.items():
        lanes[lane].add("hold", since, len(log))
