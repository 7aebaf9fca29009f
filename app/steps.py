"""The vocabulary: what a step is, in memory, on a worker's Queue and on the wire.

Everything in the project speaks of steps; this module depends on none of it, so that a worker
process can import it in no time.

A step travels in three forms:

    record   seven 64-bit integers, as a worker packs them (`RECORD_FIELDS`); a write's may hold its modify as well
    row      one row of the log's columns (app.runs.log)
    Step     a dictionary with the field names of the interface, absent where they do not apply
"""

from enum import IntEnum
from struct import Struct
from typing import Any, Final, TypedDict, TypeVar

Integers = TypeVar("Integers", bound=Any)
"""An integer, or whatever counts many at a time as if it were one."""


class Op(IntEnum):
    """What one process did in one step. The number travels in a record, the word on the wire."""

    START = 0
    READ = 1
    MODIFY = 2
    WRITE = 3
    WAIT = 4
    ACQUIRE = 5
    RELEASE = 6
    EXIT = 7

    @property
    def word(self) -> str:
        """The name that the interface uses, such as `read`."""
        return self.name.lower()


class Step(TypedDict, total=False):
    """One step on the wire. `index` counts from 0 in log order; `t_ns` from the start of the run."""

    index: int
    t_ns: int
    process: str
    op: str
    target: str
    value: int | float
    version: int
    base: int | None
    lost: int
    line: int


RECORD_FIELDS: Final = ("kind", "line", "t_ns", "modified_ns", "value", "version", "base")
"""`kind` is `kind_of(op, target)`; `value` holds the bits of the cell, as a signed integer.

`modified_ns` is when the modify took place that belongs to a write and has no record of its own; else `NOTHING`.
"""

RECORD_WIDTH: Final = len(RECORD_FIELDS)
RECORD: Final = Struct(f"<{RECORD_WIDTH}q")

NOTHING: Final = -1
"""In `version` and `base`: does not apply; as the base of a write: a blind write."""

NO_TARGET: Final = 0
"""Targets are numbered from 1 in the order in which a run names them; 0 is none."""

FIELDS_OF: Final[dict[Op, tuple[str, ...]]] = {
    Op.START: (),
    Op.READ: ("target", "value", "version"),
    Op.MODIFY: ("target", "value"),
    Op.WRITE: ("target", "value", "version", "base", "lost"),
    Op.WAIT: ("target",),
    Op.ACQUIRE: ("target",),
    Op.RELEASE: ("target",),
    Op.EXIT: (),
}
"""Which fields a step of each op carries, beside `index`, `t_ns`, `process`, `op` and `line`."""


def kind_of(op: Op, target: int) -> int:
    """Op and target in one integer: made once for each shared object, so that recording a step adds nothing up."""
    return op | target << 8


def split_kind(kinds: Integers) -> tuple[Integers, Integers]:
    """The op and the target's number of a kind, or of a whole column of them."""
    return kinds & 0xFF, kinds >> 8
