"""What steps are about: the kinds of targets, and the declaration of one. Imports nothing but the standard library.

Whoever makes a target says what it is. Its name is for people, and decides nothing.
"""

from typing import Literal, NamedTuple

Kind = Literal["cell", "lock", "semaphore", "event", "condition", "barrier", "queue", "pipe", "pool", "process"]


class Target(NamedTuple):
    """The declaration of a target. What is left out does not apply to it."""

    name: str
    kind: Kind
    guards: str | None = None
    """Of the lock that a shared object has inside: how one calls that object."""
    owner: str | None = None
    """Of what each process has one of its own: the process."""
