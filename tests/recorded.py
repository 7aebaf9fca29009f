"""Turns a recording into a run that has ended, so that the web layer serves it as any other.

    NAME.ndjson ──▶ Recorded (a Run): view, log, names ──▶ RecordedRegistry.get(NAME) ──▶ pages, streams

The log is a real one: its rows are made from the steps, the other way round than `model.encoding` makes steps of rows.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import numpy as np

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.execution.supervisor import Context
from lost_update.execution.view import RunView, Snapshot
from lost_update.model.encoding import Names
from lost_update.model.log import ROW, SLOTTED, Log, Rows
from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import NO_TARGET
from lost_update.model.targets import Target
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from tests.recordings import RECORDINGS, Step, View, load

DOUBLE = struct.Struct("<d")
BITS = struct.Struct("<q")


def names_of(view: View, steps: Sequence[Step]) -> Names:
    """What the numbers in the rows stand for."""
    declared = [Target(**target) for target in view["targets"]]
    no_integers = {step["target"] for step in steps if isinstance(step.get("value"), float)}
    decode: dict[int, Callable[[int], Any]] = {
        number: _double for number, target in enumerate(declared, 1) if target.name in no_integers
    }
    return Names([process["name"] for process in view["processes"]], declared, decode)


def rows_of(steps: Sequence[Step], names: Names) -> Rows:
    """The rows of a log that give these steps."""
    processes = {name: number for number, name in enumerate(names.processes)}
    targets = {name: number for number, name in enumerate(names.targets)}
    rows: Rows = np.array([_row(step, processes, targets) for step in steps], SLOTTED).view(ROW)
    return rows


def _row(step: Step, processes: dict[str, int], targets: dict[str, int]) -> tuple[Any, ...]:
    op = Op[step["op"].upper()]
    value = step.get("value", 0)
    base = step.get("base")
    if op.row.moves_an_object and "value" in step:
        base = PRESENT
    return (
        step["t_ns"],
        _bits(value) if isinstance(value, float) else value,
        step.get("version", step.get("task", NOTHING)),
        NOTHING if base is None else base,
        step.get("lost", 0),
        step.get("line", 0),
        targets[step["target"]] if "target" in step else NO_TARGET,
        processes[step["process"]],
        op,
    )


def _bits(value: float) -> int:
    bits: int = BITS.unpack(DOUBLE.pack(value))[0]
    return bits


def _double(bits: int) -> float:
    value: float = DOUBLE.unpack(BITS.pack(bits))[0]
    return value


class Recorded(Run):
    """A run that ended long ago."""

    def __init__(self, name: str, context: Context, settings: Settings) -> None:
        view, steps = load(name)
        super().__init__(RunRequest(**view["request"]), context, settings, lambda _run: None)
        self.id = name
        self.snapshot = Snapshot(names_of(view, steps), (), status=view["status"], reason=view["reason"])
        self.log = Log()
        if steps:
            self.log.append(rows_of(steps, self.names))
        self.log.trim()
        self._recorded_view = cast(RunView, view)
        self._over.set()

    def view(self) -> RunView:
        """The run as it was shown when it had ended."""
        return self._recorded_view


class RecordedRegistry(Registry):
    """Knows the recordings, too, by their names. They are no runs of this server: it neither lists nor forgets them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._recorded = cache(lambda name: Recorded(name, self._context, settings))

    def get(self, run_id: str) -> Run | None:
        """A recording, or a run of this server."""
        return self._recorded(run_id) if run_id in RECORDINGS else super().get(run_id)
