"""Everything that can be run, as data: the page, the command line and the interface all read this."""

from dataclasses import dataclass
from typing import Final

from lost_update.scenarios import (
    array,
    crowd,
    lock_placement,
    pool,
    processes,
    queue_fifo,
    queue_workers,
    raising,
    sharing,
    tutorial,
    value,
)
from lost_update.scenarios.scenario import Scenario


@dataclass(frozen=True)
class PaceInfo:
    """A pace that a run may ask for; `badge` is what its runs wear, `about` what it means in a sentence.

    `adverb` is how the processes then work, as the end of a sentence.
    """

    name: str
    title: str
    badge: str
    about: str
    adverb: str


PACES: Final = {
    pace.name: pace
    for pace in (
        PaceInfo(
            "slow",
            "slow",
            "slow · we pause",
            "We pause at random before each step, so that you can watch.",
            "slowly",
        ),
        PaceInfo(
            "tutorial",
            "tutorial",
            "tutorial · the code pauses",
            "The code itself sleeps 10 ms before each round.",
            "with a short sleep before each round",
        ),
        PaceInfo(
            "step",
            "step",
            "step · you decide",
            "Every process waits before each step until somebody lets it go.",
            "one step at a time",
        ),
        PaceInfo("free", "free", "free · nobody pauses", "As fast as they can: nobody pauses.", "at full speed"),
    )
}

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        value.SCENARIO,
        crowd.SCENARIO,
        array.SCENARIO,
        tutorial.SCENARIO,
        raising.SCENARIO,
        processes.SCENARIO,
        queue_fifo.SCENARIO,
        queue_workers.SCENARIO,
        pool.SCENARIO,
        sharing.SCENARIO,
        lock_placement.SCENARIO,
    )
}

GUARDS: Final = tuple(
    dict.fromkeys(name for scenario in SCENARIOS.values() if scenario.field == "guard" for name in scenario.variants)
)
"""All guards of all scenarios, by name."""
