"""The steps of a run that has ended as binary columns, which a browser takes as typed arrays as they are. Pure.

    opening   MAGIC, then a frame: its head says the version, the byte order, how many steps there are, what the
              columns are, and the tables that they point into; it has no body
    chunk     a frame for each CHUNK steps: its head says how each column is kept, its body is the columns
    frame     the lengths of head, differences and columns, 4 bytes each; then these three

A column keeps what is different about its steps: `same`, all are what the head says; `none`, it applies to no step;
`u1`, `u2`, `u4`, a code a step: 0 where the field does not apply, else the code and the `base` in the head add up to
what is meant; `f8`, the numbers themselves, NaN where there is none. A process, op, target, file or text is a place in
a table.

What takes fewer bytes as the difference to the step before travels so: the head then says in what the differences come,
from where they count, and what is to be added to each. Times always do, after all others, the lowest byte of every step
first, then the next: the higher ones are nearly all 0, and hardly travel.

No step is looked at by itself: a chunk costs a few passes over its rows, all of them numpy's.
"""

from collections.abc import Callable
from functools import partial
from struct import Struct
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from lost_update.model.encoding import Names, read_as
from lost_update.model.log import Log, Rows
from lost_update.model.ops import ASSUMED, NOTHING, PRESENT, TEXT, Op
from lost_update.model.steps import NO_SOURCE

MAGIC: Final = b"LUcolumn"
VERSION: Final = 1
BYTE_ORDER: Final = "little"
"""Of every machine that a browser runs on; it says so, and the page checks it."""

CHUNK: Final = 8192
"""Steps in a chunk: about a millisecond to make one."""

FIELDS: Final = (
    "t_ns",
    "process",
    "op",
    "target",
    "value",
    "version",
    "base",
    "lost",
    "line",
    "task",
    "file",
    "text",
    "assumed",
)
"""What the columns are called, as in a step."""

_LENGTHS: Final = Struct("<3I")
_MOST_EXACT: Final = 2**53
_APPLIES: Final = {
    name: np.array([name in op.row.fields for op in Op])
    for name in ("target", "value", "version", "base", "lost", "task")
}
_MOVES_AN_OBJECT: Final = np.array([op.row.moves_an_object for op in Op])

Numbers = npt.NDArray[Any]


class Column(NamedTuple):
    """How a column is kept, what is to be added to its codes, and the codes."""

    kind: str
    base: int | None
    codes: Numbers | None = None
    differences: tuple[str, int, int] | None = None
    """Where the codes are differences: in what they come, from where they count, and what is to be added to each."""

    @property
    def width(self) -> int:
        """The bytes of a step."""
        return 0 if self.codes is None else self.codes.itemsize

    @property
    def head(self) -> list[str | int | None]:
        """What the head says of it."""
        return [self.kind, self.base, *(self.differences or ())]


def frames(log: Log, names: Names) -> list[Callable[[], bytes]]:
    """What makes each frame, the opening and then every chunk: one after the other they are the whole."""
    made: list[Callable[[], bytes]] = [partial(_opening, names, len(log))]
    made += [partial(_chunk, log, first, min(first + CHUNK, len(log)), names) for first in range(0, len(log), CHUNK)]
    return made


def _opening(names: Names, steps: int) -> bytes:
    """What comes before the first chunk."""
    head = {
        "format": "lost-update columns",
        "version": VERSION,
        "byte_order": BYTE_ORDER,
        "steps": steps,
        "chunk": CHUNK,
        "fields": FIELDS,
        "ops": [op.word for op in Op],
        "processes": list(names.processes),
        "targets": names.targets,
        "files": names.files,
    }
    return MAGIC + _frame(head)


def _chunk(log: Log, first: int, stop: int, names: Names) -> bytes:
    """The steps from `first` up to `stop`."""
    rows = log.rows(first, stop)
    times, planes = _times(rows["t_ns"])
    columns, texts = _columns(rows, names)
    # The widest first: then each lies where its numbers may lie.
    ordered = sorted(columns.items(), key=lambda item: -item[1].width)
    head = {
        "first": first,
        "count": stop - first,
        "times": times,
        "columns": {name: column.head for name, column in ordered},
        "texts": texts,
    }
    kept, added = (
        b"".join(
            column.codes.tobytes()
            for _, column in ordered
            if column.codes is not None and (column.differences is not None) is are_differences
        )
        for are_differences in (False, True)
    )
    return _frame(head, added + planes, kept)


def _frame(head: dict[str, Any], differences: bytes = b"", columns: bytes = b"") -> bytes:
    words = orjson.dumps(head)
    return _LENGTHS.pack(len(words), len(differences), len(columns)) + words + differences + columns


