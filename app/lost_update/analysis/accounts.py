"""The account of one cell, kept as its steps come in, and checked: what was expected, what was lost.

`expected = initial + the sum of all deltas`, a delta being the value written less the value of the version that it was
built on. After a blind write, a reset, it is what that wrote, plus the deltas of the updates since, in the order of
their versions: what the cell would hold if nothing came between any read and its write. An erased reset counts too.
It is None where the code does not show that every update since is an addition, and where a cell holds no numbers. What
an addition finds where nothing was yet counts as 0: the code shows that it takes a zero then.

Reads and writes must agree with each other, because the log claims that its order is the order in memory: a write makes
the next version, and a read sees the newest version and its value. Where they do not, the account is `broken`: that is
a bug in Lost Update, and the run says so.

A process that died may have written without a step that says so. From there on nobody can know what was expected or
lost: both are None, and only the least number of lost updates is known.
"""

from array import array
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any, Final, TypeGuard

import numpy as np
import numpy.typing as npt

from lost_update.analysis.accesses import Accesses, Integers
from lost_update.analysis.lineage import BLIND, Lineage
from lost_update.model.ops import NOTHING
from lost_update.model.recording import CellSummary, ScriptCellSummary
from lost_update.model.targets import Held, Number

UNKNOWN: Final = None


class Account:
    """Follows one cell from its initial value on. In a script that may be None: there was nothing yet."""

    def __init__(self, name: str, initial: Held | None) -> None:
        self.name = name
        self.initial = initial
        self.lineage = Lineage()
        self.writes = 0
        self.broken = False
        self.value: Held | None = initial
        self._is_known = True
        """Whether `value` is."""
        self._values: array[int] | list[Held | None] = array("q", [initial]) if _fits(initial) else [initial]
        """By version: as bare integers of 64 bits, as long as they are such."""
        self._sum: Number | None = _as_number(initial)

    @property
    def expected(self) -> Number | None:
        """What the cell would hold if nothing had been lost; None where nobody can know it."""
        return self._sum if self.writes or _is_number(self.initial) else None

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

    def close(self, final: Held | None, versions: int, *, someone_died: bool) -> int:
        """Check the account against the memory itself: its value and its count of versions. Returns unrecorded writes.

        Writes may be missing only where a process died with steps that it had not sent.
        """
        unrecorded = versions - self.writes
        if unrecorded < 0 or (unrecorded and not someone_died) or (not unrecorded and self.value != final):
            self.broken = True
        self._skip_to(versions)
        return unrecorded

    def summary(self, final: Held | None) -> CellSummary:
        """The figures so far, of a cell of a scenario."""
        is_known = not self.lineage.has_gaps
        figures = CellSummary(
            name=self.name,
            initial=self.initial if _is_number(self.initial) else 0,
            expected=_as_json_has_it(self.expected) if is_known else None,
            final=final if _is_number(final) else None,
            writes=self.writes,
            lost=self.lineage.lost if is_known else None,
        )
        if not is_known:
            figures["lost_at_least"] = self.lineage.lost
            figures["unrecorded"] = self.unrecorded
        return figures

    def script_summary(self, final: Held | None) -> ScriptCellSummary:
        """The figures so far, of a cell of a script."""
        is_known = not self.lineage.has_gaps
        figures = ScriptCellSummary(
            name=self.name,
            initial=self.initial,
            expected=_as_json_has_it(self.expected) if is_known else None,
            final=final,
            writes=self.writes,
            updates=self.lineage.updates,
            lost=self.lineage.lost if is_known else None,
        )
        if not is_known:
            figures["lost_at_least"] = self.lineage.lost
        return figures

    def _follow_gapless(self, accesses: Accesses) -> Integers:
        if not accesses.agree(self.value if self._is_known else UNKNOWN):
            self.broken = True
        self.value = accesses.value[-1:].tolist()[0]
        self._is_known = True
        bases = accesses.base[accesses.is_write]
        first = len(self._values)
        self._keep(accesses.value[accesses.is_write])
        self._expect(first, bases, None if accesses.adds is None else accesses.adds[accesses.is_write])
        self.writes += len(bases)
        losses = self.lineage.write(bases)
        return np.full_like(losses, NOTHING) if self.lineage.has_gaps else losses

    def _keep(self, written: npt.NDArray[Any]) -> None:
        if isinstance(self._values, array) and written.dtype.kind in "iu" and written.dtype != np.uint64:
            self._values.frombytes(written.astype(np.int64).tobytes())
            return
        if isinstance(self._values, array):
            self._values = list(self._values)
        self._values += written.tolist()

    def _expect(self, first: int, bases: Integers, adds: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None") -> None:
        """Take the writes of the versions from `first` on into what is expected."""
        blind = np.flatnonzero(bases == BLIND)
        since = 0
        if len(blind):
            since = int(blind[-1]) + 1
            reset = self._values[first + since - 1]
            self._sum = reset if _is_number(reset) else None
        if self._sum is None:
            return
        if adds is not None and not adds[since:].all():
            self._sum = None
            return
        values, bases = self._values, bases[since:]
        if isinstance(values, array) and type(self._sum) is int:
            held = np.frombuffer(values, np.int64)
            self._sum += _exact_sum(held[first + since :]) - _exact_sum(held[bases])
            return
        pairs = zip(values[first + since :], bases.tolist(), strict=True)
        self._sum = _sum_of(self._sum, ((value, values[base]) for value, base in pairs))

    def _skip_to(self, version: int) -> None:
        """Count versions without a step: a process died before it could send them."""
        if self.lineage.newest < version:
            if isinstance(self._values, array):
                self._values = list(self._values)
            self._values += [UNKNOWN] * (version - self.lineage.newest)
            self.lineage.skip(version - self.lineage.newest)
            self.value = UNKNOWN
            self._is_known = False


def _fits(value: Held | None) -> TypeGuard[int]:
    return type(value) is int and -(1 << 63) <= value < 1 << 63


def _is_number(value: Held | None) -> TypeGuard[Number]:
    return isinstance(value, int | float)


def _as_number(value: Held | None) -> Number | None:
    """A number as it is; nothing as 0, for what is added to it."""
    return 0 if value is None else value if _is_number(value) else None


def _as_json_has_it(number: Number | None) -> Number | None:
    """An integer of more than 64 bits becomes a float: that is what programs that read JSON make of it, too."""
    return number if number is None or -(1 << 63) <= number < 1 << 64 else float(number)


def _exact_sum(column: Integers) -> int:
    """The sum of integers of 64 bits: their upper and lower halves are added apart, so that neither overflows."""
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())


def _sum_of(begin: Number, written: Iterable[tuple[Held | None, Held | None]]) -> Number | None:
    """What a number comes to with the difference of each pair; None where one is of no numbers.

    One after the other, so that what comes of floats does not depend on how many steps came at a time.
    """
    deltas: list[Number] = []
    for value, base in written:
        before = _as_number(base)
        if not _is_number(value) or before is None:
            return None
        deltas.append(value - before)
    return sum(deltas, begin) if type(begin) is int else reduce(add, deltas, begin)
