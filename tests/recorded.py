"""A registry that knows the kept recordings, too, so that the web layer serves them as any other.

NAME.ndjson ──▶ Recording ──▶ RecordedRegistry.recording(NAME) ──▶ pages, streams, exports
"""

from functools import cache

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from tests.recordings import RECORDINGS, recorded

_recorded = cache(recorded)


class RecordedRegistry(Registry):
    """Knows the recordings by their names. They are no runs of this server: it neither lists nor forgets them."""

    def recording(self, run_id: str) -> Recording | None:
        """A recording, or what is known of a run of this server."""
        return _recorded(run_id) if run_id in RECORDINGS else super().recording(run_id)
