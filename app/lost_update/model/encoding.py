"""Rows of the log as the interface gives them out: whole steps, or a batch of them as columns. Pure."""

from ast import literal_eval
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, NotRequired, Required, cast

import numpy as np
import numpy.typing as npt
import orjson
from typing_extensions import TypedDict

from lost_update.model.described import Described, described_by
from lost_update.model.log import Rows
from lost_update.model.ops import ASSUMED, NOTHING, PRESENT, SHOWN_FIELDS, TEXT, Op
from lost_update.model.sources import Code
from lost_update.model.steps import NO_SOURCE
from lost_update.model.targets import Held, Holds, Target

_WORDS: Final = np.array([op.word for op in Op], dtype=object)
_APPLIES: Final = {name: np.array([name in op.row.fields for op in Op]) for name in SHOWN_FIELDS}
_MOVES_AN_OBJECT: Final = np.array([op.row.moves_an_object for op in Op])

OpWord = Annotated[str, Described({"type": "string", "enum": [op.word for op in Op]})]
"""The word of an op: only the interface's description lists them all."""


def _say_what_ops_carry(schema: dict[str, Any]) -> None:
    carried = "\n".join(f"- `{op.word}`: {', '.join(op.row.fields) or 'nothing more'}" for op in Op)
    schema["description"] += (
        "\n\n`line` counts within the code shown, or within the source that `file` names. What else a step carries "
        f"depends on its op; the `value` of an object that is moved only where it is an integer:\n\n{carried}"
    )


@described_by(_say_what_ops_carry)
class Step(TypedDict, total=False):
    """One step on the wire. `index` counts from 0 in log order; `t_ns` from the start of the run.

    A field that does not apply is absent. `base` is None where a write is blind: its writer had read nothing. `lost` is
    None where nobody can know it, since an earlier write was not recorded. In a script a base may be `assumed`: the
    code does not show on which read the written value depends. A cell of a script may hold what is no number: then a
    step has its `text` in place of a `value`.
    """

    index: Required[int]
    t_ns: Required[int]
    process: Required[str]
    op: Required[OpWord]
    target: str
    value: int | float
    text: str
    version: int
    base: int | None
    lost: int | None
    task: int
    line: int
    file: str
    assumed: bool


class Columns(TypedDict):
    """A batch of steps, a list a field: None where a field does not apply to a step, or its object is no integer.

    A field that applies to none of them is absent. The base of a blind write and a `lost` that is unknown are None.
    """

    index: list[int]
    t_ns: list[int]
    process: list[str]
    op: list[OpWord]
    target: NotRequired[list[str | None]]
    value: NotRequired[list[int | float | None]]
    text: NotRequired[list[str | None]]
    version: NotRequired[list[int | None]]
    base: NotRequired[list[int | None]]
    lost: NotRequired[list[int | None]]
    task: NotRequired[list[int | None]]
    line: NotRequired[list[int | None]]
    file: NotRequired[list[str | None]]
    assumed: NotRequired[list[bool | None]]


@dataclass(frozen=True)
class Names:
    """What the numbers in a row stand for. Targets and sources count from 1.

    In a script a thread that takes steps has a lane of its own among the processes, called `P1.2`: `owners` says of
    such a lane whose it is. `values` are those of cells that hold anything.
    """

    processes: Sequence[str]
    declared: Sequence[Target] = ()
    sources: Sequence[Code] = ()
    owners: Mapping[int, int] = field(default_factory=dict)
    values: Sequence[Held] = ()

    @property
    def targets(self) -> list[str]:
        """The names of the targets, by their numbers; 0 is no target."""
        return ["", *(target.name for target in self.declared)]

    def target(self, number: int) -> str:
        """The name of that target. Findings ask for one each, and there may be thousands of both."""
        return self.declared[number - 1].name if number else ""

    @property
    def files(self) -> list[str | None]:
        """The files of the sources, by their numbers; a step of `NO_SOURCE` names none."""
        return [None, *(source["file"] for source in self.sources)]

    def numbered(self) -> Iterable[tuple[int, Target]]:
        """The targets, each with its number."""
        return enumerate(self.declared, 1)


def columns(rows: Rows, first: int, names: Names) -> Columns:
    """The rows from index `first` on, as one list a field."""
    ops = rows["op"]
    lines = rows["line"]
    made: dict[str, list[Any]] = {
        "index": list(range(first, first + len(rows))),
        "t_ns": rows["t_ns"].tolist(),
        "process": np.array(names.processes, dtype=object)[rows["process"]].tolist(),
        "op": _WORDS[ops].tolist(),
    }
    for name, applies in _APPLIES.items():
        where = applies[ops]
        if name in ("base", "lost"):
            where = where & (rows[name] != NOTHING)
        elif name == "value":
            where = where & _has_value(rows)
        if where.any():
            made[name] = _only(_column(name, rows, names), where)
    made["line"] = [line or None for line in lines.tolist()]
    if (rows["source"] != NO_SOURCE).any():
        made["file"] = _files(rows, names)
    if (rows["flags"] & ASSUMED).any():
        made["assumed"] = [True if flag else None for flag in (rows["flags"] & ASSUMED).tolist()]
    if "value" in made and any(type(value) is str for value in made["value"]):
        made["text"] = [value if type(value) is str else None for value in made["value"]]
        made["value"] = [None if type(value) is str else value for value in made["value"]]
    kept = {name: column for name, column in made.items() if any(item is not None for item in column)}
    return cast(Columns, kept)


