"""The page of the puzzle. The placement of the lock is in its address; the judgement comes from `/api/fix`."""

from typing import Final

from lost_update.execution.fix_it import FixRequest
from lost_update.execution.registry import Registry
from lost_update.page.catalogue_view import one_scenario_view
from lost_update.scenarios.lock_placement import INSERTION_POINTS, LINES, NAME, SCENARIO
from lost_update.web.pages.rendering import Context

WORDS: Final = {
    "before_loop": "before the loop",
    "before_read": "before the read",
    "before_write": "before the write",
    "after_write": "after the write",
    "after_loop": "after the loop",
}
"""The insertion points, as the page calls them."""


def context(registry: Registry) -> Context:
    """The code with a gap at each insertion point, and the scenario, without panels below its race."""
    usual = FixRequest()
    return {
        "catalogue": one_scenario_view(registry.settings, SCENARIO.name),
        "head": f"def {NAME}(number, lock, iterations):",
        "gaps": [{"name": gap, "words": WORDS[gap], "lines": LINES[gap]} for gap in INSERTION_POINTS],
        "usual": {"processes": usual.processes, "iterations": usual.iterations},
    }
