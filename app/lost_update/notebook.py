"""A recording in a notebook: what `lost_update.load(path)` returns shows itself there, in a frame of its own.

    race.ndjson, race.html ─▶ load ─▶ Loaded ── _repr_html_ ─▶ <iframe srcdoc="the whole exported page">

The frame may run the scripts of its page and do nothing else: it has no way to the notebook, and keys that are pressed
in it stay in it.
"""

from html import escape
from os import PathLike
from pathlib import Path
from typing import Final

from lost_update.exports import html
from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.store.importing import Limits, recording_in

HEIGHT: Final = 700
"""In pixels: enough for the stage, the sentence and the player."""


LIMITS: Final = Limits(size=2 * 1024**3, steps=20_000_000)
"""Of a file that somebody opens on a machine of their own."""


class Loaded:
    """A recording that was read from a file. `view` is what the interface says of it: its summary, its findings."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.view = view_of(recording)

    def __repr__(self) -> str:
        """In a terminal, and where a notebook is not trusted."""
        return f"<recording {self.recording.id}: {self.view['status']}, {len(self.recording.log)} steps>"

    def _repr_html_(self) -> str:
        """In a notebook: the page of the recording."""
        page = b"".join(html.write(self.recording)).decode()
        return (
            f'<iframe title="Recording {escape(self.recording.id)}" sandbox="allow-scripts" width="100%" '
            f'height="{HEIGHT}" style="border: 1px solid #8886" srcdoc="{escape(page)}"></iframe>'
        )


def load(path: str | PathLike[str]) -> Loaded:
    """The recording in a file: an `ndjson` export, or an `html` one. Raises `Unreadable` where it is none."""
    return Loaded(recording_in(Path(path), LIMITS))
