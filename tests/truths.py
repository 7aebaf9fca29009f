"""What is true of a run at some positions, worked out from its steps alone, as a file that tests of scripts read.

    recordings, made-up schedules, a long run ──▶ case() ──▶ FOLDER/NAME.json ──▶ tests/js/*.test.js

Shares no code with the scripts that are held against it, nor with the rest of the application.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from tests.recomputing import Recomputing

Step = dict[str, Any]
View = dict[str, Any]
Truth = dict[str, Any]


def case(view: View, steps: Sequence[Step], positions: Sequence[int], *, with_losses: bool = True) -> dict[str, Any]:
    """A run with what is true at some positions, in any order; and, where that is asked for, of each write that took
    something away: it takes its time.
    """
    truths = dict(_moments(view, steps, set(positions)))
    return {
        "run": view,
        "steps": steps,
        "moments": [truths[position] for position in positions],
        "losses": [loss for cell in view["summary"]["cells"] for loss in _losses(steps, cell["name"])]
        if with_losses
        else [],
    }


@dataclass
class Own:
    """What one process has done so far. `locks` are the targets that are one."""

    locks: Set[str]
    steps: list[Step] = field(default_factory=list)
    waits_and_locks: list[Step] = field(default_factory=list)
    """Those of the steps that are about waiting, or about a lock."""
    ops: Counter[str] = field(default_factory=Counter)

    def take(self, step: Step) -> None:
        self.steps.append(step)
        self.ops[step["op"]] += 1
        if step["op"] in ("wait", "acquire", "release"):
            self.waits_and_locks.append(step)


def _moments(view: View, steps: Sequence[Step], positions: Set[int]) -> Iterator[tuple[int, Truth]]:
    cells = {cell["name"]: Recomputing(cell["name"], cell["initial"]) for cell in view["summary"]["cells"]}
    locks = {target["name"] for target in view["targets"] if target["kind"] == "lock"}
    processes = {process["name"]: Own(locks) for process in view["processes"]}
    writers: dict[str, dict[int, str]] = {name: {} for name in cells}
    for position in range(len(steps) + 1):
        if position in positions:
            yield (
                position,
                {
                    "position": position,
                    "cells": [_cell(following, writers[name], list(processes)) for name, following in cells.items()],
                    "processes": [_process(own) for own in processes.values()],
                    "locks": _locks(processes),
                },
            )
        if position < len(steps):
            step = steps[position]
            processes[step["process"]].take(step)
            if step.get("target") in cells:
                cells[step["target"]].follow(step)
                if step["op"] == "write":
                    writers[step["target"]][step["version"]] = step["process"]


def _cell(following: Recomputing, writers: dict[int, str], names: Sequence[str]) -> Truth:
    truth = following.so_far()
    lost_of = Counter(writers[version] for version in truth.lost_versions)
    return {
        "name": following.cell,
        "value": truth.final,
        "version": truth.writes,
        "writes": truth.writes,
        "expected": truth.expected,
        "lost": truth.lost,
        "lostOf": [lost_of[name] for name in names],
    }


def _process(own: Own) -> Truth:
    held = _held(own)
    waiting = _waiting(own)
    return {
        "op": own.steps[-1]["op"] if own.steps else None,
        "register": _register(own),
        "holds": held[-1]["target"] if held else None,
        "waits": waiting["target"] if waiting else None,
        "done": own.ops["write"],
        "ended": own.ops["exit"] > 0,
        "failed": own.ops["fail"] > 0,
    }


def _register(own: Own) -> Truth | None:
    """What a process has read and not written back."""
    for step in reversed(own.steps):
        if step["op"] == "write":
            return None
        if step["op"] == "read":
            return {"cell": step["target"], "value": step["value"], "version": step["version"]}
    return None


def _held(own: Own) -> list[Step]:
    """How a process came by the locks that it holds, the newest last."""
    held: list[Step] = []
    for step in own.waits_and_locks:
        if step["op"] == "acquire":
            held.append(step)
        elif step["op"] == "release":
            held = [each for each in held if each["target"] != step["target"]]
    return held


def _waiting(own: Own) -> Step | None:
    """How a process began to wait for what it waits for: for a lock that it never got, even when it has ended."""
    last = next((step for step in reversed(own.waits_and_locks) if step["op"] != "release"), None)
    if last is None or last["op"] != "wait":
        return None
    return last if last is own.steps[-1] or last["target"] in own.locks else None


def _locks(processes: dict[str, Own]) -> dict[str, Truth]:
    """Who holds each lock, and who waits for it, in the order of the steps. Who has ended waits no more."""
    acquires = [(step["index"], name, step["target"]) for name, own in processes.items() for step in _held(own)]
    alive = {name: own for name, own in processes.items() if not own.ops["exit"]}
    waits = [(step["index"], name, step["target"]) for name, own in alive.items() if (step := _waiting(own))]
    targets = {
        step["target"] for own in processes.values() for step in own.waits_and_locks if step["target"] in own.locks
    }
    return {
        lock: {
            "holder": next((name for _, name, target in sorted(acquires, reverse=True) if target == lock), None),
            "queue": [name for _, name, target in sorted(waits) if target == lock],
        }
        for lock in targets
    }


def _losses(steps: Sequence[Step], cell: str) -> Iterator[Truth]:
    """Of each write that took updates away from a cell: how many, and which of them are lost to the end."""
    changes: list[tuple[int, set[int], set[int]]] = []
    following = Recomputing(cell, 0)
    before: set[int] = set()
    for step in steps:
        if step.get("target") == cell and step["op"] == "write":
            following.parents[step["version"]] = step["base"]
            after = _lost(following.parents)
            changes.append((step["index"] + 1, after - before, before - after))
            before = after
    for place, (position, erased, _) in enumerate(changes):
        came_back = set[int]().union(*(revived for _, _, revived in changes[place + 1 :]))
        if erased:
            yield {"cell": cell, "position": position, "erased": len(erased), "lasting": sorted(erased - came_back)}


def _lost(parents: dict[int, int | None]) -> set[int]:
    """The updates off the chain that ends with the newest version, of those that came after its first."""
    chain = set()
    version: int | None = max(parents)
    while version is not None:
        chain.add(version)
        version = parents[version]
    root = min(chain)
    return {each for each, base in parents.items() if base is not None and each > root} - chain


def made_up(seed: int, processes: int, cells: int, writes: int) -> tuple[View, list[Step]]:
    """A schedule as chance will have it, of reads, modifies and writes, some of them blind. None of it has happened."""
    chance = random.Random(seed)
    names = [f"P{number + 1}" for number in range(processes)]
    parents: dict[str, dict[int, int | None]] = {f"cell{number}": {0: None} for number in range(cells)}
    values = dict.fromkeys(parents, 0)
    doing: dict[str, tuple[str, int | None, int | None]] = {}
    steps: list[Step] = []

    def take(process: str, op: str, cell: str, value: int, **more: int | None) -> None:
        fields = {"process": process, "op": op, "target": cell, "value": value, **more, "line": 1}
        steps.append({"index": len(steps), "t_ns": 10 * len(steps), **fields})

    while sum(map(len, parents.values())) < writes + cells:
        process = chance.choice(names)
        if process not in doing:
            cell = chance.choice(list(parents))
            if chance.random() < 0.1:
                doing[process] = (cell, None, None)
            else:
                doing[process] = (cell, max(parents[cell]), None)
                take(process, "read", cell, values[cell], version=max(parents[cell]))
            continue
        cell, base, computed = doing[process]
        if computed is None:
            computed = values[cell] + chance.randint(1, 9)
            doing[process] = (cell, base, computed)
            take(process, "modify", cell, computed)
        else:
            del doing[process]
            version = max(parents[cell]) + 1
            parents[cell][version] = base
            values[cell] = computed
            take(process, "write", cell, computed, version=version, base=base, lost=len(_lost(parents[cell])))
    view = {
        "id": f"made-up-{seed}",
        "status": "finished",
        "request": {"scenario": "value", "processes": processes, "iterations": writes, "guard": "none"},
        "processes": [{"name": name, "pid": None, "exitcode": 0, "state": "ended"} for name in names],
        "targets": [{"name": name, "kind": "cell"} for name in parents],
        "steps": len(steps),
        "summary": {"cells": [{"name": name, "initial": 0} for name in parents]},
    }
    return view, steps
