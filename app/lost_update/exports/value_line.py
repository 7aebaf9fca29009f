"""The value of a cell as a run goes on, and what was expected of it: as few points as a picture has room for. Pure."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lost_update.analysis.lineage import BLIND
from lost_update.exports.batches import WORKING
from lost_update.exports.updates import CellUpdates, Updates
from lost_update.model.recording import Recording

VERSIONS_AT_ONCE: Final = 4096

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ValueLine:
    """An entry for each version, from its position on. `expected` is None where nobody can know it."""

    cell: CellUpdates
    positions: npt.NDArray[np.int64]
    values: Numbers
    expected: Numbers | None

    @property
    def is_short(self) -> bool:
        """Whether it was ever below what was expected of it, or above."""
        return self.expected is not None and bool((self.expected != self.values).any())

    @property
    def low(self) -> float:
        """The least of all."""
        return float(min(self.values.min(), np.inf if self.expected is None else self.expected.min()))

    @property
    def high(self) -> float:
        """The most of all."""
        return float(max(self.values.max(), -np.inf if self.expected is None else self.expected.max()))


def chosen_cell(updates: Updates) -> CellUpdates | None:
    """The one that a picture of one cell shows: the one that lost the most, else the first that was written."""
    return max(updates.values(), key=lambda cell: (len(cell.erased_by), len(cell.writes) > 1), default=None)


def which_of(cell: CellUpdates, cells: int) -> str:
    """What a picture of one cell says of it, so that nobody takes it for all of so many."""
    return f"{cell.name}, one of {cells} cells" if cells > 1 else cell.name


def value_line_of(recording: Recording, cell: CellUpdates) -> Generator[bytes, None, ValueLine | None]:
    """None where the cell holds no numbers, or some were not recorded, or nothing was written."""
    values = cell.values
    if len(values) < 2 or not set(map(type, values)) <= {int, float, bool}:
        return None
    told = np.array(values, np.float64)
    yield WORKING
    if not np.isfinite(told).all():
        return None
    summary = next((each for each in recording.snapshot.summary["cells"] if each["name"] == cell.name), None)
    is_known = summary is not None and summary["expected"] is not None
    expected = (yield from _expected(cell, told)) if is_known else None
    positions = np.array(cell.writes, np.int64) + 1
    return ValueLine(cell, positions, told, expected)


def _expected(cell: CellUpdates, values: Numbers) -> Generator[bytes, None, Numbers]:
    """Every update adds what it added to what it had read; a reset begins again."""
    parents = np.empty(len(values), np.int64)
    for start in range(0, len(values), VERSIONS_AT_ONCE):
        versions = range(start, min(start + VERSIONS_AT_ONCE, len(values)))
        parents[versions.start : versions.stop] = [cell.lineage.parent(version) for version in versions]
        yield WORKING
    is_blind = parents == BLIND
    added = np.where(is_blind, 0.0, values - values[parents])
    so_far = np.cumsum(added)
    roots = np.maximum.accumulate(np.where(is_blind, np.arange(len(values)), 0))
    expected: Numbers = values[roots] + so_far - so_far[roots]
    return expected
