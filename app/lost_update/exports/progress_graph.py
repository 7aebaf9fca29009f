"""The progress graph of two processes, and the path that a run took through it. Pure.

A point (x, y) is a state in which the first has taken x steps and the second y. A step leads right or up, and happens
in the middle of its segment. What they do to each other is then an area: a square where both are between read and
write, a wall where both would hold the same lock. (Progress graphs: Dijkstra; Carson and Reynolds 1987. The page has
the same in static/js/core/progress-graph.js.)

    y │    ┌──┐           an update of the first: from x = read + ½ to write + ½
      │    │  │ ┏━━       an update of the second: the same in y
      │  ┏━━━━━━┛         the path cuts the square: one of the two is lost
      └──┸────────── x
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.exports.batches import WORKING
from lost_update.model.ops import Op

MOVES_AT_ONCE: Final = 4096

MOST_POINTS: Final = 30_000
"""More are not surveyed: where nobody can go on is then not known."""


_CHANGE: Final = tuple(op.row.hold for op in Op)
"""By how much each op changes how often its process holds its target."""


class Move(NamedTuple):
    """A step that moves a process on: it is about shared memory, or about a lock."""

    op: int
    target: int


class Increment(NamedTuple):
    """The steps, from 0, that read and write a cell. In between the process can be hurt."""

    read: int
    write: int
    cell: int


class Point(NamedTuple):
    """How many steps each has taken."""

    x: int
    y: int


class Area(NamedTuple):
    """All points from (x0, y0) to (x1, y1), both included."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class Axis:
    """What one of the two does, and what is true at each of its points."""

    moves: list[Move]
    increments: list[Increment]
    inside: npt.NDArray[np.int64]
    """The increment that the point lies in, or -1."""
    held: list[frozenset[int]]
    """The locks that are held there."""
    locks: frozenset[int]
    """All that it ever takes."""


