"""The one table of formats in which a recording can be taken away. A new one is a row here, and a file beside this."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lost_update.exports import csv, html, ndjson, perfetto, replay, report, run_map, svg_lineage, svg_map, svg_timeline
from lost_update.model.recording import Recording


def _any_recording(recording: Recording) -> None:
    """Every recording can be taken away in most formats."""


@dataclass(frozen=True)
class Format:
    """A format. `write` gives the bytes of a recording that is over, some at a time; a part may be empty.

    Before that `check` raises `NotPossible` where the format cannot show this recording.
    """

    name: str
    about: str
    """For whom it is: a sentence."""
    media_type: str
    suffix: str
    write: Callable[[Recording], Iterator[bytes]]
    check: Callable[[Recording], None] = _any_recording
    stem: str = "run-"
    """What the name of a file has before the id."""

    @property
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return self.media_type.startswith("text/") or self.suffix.endswith((".ndjson", ".svg"))

    def file_name(self, recording: Recording) -> str:
        """The name of the file that a browser saves."""
        return f"{self.stem}{recording.id}{self.suffix}"


FORMATS: Final = {
    each.name: each
    for each in (
        Format(
            "ndjson",
            about="All that is known of the run, as lines of JSON: to open it again here, and for your own programs.",
            media_type="application/x-ndjson",
            suffix=".ndjson",
            write=ndjson.write,
        ),
        Format(
            "html",
            about="A page that plays the recording, one file, no server: for slides and learning platforms.",
            media_type="text/html",
            suffix=".html",
            write=html.write,
        ),
        Format(
            "perfetto",
            about="A trace for ui.perfetto.dev: every process on one time axis, to zoom into long runs.",
            media_type="application/protobuf",
            suffix=".perfetto-trace",
            write=perfetto.write,
            check=perfetto.check,
        ),
        Format(
            "csv",
            about="A table with a line a step, for a spreadsheet or a data frame.",
            media_type="text/csv",
            suffix=".csv",
            write=csv.write,
        ),
        Format(
            "svg",
            about="The timeline as a picture: for slides, a worksheet or a paper.",
            media_type="image/svg+xml",
            suffix=".svg",
            write=svg_timeline.write,
            check=svg_timeline.check,
        ),
        Format(
            "svg-lineage",
            about="Which write was built on which, as a picture: what survives, and the dead branches.",
            media_type="image/svg+xml",
            suffix="-lineage.svg",
            write=svg_lineage.write,
            check=svg_lineage.check,
        ),
        Format(
            "svg-map",
            about="The map of two processes as a picture: the path that they took through all that they could do.",
            media_type="image/svg+xml",
            suffix="-map.svg",
            write=svg_map.write,
            check=run_map.check,
        ),
        Format(
            "markdown",
            about="What ran, and how each update died, step by step: for a worksheet, a wiki or a bug report.",
            media_type="text/markdown",
            suffix=".md",
            write=report.write_markdown,
        ),
        Format(
            "text",
            about="The same as plain text: for a mail, a terminal or a comment in the code.",
            media_type="text/plain",
            suffix=".txt",
            write=report.write_text,
        ),
        Format(
            "pytest",
            about="A test that leads new real processes through the same steps: for whoever repairs the program.",
            media_type="text/x-python",
            suffix=".py",
            write=replay.write,
            check=replay.check,
            stem="test_replay_",
        ),
    )
}
"""By their names."""
