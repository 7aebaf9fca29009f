"""The lineage of one cell: which version was built on which, and so what was lost, and which write erased it.

Every write makes a new version from the version that its writer had read, its base. Versions therefore form a tree
with the initial value, version 0, as its root, and the chain from the newest version back to the root is what
survives. A read-modify-write off that chain is a lost update:

    0 ── 1 ── 2 ── 4        version 3 was built on 1, and so was 2; then 4 was built on 2:
         └─── 3             3 is lost, erased by 4. Until 4 was written, 2 was lost, erased by 3.

The chain may switch branches again and again, so a lost version can come back.

A blind write, a reset, is built on nothing. It is the root of a tree of its own, and begins a new epoch: what came
before it is no longer counted, not lost. An update that had read before it and writes after it erases it:

    0 ── 1 ── 2 ── 5        version 3 is a reset: 1 and 2 are no longer counted. Then 5, which had read 2, is written:
    3 ── 4                  the reset is erased by 5, and 4, which was built on it, is lost. 1 and 2 count again.

So what counts hangs on the root of the newest version's chain, wherever that leads. Updates after that root are
counted: on the chain they survive, off it they are lost. Resets after it are erased. Nothing before it is either. An
erased reset has not happened: what was lost before it is lost again; and if a later write is built on it, it is back.

Nobody knows what a version was built on whose writer died before it could say so. From then on the number of lost
updates is unknown. What is certain is how many are lost at least: as many as if each such version were built on
whichever version before it keeps the most updates; or none so far, in a cell that has been reset before, for such a
version may be a reset too.
"""

from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lost_update.analysis.accesses import Integers
from lost_update.model.ops import NOTHING

BLIND: Final = NOTHING
"""The parent of a write that was built on no read: it starts a new epoch."""


@dataclass(frozen=True)
class Change:
    """What one write did to versions before it. Most do nothing."""

    erased: tuple[int, ...] = ()
    """The updates that are lost since."""
    revived: tuple[int, ...] = ()
    """The updates that were lost and are on the chain again."""
    settled: tuple[int, ...] = ()
    """The updates that were lost and are no longer counted: a reset came after them."""
    erased_resets: tuple[int, ...] = ()
    """The resets that it erased: as if they had not happened."""
    revived_resets: tuple[int, ...] = ()
    """The resets that had been erased and are not any more: it was built on one of them, or is a reset itself."""


_NOTHING: Final = Change()


