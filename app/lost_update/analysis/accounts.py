"""The account of one cell, kept as its steps come in, and checked: what was expected, what was lost.

`expected = initial + the sum of all deltas`, a delta being the value written less the value that the writer had
read. Reads and writes must agree with each other, because the log claims that its order is the order in memory:
a write makes the next version, and a read sees the newest version and its value. Where they do not, the account is
`broken`: that is a bug in Lost Update, and the run says so.

A process that died may have written without a step that says so. From there on nobody can know what was expected or
lost: both are None, and only the least number of lost updates is known.
"""

from functools import reduce
from operator import add, sub
from typing import Final

import numpy as np

from lost_update.analysis.accesses import Accesses, Integers
from lost_update.analysis.lineage import BLIND, Lineage
from lost_update.model.ops import NOTHING
from lost_update.model.recording import CellSummary
from lost_update.model.targets import Number

UNKNOWN: Final = None


class Account:
    """Follows one cell from its initial value on."""

    def __init__(self, name: str, initial: Number) -> None:
        self.name = name
        self.initial = initial
        self.lineage = Lineage()
        self.writes = 0
        self.broken = False
        self.expected = initial
        self.value: Number | None = initial
        self._read: dict[int, Number] = {}

    def follow(self, accesses: Accesses) -> Integers:
        """Take in reads and writes, in log order. Returns how many updates are lost after each write, or `NOTHING`.

        After a step back to an older version nothing more can be said: the figures stay as they were.
        """
        losses = [np.empty(0, np.int64)]
        while len(accesses):
            count = accesses.gapless(self.lineage.newest)
            if count:
                losses.append(self._follow_gapless(accesses[:count]))
                accesses = accesses[count:]
            else:
                before = int(accesses.version[0] - accesses.is_write[0])
                if before < self.lineage.newest:
                    self.broken = True
                    losses.append(np.full(np.count_nonzero(accesses.is_write), self.lineage.lost))
                    break
                self._skip_to(before)
        return np.concatenate(losses)

    @property
    def unrecorded(self) -> int:
        """Versions so far for which there is no write in the log."""
        return self.lineage.newest - self.writes

    def close(self, final: Number, versions: int, *, someone_died: bool) -> int:
        """Check the account against the memory itself: its value and its count of versions. Returns unrecorded writes.

        Writes may be missing only where a process died with steps that it had not sent.
        """
        unrecorded = versions - self.writes
        if unrecorded < 0 or (unrecorded and not someone_died) or (not unrecorded and self.value != final):
            self.broken = True
        self._skip_to(versions)
        return unrecorded

    def summary(self, final: Number | None) -> CellSummary:
        """The figures so far."""
        is_known = not self.lineage.has_gaps
        figures = CellSummary(
            name=self.name,
            initial=self.initial,
            expected=self.expected if is_known else None,
            final=final,
            writes=self.writes,
            lost=self.lineage.lost if is_known else None,
        )
        if not is_known:
            figures["lost_at_least"] = self.lineage.lost
        return figures

    def _follow_gapless(self, accesses: Accesses) -> Integers:
        self.broken |= not accesses.agree(self.value)
        self.value = accesses.value[-1:].tolist()[0]
        read, self._read = accesses.last_read(self._read)
        updates = accesses.is_write & (accesses.base != BLIND)
        deltas = map(sub, accesses.value[updates].tolist(), read[updates].tolist())
        if type(self.expected) is int:
            self.expected = sum(deltas, self.expected)
        else:  # one after the other, so that what comes out does not depend on how many steps came at a time
            self.expected = reduce(add, deltas, self.expected)
        bases = accesses.base[accesses.is_write]
        self.writes += len(bases)
        losses = self.lineage.write(bases)
        return np.full_like(losses, NOTHING) if self.lineage.has_gaps else losses

    def _skip_to(self, version: int) -> None:
        """Count versions without a step: a process died before it could send them."""
        if self.lineage.newest < version:
            self.lineage.skip(version - self.lineage.newest)
            self.value = UNKNOWN
