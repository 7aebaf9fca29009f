"""Recordings of scripts, written by hand: one says what each process does, and times, versions and bases follow.

    script = Script(text)                     votes.py, whose lines the steps name
    tally = script.cell("tally", has_lock=True)
    p1, p2 = script.main.launches(2, at=21)
    p1.reads(tally, at=16); p2.reads(tally, at=16); p1.writes(tally, at=16); p2.writes(tally, at=16)
    script.recording()                        over, and everybody has ended

What is written was built on what its lane has read last, unless one says otherwise.
"""

from dataclasses import replace
from typing import Any, Self

import numpy as np

from lost_update.analysis.findings import find
from lost_update.model.encoding import Names
from lost_update.model.log import ROW, Log
from lost_update.model.ops import ASSUMED, ENDS_BY_ITSELF, FOR_EVER, NOTHING, PRESENT, Op
from lost_update.model.recording import Header, ProcessView, Recording, Snapshot, Status
from lost_update.model.sources import Code
from lost_update.model.targets import Held, Kind, Target

HEADER: Header = {"id": "abc", "command": ["votes.py"], "adds": {}, "steppable": False}

FIRST_PID = 1000
"""Of `main`; the others have the ones after it."""

LATEST = -2
"""As a base: what the lane has read last."""


class Lane:
    """Whoever takes steps. Each of its methods is one step, and returns the lane; `at` is the line."""

    def __init__(self, script: "Script", number: int, name: str, process: int) -> None:
        self.script = script
        self.number = number
        self.name = name
        self.process = process
        self.exitcode: int | None = None
        self._read: dict[int, int] = {}
        self._children = 0

    # Memory
    def reads(self, cell: int, at: int = 1) -> Self:
        version = self.script.versions[cell]
        self._read[cell] = version
        return self._step(Op.READ, cell, at, value=version, version=version)

    def reads_value(self, cell: int, value: int, at: int = 1) -> Self:
        version = self._read[cell] = self.script.versions[cell]
        return self._step(Op.READ, cell, at, value=value, version=version)

    def writes(
        self, cell: int, at: int = 1, *, base: int = LATEST, assumed: bool = False, value: int | None = None
    ) -> Self:
        self.script.versions[cell] += 1
        version = self.script.versions[cell]
        base = self._read.get(cell, NOTHING) if base == LATEST else base
        flags = ASSUMED if assumed else 0
        value = version if value is None else value
        return self._step(Op.WRITE, cell, at, value=value, version=version, base=base, flags=flags)

    def sets_cell(self, cell: int, at: int = 1) -> Self:
        return self.writes(cell, at, base=NOTHING)

    def adds(self, cell: int, at: int = 1, times: int = 1) -> Self:
        for _ in range(times):
            self.reads(cell, at).writes(cell, at)
        return self

    # Waits, locks and the like
    def waits(self, target: int, purpose: Op, at: int = 1, *, for_a_while: bool = False) -> Self:
        ends = ENDS_BY_ITSELF if for_a_while else FOR_EVER
        return self._step(Op.WAIT, target, at, ends_by_itself=ends, purpose=purpose)

    def acquires(self, target: int, at: int = 1) -> Self:
        return self._step(Op.ACQUIRE, target, at)

    def releases(self, target: int, at: int = 1) -> Self:
        return self._step(Op.RELEASE, target, at)

    def does(
        self, op: Op, target: int = 0, at: int = 1, *, value: int = 1, task: int = NOTHING, presence: int = PRESENT
    ) -> Self:
        return self._step(op, target, at, value=value, task=task, presence=presence)

    def puts(self, target: int, at: int = 1) -> Self:
        return self.does(Op.PUT, target, at)

    def gets(self, target: int, at: int = 1) -> Self:
        return self.does(Op.GET, target, at)

    # Life
    def launch(self, at: int = 1, *, does: str | None = None, starts: bool = True) -> "Lane":
        """A child, which starts at once."""
        child = self.script.process(self, does)
        self.does(Op.LAUNCH, self.script.target_of(child), at)
        return child.does(Op.START, value=FIRST_PID + child.number) if starts else child

    def launches(self, count: int, at: int = 1, *, does: str | None = None) -> list["Lane"]:
        return [self.launch(at, does=does) for _ in range(count)]

    def thread(self) -> "Lane":
        return self.script.thread_of(self)

    def exits(self, code: int = 0) -> Self:
        self.exitcode = code
        return self.does(Op.EXIT)

    def joins(self, *children: "Lane", at: int = 1) -> Self:
        for child in children:
            self.does(Op.JOIN, self.script.target_of(child), at)
        return self

    def waits_for(self, child: "Lane", at: int = 1) -> Self:
        return self.waits(self.script.target_of(child), Op.JOIN, at)

    def _step(self, op: Op, target: int, at: int, **fields: int) -> Self:
        self.script.add(self.number, op, target, at, fields)
        return self


