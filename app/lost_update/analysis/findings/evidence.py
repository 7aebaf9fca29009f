"""What findings are made from: the steps of a recording as columns, who is who in them, and what was found in them.

    Recording ──▶ Evidence ──▶ a file a family ──▶ Found ──▶ advice ──▶ Finding
                  columns      looks for a fault   numbers    words

A lane is whoever takes steps one after the other: a process, or a thread of one. Columns come first, loops only over
the few steps that need one: a recording may have a million steps, and may be looked at again while it grows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lost_update.model.encoding import Names, held_by
from lost_update.model.findings import Certainty, Finding, FindingKind, FindingLine
from lost_update.model.log import Rows
from lost_update.model.ops import ASSUMED, NOTHING, Op
from lost_update.model.recording import ProcessView, Recording, Status
from lost_update.model.targets import Target

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

NOBODY: Final = -1
"""In a column of steps or lanes: there is none."""


@dataclass(frozen=True)
class Place:
    """A line of a source, and a lane that was there. Lines count from 1; 0 is one that nobody knows."""

    source: int
    line: int
    lane: int


@dataclass
class Found:
    """A fault as it is found: numbers alone. `details` are what the words and the plan need, a class for each family.

    `seriousness` puts those of one kind in order, the worst first.
    """

    kind: FindingKind
    certainty: Certainty
    target: int
    count: int
    places: list[Place]
    steps: list[int]
    details: Any = None
    seriousness: int = 0
    finding: Finding | None = field(default=None, compare=False)


class Evidence:
    """The steps of a recording up to one of them, with what was declared by then."""

    def __init__(
        self,
        rows: Rows,
        names: Names,
        processes: Sequence[ProcessView],
        status: Status,
        whole: "Evidence | None" = None,
    ) -> None:
        self.names = names
        self.processes = processes
        self.status = status
        self.rows = rows
        self.op: npt.NDArray[Any] = rows["op"]
        self.lane = rows["process"].astype(np.int64)
        self.target = rows["target"].astype(np.int64)
        self._whole = whole

    @classmethod
    def of(cls, recording: Recording) -> "Evidence":
        """All that is known of the recording now. What a step names is declared before it: what is not yet, waits."""
        count = len(recording.log)
        snapshot = recording.snapshot
        names = snapshot.names
        rows = recording.log.rows(0, count)
        unknown = (rows["process"] >= len(names.processes)) | (rows["target"] > len(names.declared))
        if unknown.any():
            rows = rows[: int(np.argmax(unknown))]
        return cls(rows, names, snapshot.processes, snapshot.status)

    def up_to(self, stop: int) -> "Evidence":
        """The same before step `stop`."""
        return Evidence(self.rows[:stop], self.names, self.processes, self.status, whole=self)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ("finished", "failed", "stopped")

    @cached_property
    def owner(self) -> Integers:
        """Of each lane its process, as that one's own lane."""
        owner = np.arange(len(self.names.processes))
        for lane, process in self.names.owners.items():
            owner[lane] = process
        return owner

    @cached_property
    def process(self) -> Integers:
        """Of each step the process that took it, whichever of its threads it was."""
        return self.owner[self.lane]

    @cached_property
    def lane_of_name(self) -> dict[str, int]:
        """The lanes by their names."""
        return {name: lane for lane, name in enumerate(self.names.processes)}

    @cached_property
    def view_of_lane(self) -> dict[int, ProcessView]:
        """How each process stands, by its lane."""
        known = self.lane_of_name
        return {known[view["name"]]: view for view in self.processes if view["name"] in known}

    @cached_property
    def lane_of_target(self) -> dict[int, int]:
        """Of each target that is a process, its lane."""
        known = self.lane_of_name
        return {
            number: known[target.name]
            for number, target in self.names.numbered()
            if target.kind == "process" and target.name in known
        }

    @cached_property
    def parent(self) -> dict[int, int]:
        """Of each process the one that started it, by their lanes."""
        known = self.lane_of_name
        return {
            lane: known[view["parent"]]
            for lane, view in self.view_of_lane.items()
            if view["parent"] is not None and view["parent"] in known
        }

    @cached_property
    def where(self) -> Integers:
        """Of each step its source and line, as one number: `source << 16 | line`."""
        where: Integers = (self.rows["source"].astype(np.int64) << 16) | self.rows["line"]
        return where

    def values(self, cell: int, steps: Integers) -> list[Any]:
        """What that cell held, as these steps read or wrote it."""
        values: list[Any] = held_by(self.declared(cell), self.rows["value"][steps], self.names.values).tolist()
        return values

    def lines_at(self, steps: Integers) -> list[int]:
        """The different lines at which these steps were taken, as in `where`."""
        lines: list[int] = np.flatnonzero(np.bincount(self.where[steps])).tolist()
        return lines

    @cached_property
    def reads(self) -> Integers:
        """All steps that read a cell."""
        return np.flatnonzero(self.op == Op.READ)

    def has_op(self, *ops: Op) -> Booleans:
        """Which steps are of these ops."""
        wanted = np.zeros(len(Op), np.bool_)
        wanted[list(ops)] = True
        has_op: Booleans = wanted[self.op]
        return has_op

    def declared(self, number: int) -> Target:
        """The target of that number."""
        return self.names.declared[number - 1]

    def place(self, step: int) -> Place:
        """Where that step was taken, and by whom."""
        row = self.rows[step]
        return Place(int(row["source"]), int(row["line"]), int(row["process"]))

    @cached_property
    def _by_target(self) -> tuple[Integers, Integers]:
        order = np.argsort(self.target, kind="stable")
        return order, np.searchsorted(self.target[order], np.arange(len(self.names.declared) + 2))

    def steps_on(self, target: int) -> Integers:
        """The steps that are about that target."""
        order, starts = self._by_target
        return order[starts[target] : starts[target + 1]]

    def unsent(self, channel: int) -> list[int]:
        """The failures to send what was put into a queue or a pipe. Each stands in the line of its put."""
        steps = self.steps_on(channel)
        failures: list[int] = steps[self.op[steps] == Op.FAIL].tolist()
        return failures

    def sent(self, channel: int) -> Integers:
        """What was put into a queue or a pipe and could be sent."""
        steps = self.steps_on(channel)
        put: Integers = steps[self.op[steps] == Op.PUT]
        for failure in self.unsent(channel):
            same = (self.process[put] == self.process[failure]) & (self.where[put] == self.where[failure])
            same &= put < failure
            if same.any():
                put = np.delete(put, np.flatnonzero(same)[-1])
        return put

    @cached_property
    def writes(self) -> "Updates":
        """All that was written to cells, in log order."""
        return Updates.of(self)


