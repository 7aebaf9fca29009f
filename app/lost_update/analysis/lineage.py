"""The lineage of one cell: which version was built on which, and so what was lost, and which write erased it.

Every write makes a new version from the version that its writer had read, its base. Versions therefore form a tree
with the initial value, version 0, as its root, and the chain from the newest version back to the root is what
survives. A read-modify-write off that chain is a lost update:

    0 ── 1 ── 2 ── 4        version 3 was built on 1, and so was 2; then 4 was built on 2:
         └─── 3             3 is lost, erased by 4. Until 4 was written, 2 was lost, erased by 3.

The chain may switch branches again and again, so a lost version can come back.

Nobody knows what a version was built on whose writer died before it could say so. From then on the number of lost
updates is unknown. What is certain is how many are lost at least: as many as if each such version were built on
whichever version before it keeps the most updates.
"""

from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lost_update.analysis.accesses import Integers
from lost_update.model.ops import NOTHING

BLIND: Final = NOTHING
"""The parent of a write that was built on no read: it starts a new chain."""


@dataclass(frozen=True)
class Change:
    """What one write did to updates before it: which it took off the chain, and which it brought back."""

    erased: tuple[int, ...]
    revived: tuple[int, ...]


class Lineage:
    """Grows by one version with each write. Two integers a version are all it keeps."""

    def __init__(self) -> None:
        self._parents = array("i", [BLIND])
        self._depths = array("i", [0])
        self._updates = array("b", [False])
        self.updates = 0
        """Recorded read-modify-writes so far, on the chain or off it."""
        self.has_gaps = False
        """Whether there are versions that nobody recorded."""

    @property
    def newest(self) -> int:
        """The newest version."""
        return len(self._parents) - 1

    def parent(self, version: int) -> int:
        """The version that `version` was built on; `BLIND` for version 0 and for blind writes."""
        return self._parents[version]

    def write(self, bases: npt.ArrayLike) -> Integers:
        """Add the next versions, each built on its base (`BLIND` for none).

        Returns how many updates are lost after each; at least so many, where there are gaps. The loop does nothing that
        the columns can do without it: it is the one part of following a cell that has to go from write to write.
        """
        parents = np.asarray(bases, np.int32)
        are_updates = parents != BLIND
        depths = self._depths
        first = len(depths)
        recent: list[int] = []
        for base in parents.tolist():
            if base >= first:
                recent.append(recent[base - first] + 1)
            else:
                recent.append(depths[base] + 1 if base != BLIND else 0)
        self._parents.frombytes(parents.tobytes())
        self._updates.frombytes(are_updates.tobytes())
        new_depths = np.array(recent, np.int32)
        depths.frombytes(new_depths.tobytes())
        updates = self.updates + np.cumsum(are_updates)
        self.updates += int(np.count_nonzero(are_updates))
        return updates - new_depths

    def skip(self, count: int) -> None:
        """Add versions that nobody recorded. They count as no updates, and as built where the most are kept."""
        best = int(np.argmax(np.frombuffer(self._depths, np.int32)))
        first = self.newest + 1
        self._parents.extend([best, *range(first, first + count - 1)])
        self._depths.extend([self._depths[best]] * count)
        self._updates.extend([False] * count)
        self.has_gaps = True

    @property
    def lost(self) -> int:
        """How many updates are off the chain of the newest version; at least, where there are gaps."""
        return self.updates - self._depths[-1]

    def chain(self, version: int) -> list[int]:
        """`version` and all that it was built on, newest first; down to 0, or to a blind write."""
        chain = []
        while version != BLIND:
            chain.append(version)
            version = self._parents[version]
        return chain

    def lost_versions(self) -> list[int]:
        """The updates off the chain of the newest version, oldest first."""
        survivors = set(self.chain(self.newest))
        return [version for version, update in enumerate(self._updates) if update and version not in survivors]

    def change(self, version: int) -> Change:
        """What writing `version` did to the updates before it.

        The chain moves from `version - 1` to the base of `version`. A parent is always older than its child, so
        stepping back from whichever of the two is newer leads to where the chains meet.
        """
        before, after = version - 1, self._parents[version]
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
        erased_by: dict[int, int] = {}
        for version in range(1, self.newest + 1):
            change = self.change(version)
            erased_by.update(dict.fromkeys(change.erased, version))
            for revived in change.revived:
                del erased_by[revived]
        return erased_by

    def _only_updates(self, versions: list[int]) -> tuple[int, ...]:
        return tuple(version for version in reversed(versions) if self._updates[version])
