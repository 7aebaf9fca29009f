"""Steps as the interface gives them out, made rows of a log again: the other way round than `encoding`. Pure.

What no step shows is gone: the pid of a `start`, the exit code of an `exit`, how long a `wait` may last.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from lost_update.model.encoding import Names, bits_of
from lost_update.model.log import ROW, SLOTTED, Rows
from lost_update.model.ops import ASSUMED, NOTHING, PRESENT, TEXT, Op
from lost_update.model.steps import NO_SOURCE, NO_TARGET
from lost_update.model.targets import Held, Holds

_OPS: Final = {op.word: op for op in Op}

_OF_EVERY_STEP: Final = frozenset({"index", "t_ns", "process", "op", "line", "file", "assumed"})

_MAY_CARRY: Final = {op: _OF_EVERY_STEP.union(op.row.fields, {"text"} if "value" in op.row.fields else ()) for op in Op}
"""By the op, the fields that its steps may have."""


_HAVE: Final[Mapping[Holds, tuple[type, ...]]] = {
    "bool": (bool,),
    "uint64": (int,),
    **dict.fromkeys(("float32", "float64"), (int, float, type(None))),
    **dict.fromkeys(("S1", "U1"), (str,)),
}
"""By what a cell holds, what a step says of its value. None is no number."""

_CHARACTERS: Final[Mapping[Holds, re.Pattern[str]]] = {
    "S1": re.compile(r"""b(["']).{1,10}\1\Z""", re.DOTALL),
    "U1": re.compile(r"""(["']).{1,10}\1\Z""", re.DOTALL),
}
"""A character as it stands in code. It is read by Python's own parser, which is handed nothing longer."""


class NoStep(Exception):
    """What was given is no step of this recording. `position` says which it was; the message says why."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


def rows_of(steps: Iterable[Mapping[str, Any]], first: int, names: Names, numbers: "Numbers | None" = None) -> Rows:
    """The rows of these steps, which are numbered from `first` on. Raises `NoStep`.

    Whoever reads many pieces of one recording hands in the same numbers each time.
    """
    numbers = Numbers() if numbers is None else numbers
    numbers.follow(names)
    rows = []
    for position, step in enumerate(steps):
        try:
            rows.append(_row(step, first + position, numbers))
        except KeyError as missing:
            raise NoStep(position, f"the field or name {missing} is missing or unknown") from None
        except (TypeError, ValueError, OverflowError) as error:
            raise NoStep(position, str(error)) from None
    try:
        made: Rows = np.array(rows, SLOTTED).view(ROW)
    except OverflowError:
        raise NoStep(0, "here or soon after, a number is too large") from None
    return made


class Numbers:
    """What the names in steps are numbered as. They grow with the lists of names, of which each name stands once."""

    def __init__(self) -> None:
        self.processes: dict[str, int] = {}
        self.targets: dict[str, tuple[int, Holds | None]] = {}
        self.sources: dict[str, int] = {}
        self._values: Sequence[Held] = ()
        self._numbers: dict[tuple[type, Held], int] = {}

    def follow(self, names: Names) -> None:
        """Take in what has been declared since. A list of values grows with those of cells that hold anything."""
        for lane in range(len(self.processes), len(names.processes)):
            self.processes[names.processes[lane]] = lane
        for number in range(len(self.targets), len(names.declared)):
            target = names.declared[number]
            self.targets[target.name] = (number + 1, target.holds)
        for number in range(len(self.sources), len(names.sources)):
            self.sources[names.sources[number]["file"]] = number + 1
        for number in range(len(self._numbers), len(names.values)):
            self._numbers[type(names.values[number]), names.values[number]] = number
        self._values = names.values

    def of_value(self, value: Any) -> int:
        """The number of that value, which it is given if it has none."""
        if type(value) not in (int, float, str):
            raise TypeError(f"{value!r} is no value of a cell")
        if not isinstance(self._values, list):
            raise ValueError("its cell was not declared to hold anything")
        number = self._numbers.setdefault((type(value), value), len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number


def _row(
    step: Mapping[str, Any],
    index: int,
    numbers: Numbers,
) -> tuple[int, ...]:
    """In the order of the fields of a row."""
    if step["index"] != index:
        raise ValueError(f"the step {index} is due, and this is {step['index']}")
    op = _OPS[step["op"]]
    carried = op.row.fields
    if not step.keys() <= _MAY_CARRY[op]:
        raise ValueError(f"a {op.word} has no field {min(step.keys() - _MAY_CARRY[op])[:40]!a}")
    if "text" in step and "value" in step:
        raise ValueError("it has a value and a text, and only one of them can be")
    target, holds = numbers.targets[step["target"]] if "target" in carried else (NO_TARGET, None)
    value = 0
    second = third = NOTHING
    if op.row.moves_an_object:
        if type(step.get("value")) is int:
            value, third = step["value"], PRESENT
        elif "value" in step or "text" in step:
            value, third = numbers.of_value(step["text"] if "text" in step else step["value"]), TEXT
    elif "value" in carried:
        value = _bits(step["text"] if "text" in step else step["value"], holds, numbers)
    for name in ("version", "task"):
        if name in carried:
            second = _integer(step[name])
    if "base" in carried and step["base"] is not None:
        third = _integer(step["base"])
    lost = 0 if "lost" not in carried else NOTHING if step["lost"] is None else _integer(step["lost"])
    line = _integer(step.get("line", 0))
    source = numbers.sources[step["file"]] if "file" in step else NO_SOURCE
    t_ns, process = _integer(step["t_ns"]), numbers.processes[step["process"]]
    flags = ASSUMED if _is_assumed(step) else 0
    return t_ns, value, second, third, lost, line, source, target, process, int(op), flags


def _is_assumed(step: Mapping[str, Any]) -> bool:
    if step.get("assumed", True) is not True:
        raise ValueError("what is assumed says true, and else nothing")
    return "assumed" in step


def _bits(value: Any, holds: Holds | None, numbers: Numbers) -> int:
    if holds is None:
        return _integer(value)
    if holds == "any":
        return numbers.of_value(value)
    is_fit = _CHARACTERS[holds].match(value) if isinstance(value, str) and holds in _CHARACTERS else True
    if type(value) not in _HAVE[holds] or not is_fit:
        raise TypeError(f"{value!r} is no value of a cell that holds {holds}")
    try:
        with np.errstate(over="raise"):
            [bits] = bits_of(holds, [value])
    except (SyntaxError, FloatingPointError):
        raise TypeError(f"{value!r} is no value of a cell that holds {holds}") from None
    return bits


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no integer")
    return value
