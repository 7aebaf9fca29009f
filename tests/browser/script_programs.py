"""Recordings of scripts for the page's tests: made by chance from a seed, in the shape in which tracing gives them.

They are looked at, and claim nothing about real processes; real traces are in the tests of tracing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import numpy as np

from lost_update.model.encoding import Names
from lost_update.model.findings import Finding, FindingLine
from lost_update.model.log import ROW, Log
from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.recording import (
    NotSeen,
    ProcessView,
    Recording,
    ScriptCellSummary,
    ScriptSummary,
    Snapshot,
    Status,
)
from lost_update.model.sources import Code
from lost_update.model.targets import Held, Kind, Target

VOTES: Final = """\
from multiprocessing import Lock, Process, Queue, Value


VOTES = 30_000


def teller(tally, done):
    for _ in range(VOTES):
        tally.value += 1
    done.put("counted")


def clerk(done, first, second):
    done.get()
    with first:
        with second:
            print("posted")


if __name__ == "__main__":
    tally, done = Value("i", 0), Queue()
    ledger, seal = Lock(), Lock()
    staff = [Process(target=teller, args=(tally, done)) for _ in range(2)]
    staff += [Process(target=clerk, args=(done, *pair)) for pair in ((ledger, seal), (seal, ledger))]
    for each in staff:
        each.start()
    for each in staff:
        each.join()
    print(tally.value)
"""

GRID: Final = """\
import sys
from multiprocessing import Array, Process

from grid_work import visit


