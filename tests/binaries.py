"""Binary columns for tests: made as the server makes them, and read again by code that shares nothing with it."""

import struct
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson

from lost_update.model import binary
from lost_update.model.decoding import rows_of
from lost_update.model.encoding import Names
from lost_update.model.log import Log, Rows
from lost_update.model.recording import Recording
from lost_update.model.targets import Target

TYPES = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "f8": np.float64}


def log_of(view: dict[str, Any], steps: Sequence[dict[str, Any]]) -> tuple[Log, Names]:
    """Steps that were made up, as a log."""
    names = Names(
        [each["name"] for each in view["processes"]], [Target(each["name"], each["kind"]) for each in view["targets"]]
    )
    return logged(rows_of(steps, 0, names)), names


def logged(rows: Rows) -> Log:
    """A log of these rows."""
    log = Log()
    log.append(rows)
    return log


def written(log: Log, names: Names) -> bytes:
    """All of it as binary columns."""
    return b"".join(make() for make in binary.frames(log, names))


def binary_of(what: Recording | tuple[Log, Names]) -> str:
    """The same for a test of a script, as text."""
    log, names = (what.log, what.names) if isinstance(what, Recording) else what
    return b64encode(written(log, names)).decode()


def read(data: bytes) -> dict[str, list[Any]]:
    """Every field of all steps, None where it does not apply, as a reader has it who knows only the description."""
    assert data[:8] == b"LUcolumn"
    frames = _frames(data[8:])
    opening, _, _ = next(frames)
    assert (opening["version"], opening["byte_order"]) == (1, "little")
    tables = {"process": "processes", "op": "ops", "target": "targets", "file": "files"}
    found: dict[str, list[Any]] = {field: [] for field in opening["fields"]}
    for head, differences, columns in frames:
        assert head["first"] == len(found["t_ns"])
        left = {True: differences, False: columns}
        for field, (kind, base, *more) in head["columns"].items():
            size = head["count"] * (np.dtype(TYPES[more[0] if more else kind]).itemsize if kind in TYPES else 0)
            codes, left[bool(more)] = left[bool(more)][:size], left[bool(more)][size:]
            numbers = _numbers(kind, base, more, codes, head["count"])
            table = head["texts"] if field == "text" else opening.get(tables.get(field, ""))
            found[field] += [table[number] if table and number is not None else number for number in numbers]
        assert left[False] == b""
        found["t_ns"] += _times(head["times"], left[True], head["count"])
    assert len(found["t_ns"]) == opening["steps"]
    return found


def _frames(data: bytes) -> Iterator[tuple[dict[str, Any], bytes, bytes]]:
    while data:
        head, added, kept = struct.unpack("<3I", data[:12])
        ends = np.cumsum([12, head, added, kept]).tolist()
        words, differences, columns = (data[ends[part] : ends[part + 1]] for part in range(3))
        yield orjson.loads(words), differences, columns
        data = data[ends[3] :]


def _numbers(kind: str, base: int | None, differences: list[Any], codes: bytes, count: int) -> list[Any]:
    if kind in ("same", "none"):
        return [base] * count
    if kind == "f8":
        return [None if np.isnan(number) else number for number in np.frombuffer(codes, np.float64).tolist()]
    if not differences:
        assert base is not None
        return [code + base if code else None for code in np.frombuffer(codes, TYPES[kind]).tolist()]
    width, number, least = differences
    numbers: list[Any] = []
    for code in np.frombuffer(codes, TYPES[width]).tolist():
        number += code + least if code else 0
        numbers.append(number if code else None)
    return numbers


def _times(head: dict[str, int], planes: bytes, count: int) -> list[int]:
    assert len(planes) == head["planes"] * count
    times, time = [], head["from"]
    for step in range(count):
        time += sum(planes[plane * count + step] << 8 * plane for plane in range(head["planes"])) + head["least"]
        times.append(time)
    return times
