"""The page Interleavings. What can happen comes from `/api/explore`, what did happen from runs."""

from typing import Final

from lost_update.execution.explorations import ExploreRequest
from lost_update.execution.registry import Registry
from lost_update.page.catalogue_view import one_scenario_view
from lost_update.settings import MAX_EXPLORED_ITERATIONS
from lost_update.web.pages.rendering import Context

SCENARIO: Final = "value"
"""The one whose guards can be explored."""


def context(registry: Registry) -> Context:
    """That scenario, without panels below its run, and what is explored first."""
    catalogue = one_scenario_view(registry.settings, SCENARIO)
    return {
        "catalogue": catalogue,
        "usual": ExploreRequest().model_dump(),
        "most": {"processes": catalogue["limits"]["processes"], "iterations": MAX_EXPLORED_ITERATIONS},
    }
