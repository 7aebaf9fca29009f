"""A file that somebody hands us becomes a recording, or is refused with one sentence. Nobody has to trust it.

    bytes ──▶ is it a page? its recording, unpacked ──▶ lines ──▶ read ──▶ request known? ──▶ worked out anew

Whatever it holds is text to us: nothing of it is executed, and no figure of it is believed. What it may take is bounded
before it is taken: bytes, also those that it unpacks to, lines, processes, targets.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final, Self

from pydantic import ValidationError

from lost_update.analysis.recomputed import Contradiction, recomputed
from lost_update.execution.run import ID_BYTES
from lost_update.exports import html, ndjson
from lost_update.exports.ndjson import Unreadable
from lost_update.model.recording import Header, Recording
from lost_update.model.view import is_of_script
from lost_update.settings import Settings
from lost_update.sources.request import Refusal, RunRequest, check

_WITHOUT_LIMITS: Final = 2**62

EXPORT_AGAIN: Final = "Export the run again as ndjson or html, and open that."


@dataclass(frozen=True)
class Limits:
    """What a file may have. Sizes are in bytes, unpacked."""

    size: int
    steps: int
    names: int = 65_000
    """Processes and targets, together: their numbers have 16 bits in the log."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the owner of this Lost Update lets in."""
        return cls(settings.max_import_unpacked, settings.max_steps)


def recording_of(name: str, data: bytes, limits: Limits) -> Recording:
    """The recording in this file of that name, an `ndjson` or an `html` export. Raises `Unreadable`."""
    text = _in_a_page(name, data, limits.size) if _is_a_page(data) else data
    if len(text) > limits.size:
        raise _too_large(name, limits.size)
    try:
        recording = recomputed(ndjson.read(name, _lines(name, text, limits)))
    except Contradiction as why:
        raise Unreadable(f"{name}: {why}. The file is broken, or somebody changed it. {EXPORT_AGAIN}") from None
    if not is_of_script(recording):
        _check_request(name, recording.header)
    return recording


def recording_in(file: Path, limits: Limits) -> Recording:
    """The recording in that file. Raises `Unreadable`."""
    try:
        with file.open("rb") as opened:
            data = opened.read(limits.size + 1)
    except OSError as error:
        raise Unreadable(f"Cannot read {file}: {error.strerror}. Check the name.") from None
    if len(data) > limits.size:
        raise _too_large(file.name, limits.size)
    return recording_of(file.name, data, limits)


def beside(recording: Recording, there: Recording | None) -> Recording:
    """The same, or under a new id where another recording has its: nobody may put another run in its place."""
    if there is None or (there.is_over and _are_the_same(there, recording)):
        return recording
    header: Header = {**recording.header, "id": secrets.token_hex(ID_BYTES)}
    return Recording(header, recording.snapshot, recording.log)


def _are_the_same(one: Recording, other: Recording) -> bool:
    return all(left == right for left, right in zip_longest(ndjson.write(one), ndjson.write(other)))


def _is_a_page(data: bytes) -> bool:
    return data.lstrip()[:1] == b"<"


def _in_a_page(name: str, page: bytes, size: int) -> bytes:
    """What is packed into a page that was exported."""
    try:
        return html.lines_in(page, size)
    except html.NoRecording as why:
        raise Unreadable(f"{name}: {why}. {EXPORT_AGAIN}") from None
    except html.TooLong:
        raise _too_large(name, size) from None


def _too_large(name: str, size: int) -> Unreadable:
    return Unreadable(
        f"{name}: this is larger than a recording may be here, {size // 1024**2} MB. Open it on a server that allows "
        "more (LOST_UPDATE_MAX_IMPORT_UNPACKED), or record a shorter run."
    )


def _lines(name: str, text: bytes, limits: Limits) -> Iterator[bytes]:
    steps = names = 0
    start = 0
    while start < len(text):
        end = text.find(b"\n", start) + 1 or len(text)
        line = text[start:end]
        start = end
        if line.startswith((b'{"declared_process"', b'{"declared_target"', b'{"declared_source"')):
            names += 1
        else:
            steps += 1
        if names > limits.names or steps > limits.steps + limits.names:
            raise Unreadable(
                f"{name}: it has more than {limits.steps:,} steps, or over {limits.names:,} processes and targets. "
                "Open it on a server that allows more (LOST_UPDATE_MAX_STEPS), or record a shorter run."
            )
        yield line


def _check_request(name: str, header: Header) -> None:
    """A scenario that this Lost Update knows, with just what it adds: pages say what was expected from that."""
    given = {field: value for field, value in header["request"].items() if value is not None}
    unlimited = Settings.model_construct(
        max_steps=_WITHOUT_LIMITS, max_seconds=float(_WITHOUT_LIMITS), max_live_processes=_WITHOUT_LIMITS
    )
    try:
        request = RunRequest.model_validate(given)
        check(request, unlimited)
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Unreadable(f"{name}: this Lost Update does not know its run request: {why}. {EXPORT_AGAIN}") from None
    except Refusal as refusal:
        raise Unreadable(f"{name}: its run request makes no sense here: {refusal.message} {EXPORT_AGAIN}") from None
    adds = request.program.adds(request.processes, request.iterations)
    is_steppable = request.variant.stage == "cells"
    if header["adds"] != adds or header["steppable"] != is_steppable or request.model_dump() != dict(header["request"]):
        raise Unreadable(f"{name}, line 1: the header does not fit its own run request. {EXPORT_AGAIN}")