class ProgressGraph:
    """Of the first, which leads right, and the second, which leads up."""

    def __init__(self, first: Axis, second: Axis) -> None:
        self.axes = first, second
        self.size = len(first.moves), len(second.moves)
        self.increments = first.increments, second.increments
        self.locks = first.locks | second.locks
        self.has_walls = bool(first.locks & second.locks)

    def is_wall(self, x: int, y: int) -> bool:
        """Whether no run can be there: both would hold the same lock."""
        return not self.axes[0].held[x].isdisjoint(self.axes[1].held[y])

    def square_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Which increments both are in the middle of, where these are of one cell."""
        first, second = int(self.axes[0].inside[x]), int(self.axes[1].inside[y])
        if first < 0 or second < 0 or self.increments[0][first].cell != self.increments[1][second].cell:
            return None
        return first, second

    def can_move(self, process: int, x: int, y: int) -> bool:
        """Whether a process can take its next step."""
        x, y = (x + 1, y) if process == 0 else (x, y + 1)
        return x <= self.size[0] and y <= self.size[1] and not self.is_wall(x, y)

    def is_blocked(self, process: int, x: int, y: int) -> bool:
        """Whether a wall is in the way of its next step."""
        own = x if process == 0 else y
        return own < self.size[process] and not self.can_move(process, x, y)


@dataclass(frozen=True)
class Survey:
    """Where paths lead."""

    dead_ends: list[Point]
    """Where nobody can move, and not all is done."""
    is_doomed: Callable[[int, int], bool]
    """It can be reached, and the end cannot be reached from it."""
    is_cut_off: Callable[[int, int], bool]
    """No wall, and no path leads there."""


def survey_of(graph: ProgressGraph) -> Survey | None:
    """Looks at every point; None where they are too many, or where all paths go through."""
    width, height = graph.size
    if (width + 1) * (height + 1) > MOST_POINTS or not graph.has_walls:
        return None
    reached = np.zeros((width + 1, height + 1), bool)
    arrives = np.zeros((width + 1, height + 1), bool)
    reached[0, 0] = True
    dead_ends = []
    points = [(x, y) for x in range(width + 1) for y in range(height + 1)]
    for x, y in points:
        if not reached[x, y]:
            continue
        right, up = graph.can_move(0, x, y), graph.can_move(1, x, y)
        if right:
            reached[x + 1, y] = True
        if up:
            reached[x, y + 1] = True
        if not right and not up and (x, y) != graph.size:
            dead_ends.append(Point(x, y))
    for x, y in reversed(points):
        goes_right = graph.can_move(0, x, y) and bool(arrives[x + 1, y])
        goes_up = graph.can_move(1, x, y) and bool(arrives[x, y + 1])
        arrives[x, y] = not graph.is_wall(x, y) and ((x, y) == graph.size or goes_right or goes_up)
    if not arrives[0, 0]:
        # Where nothing gets through at all there is nothing to tint.
        return Survey(dead_ends, is_doomed=_nowhere, is_cut_off=_nowhere)
    return Survey(
        dead_ends,
        is_doomed=lambda x, y: bool(reached[x, y] and not arrives[x, y]),
        is_cut_off=lambda x, y: not reached[x, y] and not graph.is_wall(x, y),
    )


def _nowhere(_x: int, _y: int) -> bool:
    return False


@dataclass
class Path:
    """The path of a run: its points, each one step from the one before; where a process waited."""

    graph: ProgressGraph
    points: list[Point] = field(default_factory=lambda: [Point(0, 0)])
    steps: list[int] = field(default_factory=lambda: [-1])
    """The step of the recording that led to each point."""
    waits: list[tuple[int, int, int]] = field(default_factory=list)
    """A process waited at the points from one to another."""
    _waiting: dict[int, int] = field(default_factory=dict)
    _early: dict[int, list[int]] = field(default_factory=lambda: {0: [], 1: []})

    def wait(self, process: int) -> None:
        """It waits from here on, until its next step."""
        self._waiting.setdefault(process, len(self.points) - 1)

    def take(self, process: int, step: int) -> None:
        """A process takes its next step.

        A release and the acquire that it made possible may stand in the recording the wrong way round, since each is
        written down a moment after it happened. The acquire is then held back until the lock is free.
        """
        self._early[process].append(step)
        while self._go_on(process) or self._go_on(1 - process):
            pass

    def close(self) -> None:
        """The recording is over: who waits still waits to the end."""
        for process, since in self._waiting.items():
            self.waits.append((process, since, len(self.points) - 1))

    def _go_on(self, process: int) -> bool:
        x, y = self.points[-1]
        if not self._early[process] or not self.graph.can_move(process, x, y):
            return False
        if process in self._waiting:
            self.waits.append((process, self._waiting.pop(process), len(self.points) - 1))
        self.points.append(Point(x + 1, y) if process == 0 else Point(x, y + 1))
        self.steps.append(self._early[process].pop(0))
        return True

    def within(self, area: Area) -> range:
        """The points that lie in it: a path only ever leads on, so they are in one piece."""
        first = max(bisect_left(self.points, getattr(area, f"{axis}0"), key=attrgetter(axis)) for axis in "xy")
        last = min(bisect_right(self.points, getattr(area, f"{axis}1"), key=attrgetter(axis)) for axis in "xy")
        return range(first, last)


def outlines(area: Area, is_inside: Callable[[int, int], bool]) -> Iterator[list[tuple[float, float]]]:
    """The outlines of a part of the points: each of them stands for the unit square around it. Closed lines, in which
    the inside lies on the right as one sees it with y upwards, so that holes wind the other way.
    """
    inside = {(x, y) for x in range(area.x0, area.x1 + 1) for y in range(area.y0, area.y1 + 1) if is_inside(x, y)}
    sides: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for x, y in sorted(inside):
        west, east, south, north = x - 0.5, x + 0.5, y - 0.5, y + 0.5
        for beside, start, end in (
            ((x - 1, y), (west, south), (west, north)),
            ((x, y + 1), (west, north), (east, north)),
            ((x + 1, y), (east, north), (east, south)),
            ((x, y - 1), (east, south), (west, south)),
        ):
            if beside not in inside:
                sides.setdefault(start, []).append(end)
    for start in list(sides):
        while sides[start]:
            line = [start]
            while sides.get(line[-1]):
                line.append(sides[line[-1]].pop())
            yield line


def axis_of(moves: list[Move]) -> Generator[bytes, None, Axis]:
    """Work out what is true at each point."""
    reads: dict[int, int] = {}
    increments: list[Increment] = []
    inside = np.full(len(moves) + 1, -1, np.int64)
    depths: Counter[int] = Counter()
    held = [frozenset[int]()]
    locks: set[int] = set()
    for at, (op, target) in enumerate(moves):
        change = _CHANGE[op]
        if change:
            # One may be acquired again by who holds it.
            depths[target] = max(0, depths[target] + change)
            locks.add(target)
        held.append(frozenset(+depths) if change else held[-1])
        if op == Op.READ:
            reads[target] = at
        elif op == Op.WRITE and target in reads:
            increment = Increment(reads.pop(target), at, target)
            inside[increment.read + 1 : at + 1] = len(increments)
            increments.append(increment)
        if at % MOVES_AT_ONCE == 0:
            yield WORKING
    return Axis(moves, increments, inside, held, frozenset(locks))
