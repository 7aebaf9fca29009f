"""A recording as a page: one file with the stage, the player and all that is known of the run. Pure.

It opens from a disk, in a frame, and where there is no network. The page's own scripts draw it; the recording stands
in it as its whole ndjson export:

    <script type="application/gzip" id="recording">  base64 of gzip of lines of JSON  </script>

The same recording makes the same bytes: no clock is asked, and gzip writes no time.
"""

import shlex
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from lost_update.exports import ndjson
from lost_update.model.ops import table
from lost_update.model.recording import Recording
from lost_update.model.view import is_of_script, run_view, script_run_view
from lost_update.page import one_file
from lost_update.page.catalogue_view import recorded_view
from lost_update.page.templates import RUN_SHEETS, START_SHEETS

OPENS: Final = b'<script type="application/gzip" id="recording">'
CLOSES: Final = b"</script>"

GZIP: Final = 16
"""Asks zlib for the form of a gzip file."""

NEEDS_SERVER: Final = ("distribution",)
"""Panels that are about further runs."""


class NoRecording(Exception):
    """A page holds no recording. The message says why."""


class TooLong(Exception):
    """A recording unpacks to more than is allowed."""


def write(recording: Recording) -> Iterator[bytes]:
    """The page of a run that is over, some at a time."""
    before, _, after = (_script_page(recording) if is_of_script(recording) else _race_page(recording)).partition(OPENS)
    yield before + OPENS
    yield from _as_base64(_packed(ndjson.write(recording)))
    yield after


def lines_in(page: bytes, most: int) -> bytes:
    """The ndjson export that a page holds. Nobody has to trust the page: at most so many bytes are unpacked.

    Raises `NoRecording`, or `TooLong`.
    """
    start = page.find(OPENS) + len(OPENS)
    end = page.find(CLOSES, start)
    if page.count(OPENS) != 1 or end < 0:
        raise NoRecording("this page holds no recording of Lost Update")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | GZIP)
    try:
        lines = unpacker.decompress(b64decode(page[start:end]), most + 1)
    except (ValueError, zlib.error):
        raise NoRecording("the recording in this page cannot be unpacked") from None
    if len(lines) > most:
        raise TooLong
    if not unpacker.eof or unpacker.unused_data:
        raise NoRecording("the recording in this page is cut off")
    return lines


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """What comes, as one gzip file that names no time."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | GZIP)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


def _as_base64(parts: Iterable[bytes]) -> Iterator[bytes]:
    """What comes, as text: three bytes are four letters, so some wait for the next part."""
    rest = b""
    for part in parts:
        whole = rest + part
        end = len(whole) - len(whole) % 3
        yield b64encode(whole[:end])
        rest = whole[end:]
    yield b64encode(rest)


def _race_page(recording: Recording) -> bytes:
    view = run_view(recording)
    catalogue = recorded_view(view["request"]["scenario"], NEEDS_SERVER)
    [scenario] = catalogue["scenarios"]
    page = {"name": "recording", "title": scenario["title"], "description": "A run of real processes, recorded."}
    return one_file.write(
        "pages/recording.html",
        "pages/recording/main.js",
        (*START_SHEETS, *RUN_SHEETS, "recording"),
        {"page": page, "recorded_words": words_of(recording), "catalogue": catalogue},
        {"catalogue": catalogue, "run": view},
    )


def _script_page(recording: Recording) -> bytes:
    view = script_run_view(recording)
    command = shlex.join(view["command"])
    page = {"name": "script", "title": command, "description": "A program, traced, and recorded."}
    return one_file.write(
        "pages/script.html",
        "pages/recording/of-script.js",
        ("script", "transport", "recording"),
        {
            "page": page,
            "recorded_words": words_of(recording),
            "run": view,
            "command": command,
            "script": command,
        },
        {"ops": table(), "run": view},
    )


def words_of(recording: Recording) -> list[str]:
    """When and where it was recorded, as far as it says so; nothing in it tells who did."""
    made = recording.header.get("made")
    if made is None:
        python = next((source["python"] for source in recording.names.sources if source["python"]), "")
        return [f"Python {python}"] if python else []
    day, _, time = made["at"].partition("T")
    return [f"{day}, {time[:5]} UTC", made["system"], f"Python {made['python']}", f"Lost Update {made['lost_update']}"]
