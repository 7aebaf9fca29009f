"""The page of recordings: what this visitor keeps. The list comes from `/api/recordings`."""

from lost_update.execution.registry import Registry
from lost_update.web.pages.rendering import Context


def context(registry: Registry) -> Context:
    """How large a file may be that somebody opens here."""
    return {"limits": {"max_import": registry.settings.max_import}}