def columns_json(rows: Rows, first: int, names: Names) -> bytes:
    """`columns` as JSON."""
    return orjson.dumps(columns(rows, first, names))


def steps(rows: Rows, first: int, names: Names) -> list[Step]:
    """The rows from index `first` on, as steps: fields that do not apply are absent."""
    return [_step(index, row, names) for index, row in enumerate(zip(*_fields(rows, names), strict=True), first)]


def lines_json(rows: Rows, first: int, names: Names) -> bytes:
    """`steps` as JSON, one a line."""
    return b"".join(orjson.dumps(step, option=orjson.OPT_APPEND_NEWLINE) for step in steps(rows, first, names))


def _fields(rows: Rows, names: Names) -> tuple[list[Any], ...]:
    plain = (rows[name].tolist() for name in ("t_ns", "process", "op", "line"))
    return (
        *plain,
        _files(rows, names),
        (rows["flags"] & ASSUMED).tolist(),
        _has_value(rows).tolist(),
        *(_column(name, rows, names) for name in SHOWN_FIELDS),
    )


def _step(index: int, row: tuple[Any, ...], names: Names) -> Step:
    t_ns, process, number, line, file, is_assumed, has_value, *fields = row
    op = Op(number)
    step: dict[str, Any] = {"index": index, "t_ns": t_ns, "process": names.processes[process], "op": op.word}
    may = dict(zip(SHOWN_FIELDS, fields, strict=True))
    for name in ("base", "lost"):
        if may[name] == NOTHING:
            may[name] = None
    step.update((name, may[name]) for name in op.row.fields if has_value or name != "value")
    if type(step.get("value")) is str:
        step["text"] = step.pop("value")
    if line:
        step["line"] = line
    if file is not None:
        step["file"] = file
    if is_assumed:
        step["assumed"] = True
    return cast(Step, step)


def _files(rows: Rows, names: Names) -> list[Any]:
    files: list[Any] = np.array(names.files, dtype=object)[rows["source"]].tolist()
    return files


def _has_value(rows: Rows) -> Any:
    """Where there is a `value`, or a `text` in its place; there is none of an object that is not shown."""
    return ~_MOVES_AN_OBJECT[rows["op"]] | (rows["presence"] == PRESENT) | (rows["presence"] == TEXT)


def _column(name: str, rows: Rows, names: Names) -> list[Any]:
    """A field of all rows, whether or not it applies to them."""
    if name == "target":
        targets: list[Any] = np.array(names.targets, dtype=object)[rows["target"]].tolist()
        return targets
    return _values(rows, names) if name == "value" else cast(list[Any], rows[name].tolist())


def _values(rows: Rows, names: Names) -> list[Any]:
    values: list[Any] = rows["value"].tolist()
    for position in np.flatnonzero(_MOVES_AN_OBJECT[rows["op"]] & (rows["presence"] == TEXT)).tolist():
        values[position] = names.values[values[position]]
    for number, target in names.numbered():
        if target.holds is not None:
            where = np.flatnonzero((rows["target"] == number) & ~_MOVES_AN_OBJECT[rows["op"]])
            held = held_by(target, rows["value"][where], names.values).tolist()
            for position, value in zip(where.tolist(), held, strict=True):
                values[position] = value
    return values


def held_by(cell: Target, bits: npt.NDArray[Any], values: Sequence[Held]) -> npt.NDArray[Any]:
    """What that cell held, whose bits are in the records; `values` are those of cells that hold anything."""
    if cell.holds != "any":
        return read_as(cell.holds, bits)
    held = np.empty(len(bits), object)
    held[:] = [values[number] for number in bits.tolist()]
    return held


def read_as(holds: Holds | None, bits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values of a cell whose bits are in the records; of one that holds anything, their numbers."""
    if holds in _CHARACTERS:
        shown = np.empty(len(bits), object)
        shown[:] = [_shown_character(holds, number) for number in bits.tolist()]
        return shown
    return bits if holds in (None, "any") else bits.astype(_signed_like(holds)).view(holds)


def bits_of(holds: Holds | None, values: Sequence[Any]) -> list[int]:
    """The other way round: what records carry of these values. None stands for no number, which JSON does not have."""
    if holds is None:
        return list(values)
    if holds in _CHARACTERS:
        return [ord(literal_eval(value)) for value in values]
    bits: list[int] = np.array(values, holds).view(_signed_like(holds)).tolist()
    return bits


_CHARACTERS: Final = ("S1", "U1")
"""What a cell may hold that is text: it is shown as it stands in code, `b'z'` or `'ä'`."""


def _shown_character(holds: Holds | None, number: int) -> str:
    return repr(bytes((number & 0xFF,)) if holds == "S1" else chr(number))


def _signed_like(holds: Holds) -> str:
    """The signed integers that take as much memory."""
    return f"<i{np.dtype(holds).itemsize}"


def _only(column: list[Any], where: Any) -> list[Any]:
    if where.all():
        return column
    return [item if applies else None for item, applies in zip(column, where.tolist(), strict=True)]
