"""Runs a script with and without tracing, and reads what its processes recorded: a small reader, for tests only."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lost_update.model.ops import Op
from lost_update.tracing.script import boot

SCRIPTS = Path(__file__).parent / "scripts"

START_METHODS = ("fork", "spawn", "forkserver")


@dataclass
class Recorded:
    """What one process recorded: its declarations, and its steps in the order in which it took them."""

    process: dict[str, Any]
    declared: dict[str, list[dict[str, Any]]]
    steps: list[dict[str, Any]]

    def target(self, number: int) -> dict[str, Any] | None:
        """The declaration of a target. `number` may be within one of several cells."""
        for target in self.declared.get("target", []):
            if target["number"] <= number < target["number"] + target["count"]:
                return target
        return None

    def line(self, site: int) -> int | None:
        """The line of the source that a site is on."""
        return next((each["line"] for each in self.declared.get("site", []) if each["number"] == site), None)


@dataclass
class Traced:
    """A run of a script: what it printed, how it ended, and what its processes recorded."""

    returncode: int
    stdout: str
    stderr: str
    processes: list[Recorded] = field(default_factory=list)

    def steps(self, *ops: Op) -> list[dict[str, Any]]:
        """All steps with these ops, in order of time."""
        found = [step for process in self.processes for step in process.steps if not ops or step["op"] in ops]
        return sorted(found, key=lambda step: step["t_ns"])


def command(script: Path | str, *arguments: str, method: str | None = None) -> list[str]:
    """How to start the script. `method` sets the start method first, as a script does it itself."""
    return [sys.executable, str(script), *([method] if method else []), *arguments]


def run(
    arguments: list[str], directory: Path | None = None, cwd: Path = SCRIPTS, timeout: float = 60, **more: str
) -> Traced:
    """Run a command, traced into `directory` if one is given."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | more
    if directory is not None:
        directory.mkdir(mode=0o700, exist_ok=True)
        boot.prepare(str(directory))
        environment |= boot.environment(str(directory), environment)
    try:
        done = subprocess.run(
            arguments, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    finally:
        if directory is not None:
            boot.clean(str(directory))
    processes = read(directory) if directory is not None else []
    return Traced(done.returncode, done.stdout, done.stderr, processes)


def read(directory: Path) -> list[Recorded]:
    """What is in the files of a trace, a process after the other. One killed before it said who it is says nothing."""
    numbers = sorted(int(path.stem) for path in directory.glob("[0-9]*.jsonl") if path.stat().st_size)
    return [_process(directory, number) for number in numbers]


def _process(directory: Path, number: int) -> Recorded:
    lines = [json.loads(line) for line in (directory / f"{number}.jsonl").read_text().splitlines()]
    declared: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        declared.setdefault(line["is"], []).append(line)
    recorded = Recorded(declared["process"][0], declared, [])
    for thread in declared.get("thread", []):
        for segment in range(1000):
            path = directory / f"{number}.{thread['number']}.{segment}.steps"
            if not path.exists():
                break
            recorded.steps += [_step(recorded, thread["number"], row) for row in _rows(path)]
    return recorded


def _rows(path: Path) -> list[list[int]]:
    records = np.fromfile(path, "<i8").reshape(-1, 8)
    rows: list[list[int]] = records[records[:, 7] == 1].tolist()
    return rows


def _step(recorded: Recorded, thread: int, row: list[int]) -> dict[str, Any]:
    kind, site, t_ns, modified_ns, first, second, third, _ = row
    number = kind >> 8
    target = recorded.target(number)
    return {
        "process": recorded.process["number"],
        "thread": thread,
        "op": Op(kind & 0xFF),
        "target": target,
        "key": target["key"] if target else None,
        "element": number - target["number"] if target else None,
        "site": site,
        "line": recorded.line(site),
        "t_ns": t_ns,
        "modified_ns": modified_ns,
        "first": first,
        "second": second,
        "third": third,
    }
