"""What steps are about: the kinds of targets, and the declaration of one. Imports nothing but the standard library.

The code that makes a target declares its kind. Its name is for people, and decides nothing.
"""

from typing import Literal, NamedTuple

Kind = Literal["cell", "lock", "semaphore", "event", "condition", "barrier", "queue", "pipe", "pool", "process"]

Number = int | float

Held = bool | int | float | str
"""What a cell can hold: what is no number is shown as text."""

Holds = Literal["bool", "float32", "float64", "uint64", "S1", "U1", "any"]
"""What a cell may hold that is no signed integer of up to 64 bits, as numpy calls it; `S1` and `U1` are a character.

`any` is whatever Python can pickle: a record then has the number of the value among those that the run has declared.
"""


class Target(NamedTuple):
    """The declaration of a target. What is left out does not apply to it."""

    name: str
    kind: Kind
    guards: str | None = None
    """Of the lock that a shared object has inside: how one calls that object."""
    is_reentrant: bool = False
    """Of a lock: its holder may acquire it again, and nobody else may release it."""
    owner: str | None = None
    """Of what each process has one of its own: the process."""
    initial: Held | None = None
    """Of a cell: what it held before any process began."""
    holds: Holds | None = None
    """Of a cell that holds no integers, or others than a record does: its steps carry the bits, to be read as this."""
    whole: str | None = None
    """Of a cell that is a part of something, an element or a field: the name of that."""
    what: str | None = None
    """What people call it in a script: `Value`, `RawArray`, `Manager().dict()`."""
    made: tuple[int, int] | None = None
    """Where a script made it: the number of the source, and the line."""
    amount: int | None = None
    """How many may hold a semaphore at first, are parties to a barrier, or find room in a queue; 0 for no limit."""
    has_lock: bool = False
    """Of a cell in a script: its object has a lock of its own, which every single access takes."""
