"""The page on which one is the scheduler. What its address asks for is for its script to read."""

from typing import Final

from lost_update.execution.registry import Registry
from lost_update.goals.content import read
from lost_update.settings import MAX_SCHEDULER_ITERATIONS
from lost_update.web.pages.catalogue_view import offer_one
from lost_update.web.pages.rendering import Context

SCENARIO: Final = "value"

PANELS: Final = ("timeline", "map", "lineage", "code", "anatomy", "distribution")
"""The value as it grew says little of a few steps."""


def tells(registry: Registry) -> Context:
    """The one scenario of the catalogue that is offered here, as far as it is, and the goals."""
    catalogue = offer_one(registry.settings, SCENARIO, PANELS)
    [scenario] = catalogue["scenarios"]
    scenario["iterations"] |= {"usual": 1, "most": MAX_SCHEDULER_ITERATIONS}
    return {
        "catalogue": {**catalogue, "paces": [each for each in catalogue["paces"] if each["name"] == "step"]},
        "goals": [goal.model_dump() for goal in read()],
    }
