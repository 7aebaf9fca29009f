"""Which kept recordings leave when they are old, or when there are too many bytes. Pure.

What is pinned stays. Of the others the oldest go first: of the visitor who keeps most, so that nobody's recordings
leave because somebody else keeps many.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Weighed(NamedTuple):
    """What is to be known of one: its number, whose it is, when it was made, what it takes, whether it may leave."""

    number: int
    owner: str
    made_at: int
    size: int
    is_pinned: bool


def to_leave(kept: Iterable[Weighed], most: int | None, made_before: int | None = None) -> list[int]:
    """The numbers of those that leave, so that what was made before that moment is gone and the rest fits, if it can.

    `kept` are all, from the oldest on.
    """
    held: Counter[str] = Counter()
    may_go = defaultdict[str, list[Weighed]](list)
    leaving: list[int] = []
    for one in kept:
        if made_before is not None and one.made_at < made_before and not one.is_pinned:
            leaving.append(one.number)
            continue
        held[one.owner] += one.size
        if not one.is_pinned:
            may_go[one.owner].append(one)
    for of_one_visitor in may_go.values():
        of_one_visitor.reverse()
    total = held.total()
    while most is not None and total > most and may_go:
        owner = max(may_go, key=lambda each: held[each])
        one = may_go[owner].pop()
        if not may_go[owner]:
            del may_go[owner]
        leaving.append(one.number)
        held[owner] -= one.size
        total -= one.size
    return leaving
