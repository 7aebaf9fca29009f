"""The one table of formats in which a recording can be taken away. A new one is a row here, and a file beside this."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lost_update.exports import html, ndjson
from lost_update.model.recording import Recording


@dataclass(frozen=True)
class Format:
    """A format. `write` gives the bytes of a recording that is over, some at a time."""

    name: str
    media_type: str
    suffix: str
    write: Callable[[Recording], Iterator[bytes]]


FORMATS: Final = {
    each.name: each
    for each in (
        Format("ndjson", media_type="application/x-ndjson", suffix=".ndjson", write=ndjson.write),
        Format("html", media_type="text/html", suffix=".html", write=html.write),
    )
}
"""By their names."""
