"""What a list shows of a recording: what ran, what it came to, and a small picture of the value. Pure.

The picture is the value after some of the writes, against time: few enough points for a list of a hundred.
"""

from collections import Counter
from math import isfinite
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from lost_update.model.encoding import held_by
from lost_update.model.findings import Certainty, FindingKind
from lost_update.model.log import LONGEST_BLOCK, Log, joined
from lost_update.model.ops import Op
from lost_update.model.recording import CellSummary, Header, Recording, ScriptCellSummary, Status
from lost_update.model.targets import Number
from lost_update.model.title import title_of

POINTS: Final = 48
"""Of a picture, at most."""

MOST_EXACT: Final = 2**53
"""Larger integers are no JSON numbers that every reader reads alike."""

LONGEST_TITLE: Final = 200


class CellCard(TypedDict):
    """The cell of which a list shows the picture: the one that lost most. `points`: share of the time, and value.

    `expected`, `final` and `lost` are None where nobody can know them, or where there is no number.
    """

    name: str
    initial: Number | None
    expected: Number | None
    final: Number | None
    lost: int | None
    points: list[tuple[float, Number]]


class FindingCard(TypedDict):
    """Findings of one kind, of the same certainty: how many there are. Of a scenario only a deadlock is one."""

    kind: FindingKind
    certainty: Certainty
    count: int


class Kept(TypedDict):
    """A recording that is kept, as lists show it. `name` was given by people; `title` says what ran.

    `bytes` is what it takes on the disk. What `is_pinned` never expires. What `is_deleted` is gone from lists and
    addresses, and can be restored for ten minutes.
    """

    id: str
    name: str | None
    title: str
    kind: Literal["scenario", "script"]
    made_at: str
    status: Status
    steps: int
    bytes: int
    is_pinned: bool
    is_imported: bool
    is_deleted: bool
    cell: CellCard | None
    findings: list[FindingCard]


class Card(NamedTuple):
    """What a list shows of a recording, without what people have done with it."""

    title: str
    kind: Literal["scenario", "script"]
    cell: CellCard | None
    findings: list[FindingCard]

    @property
    def words(self) -> str:
        """What a search looks at."""
        kinds = [f"{finding['kind']} {finding['kind'].replace('_', ' ')}" for finding in self.findings]
        return " ".join([self.title, *kinds]).casefold()


def card_of(recording: Recording) -> Card:
    """The card of a recording of a run that is over."""
    header = recording.header
    return Card(_title(header), "script" if "command" in header else "scenario", _cell(recording), _findings(recording))


def _title(header: Header) -> str:
    said = title_of(header)
    return said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1]}…"


def _findings(recording: Recording) -> list[FindingCard]:
    snapshot = recording.snapshot
    counts = Counter((finding["kind"], finding["certainty"]) for finding in snapshot.findings or ())
    if snapshot.findings is None and snapshot.deadlock is not None:  # of a scenario nothing else is looked for
        counts["deadlock", "happened"] += 1
    return [FindingCard(kind=kind, certainty=certainty, count=count) for (kind, certainty), count in counts.items()]


def _cell(recording: Recording) -> CellCard | None:
    cells: list[CellSummary | ScriptCellSummary] = [*recording.snapshot.summary["cells"]]
    if not cells:
        return None
    shown = max(cells, key=lambda cell: (cell["lost"] or cell.get("lost_at_least") or 0, cell["writes"]))
    return CellCard(
        name=shown["name"],
        initial=_number(shown["initial"]),
        expected=_number(shown["expected"]),
        final=_number(shown["final"]),
        lost=shown["lost"],
        points=_points(recording, shown["name"]),
    )


def _number(value: object) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isfinite(value) and abs(value) < MOST_EXACT else None


def _points(recording: Recording, cell: str) -> list[tuple[float, Number]]:
    log, names = recording.log, recording.names
    target = next((number for number, each in names.numbered() if each.kind == "cell" and each.name == cell), 0)
    writes = _writes(log, target)
    if not target or not writes.size:
        return []
    places = writes[np.unique(np.linspace(0, len(writes) - 1, POINTS).astype(np.int64))].tolist()
    chosen = joined([log.rows(place, place + 1) for place in places])
    first, last = (int(log.rows(place, place + 1)["t_ns"][0]) for place in (0, len(log) - 1))
    held = held_by(names.declared[target - 1], chosen["value"], names.values)
    values = [_number(value) for value in held.tolist()]
    shares = [round((int(t) - first) / max(last - first, 1), 3) for t in chosen["t_ns"].tolist()]
    return [(share, value) for share, value in zip(shares, values, strict=True) if value is not None]


def _writes(log: Log, target: int) -> npt.NDArray[np.int64]:
    """Where the writes to that target stand in the log. A block at a time: all of it may be tens of megabytes."""
    found = [np.empty(0, np.int64)]
    for start, rows in log.pieces(LONGEST_BLOCK):
        found.append(start + np.flatnonzero((rows["op"] == Op.WRITE) & (rows["target"] == target)))
    return np.concatenate(found)
