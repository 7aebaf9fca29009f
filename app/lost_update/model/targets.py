"""What steps are about: the kinds of targets, and the declaration of one. Imports nothing but the standard library.

The code that makes a target declares its kind. Its name is for people, and decides nothing.
"""

from typing import Literal, NamedTuple

Kind = Literal["cell", "lock", "semaphore", "event", "condition", "barrier", "queue", "pipe", "pool", "process"]

Number = int | float

Holds = Literal["bool", "float32", "float64", "uint64", "S1", "U1"]
"""What a cell may hold that is no signed integer of up to 64 bits, as numpy calls it; the last two are a character."""


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
    initial: Number | None = None
    """Of a cell: what it held before any process began."""
    holds: Holds | None = None
    """Of a cell that holds no integers, or others than a record does: its steps carry the bits, to be read as this."""
