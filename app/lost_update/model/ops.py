"""The one table of ops: everything that is known of each kind of step. Imports nothing of ours.

A row says what a step of the op carries, what the slots of its record mean, and how the op changes what is followed.
Whatever needs the ops that have some property reads this table; the page gets it with its data (static/js/core/ops.js).
A new op is a row here, and one place that records it.
"""

from enum import IntEnum
from typing import Any, Final, NamedTuple

SLOTS: Final = ("first", "second", "third")
"""The last fields of a record: what they mean depends on its op. In a row the first has 64 bits, the others 32."""

NOTHING: Final = -1
"""In a slot: does not apply; as the base of a write: a blind write; as `presence`: the object is no such integer."""

PRESENT: Final = 0
"""As `presence`: `value` holds the object that was moved, an integer of 64 bits."""

TEXT: Final = 1
"""As `presence`: `value` is the number of a text that shows the object, among the values that the run has declared."""

FOR_EVER: Final = 0
ENDS_BY_ITSELF: Final = 1
"""As `ends_by_itself`: whether a wait may end by itself, without a step of another process."""


def wait_ends(timeout: float | None) -> int:
    """Whether a wait with that timeout ends by itself, as `ends_by_itself`."""
    return FOR_EVER if timeout is None else ENDS_BY_ITSELF


_OBJECT: Final = ("value", "task", "presence")

ASSUMED: Final = 1
ADDS: Final = 2
"""Flags of a write in a script: its base is assumed, since the code does not show it; it adds to what was read."""


class Row(NamedTuple):
    """What is known of an op. What is left out does not apply to it."""

    fields: tuple[str, ...] = ()
    """What a step carries beside `index`, `t_ns`, `process`, `op` and `line`."""
    slots: tuple[str, ...] = ()
    """What the slots of its record mean. One name always means the same slot."""
    can_block: bool = False
    """A process may have to wait before it: then its `wait` comes first."""
    is_gated: bool = False
    """A gate stands before it: the process pauses there, or waits for a grant."""
    moves_an_object: bool = False
    """`value` is any object that went from one process to another: it is shown only where it is an integer."""
    touches_a_cell: bool = False
    """It is part of a read-modify-write of shared memory."""
    bounds_a_process: bool = False
    """It only says that its process begins or ends."""
    hold: int = 0
    """By how much it changes how often its process holds the target."""
    content: int = 0
    """By how much it changes how many objects are in the target."""


_NOTHING_MORE: Final = Row()


class Op(IntEnum):
    """What one process did in one step. The number travels in a record, the word on the wire."""

    row: Row

    START = 0, Row((), ("pid",), bounds_a_process=True)
    READ = 1, Row(("target", "value", "version"), ("value", "version"), is_gated=True, touches_a_cell=True)
    MODIFY = 2, Row(("target", "value"), ("value",), is_gated=True, touches_a_cell=True)
    WRITE = (
        3,
        Row(
            ("target", "value", "version", "base", "lost"),
            ("value", "version", "base"),
            is_gated=True,
            touches_a_cell=True,
        ),
    )
    WAIT = 4, Row(("target",), ("ends_by_itself", "purpose"))
    ACQUIRE = 5, Row(("target",), can_block=True, is_gated=True, hold=1)
    RELEASE = 6, Row(("target",), is_gated=True, hold=-1)
    EXIT = 7, Row((), ("exitcode",), bounds_a_process=True)
    LAUNCH = 8, Row(("target",), is_gated=True)
    JOIN = 9, Row(("target", "value"), _OBJECT, can_block=True, moves_an_object=True)
    FAIL = 10
    PUT = 11, Row(("target", "value"), _OBJECT, is_gated=True, moves_an_object=True, content=1)
    GET = 12, Row(("target", "value"), _OBJECT, can_block=True, is_gated=True, moves_an_object=True, content=-1)
    SUBMIT = 13, Row(("target", "task", "value"), _OBJECT, moves_an_object=True)
    TASK_START = 14, Row(("target", "task", "value"), _OBJECT, is_gated=True, moves_an_object=True)
    TASK_END = 15, Row(("target", "task", "value"), _OBJECT, is_gated=True, moves_an_object=True)
    CALLBACK = 16, Row(("target", "value"), _OBJECT, moves_an_object=True)
    RESULT = 17, Row(("target", "value"), _OBJECT, can_block=True, moves_an_object=True)
    CLOSE = 18, Row(("target",))
    SET = 19, Row(("target",))
    CLEAR = 20, Row(("target",))
    CHECK = 21, Row(("target", "value"), _OBJECT, moves_an_object=True)
    NOTIFY = 22, Row(("target", "value"), _OBJECT, moves_an_object=True)
    WAKE = 23, Row(("target", "value"), _OBJECT, can_block=True, moves_an_object=True)
    TASK_DONE = 24, Row(("target",))
    FLUSH = 25, Row(("target",), can_block=True)
    KILL = 26, Row(("target", "value"), _OBJECT, moves_an_object=True)

    def __new__(cls, number: int, row: Row = _NOTHING_MORE) -> "Op":
        """A member is its number, and has its row."""
        op = int.__new__(cls, number)
        op._value_ = number
        op.row = row
        return op

    @property
    def word(self) -> str:
        """The name that the interface uses, such as `read`."""
        return self.name.lower()


GATED: Final = [op for op in Op if op.row.is_gated]
"""What a process does only when its gate opens."""

NAMES_OF_SLOT: Final = {
    slot: tuple(dict.fromkeys(op.row.slots[place] for op in Op if place < len(op.row.slots)))
    for place, slot in enumerate(SLOTS)
}
"""All that a slot can mean, by the slot."""

SHOWN_FIELDS: Final = tuple(dict.fromkeys(field for op in Op for field in op.row.fields))
"""Every field that some step carries and others do not."""


def table() -> list[dict[str, Any]]:
    """The table as plain data: the number, word and fields of each op, and what applies to it, without its record."""
    return [{"number": int(op), "word": op.word, "fields": op.row.fields, **_what_applies(op.row)} for op in Op]


def _what_applies(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if value and name not in ("fields", "slots")}