class Script:
    """A script and its recording as it grows. `main` is there from the start."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.targets: list[Target] = []
        self.versions: dict[int, int] = {}
        self.values: list[Held] = []
        """What is put where it is no number: by `presence=1`, and its place here as the value."""
        self.lanes: list[Lane] = []
        self._owners: dict[int, int] = {}
        self._parents: dict[int, str] = {}
        self._functions: dict[int, str] = {}
        self._targets_of_lanes: dict[int, int] = {}
        self._steps: list[tuple[int, Op, int, int, dict[str, int]]] = []
        self.main = self._lane("main")
        self.main.does(Op.START, value=FIRST_PID)

    def __len__(self) -> int:
        return len(self._steps)

    def cell(self, name: str, **more: Any) -> int:
        number = self.target("cell", name, **more)
        self.versions[number] = 0
        return number

    def lock(self, name: str = "lock", **more: Any) -> int:
        return self.target("lock", name, **more)

    def queue(self, name: str = "q", **more: Any) -> int:
        return self.target("queue", name, **more)

    def target(self, kind: Kind, name: str, *, made_at: int = 0, **more: Any) -> int:
        self.targets.append(Target(name, kind, made=(1, made_at) if made_at else None, **more))
        return len(self.targets)

    def process(self, parent: Lane, does: str | None) -> Lane:
        child = self._lane(f"P{len(self._parents) + 1}")
        self._parents[child.number] = parent.name
        if does is not None:
            self._functions[child.number] = does
        self._targets_of_lanes[child.number] = self.target("process", child.name)
        return child

    def thread_of(self, lane: Lane) -> Lane:
        others = sum(1 for owner in self._owners.values() if owner == lane.process)
        thread = self._lane(f"{lane.name}.{others + 2}", lane.process)
        self._owners[thread.number] = lane.process
        return thread

    def target_of(self, lane: Lane) -> int:
        return self._targets_of_lanes[lane.number]

    def _lane(self, name: str, process: int | None = None) -> Lane:
        number = len(self.lanes)
        self.lanes.append(Lane(self, number, name, number if process is None else process))
        return self.lanes[-1]

    def add(self, lane: int, op: Op, target: int, line: int, fields: dict[str, int]) -> None:
        """One more step."""
        self._steps.append((lane, op, target, line, fields))

    def recording(self, status: Status = "finished") -> Recording:
        """What was recorded so far: of a run that is over, or of one that goes on."""
        rows = np.zeros(len(self._steps), ROW)
        for place, (lane, op, target, line, fields) in enumerate(self._steps):
            row = rows[place : place + 1]
            row["t_ns"], row["process"], row["op"], row["target"] = 1000 * place, lane, op, target
            row["line"], row["source"], row["lost"] = line, 1, NOTHING
            for name, value in fields.items():
                row[name] = value
        log = Log()
        if len(rows):
            log.append(rows)
        code = Code(file="votes.py", name="votes.py", text=self.text, python="3.11", bytecode=[])
        names = Names([lane.name for lane in self.lanes], self.targets, [code], self._owners, self.values)
        over = status != "running"
        processes = tuple(self._view(lane, over) for lane in self.lanes if lane.process == lane.number)
        return Recording(HEADER, Snapshot(names, processes, status=status, steps=len(rows)), log)

    def _view(self, lane: Lane, over: bool) -> ProcessView:
        ended = over or lane.exitcode is not None
        view = ProcessView(
            name=lane.name,
            pid=FIRST_PID + lane.number,
            exitcode=(lane.exitcode or 0) if ended else None,
            state="ended" if ended else "running",
            parent=self._parents.get(lane.number),
        )
        if lane.number in self._functions:
            view["does"] = self._functions[lane.number]
        return view


def one_of_everything() -> Recording:
    """A recording with a thread, a cell that holds anything, and a finding."""
    script = Script("a\n" * 30)
    tally = script.cell("tally", has_lock=True, made_at=3)
    owner = script.cell("owner", holds="any", initial="None")
    script.values = ["'Ada'", 2.5]
    first, second = script.main.launches(2, at=21)
    first.reads(tally, at=16)
    second.reads(tally, at=16)
    first.writes(tally, at=16)
    second.writes(tally, at=16)
    thread = second.thread()
    for number in range(len(script.values)):
        thread.writes(owner, at=17, base=NOTHING, value=number)
    made = script.recording()
    made.publish(replace(made.snapshot, findings=tuple(find(made))))
    assert made.names.owners
    assert made.snapshot.findings
    return made
