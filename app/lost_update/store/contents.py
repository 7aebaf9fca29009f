"""A recording as bytes, and back: exactly the same. Pure.

    head      JSON, compressed: the header, what was declared, the end
    log       the rows, a block at a time, compressed (model.exact)
    columns   what the page fetches (model.binary), as a gzip file, made once: sent as it is to whoever opens it

The log says more than the columns do: integers of 64 bits, and what no step shows. Both together take 3 to 6 bytes a
step.
"""

import zlib
from collections.abc import Iterator
from struct import Struct
from typing import Any, Final, NamedTuple

from lost_update.model import binary, exact
from lost_update.model.log import Log, Rows
from lost_update.model.recording import Recording, at_the_end

FORM: Final = 1
"""Of head and log. A recording of another one cannot be opened here."""

BLOCK: Final = 65536
"""Rows that are compressed together."""

_FASTEST: Final = 1
_GZIP: Final = 16 + zlib.MAX_WBITS
_LENGTHS: Final = Struct("<2I")


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
    return Recording(said["header"], at_the_end(exact.names_of(said["names"]), said["end"], steps))


def opened(head: bytes, log: bytes) -> Recording:
    """The whole recording."""
    said, rows = _read(head), Log()
    try:
        for block in _rows(log):
            rows.append(block)
    except (zlib.error, ValueError) as error:
        raise Unreadable(f"its steps cannot be read: {error}") from error
    rows.trim()
    return Recording(said["header"], at_the_end(exact.names_of(said["names"]), said["end"], len(rows)), rows)


def _head(recording: Recording) -> bytes:
    said = {
        "form": FORM,
        "header": recording.header,
        "names": exact.of_names(recording.names),
        "end": recording.snapshot.end,
    }
    return exact.packed(said)


def _read(head: bytes) -> dict[str, Any]:
    try:
        said: dict[str, Any] = exact.unpacked(head)
    except (zlib.error, ValueError) as error:
        raise Unreadable(f"its head cannot be read: {error}") from error
    if said["form"] != FORM:
        raise Unreadable(f"it has the form {said['form']}, and this Lost Update reads {FORM}")
    return said


def _blocks(log: Log) -> Iterator[bytes]:
    for _, rows in log.pieces(BLOCK):
        body = exact.of_rows(rows)
        yield _LENGTHS.pack(len(rows), len(body)) + body


def _rows(log: bytes) -> Iterator[Rows]:
    at = 0
    while at < len(log):
        count, length = _LENGTHS.unpack_from(log, at)
        at += _LENGTHS.size
        yield exact.rows_of(count, log[at : at + length])
        at += length


def _columns(recording: Recording) -> bytes:
    deflate = zlib.compressobj(_FASTEST, zlib.DEFLATED, _GZIP)
    parts = [deflate.compress(make()) for make in binary.frames(recording.log, recording.names)]
    return b"".join([*parts, deflate.flush()])
