"""The parts of a recording as bytes, and back: exactly the same. So they are kept, and sent to other servers.

    names      JSON: processes, targets, sources, …
    snapshot   JSON: how a run stands, without its names
    rows       of each column the differences from row to row, their lowest bytes first, then the next, … compressed.
               The higher ones are nearly all 0, and hardly take room

Pure. Python's own JSON is written, for integers of any length and numbers that are none.
"""

import json
import zlib
from dataclasses import fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lost_update.model.encoding import Names
from lost_update.model.log import SLOTTED, Rows
from lost_update.model.recording import Snapshot
from lost_update.model.targets import Target

_FASTEST: Final = 1
_FIELDS: Final = tuple(SLOTTED.names or ())
_WITHOUT_ORDER: Final = ("process", "op", "flags")
"""Columns whose numbers only name something: differences of those say nothing."""

_OF_SNAPSHOTS: Final = tuple(field.name for field in fields(Snapshot) if field.name != "names")
_SEQUENCES: Final = ("processes", "deadlock", "runnable", "next", "findings", "not_seen")


def packed(said: object) -> bytes:
    """Something that JSON can say, compressed."""
    return compressed(as_json(said))


def as_json(said: object) -> bytes:
    """Something that JSON can say."""
    return json.dumps(said, separators=(",", ":")).encode()


def compressed(text: bytes) -> bytes:
    """JSON, compressed."""
    return zlib.compress(text, _FASTEST)


def unpacked(data: bytes) -> Any:
    """The other way round. Raises `zlib.error` or `ValueError` for anything else."""
    return json.loads(zlib.decompress(data))


def of_names(names: Names) -> dict[str, Any]:
    """What the numbers of a log stand for, as JSON has it."""
    return {
        "processes": list(names.processes),
        "declared": [target._asdict() for target in names.declared],
        "sources": list(names.sources),
        "owners": list(names.owners.items()),
        "values": list(names.values),
    }


def names_of(said: dict[str, Any]) -> Names:
    """The other way round."""
    return Names(
        said["processes"], [*map(_target, said["declared"])], said["sources"], dict(said["owners"]), said["values"]
    )


def of_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """How a run stands, as JSON has it, without what is declared."""
    return {name: getattr(snapshot, name) for name in _OF_SNAPSHOTS}


def snapshot_of(said: dict[str, Any], names: Names) -> Snapshot:
    """The other way round."""
    sequences = {name: tuple(said[name]) for name in _SEQUENCES if said[name] is not None}
    return Snapshot(names, **{**said, **sequences})


def of_rows(rows: Rows) -> bytes:
    """Rows of a log, one at least."""
    slotted = rows.view(SLOTTED)
    return zlib.compress(b"".join(_planes(name, slotted[name]) for name in _FIELDS), _FASTEST)


def rows_of(count: int, data: bytes) -> Rows:
    """The other way round. Raises `zlib.error` or `ValueError` for anything else."""
    planes = np.frombuffer(zlib.decompress(data), np.uint8)
    rows, at = np.empty(count, SLOTTED), 0
    for name in _FIELDS:
        width = SLOTTED[name].itemsize
        part = planes[at : at + count * width].reshape(width, count)
        numbers = np.ascontiguousarray(part.T).view(f"<u{width}").reshape(count)
        if name not in _WITHOUT_ORDER:
            numbers = np.cumsum(numbers, dtype=numbers.dtype)
        rows[name] = numbers.view(SLOTTED[name])
        at += count * width
    return rows


def _target(said: dict[str, Any]) -> Target:
    made = said["made"]
    return Target(**{**said, "made": None if made is None else tuple(made)})


def _planes(name: str, column: npt.NDArray[Any]) -> bytes:
    numbers = np.ascontiguousarray(column).view(f"<u{column.itemsize}")
    if name not in _WITHOUT_ORDER:
        numbers = np.diff(numbers, prepend=numbers.dtype.type(0))
    return np.ascontiguousarray(numbers.view(np.uint8).reshape(len(numbers), -1).T).tobytes()
