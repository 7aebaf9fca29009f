"""Rows of the log as the interface gives them out: whole steps, or a batch of them as columns. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, NotRequired, Required, cast

import numpy as np
import orjson
from pydantic import ConfigDict, WithJsonSchema, with_config
from typing_extensions import TypedDict

from lost_update.model.log import Rows
from lost_update.model.steps import FIELDS_OF, NOTHING, OBJECT_OPS, Op

_WORDS: Final = np.array([op.word for op in Op], dtype=object)
_APPLIES: Final = {
    name: np.array([name in FIELDS_OF[op] for op in Op])
    for name in ("target", "value", "version", "base", "lost", "task")
}
_MOVES_AN_OBJECT: Final = np.array([op in OBJECT_OPS for op in Op])

OpWord = Annotated[str, WithJsonSchema({"type": "string", "enum": [op.word for op in Op]})]
"""The word of an op: only the interface's description lists them all."""


def _say_what_ops_carry(schema: dict[str, Any]) -> None:
    carried = "\n".join(f"- `{op.word}`: {', '.join(FIELDS_OF[op]) or 'nothing more'}" for op in Op)
    schema["description"] += (
        "\n\n`line` counts within the code shown. What else a step carries depends on its op; the `value` of an object "
        f"that is moved only where it is an integer:\n\n{carried}"
    )


@with_config(ConfigDict(json_schema_extra=_say_what_ops_carry))
class Step(TypedDict, total=False):
    """One step on the wire. `index` counts from 0 in log order; `t_ns` from the start of the run.

    A field that does not apply is absent. `base` is None where a write is blind: its writer had read nothing.
    """

    index: Required[int]
    t_ns: Required[int]
    process: Required[str]
    op: Required[OpWord]
    target: str
    value: int | float
    version: int
    base: int | None
    lost: int
    task: int
    line: int


class Columns(TypedDict):
    """A batch of steps, a list a field: None where a field does not apply to a step, or its object is no integer.

    A field that applies to none of them is absent. The base of a blind write is None too.
    """

    index: list[int]
    t_ns: list[int]
    process: list[str]
    op: list[OpWord]
    target: NotRequired[list[str | None]]
    value: NotRequired[list[int | float | None]]
    version: NotRequired[list[int | None]]
    base: NotRequired[list[int | None]]
    lost: NotRequired[list[int | None]]
    task: NotRequired[list[int | None]]
    line: NotRequired[list[int | None]]


@dataclass(frozen=True)
class Names:
    """What the numbers in a row stand for. `targets[0]` is no target; `decode` is for cells that hold no integers."""

    processes: Sequence[str]
    targets: Sequence[str] = ("",)
    decode: dict[int, Callable[[int], Any]] = field(default_factory=dict)


def columns(rows: Rows, first: int, names: Names) -> Columns:
    """The rows from index `first` on, as one list a field."""
    ops = rows["op"]
    lines = rows["line"]
    made: dict[str, list[Any]] = {
        "index": list(range(first, first + len(rows))),
        "t_ns": rows["t_ns"].tolist(),
        "process": np.array(names.processes, dtype=object)[rows["process"]].tolist(),
        "op": _WORDS[ops].tolist(),
        "target": np.array(names.targets, dtype=object)[rows["target"]].tolist(),
        "value": _values(rows, names),
        "version": rows["version"].tolist(),
        "base": rows["base"].tolist(),
        "lost": rows["lost"].tolist(),
        "task": rows["version"].tolist(),
        "line": [line or None for line in lines.tolist()],
    }
    for name, applies in _APPLIES.items():
        where = applies[ops]
        if name == "base":
            where = where & (rows["base"] != NOTHING)
        elif name == "value":
            where = where & _has_value(rows)
        made[name] = _only(made[name], where)
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
    plain = ("t_ns", "process", "op", "target", "version", "base", "lost", "line")
    return (*(rows[name].tolist() for name in plain), _values(rows, names), _has_value(rows).tolist())


def _step(index: int, row: tuple[Any, ...], names: Names) -> Step:
    t_ns, process, op, target, version, base, lost, line, value, has_value = row
    step: dict[str, Any] = {"index": index, "t_ns": t_ns, "process": names.processes[process], "op": Op(op).word}
    may = {
        "target": names.targets[target],
        "value": value,
        "version": version,
        "base": None if base == NOTHING else base,
        "lost": lost,
        "task": version,
    }
    step.update((name, may[name]) for name in FIELDS_OF[Op(op)] if has_value or name != "value")
    if line:
        step["line"] = line
    return cast(Step, step)


def _has_value(rows: Rows) -> Any:
    """Where `value` is one; it is none where an object was moved that is no integer."""
    return ~_MOVES_AN_OBJECT[rows["op"]] | (rows["base"] != NOTHING)


def _values(rows: Rows, names: Names) -> list[Any]:
    values: list[Any] = rows["value"].tolist()
    for target, decode in names.decode.items():
        for position in np.flatnonzero(rows["target"] == target).tolist():
            values[position] = decode(values[position])
    return values


def _only(column: list[Any], where: Any) -> list[Any]:
    if where.all():
        return column
    return [item if applies else None for item, applies in zip(column, where.tolist(), strict=True)]
