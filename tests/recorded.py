"""A registry that knows kept recordings, too, so that the web layer serves them as any other.

FOLDER/NAME.ndjson ──▶ Recording ──▶ RecordedRegistry.recording(NAME) ──▶ pages, streams, exports
"""

from functools import cache
from pathlib import Path

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from tests.recordings import FOLDER, file_of, recorded


class RecordedRegistry(Registry):
    """Knows the recordings in a folder by their names. They are no runs of this server: it neither lists nor forgets
    them.
    """

    def __init__(self, settings: Settings, folder: Path = FOLDER) -> None:
        super().__init__(settings)
        self._folder = folder
        self._recorded = cache(recorded)

    def recording(self, run_id: str) -> Recording | None:
        """A recording, or what is known of a run of this server."""
        is_kept = file_of(run_id, self._folder) in self._folder.iterdir()
        return self._recorded(run_id, self._folder) if is_kept else super().recording(run_id)
