"""Which recordings expire when memory runs short. Pure.

Those go first that fill the memory: the largest of the visitor who holds the most, and of about the same size the
oldest. A visitor who holds no more than a fair share loses nothing, whatever others do. What somebody started last is
being looked at, several runs side by side: it goes after all else that they have.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from lost_update.settings import MAX_RUNS_SIDE_BY_SIDE


class Kept(Protocol):
    """A recording in memory: whose it is, and how much it takes."""

    @property
    def owner(self) -> str:
        """The visitor that started the run."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes, in bytes."""

    @property
    def is_over(self) -> bool:
        """Whether it may expire: one that still grows counts, and stays."""


K = TypeVar("K", bound=Kept)


def to_expire(recordings: Sequence[K], memory: int, keep: K | None = None) -> list[K]:
    """Those to forget, so that the others fit into the memory as far as that is possible; never the one to keep.

    The oldest is given first.
    """
    sizes = [(each, each.nbytes) for each in recordings]
    total = sum(size for _, size in sizes)
    if total <= memory:
        return []
    held: Counter[str] = Counter()
    younger: Counter[str] = Counter()
    may_go = defaultdict[str, list[tuple[bool, int, int, int, K]]](list)
    for age, (each, size) in enumerate(reversed(sizes)):
        held[each.owner] += size
        is_looked_at = younger[each.owner] < MAX_RUNS_SIDE_BY_SIDE
        younger[each.owner] += 1
        if each.is_over and each is not keep:
            # Of two that differ by less than half the older one goes.
            may_go[each.owner].append((not is_looked_at, size.bit_length(), age, size, each))
    for of_one_visitor in may_go.values():
        of_one_visitor.sort(key=lambda one: one[:3])
    expired = []
    while total > memory:
        share = memory / len(held)
        owners = [owner for owner in may_go if may_go[owner] and held[owner] > share]
        if not owners:
            break
        owner = max(owners, key=lambda one: held[one])
        _, _, _, size, each = may_go[owner].pop()
        expired.append(each)
        total -= size
        held[owner] -= size
        held = +held
    return expired