if __name__ == "__main__":
    grid = Array("i", 10_000)
    workers = [Process(target=visit, args=(grid, number)) for number in range(64)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""

GRID_WORK: Final = """\
import random


def visit(grid, number):
    chance = random.Random(number)
    for _ in range(400):
        place = chance.randrange(len(grid))
        grid[place] += 1
"""

CLEAN: Final = VOTES.replace("        tally.value += 1", "        with tally.get_lock():\n            tally.value += 1")

MICROSECOND: Final = 1000


@dataclass
class Program:
    """Puts steps together, in the order in which they are to stand."""

    command: list[str]
    sources: list[tuple[str, str]]
    lanes: list[tuple[str, str]]
    """The name of each process, and the function that it runs."""
    targets: list[Target]
    steps: list[tuple[int, int, Op, str | None, int, int, tuple[int, int, int]]] = field(default_factory=list)
    """When, who, what, about which target, in which source and line, and the three slots."""

    def add(
        self, t: int, lane: int, op: Op, target: str | None = None, line: int = 0, *, source: int = 1, **more: Any
    ) -> None:
        """A step. The slots are named as in the table of ops."""
        slots = [0, NOTHING, NOTHING]
        if op.row.moves_an_object:
            slots[2] = PRESENT if "value" in more else NOTHING
        for name, value in more.items():
            slots[op.row.slots.index(name)] = value
        self.steps.append((t, lane, op, target, source, line, (slots[0], slots[1], slots[2])))

    def sort(self) -> None:
        """Put the steps in order of time; those of one process stay in theirs."""
        self.steps.sort(key=lambda step: step[0])

    def settle(self) -> dict[str, ScriptCellSummary]:
        """Fill in values, versions, bases and losses of `+= 1` on each cell, by the order of the steps."""
        self.lost: list[int] = [NOTHING] * len(self.steps)
        cells: dict[str, dict[str, Any]] = {}
        for index, (t, lane, op, target, source, line, _) in enumerate(self.steps):
            if not op.row.touches_a_cell or target is None:
                continue
            cell = cells.setdefault(target, {"value": 0, "version": 0, "chain": [0], "read": {}})
            if op is Op.READ:
                cell["read"][lane] = (cell["value"], cell["version"])
                slots = (cell["value"], cell["version"], NOTHING)
            elif op is Op.MODIFY:
                slots = (cell["read"][lane][0] + 1, NOTHING, NOTHING)
            else:
                value, base = cell["read"].pop(lane)
                cell["value"], cell["version"] = value + 1, cell["version"] + 1
                cell["chain"].append(cell["chain"][base] + 1)
                slots = (value + 1, cell["version"], base)
                self.lost[index] = cell["version"] - cell["chain"][-1]
            self.steps[index] = (t, lane, op, target, source, line, slots)
        return {
            name: ScriptCellSummary(
                name=name,
                initial=0,
                expected=cell["version"],
                final=cell["value"],
                writes=cell["version"],
                updates=cell["version"],
                lost=cell["version"] - cell["value"],
            )
            for name, cell in cells.items()
        }

    def first_loss(self) -> list[int]:
        """The steps of the first update that was lost: both reads, the write that is lost, the write that kills it."""
        at = next(index for index, lost in enumerate(self.lost) if lost > 0)
        _, thief, _, cell, _, _, (_, version, base) = self.steps[at]
        about = [index for index in range(at) if self.steps[index][3] == cell and self.steps[index][2] is not Op.MODIFY]
        victim = max(index for index in about if self.steps[index][2] is Op.WRITE)
        assert self.steps[victim][6][1] == version - 1 > base
        reads = [
            max(index for index in about if self.steps[index][1] == lane and self.steps[index][2] is Op.READ)
            for lane in (thief,)
        ]
        owner = self.steps[victim][1]
        reads += [
            max(
                index
                for index in about
                if index < victim and self.steps[index][1] == owner and self.steps[index][2] is Op.READ
            )
        ]
        return sorted({*reads, victim, at})

    def log(self) -> Log:
        """The steps as a log has them."""
        numbers = {target.name: number for number, target in enumerate(self.targets, 1)}
        rows = np.zeros(len(self.steps), ROW)
        rows["t_ns"] = [step[0] for step in self.steps]
        rows["process"] = [step[1] for step in self.steps]
        rows["op"] = [step[2] for step in self.steps]
        rows["target"] = [numbers.get(step[3] or "", 0) for step in self.steps]
        rows["source"] = [step[4] for step in self.steps]
        rows["line"] = [step[5] for step in self.steps]
        rows["value"] = [step[6][0] for step in self.steps]
        rows["version"] = [step[6][1] for step in self.steps]
        rows["base"] = [step[6][2] for step in self.steps]
        rows["lost"] = getattr(self, "lost", NOTHING)
        log = Log()
        for start in range(0, len(rows), 4096):
            log.append(rows[start : start + 4096])
        return log

    def recording(self, name: str, *, status: Status = "finished", **more: Any) -> Recording:
        """The recording, at its end or as far as it has come."""
        cells = list(self.settle().values())
        owners = more.pop("owners", {})
        exitcode = None if status == "running" else 0
        processes = tuple(
            ProcessView(
                name=lane,
                pid=4000 + number,
                exitcode=exitcode,
                state="running" if exitcode is None else "ended",
                parent=None if number == 0 else "main",
                does=does,
            )
            for number, (lane, does) in enumerate(self.lanes)
            if number not in owners
        )
        took = more.pop("took_ms", self.steps[-1][0] / 1e6 if self.steps else 0.0)
        snapshot = Snapshot(
            Names(
                processes=[lane for lane, _ in self.lanes],
                declared=tuple(self.targets),
                sources=tuple(
                    Code(file=file, name=file, text=text, python="3.11", bytecode=[]) for file, text in self.sources
                ),
                owners=owners,
                values=more.pop("values", ()),
            ),
            processes,
            status=status,
            steps=len(self.steps),
            summary=ScriptSummary(cells=cells, duration_ms=took, unrecorded=0, consistent=True),  # type: ignore[arg-type]
            **more,
        )
        log = self.log()
        return Recording({"id": name, "command": self.command, "adds": {}, "steppable": False}, snapshot, log)


def _cell(name: str, initial: Held = 0, **more: Any) -> Target:
    return Target(name, "cell", initial=initial, made=(1, 21), what="Value", has_lock=True, **more)


TARGETS: Final = [
    _cell("tally"),
    Target("done", "queue", made=(1, 21), what="Queue"),
    Target("ledger", "lock", made=(1, 22), what="Lock"),
    Target("seal", "lock", made=(1, 22), what="Lock"),
    *(Target(f"P{number}", "process") for number in range(1, 5)),
]

STAFF: Final = [("main", ""), ("P1", "teller"), ("P2", "teller"), ("P3", "clerk"), ("P4", "clerk")]


def _begin(program: Program, step_us: int) -> None:
    for number in range(1, len(program.lanes)):
        program.add(number * step_us * MICROSECOND, 0, Op.LAUNCH, f"P{number}", 26)
        program.add(number * step_us * MICROSECOND + 100_000_000, number, Op.START, pid=4000 + number)
    program.add(len(program.lanes) * step_us * MICROSECOND, 0, Op.WAIT, "P1", 28)


def _end(program: Program) -> None:
    for number in range(1, len(program.lanes)):
        last = max(step[0] for step in program.steps if step[1] == number)
        program.add(last + 300_000, number, Op.EXIT)
    last = max(step[0] for step in program.steps)
    for number in range(1, len(program.lanes)):
        program.add(last + number * 500_000, 0, Op.JOIN, f"P{number}", 28, value=0)
    program.add(last + 40_000_000, 0, Op.EXIT)


def _clerks(program: Program, after: tuple[int, int]) -> None:
    for lane, locks, begin in ((3, ("ledger", "seal"), after[0]), (4, ("seal", "ledger"), after[1])):
        program.add(120_000_000 + lane * 1_000_000, lane, Op.WAIT, "done", 14)
        at = begin + 8_000_000
        program.add(at, lane, Op.GET, "done", 14)
        for place, (op, lock) in enumerate(
            [(Op.ACQUIRE, locks[0]), (Op.ACQUIRE, locks[1]), (Op.RELEASE, locks[1]), (Op.RELEASE, locks[0])]
        ):
            program.add(at + (place + 1) * 4_000_000, lane, op, lock, 16 if lock == locks[1] else 15)


def votes(each: int = 30_000, seed: int = 7, name: str = "votes") -> Recording:
    """Two tellers without a lock, two clerks who take two locks in opposite orders."""
    chance = Random(seed)
    program = Program(["votes.py"], [("votes.py", VOTES)], list(STAFF), list(TARGETS))
    _begin(program, 4000)
    after = []
    for lane in (1, 2):
        t = 104_000_000 + lane * 9_000_000
        for _ in range(each):
            program.add(t, lane, Op.READ, "tally", 9)
            program.add(t + 9 * MICROSECOND, lane, Op.MODIFY, "tally", 9)
            program.add(t + 14 * MICROSECOND, lane, Op.WRITE, "tally", 9)
            t += int(chance.expovariate(1 / 46)) * MICROSECOND + 17 * MICROSECOND
        program.add(t + 400_000, lane, Op.PUT, "done", 10)
        after.append(t + 400_000)
    _clerks(program, (after[0], after[1] + 60_000_000))
    _end(program)
    program.sort()
    figures = program.settle()
    return program.recording(name, findings=(_lost(program, figures["tally"]), _deadlock(program)), not_seen=NOT_SEEN)


NOT_SEEN: Final = (
    NotSeen(what="files", file="votes.py", line=17),
    NotSeen(what="the terminal", file="votes.py", line=29),
)


def _spaced(number: int | None) -> str:
    return f"{number:,}".replace(",", "\u2009")


def _lost(program: Program, cell: ScriptCellSummary) -> Finding:
    return Finding(
        kind="lost_update",
        certainty="happened",
        target="tally",
        count=cell["lost"] or 0,
        lines=[FindingLine(file="votes.py", line=9, process=process) for process in ("P1", "P2")],
        steps=program.first_loss(),
        message=f"{_spaced(cell['lost'])} of {_spaced(cell['updates'])} updates were lost here: "
        "P1 and P2 both read before either wrote.",
        advice="Hold the lock of the Value for the whole `+=`. Each read and each write takes it already, "
        "but not from the one to the other.\n\n    with tally.get_lock():\n        tally.value += 1",
    )


def _deadlock(program: Program) -> Finding:
    acquires = [index for index, step in enumerate(program.steps) if step[2] is Op.ACQUIRE]
    return Finding(
        kind="deadlock",
        certainty="suspected",
        target="ledger",
        count=1,
        lines=[
            FindingLine(file="votes.py", line=line, process=process) for process in ("P3", "P4") for line in (15, 16)
        ],
        steps=acquires,
        message="Not seen to happen: P3 takes `ledger`, then `seal`; P4 takes `seal`, then `ledger`.",
        advice="Take both in one order everywhere.",
    )


def clean(each: int = 3000) -> Recording:
    """The same under the lock: nothing is lost."""
    program = Program(
        ["votes.py"],
        [("votes.py", CLEAN)],
        list(STAFF),
        [*TARGETS, Target("tally.get_lock()", "lock", guards="tally", is_reentrant=True, made=(1, 22), what="RLock")],
    )
    _begin(program, 4000)
    chance = Random(3)
    t = 110_000_000
    left = {1: each, 2: each}
    lane = 1
    ends = {}
    while left:
        for _ in range(min(left[lane], int(chance.expovariate(1 / 60)) + 1)):
            program.add(t, lane, Op.ACQUIRE, "tally.get_lock()", 9)
            program.add(t + 5000, lane, Op.READ, "tally", 10)
            program.add(t + 9000, lane, Op.MODIFY, "tally", 10)
            program.add(t + 12_000, lane, Op.WRITE, "tally", 10)
            program.add(t + 15_000, lane, Op.RELEASE, "tally.get_lock()", 9)
            t += 22_000
            left[lane] -= 1
        if left[lane] == 0:
            program.add(t + 400_000, lane, Op.PUT, "done", 11)
            ends[lane] = t + 400_000
            del left[lane]
        elif len(left) > 1:
            program.add(t + 3000, lane, Op.WAIT, "tally.get_lock()", 9)
        lane = 3 - lane if 3 - lane in left else lane
    for person, begin in ((3, min(ends.values())), (4, max(ends.values()) + 60_000_000)):
        program.add(120_000_000 + person * 1_000_000, person, Op.WAIT, "done", 15)
        program.add(begin + 8_000_000, person, Op.GET, "done", 15)
        for place, (op, lock) in enumerate(
            [(Op.ACQUIRE, "ledger"), (Op.ACQUIRE, "seal"), (Op.RELEASE, "seal"), (Op.RELEASE, "ledger")]
        ):
            program.add(begin + 8_000_000 + (place + 1) * 4_000_000, person, op, lock, 17 if lock == "seal" else 16)
    _end(program)
    program.sort()
    return program.recording("clean", findings=(), not_seen=NOT_SEEN)


def grid(name: str = "grid", visits: int = 100, workers: int = 64, cells: int = 10_000) -> Recording:
    """Many processes, ten thousand cells, two files."""
    chance = Random(11)
    program = Program(
        ["grid.py", "--size", "100"],
        [("grid.py", GRID), ("grid_work.py", GRID_WORK)],
        [("main", ""), *((f"P{number}", "visit") for number in range(1, workers + 1))],
        [
            *(
                Target(f"grid[{place}]", "cell", initial=0, whole="grid", made=(1, 8), what="Array", has_lock=True)
                for place in range(cells)
            ),
            *(Target(f"P{number}", "process") for number in range(1, workers + 1)),
        ],
    )
    for number in range(1, workers + 1):
        program.add(number * 400_000, 0, Op.LAUNCH, f"P{number}", 11)
        program.add(number * 400_000 + 20_000_000, number, Op.START, pid=5000 + number)
        t = number * 400_000 + 22_000_000
        for _ in range(visits):
            cell = f"grid[{int(cells * chance.random() ** 4)}]"
            program.add(t, number, Op.READ, cell, 8, source=2)
            program.add(t + 12_000, number, Op.MODIFY, cell, 8, source=2)
            program.add(t + 15_000, number, Op.WRITE, cell, 8, source=2)
            t += int(chance.expovariate(1 / 700)) * MICROSECOND + 20_000
    program.add((workers + 1) * 400_000, 0, Op.WAIT, "P1", 13)
    _end_all(program)
    program.sort()
    figures = program.settle()
    worst = max(figures.values(), key=lambda cell: cell["lost"] or 0)
    findings: tuple[Finding, ...] = ()
    if worst["lost"]:
        steps = program.first_loss()
        findings = (
            Finding(
                kind="lost_update",
                certainty="happened",
                target="grid",
                count=sum(cell["lost"] or 0 for cell in figures.values()),
                lines=[
                    FindingLine(file="grid_work.py", line=8, process=f"P{number}") for number in range(1, workers + 1)
                ],
                steps=steps,
                message="Some updates of `grid` were lost here: two processes both read before either wrote.",
                advice="Hold the lock of the Array for the whole `+=`.\n\n"
                "    with grid.get_lock():\n        grid[place] += 1",
            ),
        )
    return program.recording(name, findings=findings)


def _end_all(program: Program) -> None:
    last = max(step[0] for step in program.steps)
    for number in range(1, len(program.lanes)):
        own = max(step[0] for step in program.steps[-300_000:] if step[1] == number)
        program.add(own + 30_000, number, Op.EXIT)
        program.add(last + number * 50_000, 0, Op.JOIN, f"P{number}", 13, value=0)
    program.add(last + 9_000_000, 0, Op.EXIT)


def hangs() -> Recording:
    """Two processes that wait for each other, and go on waiting."""
    source = VOTES
    program = Program(
        ["votes.py"],
        [("votes.py", source)],
        [("main", ""), ("P1", "clerk"), ("P2", "clerk")],
        [
            Target("ledger", "lock", made=(1, 22), what="Lock"),
            Target("seal", "lock", made=(1, 22), what="Lock"),
            Target("P1", "process"),
            Target("P2", "process"),
        ],
    )
    for number in (1, 2):
        program.add(number * 1_000_000, 0, Op.LAUNCH, f"P{number}", 26)
        program.add(20_000_000 + number * 1_000_000, number, Op.START, pid=4000 + number)
    program.add(4_000_000, 0, Op.WAIT, "P1", 28)
    program.add(30_000_000, 1, Op.ACQUIRE, "ledger", 15)
    program.add(31_000_000, 2, Op.ACQUIRE, "seal", 15)
    program.add(33_000_000, 1, Op.WAIT, "seal", 16)
    program.add(34_000_000, 2, Op.WAIT, "ledger", 16)
    program.sort()
    steps = [index for index, step in enumerate(program.steps) if step[1] and step[2] in (Op.ACQUIRE, Op.WAIT)]
    finding = Finding(
        kind="deadlock",
        certainty="happened",
        target="ledger",
        count=1,
        lines=[FindingLine(file="votes.py", line=line, process=who) for who in ("P1", "P2") for line in (15, 16)],
        steps=steps,
        message="P1 holds `ledger` and waits for `seal`; P2 holds `seal` and waits for `ledger`. Neither can go on.",
        advice="Take both in one order everywhere.\n\n"
        '    with ledger:\n        with seal:\n            print("posted")',
    )
    return program.recording("hangs", status="running", findings=(finding,), took_ms=52.0)


def live() -> Recording:
    """As it stands in the middle: P1 counts, the others are starting."""
    program = Program(["votes.py"], [("votes.py", VOTES)], list(STAFF), list(TARGETS))
    _begin(program, 4000)
    program.steps = [step for step in program.steps if step[1] < 2]
    t = 130_000_000
    for _ in range(3012):
        program.add(t, 1, Op.READ, "tally", 9)
        program.add(t + 12_000, 1, Op.MODIFY, "tally", 9)
        program.add(t + 15_000, 1, Op.WRITE, "tally", 9)
        t += 58_000
    program.sort()
    return program.recording("live", status="running", findings=(), not_seen=NOT_SEEN)


def every_op() -> Recording:
    """One step of each op, on a target of a kind that it suits, with a thread and a cell that holds a text."""
    kinds: dict[Op, Kind] = {
        Op.SET: "event",
        Op.CLEAR: "event",
        Op.CHECK: "event",
        Op.NOTIFY: "condition",
        Op.WAKE: "condition",
        Op.ACQUIRE: "lock",
        Op.RELEASE: "lock",
        Op.SUBMIT: "pool",
        Op.TASK_START: "pool",
        Op.TASK_END: "pool",
        Op.CALLBACK: "pool",
        Op.RESULT: "pool",
        Op.CLOSE: "pool",
        Op.LAUNCH: "process",
        Op.JOIN: "process",
        Op.KILL: "process",
    }
    program = Program(
        ["-m", "office"],
        [("office/__main__.py", VOTES)],
        [("main", ""), ("P1", "teller"), ("P1.2", "")],
        [
            Target("tally", "cell", initial=0),
            Target("names['ada']", "cell", initial="'new'", holds="any", whole="names"),
            Target("open", "event"),
            Target("turn", "condition"),
            Target("desk", "lock"),
            Target("crew", "pool"),
            Target("P1", "process"),
            Target("done", "queue"),
        ],
    )
    named = {target.kind: target.name for target in program.targets if target.name != "names['ada']"}
    order = sorted(Op, key=lambda op: (op is Op.EXIT, op is not Op.START, op))
    for place, op in enumerate(order):
        target = (
            None
            if op in (Op.START, Op.EXIT, Op.FAIL)
            else named[kinds.get(op, "cell" if op.row.touches_a_cell else "queue")]
        )
        more = {"value": 1} if op.row.moves_an_object else {}
        program.add(
            place * 1_000_000,
            1 + place % 2 if op not in (Op.START, Op.EXIT, Op.READ, Op.MODIFY, Op.WRITE) else 1,
            op,
            target,
            1 + place % 20,
            **more,
        )
    return program.recording("every-op", owners={2: 1}, findings=(), values=("'new'",))


PROGRAMS: Final[dict[str, Callable[[], Recording]]] = {
    "votes": lambda: votes(600),
    "votes-long": lambda: votes(name="votes-long"),
    "votes-million": lambda: votes(167_000, name="votes-million"),
    "clean": clean,
    "grid": grid,
    "hangs": hangs,
    "live": live,
    "every-op": every_op,
}
"""By the id of the recording, how it is made."""
