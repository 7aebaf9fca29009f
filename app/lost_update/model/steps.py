"""The three forms of a step: in memory, on a process's pipe and on the wire.

Everything in the project speaks of steps; this module depends only on the table of ops, so that a process
process can import it in no time.

    record   seven 64-bit integers, as a process packs them (`RECORD_FIELDS`); a write's may hold its modify as well
    row      one row of the log's columns (model.log)
    Step     a dictionary with the field names of the interface, absent where they do not apply (model.encoding)
"""

from struct import Struct
from typing import Any, Final, TypeVar

from lost_update.model.ops import SLOTS, Op

Integers = TypeVar("Integers", bound=Any)
"""An integer, or whatever counts many at a time as if it were one."""

RECORD_FIELDS: Final = ("kind", "line", "t_ns", "modified_ns", *SLOTS)
"""`kind` is `kind_of(op, target)`, `line` is `line_within(line, source)`; what the slots mean says the row of the op.
The value of a cell is its bits there, as a signed integer.

`modified_ns` is when the modify took place that belongs to a write and has no record of its own; else `NOTHING`.
"""

RECORD_WIDTH: Final = len(RECORD_FIELDS)
RECORD: Final = Struct(f"<{RECORD_WIDTH}q")

ANNOUNCED: Final = 0x80
"""Added to the op of a record that is no step: at the pace `step` a process says so what it would do next."""

NO_TARGET: Final = 0
"""Targets are numbered from 1 in the order in which a run names them; 0 is none."""

NO_SOURCE: Final = 0
"""Sources are numbered from 1, too; this one is that of a step whose line counts within the code shown."""


def kind_of(op: Op, target: int) -> int:
    """Op and target in one integer: made once for each shared object, so that recording a step adds nothing up."""
    return op | target << 8


def split_kind(kinds: Integers) -> tuple[Integers, Integers]:
    """The op and the target's number of a kind, or of a whole column of them."""
    return kinds & 0xFF, kinds >> 8


def line_within(line: int, source: int) -> int:
    """A line and the number of its source in one integer: as it is, where the source is the code shown."""
    return line | source << 32


def split_line(lines: Integers) -> tuple[Integers, Integers]:
    """The line and the source's number, or whole columns of them."""
    return lines & 0xFFFFFFFF, lines >> 32


def place_in_record(op: Op, name: str) -> int:
    """Where a record of that op has what its row calls `name`."""
    return RECORD_WIDTH - len(SLOTS) + op.row.slots.index(name)
