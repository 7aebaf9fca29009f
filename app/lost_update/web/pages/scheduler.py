"""The page Scheduler. Its script reads what its address asks for."""

from typing import Final

from lost_update.execution.registry import Registry
from lost_update.goals.content import read
from lost_update.page.catalogue_view import one_scenario_view
from lost_update.settings import MAX_SCHEDULER_ITERATIONS
from lost_update.web.pages.rendering import Context

SCENARIO: Final = "value"

PANELS: Final = ("timeline", "map", "lineage", "code", "anatomy", "distribution")
"""The chart of the value is left out: it says little about a few steps."""


def context(registry: Registry) -> Context:
    """The one scenario of the catalogue that is offered here, as far as it is, and the goals."""
    catalogue = one_scenario_view(registry.settings, SCENARIO, PANELS)
    [scenario] = catalogue["scenarios"]
    scenario["iterations"] |= {"usual": 1, "most": MAX_SCHEDULER_ITERATIONS}
    return {
        "catalogue": {**catalogue, "paces": [each for each in catalogue["paces"] if each["name"] == "step"]},
        "goals": [goal.model_dump() for goal in read()],
    }
