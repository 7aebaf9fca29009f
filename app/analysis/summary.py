"""The account of one cell, kept as its steps come in, and checked: what was expected, what was lost.

`expected = initial + the sum of all deltas`, a delta being the value written less the value that the writer had
read. Reads and writes must agree with each other, because the log claims that its order is the order in memory:
a write makes the next version, and a read sees the newest version and its value. Where they do not, the account is
`broken`: that is a fault of ours, and the run says so.
"""

from collections.abc import Iterable
from typing import Final, TypedDict

from app.analysis.lineage import BLIND, Lineage

Number = int | float

UNKNOWN: Final = None


class CellSummary(TypedDict):
    """The figures of one cell. `final` is None until the run has ended, `expected` where it cannot be known."""

    name: str
    initial: Number
    expected: Number | None
    final: Number | None
    writes: int
    lost: int | None


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

    def follow(self, accesses: Iterable[tuple[int, bool, Number, int, int]]) -> list[int]:
        """Take in reads and writes, in log order, each as `(process, is_write, value, version, base)`.

        Returns, for each write, how many updates are lost after it.
        """
        losses: list[int] = []
        lineage = self.lineage
        newest = lineage.newest
        value = self.value
        for process, is_write, accessed, version, base in accesses:
            if version != newest + is_write:
                self._skip_to(version - is_write)
                newest = version - is_write
                value = UNKNOWN
            if is_write:
                if base != BLIND:
                    self.expected += accessed - self._read[process]
                losses.append(lineage.write(base))
                self.writes += 1
                newest = version
            else:
                self._read[process] = accessed
                if value is not UNKNOWN and value != accessed:
                    self.broken = True
            value = accessed
        self.value = value
        return losses

    def close(self, final: Number, versions: int, *, someone_died: bool) -> int:
        """Check the account against the memory itself: its value and its count of versions. Returns unrecorded writes.

        Writes may be missing only where a process died with steps that it had not sent.
        """
        unrecorded = versions - self.writes
        if unrecorded < 0 or (unrecorded and not someone_died) or (not unrecorded and self.value != final):
            self.broken = True
        return unrecorded

    def summary(self, final: Number | None) -> CellSummary:
        """The figures so far."""
        return CellSummary(
            name=self.name,
            initial=self.initial,
            expected=self.expected,
            final=final,
            writes=self.writes,
            lost=self.lineage.lost,
        )

    def _skip_to(self, version: int) -> None:
        """Versions that no step tells of: a process died before it could send them."""
        if version < self.lineage.newest:
            self.broken = True
        while self.lineage.newest < version:
            self.lineage.skip()
