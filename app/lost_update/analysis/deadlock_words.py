"""A deadlock in words: who waits for what, and who holds it."""

from collections.abc import Collection, Sequence

from typing_extensions import TypedDict

from lost_update.analysis.deadlock import Waiter
from lost_update.model.encoding import Names


class Blocked(TypedDict):
    """A process that waits for ever. `held_by` is None for a queue, into which nobody will put anything any more."""

    process: str
    waits_for: str
    held_by: str | None


def blocked(waiters: Sequence[Waiter], names: Names) -> list[Blocked]:
    """The waiters by name."""
    return [
        Blocked(
            process=names.processes[waiter.process],
            waits_for=names.targets[waiter.target],
            held_by=None if waiter.holder is None else names.processes[waiter.holder],
        )
        for waiter in waiters
    ]


def sentence(waiting: Sequence[Blocked], ended: Collection[str]) -> str:
    """What a person is told, in one sentence. `ended` are the processes that have ended."""
    return f"Deadlock: {'; '.join(_clause(one, one['held_by'] in ended) for one in waiting)}."


def _clause(one: Blocked, holder_has_ended: bool) -> str:
    what = f"{one['process']} waits for {with_article(one['waits_for'])}"
    if one["held_by"] is None:
        return f"{what}, which is empty, and nobody is left to put anything into it"
    if one["held_by"] == one["waits_for"]:
        return f"{what} to end"
    if one["held_by"] == one["process"]:
        return f"{what}, which it holds itself"
    return f"{what}, which {one['held_by']} {'held when it ended' if holder_has_ended else 'holds'}"


def with_article(target: str) -> str:
    """What is called as what it is needs an article: the lock, but `number.get_lock()`."""
    return f"the {target}" if target in ("lock", "queue") else target
