"""Explores what a request could do: its programs recorded from real processes, then worked out within a budget."""

import random
from collections.abc import Callable
from time import monotonic
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from lost_update.execution.solo import programs_of
from lost_update.execution.supervisor import Context
from lost_update.explorer.explore import Answer, Budget, explore
from lost_update.explorer.program import NotExplorable
from lost_update.scenarios.catalogue import GUARDS
from lost_update.scenarios.shapes import MAX_PROCESSES
from lost_update.settings import Settings
from lost_update.sources.request import OneOf, Refusal, RunRequest, check

MOST_ITERATIONS: Final = 1_000
"""More would not be explored within any budget, and their programs would only be long."""

SEED: Final = 2004


class ExploreRequest(BaseModel):
    """What to explore: so many processes that each add 1 so many times, under that guard."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    processes: int = Field(2, ge=1, le=MAX_PROCESSES)
    iterations: int = Field(2, ge=1, le=MOST_ITERATIONS)
    guard: Annotated[str, OneOf(GUARDS)] = "none"


def answer(
    context: Context, settings: Settings, wanted: ExploreRequest, progress: Callable[[int], None] = lambda _states: None
) -> Answer:
    """Every interleaving, or what the budget allows. `progress` is told how many states are known. Raises `Refusal`."""
    request = RunRequest(
        scenario="value", processes=wanted.processes, iterations=wanted.iterations, guard=wanted.guard, seed=SEED
    )
    check(request, settings)
    deadline = monotonic() + settings.explore_seconds

    def go_on(states: int) -> bool:
        progress(states)
        return monotonic() < deadline

    try:
        programs, initial = programs_of(context, request)
        budget = Budget(settings.explore_states, go_on)
        names = [f"P{number}" for number in range(1, wanted.processes + 1)]
        return explore(programs, names, initial, budget, random.Random(SEED).randrange)
    except NotExplorable as reason:
        raise Refusal("not_explorable", str(reason), "Explore a guard of the scenario value.") from None
