"""The vocabulary: what a step is, in memory, on a worker's Queue and on the wire.

Everything in the project speaks of steps; this module depends on none of it, so that a worker
process can import it in no time.

A step travels in three forms:

    record   seven 64-bit integers, as a worker packs them (`RECORD_FIELDS`); a write's may hold its modify as well
    row      one row of the log's columns (runs.log)
    Step     a dictionary with the field names of the interface, absent where they do not apply (runs.encoding)
"""

from enum import IntEnum
from struct import Struct
from typing import Any, Final, TypeVar

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
    LAUNCH = 8
    JOIN = 9
    FAIL = 10
    PUT = 11
    GET = 12
    SUBMIT = 13
    TASK_START = 14
    TASK_END = 15
    CALLBACK = 16
    RESULT = 17
    CLOSE = 18

    @property
    def word(self) -> str:
        """The name that the interface uses, such as `read`."""
        return self.name.lower()


RECORD_FIELDS: Final = ("kind", "line", "t_ns", "modified_ns", "value", "version", "base")
"""`kind` is `kind_of(op, target)`; `value` holds the bits of the cell, as a signed integer.

`modified_ns` is when the modify took place that belongs to a write and has no record of its own; else `NOTHING`.
Steps of `OBJECT_OPS` have no version and no base. They keep there the number of the task, and whether `value` is one:
`NOTHING` where the object that was moved is no integer of 64 bits.
"""

RECORD_WIDTH: Final = len(RECORD_FIELDS)
RECORD: Final = Struct(f"<{RECORD_WIDTH}q")

NOTHING: Final = -1
"""In `version` and `base`: does not apply; as the base of a write: a blind write."""

ANNOUNCED: Final = 0x80
"""Added to the op of a record that is no step: at the pace `step` a process says so what it would do next."""

PRESENT: Final = 0
"""In `base`, for the steps of `OBJECT_OPS`: `value` holds the object."""

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
    Op.LAUNCH: ("target",),
    Op.JOIN: ("target", "value"),
    Op.FAIL: (),
    Op.PUT: ("target", "value"),
    Op.GET: ("target", "value"),
    Op.SUBMIT: ("target", "task", "value"),
    Op.TASK_START: ("target", "task", "value"),
    Op.TASK_END: ("target", "task", "value"),
    Op.CALLBACK: ("target", "value"),
    Op.RESULT: ("target", "value"),
    Op.CLOSE: ("target",),
}
"""Which fields a step of each op carries, beside `index`, `t_ns`, `process`, `op` and `line`."""

OBJECT_OPS: Final = frozenset({Op.JOIN, Op.PUT, Op.GET, Op.SUBMIT, Op.TASK_START, Op.TASK_END, Op.CALLBACK, Op.RESULT})
"""Steps whose value is any object; only integers are shown."""


def kind_of(op: Op, target: int) -> int:
    """Op and target in one integer: made once for each shared object, so that recording a step adds nothing up."""
    return op | target << 8


def split_kind(kinds: Integers) -> tuple[Integers, Integers]:
    """The op and the target's number of a kind, or of a whole column of them."""
    return kinds & 0xFF, kinds >> 8
