"""A recording as bytes, and back: exactly the same. Pure.

    head      JSON, compressed: the header, what was declared, the end
    log       the rows, a block at a time: of each column the differences from row to row, their lowest bytes first,
              then the next, … compressed. The higher ones are nearly all 0, and hardly take room
    columns   what the page fetches (model.binary), as a gzip file, made once: sent as it is to whoever opens it

The log says more than the columns do: integers of 64 bits, and what no step shows. Both together take 3 to 6 bytes a
step.
"""

import json
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.model import binary
from lost_update.model.encoding import Names
from lost_update.model.log import SLOTTED, Log, Rows
from lost_update.model.recording import Recording, at_the_end
from lost_update.model.targets import Target

FORM: Final = 1
"""Of head and log. A recording of another one cannot be opened here."""

BLOCK: Final = 65536
"""Rows that are compressed together."""

_FASTEST: Final = 1
_GZIP: Final = 16 + zlib.MAX_WBITS
_LENGTHS: Final = Struct("<2I")
_FIELDS: Final = tuple(SLOTTED.names or ())
_WITHOUT_ORDER: Final = ("process", "op", "flags")
"""Columns whose numbers only name something: differences of those say nothing."""


class Contents(NamedTuple):
    """All of one recording."""

    head: bytes
    log: bytes
    columns: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self))


class Unreadable(Exception):
    """What is kept is not what was written, or of a form that is not known here."""


def packed(recording: Recording) -> Contents:
    """The bytes of the recording of a run that is over."""
    return Contents(_head(recording), b"".join(_blocks(recording.log)), _columns(recording))


def outline(head: bytes, steps: int) -> Recording:
    """The recording without its steps: enough for its view."""
    said = _read(head)
    return Recording(said["header"], at_the_end(_names(said["names"]), said["end"], steps))


def opened(head: bytes, log: bytes) -> Recording:
    """The whole recording."""
    said, rows = _read(head), Log()
    try:
        for block in _rows(log):
            rows.append(block)
    except (zlib.error, ValueError) as error:
        raise Unreadable(f"its steps cannot be read: {error}") from error
    rows.trim()
    return Recording(said["header"], at_the_end(_names(said["names"]), said["end"], len(rows)), rows)


def _head(recording: Recording) -> bytes:
    names = recording.names
    said = {
        "form": FORM,
        "header": recording.header,
        "names": {
            "processes": list(names.processes),
            "declared": [target._asdict() for target in names.declared],
            "sources": list(names.sources),
            "owners": list(names.owners.items()),
            "values": list(names.values),
        },
        "end": recording.snapshot.end,
    }
    return zlib.compress(json.dumps(said, separators=(",", ":")).encode(), _FASTEST)


def _read(head: bytes) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(zlib.decompress(head))
    except (zlib.error, ValueError) as error:
        raise Unreadable(f"its head cannot be read: {error}") from error
    if said["form"] != FORM:
        raise Unreadable(f"it has the form {said['form']}, and this Lost Update reads {FORM}")
    return said


def _names(said: dict[str, Any]) -> Names:
    return Names(
        said["processes"], [*map(_target, said["declared"])], said["sources"], dict(said["owners"]), said["values"]
    )


def _target(said: dict[str, Any]) -> Target:
    made = said["made"]
    return Target(**{**said, "made": None if made is None else tuple(made)})


def _blocks(log: Log) -> Iterator[bytes]:
    for _, rows in log.pieces(BLOCK):
        slotted = rows.view(SLOTTED)
        body = zlib.compress(b"".join(_planes(name, slotted[name]) for name in _FIELDS), _FASTEST)
        yield _LENGTHS.pack(len(rows), len(body)) + body


def _planes(name: str, column: npt.NDArray[Any]) -> bytes:
    numbers = np.ascontiguousarray(column).view(f"<u{column.itemsize}")
    if name not in _WITHOUT_ORDER:
        numbers = np.diff(numbers, prepend=numbers.dtype.type(0))
    return np.ascontiguousarray(numbers.view(np.uint8).reshape(len(numbers), -1).T).tobytes()


def _rows(log: bytes) -> Iterator[Rows]:
    at = 0
    while at < len(log):
        count, length = _LENGTHS.unpack_from(log, at)
        at += _LENGTHS.size
        yield _block(count, np.frombuffer(zlib.decompress(log[at : at + length]), np.uint8))
        at += length


def _block(count: int, planes: npt.NDArray[np.uint8]) -> Rows:
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


def _columns(recording: Recording) -> bytes:
    deflate = zlib.compressobj(_FASTEST, zlib.DEFLATED, _GZIP)
    parts = [deflate.compress(make()) for make in binary.frames(recording.log, recording.names)]
    return b"".join([*parts, deflate.flush()])