def _times(times: Numbers) -> tuple[dict[str, int], bytes]:
    """What the head says of the times, and what each adds, a plane for each byte."""
    added = np.diff(times, prepend=times[0])
    least = int(added.min())
    codes = (added - least).astype("<u8")
    planes = (int(codes.max()).bit_length() + 7) // 8
    as_bytes = codes.view(np.uint8).reshape(-1, 8)
    head = {"from": int(times[0]), "least": least, "planes": planes, "span": int(times.max() - times.min())}
    return head, b"".join(np.ascontiguousarray(as_bytes[:, plane]).tobytes() for plane in range(planes))


def _columns(rows: Rows, names: Names) -> tuple[dict[str, Column], list[str]]:
    """Every column but the times, and the texts of this chunk."""
    ops = rows["op"]
    everywhere = np.ones(len(rows), bool)
    applies = {name: which[ops] for name, which in _APPLIES.items()}
    values, has_value, codes, texts = _values(rows, applies["value"], names)
    made = {
        "process": _kept(rows["process"], everywhere),
        "op": _kept(ops, everywhere),
        "target": _kept(rows["target"], applies["target"]),
        "value": _kept(values, has_value),
        "version": _kept(rows["version"], applies["version"]),
        "base": _kept(rows["base"], applies["base"] & (rows["base"] != NOTHING)),
        "lost": _kept(rows["lost"], applies["lost"] & (rows["lost"] != NOTHING)),
        "line": _kept(rows["line"], rows["line"] != 0),
        "task": _kept(rows["task"], applies["task"]),
        "file": _kept(rows["source"], rows["source"] != NO_SOURCE),
        "text": _kept(codes, codes != NOTHING),
        "assumed": _kept(rows["flags"] & ASSUMED, (rows["flags"] & ASSUMED) != 0),
    }
    return made, texts


def _kept(values: Numbers, has: Numbers) -> Column:
    """A column in as few bytes as it takes; `has` says where it applies."""
    present = values[has]
    if present.size == 0:
        return Column("none", None)
    if present.dtype.kind == "f":
        return Column("f8", None, np.where(has, values, np.nan).astype("<f8"))
    low, high = int(present.min()), int(present.max())
    if low == high and present.size == values.size:
        return Column("same", low)
    if high - low > 2**32 - 2 or max(abs(low), abs(high)) >= _MOST_EXACT:
        return Column("f8", None, np.where(has, values.astype("<f8"), np.nan))
    width = _width(high - low)
    added = np.diff(present.astype(np.int64), prepend=present[0])
    least = int(added.min())
    narrower = _width(int(added.max()) - least)
    if narrower < width:
        codes = np.zeros(len(values), f"<{narrower}")
        codes[has] = added - (least - 1)
        return Column(width, low - 1, codes, (narrower, int(present[0]), least - 1))
    codes = np.where(has, values.astype(np.int64) - (low - 1), 0).astype(f"<{width}")
    return Column(width, low - 1, codes)


def _width(span: int) -> str:
    """In what codes from 1 to `span + 1` fit."""
    return "u1" if span < 2**8 - 1 else "u2" if span < 2**16 - 1 else "u4"


def _values(rows: Rows, applies: Numbers, names: Names) -> tuple[Numbers, Numbers, Numbers, list[str]]:
    """The values and where there are any; and where there is a text in their place, which of the texts it is."""
    values: Numbers = rows["value"]
    moves = _MOVES_AN_OBJECT[rows["op"]]
    has = applies & (~moves | (rows["presence"] == PRESENT))
    texts = np.full(len(rows), NOTHING)
    table: list[str] = []

    def tell(where: Numbers, held: list[Any], which: Numbers) -> None:
        """What a cell holds, or what was moved: at these places, the one of `held` that `which` says."""
        nonlocal values
        is_text = np.array([isinstance(value, str) for value in held], bool)
        numbers = np.array([np.nan if isinstance(value, str) else _as_float(value) for value in held])
        codes = np.cumsum(is_text) - 1 + len(table)
        table.extend(value for value in held if isinstance(value, str))
        values = values.astype(np.float64)
        values[where] = numbers[which]
        texts[where] = np.where(is_text[which], codes[which], NOTHING)
        has[where] = ~np.isnan(values[where])

    moved = np.flatnonzero(applies & moves & (rows["presence"] == TEXT))
    if moved.size:
        numbers, which = np.unique(rows["value"][moved], return_inverse=True)
        tell(moved, [names.values[number] for number in numbers.tolist()], which)
    for number in np.unique(rows["target"]).tolist():
        holds = names.declared[number - 1].holds if number else None
        if holds is None:
            continue
        where = np.flatnonzero(applies & ~moves & (rows["target"] == number))
        held, which = np.unique(read_as(holds, rows["value"][where]), return_inverse=True)
        tell(where, [names.values[each] for each in held.tolist()] if holds == "any" else held.tolist(), which)
    return values, has, texts, table


def _as_float(value: float) -> float:
    """As JSON has it for a browser: what is not finite is no number there."""
    try:
        number = float(value)
    except OverflowError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")