class Lineage:
    """Grows by one version with each write. A few numbers a version are all it keeps."""

    def __init__(self) -> None:
        self._parents = array("i", [BLIND])
        self._roots = array("i", [0])
        self._kept = array("i", [0])
        """How many updates up to each version are on its chain, or are no longer counted if it is the newest."""
        self._updates = array("b", [False])
        self._best = (0, 0)
        """Of so many versions, which keeps the most updates: gaps may be many, and each asks for it."""
        self.updates = 0
        """Recorded read-modify-writes so far, on the chain or off it."""
        self.has_gaps = False
        """Whether there are versions that nobody recorded."""
        self.has_resets = False
        """Whether there are blind writes."""

    @property
    def newest(self) -> int:
        """The newest version."""
        return len(self._parents) - 1

    def parent(self, version: int) -> int:
        """The version that `version` was built on; `BLIND` for version 0 and for blind writes."""
        return self._parents[version]

    def root(self, version: int) -> int:
        """Where the chain of `version` begins: 0, or a blind write."""
        return self._roots[version]

    def write(self, bases: npt.ArrayLike) -> Integers:
        """Add the next versions, each built on its base (`BLIND` for none).

        Returns how many updates are lost after each; at least so many, where there are gaps. The loop does nothing that
        the columns can do without it: it is the one part of following a cell that has to go from write to write.
        """
        parents = np.asarray(bases, np.int32)
        are_updates = parents != BLIND
        updates = self.updates + np.cumsum(are_updates)
        if self.has_resets or not are_updates.all():
            self.has_resets = True
            self._add_with_resets(parents, updates)
        else:
            self._add(parents)
        self._parents.frombytes(parents.tobytes())
        self._updates.frombytes(are_updates.tobytes())
        self.updates += int(np.count_nonzero(are_updates))
        kept = np.array(self._kept[len(self._kept) - len(parents) :], np.int32)
        return updates - kept

    def _add(self, parents: npt.NDArray[np.int32]) -> None:
        kept, first = self._kept, len(self._kept)
        recent: list[int] = []
        for base in parents.tolist():
            recent.append((recent[base - first] if base >= first else kept[base]) + 1)
        kept.frombytes(np.array(recent, np.int32).tobytes())
        self._roots.frombytes(np.zeros(len(recent), np.int32).tobytes())

    def _add_with_resets(self, parents: npt.NDArray[np.int32], updates: Integers) -> None:
        kept, roots = self._kept, self._roots
        for base, so_far in zip(parents.tolist(), updates.tolist(), strict=True):
            if base == BLIND:
                roots.append(len(roots))
                kept.append(so_far)
            else:
                roots.append(roots[base])
                kept.append(kept[base] + 1)

    def skip(self, count: int) -> None:
        """Add versions that nobody recorded. They count as no updates, and as built where the most are kept."""
        first = self.newest + 1
        seen, best = self._best
        recent = seen + int(np.argmax(np.frombuffer(self._kept, np.int32)[seen:]))
        best = recent if self._kept[recent] > self._kept[best] else best
        self._best = (first, best)
        self._parents.extend([best, *range(first, first + count - 1)])
        self._roots.extend([self._roots[best]] * count)
        self._kept.extend([self.updates if self.has_resets else self._kept[best]] * count)
        self._updates.extend([False] * count)
        self.has_gaps = True

    @property
    def lost(self) -> int:
        """How many updates are lost, the newest version being what it is; at least, where there are gaps."""
        return self.updates - self._kept[-1]

    def chain(self, version: int) -> list[int]:
        """`version` and all that it was built on, newest first; down to 0, or to a blind write."""
        chain = []
        while version != BLIND:
            chain.append(version)
            version = self._parents[version]
        return chain

    def lost_versions(self) -> list[int]:
        """The updates that are lost, oldest first: since the root of the chain and off it."""
        return self._lost_when(self.newest)

    def erased_resets(self) -> list[int]:
        """The resets that are erased, oldest first: those since the root of the chain."""
        return self._resets(self.root(self.newest), self.newest)

    def change(self, version: int) -> Change:
        """What writing `version` did to the versions before it.

        The chain moves from `version - 1` to the base of `version`. A parent is always older than its child, so
        stepping back from whichever of the two is newer leads to where the chains meet, within one epoch.
        """
        before, after = version - 1, self._parents[version]
        if self._roots[version] != self._roots[before]:
            return self._change_of_epoch(version)
        if before == after:
            return _NOTHING
        erased: list[int] = []
        revived: list[int] = []
        while before != after:
            if before > after:
                erased.append(before)
                before = self._parents[before]
            else:
                revived.append(after)
                after = self._parents[after]
        return Change(self._only_updates(erased), self._only_updates(revived))

    def erased_by(self) -> dict[int, int]:
        """For every lost update, the write that erased it last; both as versions."""
        return self._erasers()[0]

    def resets_erased_by(self) -> dict[int, int]:
        """For every erased reset, the update that erased it last; both as versions."""
        return self._erasers()[1]

    def _erasers(self) -> tuple[dict[int, int], dict[int, int]]:
        of_updates: dict[int, int] = {}
        of_resets: dict[int, int] = {}
        for version in range(1, self.newest + 1):
            change = self.change(version)
            of_updates.update(dict.fromkeys(change.erased, version))
            of_resets.update(dict.fromkeys(change.erased_resets, version))
            for back in (*change.revived, *change.settled):
                del of_updates[back]
            for back in change.revived_resets:
                del of_resets[back]
        return of_updates, of_resets

    def _change_of_epoch(self, version: int) -> Change:
        """What a reset did, or an update that moves the chain from one epoch to another."""
        before, after = self._roots[version - 1], self._roots[version]
        lost_before, lost_after = self._lost_when(version - 1), self._lost_when(version)
        survivors = set(self.chain(version))
        gone = set(lost_before).difference(lost_after)
        return Change(
            erased=tuple(sorted(set(lost_after).difference(lost_before))),
            revived=tuple(sorted(gone & survivors)),
            settled=tuple(sorted(gone - survivors)),
            erased_resets=tuple(self._resets(after, before)),
            revived_resets=tuple(self._resets(before, min(after, version - 1))),
        )

    def _lost_when(self, newest: int) -> list[int]:
        """The updates that were lost when that version was the newest, oldest first."""
        survivors = set(self.chain(newest))
        since = range(self._roots[newest] + 1, newest)
        return [version for version in since if self._updates[version] and version not in survivors]

    def _resets(self, after: int, until: int) -> list[int]:
        """The blind writes later than one version, and at the latest another."""
        return [version for version in range(after + 1, until + 1) if self._parents[version] == BLIND]

    def _only_updates(self, versions: list[int]) -> tuple[int, ...]:
        return tuple(version for version in reversed(versions) if self._updates[version])
