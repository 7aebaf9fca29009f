"""Steps as the interface gives them out, made rows of a log again: the other way round than `encoding`. Pure.

What no step shows is gone: the pid of a `start`, the exit code of an `exit`, how long a `wait` may last.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from lost_update.model.encoding import Names, bits_of
from lost_update.model.log import ROW, SLOTTED, Rows
from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import NO_SOURCE, NO_TARGET
from lost_update.model.targets import Holds

_OPS: Final = {op.word: op for op in Op}


class NoStep(Exception):
    """What was given is no step of this recording. `position` says which it was; the message says why."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


def rows_of(steps: Iterable[Mapping[str, Any]], first: int, names: Names) -> Rows:
    """The rows of these steps, which are numbered from `first` on. Raises `NoStep`."""
    processes = {name: number for number, name in enumerate(names.processes)}
    targets = {target.name: (number, target.holds) for number, target in names.numbered()}
    sources = {source["file"]: number for number, source in enumerate(names.sources, 1)}
    rows = []
    for position, step in enumerate(steps):
        try:
            rows.append(_row(step, first + position, processes, targets, sources))
        except KeyError as missing:
            raise NoStep(position, f"the field or name {missing} is missing or unknown") from None
        except (TypeError, ValueError, OverflowError) as error:
            raise NoStep(position, str(error)) from None
    try:
        made: Rows = np.array(rows, SLOTTED).view(ROW)
    except OverflowError:
        raise NoStep(0, "here or soon after, a number is too large") from None
    return made


def _row(
    step: Mapping[str, Any],
    index: int,
    processes: Mapping[str, int],
    targets: Mapping[str, tuple[int, Holds | None]],
    sources: Mapping[str, int],
) -> tuple[int, ...]:
    """In the order of the fields of a row."""
    if step["index"] != index:
        raise ValueError(f"the step {index} is due, and this is {step['index']}")
    op = _OPS[step["op"]]
    carried = op.row.fields
    target, holds = targets[step["target"]] if "target" in carried else (NO_TARGET, None)
    value = 0
    second = third = NOTHING
    if op.row.moves_an_object:
        if "value" in step:
            value, third = _integer(step["value"]), PRESENT
    elif "value" in carried:
        value = _integer(step["value"]) if holds is None else bits_of(holds, [step["value"]])[0]
    for name in ("version", "task"):
        if name in carried:
            second = _integer(step[name])
    if "base" in carried and step["base"] is not None:
        third = _integer(step["base"])
    lost = 0 if "lost" not in carried else NOTHING if step["lost"] is None else _integer(step["lost"])
    line = _integer(step.get("line", 0))
    source = sources[step["file"]] if "file" in step else NO_SOURCE
    t_ns, process = _integer(step["t_ns"]), processes[step["process"]]
    return t_ns, value, second, third, lost, line, source, target, process, int(op)


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no integer")
    return value
