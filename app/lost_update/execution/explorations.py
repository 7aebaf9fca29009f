"""What is asked of the explorer: every interleaving of a program, and whether a lock placement is right.

    explore ──▶ Computations ─┐   in a thread each, within one deadline     in a process each, ready by then
                              ├─▶ record the programs (solo) ─────────────▶ explore_until ─▶ an answer, as JSON
    fix ──────▶ Computations ─┘   short runs of real processes

The puzzle has its own queue, so that it never waits behind an exploration.
"""

from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Annotated

import orjson
from pydantic import Field

from lost_update.execution import fix_it
from lost_update.execution.bounded_exploration import EXPLORER, SEED, explore_until
from lost_update.execution.computations import Computation, Computations, ComputedAnswer, Load, Room
from lost_update.execution.fix_it import FixRequest
from lost_update.execution.ready_processes import ReadyProcesses
from lost_update.execution.solo import programs_of
from lost_update.execution.supervisor import new_context
from lost_update.explorer.answer import Exploration, Limits
from lost_update.explorer.program import NotExplorable, ProgramFails
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import (
    MAX_EXPLORED_ITERATIONS,
    MAX_EXPLORED_PROCESSES,
    MAX_GRAPH_STATES,
    MAX_SAMPLED_STEPS,
    MAX_SAMPLES,
    MAX_SCHEDULE,
    Settings,
)
from lost_update.sources.request import FromJSON, OneOf, Refusal, RunRequest, check


class ExploreRequest(FromJSON):
    """What to explore: how many processes, how many times each adds 1, and under which guard."""

    processes: int = Field(2, ge=1, le=MAX_EXPLORED_PROCESSES)
    iterations: int = Field(2, ge=1, le=MAX_EXPLORED_ITERATIONS)
    guard: Annotated[str, OneOf(SCENARIOS["value"].variants)] = "none"


class Explorations:
    """Answers these questions without slowing down anything else. Safe to use from any thread; never blocks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = _limits_of(settings)
        self._context = new_context()
        room = Room(
            settings.max_explorations,
            settings.max_waiting_explorations,
            settings.remembered_answers,
            settings.explore_seconds,
        )
        self._processes = ReadyProcesses(self._context, (EXPLORER,))
        self._exploring = Computations(self._processes, "explorations", room)
        self._fixing = Computations(self._processes, "placements of a lock", room)

    def get_ready(self) -> None:
        """Somebody will soon ask. Takes a moment, so call it from a thread of its own, when that one has its page."""
        self._processes.get_ready()

    def explore(self, wanted: ExploreRequest, owner: str) -> "Future[bytes]":
        """Every interleaving of such a run, or what the budget allows: an `Exploration`, as JSON. Raises `Refusal`."""
        request = _run_to_explore(wanted, self._settings)

        def work(computation: Computation) -> ComputedAnswer:
            deadline = monotonic() + self._settings.explore_seconds
            with computation.process() as call:
                try:
                    programs, initial = programs_of(self._context, request, deadline, computation.raise_if_cancelled)
                except NotExplorable as reason:
                    raise _not_explorable(reason) from None
                answer = call(deadline, explore_until, deadline, programs, initial, self._limits, tells=True)
            return ComputedAnswer(orjson.dumps(answer), is_final=answer["exhausted"])

        return self._exploring.ask(wanted, work, owner)

    def fix(self, wanted: FixRequest, owner: str) -> "Future[bytes]":
        """Whether this lock placement is right under every schedule: a `Judgement`, as JSON. Raises `Refusal`."""
        request = fix_it.run_to_judge(wanted)
        check(request, self._settings)

        def work(computation: Computation) -> ComputedAnswer:
            deadline = monotonic() + self._settings.explore_seconds
            with computation.process() as call:
                try:
                    programs, initial = programs_of(self._context, request, deadline, computation.raise_if_cancelled)
                except ProgramFails as failing:
                    judgement = fix_it.failing(failing.program, wanted)
                else:
                    answer = call(deadline, explore_until, deadline, programs, initial, self._limits)
                    judgement = fix_it.judged(answer, wanted)
            return ComputedAnswer(orjson.dumps(judgement), is_final=True)

        return self._fixing.ask(wanted, work, owner)

    def load(self) -> dict[str, Load]:
        """How many questions of each kind are at work, and how many wait."""
        return {"explore": self._exploring.load, "fix": self._fixing.load}

    def close(self) -> None:
        """Cancel everything and wait until it is gone."""
        self._exploring.close()
        self._fixing.close()
        self._processes.close()


def explore_here(
    settings: Settings, wanted: ExploreRequest, progress: Callable[[int], None] = lambda _states: None
) -> Exploration:
    """The same answer, computed in this process. `progress` gets the number of visited states. Raises `Refusal`."""
    request = _run_to_explore(wanted, settings)
    deadline = monotonic() + settings.explore_seconds
    try:
        programs, initial = programs_of(new_context(), request, deadline)
    except NotExplorable as reason:
        raise _not_explorable(reason) from None
    return explore_until(deadline, programs, initial, _limits_of(settings), progress)


def _limits_of(settings: Settings) -> Limits:
    return Limits(settings.explore_states, MAX_GRAPH_STATES, MAX_SAMPLES, MAX_SAMPLED_STEPS, MAX_SCHEDULE)


def _run_to_explore(wanted: ExploreRequest, settings: Settings) -> RunRequest:
    request = RunRequest(scenario="value", seed=SEED, **wanted.model_dump())
    check(request, settings)
    return request


def _not_explorable(reason: NotExplorable) -> Refusal:
    return Refusal("not_explorable", str(reason), "Explore a guard of the scenario value.")
