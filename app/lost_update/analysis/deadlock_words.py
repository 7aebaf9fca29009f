"""A deadlock in words: who waits for what, and who holds it."""

from collections.abc import Mapping, Sequence
from typing import Final

from lost_update.analysis.deadlock import Waiter
from lost_update.model.encoding import Names
from lost_update.model.recording import Blocked

MOST_ALONE: Final = 8
"""Where more wait, those who wait for the same share a clause."""

FIRST: Final = 3
"""So many of them are named in it."""


def blocked(waiters: Sequence[Waiter], names: Names) -> list[Blocked]:
    """The waiters by name."""
    return [
        Blocked(
            process=names.processes[waiter.process],
            waits_for=names.target(waiter.target),
            held_by=None if waiter.holder is None else names.processes[waiter.holder],
        )
        for waiter in waiters
    ]


def sentence(waiters: Sequence[Waiter], names: Names, ended: Mapping[str, bool], death: str | None = None) -> str:
    """The deadlock in one sentence, for people. `ended` are the processes that have ended, and whether by being killed.

    `death` says which of them died first, where that brought it about.
    """
    told = []
    for alike in _grouped(waiters):
        who = [names.processes[waiter.process] for waiter in alike]
        waits = "would wait for ever" if death is not None else "waits" if len(alike) == 1 else "wait"
        told.append(clause(alike[0], names, ended, waits, _listed(who)))
    return f"{'Deadlock' if death is None else death}: {'; '.join(told)}."


def clause(
    waiter: Waiter, names: Names, ended: Mapping[str, bool], waits: str = "waits", who: str | None = None
) -> str:
    """One of them, or several who wait for the same: what for, and why they cannot have it."""
    what = f"{who or names.processes[waiter.process]} {waits} for {in_words(waiter.target, names)}"
    if waiter.holder is None:
        return f"{what}, which is empty, and nobody is left to put anything into it"
    if names.declared[waiter.target - 1].kind == "process":
        return f"{what} to end"
    if waiter.holder == waiter.process:
        return f"{what}, which it holds itself"
    holder = names.processes[waiter.holder]
    if holder not in ended:
        return f"{what}, which {holder} holds"
    return f"{what}, which {holder} held when it {'was killed' if ended[holder] else 'ended'}"


def _grouped(waiters: Sequence[Waiter]) -> list[list[Waiter]]:
    """Those who are told of together."""
    if len(waiters) <= MOST_ALONE:
        return [[waiter] for waiter in waiters]
    groups: dict[tuple[int, int | None, bool], list[Waiter]] = {}
    for waiter in waiters:
        groups.setdefault((waiter.target, waiter.holder, waiter.holder == waiter.process), []).append(waiter)
    return list(groups.values())


def _listed(names: Sequence[str]) -> str:
    if len(names) > FIRST + 1:
        return f"{', '.join(names[:FIRST])} and {len(names) - FIRST} others"
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])


def in_words(target: int, names: Names) -> str:
    """A target in a sentence: the only one of its kind by that, the lock; another by its name.

    A lock inside a shared object, `number.get_lock()`, always goes by its name, and so does a process.
    """
    wanted = names.declared[target - 1]
    alike = [one for one in names.declared if one.kind == wanted.kind and one.guards is None]
    is_only = wanted.kind != "process" and alike == [wanted]
    return f"the {wanted.kind}" if is_only else wanted.name
