"""Every scenario in every variant, as requests: short ones, and long ones that last until something ends them."""

from typing import Any, Final

from lost_update.scenarios.catalogue import SCENARIOS

Request = dict[str, Any]

EVERY: Final[dict[str, Request]] = {
    f"{scenario.name}-{variant}": {"scenario": scenario.name, scenario.field: variant}
    for scenario in SCENARIOS.values()
    for variant in scenario.variants
}
"""By a name for the test."""

MAY_BLOCK: Final = ("value-forgotten_release", "value-crossed_locks", "raising-lock")
"""Those that may end in a deadlock, as they should."""

RIGHT: Final = [
    f"{scenario.name}-{variant.name}"
    for scenario in SCENARIOS.values()
    for variant in scenario.variants.values()
    if variant.kind == "right" and not variant.may_block
]
"""Those in which nothing may ever be lost."""

SHORT: Final[dict[str, Request]] = {
    "value": {"iterations": 50},
    "crowd": {"iterations": 5},
    "array": {"iterations": 30},
    "tutorial": {"iterations": 30},
    "raising": {"iterations": 10, "processes": 3},
    "processes": {"iterations": 1, "processes": 2},
    "queue-fifo": {"iterations": 40},
    "queue-workers": {"iterations": 20},
    "pool": {"iterations": 10, "processes": 3},
    "sharing": {"iterations": 30, "processes": 3},
    "fix-it": {"iterations": 30},
}
"""Over before one can look, at the pace free."""

LONG: Final[dict[str, Request]] = {
    "value": {"pace": "slow", "step_ms": 10, "iterations": 500},
    "crowd": {"pace": "slow", "step_ms": 10, "iterations": 100, "processes": 12},
    "array": {"pace": "slow", "step_ms": 10, "iterations": 200},
    "tutorial": {"pace": "tutorial", "iterations": 5000},
    "raising": {"pace": "slow", "step_ms": 10, "iterations": 500},
    "processes": {"iterations": 500, "processes": 3},
    "queue-fifo": {"pace": "slow", "step_ms": 50, "iterations": 1000},
    "queue-workers": {"pace": "slow", "step_ms": 50, "iterations": 500},
    "pool": {"pace": "tutorial", "iterations": 1000, "processes": 3},
    "sharing": {"pace": "tutorial", "iterations": 2000, "processes": 3},
    "fix-it": {"pace": "slow", "step_ms": 10, "iterations": 500},
}
"""Lasts for seconds, and takes little of the machine."""


def short(name: str) -> Request:
    """The short request of that name."""
    return {**EVERY[name], **SHORT[EVERY[name]["scenario"]]}


def long(name: str) -> Request:
    """The long request of that name."""
    return {**EVERY[name], **LONG[EVERY[name]["scenario"]]}