@dataclass(frozen=True)
class Updates:
    """Writes of cells, a column each: `write` and `read` are steps; `read` and `base` are -1 of a blind one.

    The `read` may also be unknown where the base is not: its step was never sent.
    """

    write: Integers
    read: Integers
    cell: Integers
    lane: Integers
    process: Integers
    version: Integers
    base: Integers
    assumed: Booleans

    @classmethod
    def of(cls, evidence: Evidence) -> "Updates":
        """All the writes in the evidence, each with the read that it was built on.

        That is the last one of that lane which saw the base: after its own write it can see that version no more.
        """
        write = np.flatnonzero(evidence.op == Op.WRITE)
        rows = evidence.rows[write]
        base = rows["base"].astype(np.int64)
        cell, lane = evidence.target[write], evidence.lane[write]
        reads = evidence.reads
        seen = _key(evidence.target[reads], evidence.lane[reads], evidence.rows["version"][reads].astype(np.int64))
        order = np.argsort(seen, kind="stable")
        wanted = _key(cell, lane, base)
        at = np.searchsorted(seen[order], wanted, "right") - 1
        is_there = (base != NOTHING) & (at >= 0)
        if len(reads):
            is_there &= seen[order][at] == wanted
            read = np.where(is_there, reads[order][at], NOBODY)
        else:
            read = np.full(len(write), NOBODY)
        return cls(
            write=write,
            read=read,
            cell=cell,
            lane=lane,
            process=evidence.owner[lane],
            version=rows["version"].astype(np.int64),
            base=base,
            assumed=(rows["flags"] & ASSUMED) != 0,
        )

    def __len__(self) -> int:
        return len(self.write)

    def __getitem__(self, chosen: Any) -> "Updates":
        return Updates(
            self.write[chosen],
            self.read[chosen],
            self.cell[chosen],
            self.lane[chosen],
            self.process[chosen],
            self.version[chosen],
            self.base[chosen],
            self.assumed[chosen],
        )

    @cached_property
    def is_update(self) -> Booleans:
        """Which of them are read-modify-writes."""
        is_update: Booleans = self.base != NOTHING
        return is_update

    @cached_property
    def shared_cells(self) -> Integers:
        """The cells that more than one process reads, modifies and writes."""
        cell, process = self.cell[self.is_update], self.process[self.is_update]
        most = int(process.max(initial=0)) + 1
        pairs = np.flatnonzero(np.bincount(cell * most + process))
        cells, counts = np.unique(pairs // most, return_counts=True)
        shared: Integers = cells[counts > 1]
        return shared

    @cached_property
    def _by_cell(self) -> tuple[Integers, Integers]:
        order = np.argsort(self.cell, kind="stable")
        return order, self.cell[order]

    def of_cell(self, cell: int) -> "Updates":
        """Those of one cell."""
        order, cells = self._by_cell
        return self[order[np.searchsorted(cells, cell) : np.searchsorted(cells, cell, "right")]]


def _key(target: Integers, lane: Integers, version: Integers) -> Integers:
    """Three numbers in one, in this order."""
    return (target << 48) | (lane << 32) | (version & 0xFFFFFFFF)


def lines_of(places: Iterable[Place], names: Names) -> list[FindingLine]:
    """The places as the interface names them: those that are known, each once, in the order of the files."""
    files = names.files
    known = dict.fromkeys(place for place in places if place.line)
    ordered = sorted(known, key=lambda place: (place.source, place.line))
    return [
        FindingLine(file=files[place.source] or "", line=place.line, process=names.processes[place.lane])
        for place in ordered
    ]


def one_for_each_whole(evidence: Evidence, found: Sequence[Found]) -> list[Found]:
    """One of what was found in the same lines for all parts of a whole; its `details` tell which others are alike."""
    groups: dict[object, list[Found]] = {}
    for one in found:
        target = evidence.declared(one.target)
        lines = frozenset((place.source, place.line) for place in one.places)
        groups.setdefault((one.target if target.whole is None else target.whole, lines), []).append(one)
    for group in groups.values():
        group[0].details.alike = {other.target: other.count for other in group[1:]}
    return [group[0] for group in groups.values()]


def in_a_few(places: Iterable[Place], most: int = 2) -> list[Place]:
    """At most so many lanes for each line: who else was there tells nothing more."""
    kept: dict[tuple[int, int], list[Place]] = {}
    for place in dict.fromkeys(places):
        there = kept.setdefault((place.source, place.line), [])
        if len(there) < most:
            there.append(place)
    return [place for there in kept.values() for place in there]
