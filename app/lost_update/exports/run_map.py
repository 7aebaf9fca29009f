"""The map of one run: its progress graph, the path that its recording took through it, and its losses. Pure."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from lost_update.exports.batches import WORKING
from lost_update.exports.not_possible import NotPossible, check_recorded
from lost_update.exports.progress_graph import Move, Path, ProgressGraph, axis_of
from lost_update.exports.updates import Updates
from lost_update.model.ops import Op
from lost_update.model.recording import Recording, RequestView

ROWS_AT_ONCE: Final = 1024

_HINT: Final = "Take the timeline away (`svg`), or run the same with two processes."
_ROUNDS: Final = {
    "none": (("read modify write", "read modify write"), ()),
    "lock": (("acquire:0 read modify write release:0",) * 2, ("lock",)),
    "with": (("acquire:0 read modify write release:0",) * 2, ("lock",)),
    "get_lock": (("acquire:0 read modify write release:0",) * 2, ("number.get_lock()",)),
    "write_only": (("read acquire:0 modify write release:0",) * 2, ("lock",)),
    "forgotten_release": (("acquire:0 read modify write",) * 2, ("lock",)),
    "separate_locks": (
        ("acquire:0 read modify write release:0", "acquire:1 read modify write release:1"),
        ("locks[0]", "locks[1]"),
    ),
    "crossed_locks": (
        (
            "acquire:0 acquire:1 read modify write release:1 release:0",
            "acquire:1 acquire:0 read modify write release:0 release:1",
        ),
        ("a", "b"),
    ),
}
"""What two processes of the scenario `value` do in each round, by guard, and the locks that they use: it is known even
where a run has not come to its end."""


@dataclass(frozen=True)
class Loss:
    """A write that erased updates which are lost still: the point of the path that it leads to, and whose they were."""

    at: int
    lost: tuple[int, ...]


@dataclass(frozen=True)
class RunMap:
    """`lanes` are the two processes, by their number."""

    lanes: tuple[int, int]
    graph: ProgressGraph
    path: Path
    cuts: list[tuple[int, int]]
    """The squares that the path has entered: an increment of the first, and one of the second."""
    losses: list[Loss]


def check(recording: Recording) -> None:
    """A map has two directions, right and up: one for each of two processes that change the same cells."""
    check_recorded(len(recording.log), "nobody knows which path it took")
    lanes = lanes_of(recording)
    if not lanes:
        raise NotPossible(
            "A map shows two processes that change the same number. In this run none is shared.",
            "Take the timeline away (`svg`), or a run of a shared counter.",
        )
    if len(lanes) == 1:
        raise NotPossible("One process alone meets nobody: a map needs two.", _HINT)
    if len(lanes) > 2:
        raise NotPossible(
            f"A map has two directions, right and up: one for each of two processes. In this run {len(lanes)} change "
            "what is shared.",
            _HINT,
        )


def lanes_of(recording: Recording) -> list[int]:
    """The processes and threads that have touched a cell."""
    found: set[int] = set()
    for _, rows in recording.log.pieces(ROWS_AT_ONCE):
        touched = (rows["op"] == Op.READ) | (rows["op"] == Op.WRITE)
        found.update(rows["process"][touched].tolist())
    return sorted(found)


def run_map_of(recording: Recording, updates: Updates) -> Generator[bytes, None, RunMap]:
    """Of a recording that `check` lets pass."""
    first, second = lanes_of(recording)
    yield WORKING
    taken: tuple[list[Move], list[Move]] = ([], [])
    for _, axis, move in _moves(recording, (first, second)):
        if axis is None:
            yield WORKING
        elif move is not None:
            taken[axis].append(move)
    across, up = _programs(recording, taken)
    yield WORKING
    graph = ProgressGraph((yield from axis_of(across)), (yield from axis_of(up)))
    path = Path(graph)
    for step, axis, move in _moves(recording, (first, second)):
        if axis is None:
            yield WORKING
        elif move is None:
            path.wait(axis)
        else:
            path.take(axis, step)
    path.close()
    cuts: dict[tuple[int, int], None] = {}
    for at, (x, y) in enumerate(path.points):
        square = graph.square_at(x, y)
        if square is not None:
            cuts[square] = None
        if at % ROWS_AT_ONCE == 0:
            yield WORKING
    return RunMap((first, second), graph, path, list(cuts), list(_losses(updates, path)))


_Moved = tuple[int, int | None, Move | None]


def _moves(recording: Recording, lanes: tuple[int, int]) -> Iterator[_Moved]:
    """Each step that moves one of the two on, and by whom; no move where it begins to wait. Nobody: let others work."""
    moving = {int(op) for op in Op if op.row.touches_a_cell or op.row.hold}
    for start, rows in recording.log.pieces(ROWS_AT_ONCE):
        columns = (rows[name].tolist() for name in ("op", "process", "target"))
        for step, (op, lane, target) in enumerate(zip(*columns, strict=True), start):
            if lane in lanes and op in moving:
                yield step, lanes.index(lane), Move(op, target)
            elif lane in lanes and op == Op.WAIT:
                yield step, lanes.index(lane), None
        yield start, None, None


def _programs(recording: Recording, taken: tuple[list[Move], list[Move]]) -> tuple[list[Move], list[Move]]:
    """What the two have done, and where it is known, what they would have done."""
    request = recording.header.get("request")
    known = _foreseen(recording, request) if request else None
    if known and all(own[: len(moves)] == moves for own, moves in zip(known, taken, strict=True)):
        return known
    return taken


def _foreseen(recording: Recording, request: RequestView) -> tuple[list[Move], list[Move]] | None:
    if request["scenario"] != "value" or request["processes"] != 2 or request["guard"] not in _ROUNDS:
        return None
    rounds, locks = _ROUNDS[request["guard"]]
    numbers = {target.name: number for number, target in recording.names.numbered()}
    if "number" not in numbers or not set(locks) <= set(numbers):
        return None

    def move(word: str) -> Move:
        op, _, lock = word.partition(":")
        return Move(Op[op.upper()], numbers[locks[int(lock)] if lock else "number"])

    one, two = ([move(word) for word in words.split()] * request["iterations"] for words in rounds)
    return one, two


def _losses(updates: Updates, path: Path) -> Iterator[Loss]:
    by_step = dict(zip(path.steps, range(len(path.steps)), strict=True))
    found = []
    for cell in updates.values():
        for thief, lost in cell.losses.items():
            at = by_step.get(cell.writes[thief])
            if at is not None:
                found.append(Loss(at, tuple(cell.writers[version] for version in lost)))
    yield from sorted(found, key=lambda loss: loss.at)
