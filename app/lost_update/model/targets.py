"""What steps are about: the kinds of targets, and the declaration of one. Imports nothing of ours.

Whoever makes a target says what it is. Its name is for people, and decides nothing.
"""

from typing import Literal, NamedTuple, NotRequired

from typing_extensions import TypedDict

Kind = Literal["cell", "lock", "semaphore", "event", "condition", "barrier", "queue", "pipe", "pool", "process"]


class Target(NamedTuple):
    """The declaration of a target. What is left out does not apply to it."""

    name: str
    kind: Kind
    guards: str | None = None
    """Of the lock that a shared object has inside: how one calls that object."""
    owner: str | None = None
    """Of what each process has one of its own: the process."""


class TargetView(TypedDict):
    """A target of a run. `guards`: it is the lock inside that shared object; `owner`: only that process has it."""

    name: str
    kind: Kind
    guards: NotRequired[str]
    owner: NotRequired[str]


def view_of(target: Target) -> TargetView:
    """The declaration as the interface shows it."""
    view = TargetView(name=target.name, kind=target.kind)
    if target.guards is not None:
        view["guards"] = target.guards
    if target.owner is not None:
        view["owner"] = target.owner
    return view
