"""The page Interleavings. What can happen comes from `/api/explore`, what did happen from runs."""

from typing import Final

from lost_update.execution.explorations import ExploreRequest
from lost_update.execution.registry import Registry
from lost_update.page.catalogue_view import most_processes, one_scenario_view
from lost_update.settings import MAX_EXPLORED_ITERATIONS, MAX_EXPLORED_PROCESSES
from lost_update.web.pages.rendering import Context

SCENARIO: Final = "value"
"""The one whose guards can be explored."""


def context(registry: Registry) -> Context:
    """That scenario, without panels below its run, and what is explored first."""
    settings = registry.settings
    return {
        "catalogue": one_scenario_view(settings, SCENARIO),
        "usual": ExploreRequest().model_dump(),
        "most": {
            "processes": min(MAX_EXPLORED_PROCESSES, most_processes(settings)),
            "iterations": MAX_EXPLORED_ITERATIONS,
        },
    }
