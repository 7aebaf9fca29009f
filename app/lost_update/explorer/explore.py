"""The explorer's answer: everything that can happen, or as much of it as the budget allows. Pure.

programs ─▶ Machine ─┬▶ counting:  how many interleavings, how likely, which deadlocks
                     ├▶ witnesses: for each outcome the schedule with the fewest context switches
                     ├▶ graph:     every state and every step, where they are few enough to be drawn
                     └▶ where the budget ends: theory (what is known anyway), sampling (an estimate)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NotRequired

from typing_extensions import TypedDict

from lost_update.explorer.counting import Counts, OutOfBudget, count
from lost_update.explorer.graph import Graph, graph_of
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.explorer.sampling import Choose, sample
from lost_update.explorer.theory import schedule_to_two
from lost_update.explorer.witnesses import Witness, witnesses

WITNESS_STATES: Final = 5
"""The search for witnesses may visit this many times as many states: it also distinguishes which process moved last."""


@dataclass(frozen=True)
class Limits:
    """How much to explore: states that are visited, and states of a graph.

    Where not everything can be counted: random schedules, and the steps of all of them together.
    """

    states: int
    graph_states: int
    samples: int
    sampled_steps: int


@dataclass(frozen=True)
class Budget:
    """How far to go. `may_continue` gets the number of known states and returns whether there is time to count more.

    `may_sample` returns whether there is time for more random schedules. They are drawn where counting did not finish.
    """

    limits: Limits
    may_continue: Callable[[int], bool] = lambda _states: True
    may_sample: Callable[[], bool] = lambda: True


class Outcome(TypedDict):
    """One final value. `interleavings` is a text because it may be longer than numbers are elsewhere.

    `probability` is the nearest number to the exact `fraction`, which is a text such as `3/4`. `switches` counts the
    context switches of `schedule`.
    """

    final: int
    interleavings: str
    probability: float
    fraction: str
    schedule: list[str]
    switches: int


class Deadlock(TypedDict):
    """Interleavings that end with every process waiting."""

    interleavings: str
    probability: float
    fraction: str
    schedule: list[str]
    switches: int


class EstimatedOutcome(TypedDict):
    """Which share of the random schedules ended at `final`; None is a deadlock."""

    final: int | None
    share: float


class Estimate(TypedDict):
    """Where random schedules ended, and how often."""

    samples: int
    outcomes: list[EstimatedOutcome]


class Known(TypedDict):
    """A final value that is possible in theory, with a schedule that leads to it."""

    final: int
    schedule: list[str]


class Exploration(TypedDict):
    """All outcomes; or, where `exhausted` is false, what was covered, what is known anyway, and an estimate.

    The graph is there where it is small.
    """

    exhausted: bool
    interleavings: str | None
    states: int
    outcomes: list[Outcome]
    deadlocks: list[Deadlock]
    known: NotRequired[list[Known]]
    estimate: NotRequired[Estimate]
    graph: NotRequired[Graph]


def explore(
    programs: Sequence[Program], names: Sequence[str], initial: int, budget: Budget, choose: Choose
) -> Exploration:
    """Everything that can happen when these programs run, one in each process. `choose` draws random samples."""
    machine = Machine(programs, initial)
    try:
        counts = count(machine, budget.limits.states, budget.may_continue)
        found = witnesses(
            machine,
            counts.finals,
            deadlock=counts.deadlocks.interleavings > 0,
            max_states=WITNESS_STATES * budget.limits.states,
            may_continue=lambda: budget.may_continue(counts.states),
        )
    except OutOfBudget as ended:
        return _unfinished(machine, names, ended.states, budget, choose)
    whole = Exploration(
        exhausted=True,
        interleavings=str(counts.interleavings),
        states=counts.states,
        outcomes=[
            Outcome(final=final, **_figures(counts, final), **_shown(found.finals[final], names))  # type: ignore[typeddict-item]
            for final in sorted(counts.finals)
        ],
        deadlocks=[Deadlock(**_figures(counts, None), **_shown(found.deadlock, names))]  # type: ignore[typeddict-item]
        if found.deadlock
        else [],
    )
    if graph := graph_of(machine, names, budget.limits.graph_states):
        whole["graph"] = graph
    return whole


def _figures(counts: Counts, final: int | None) -> dict[str, str | float]:
    counted = counts.deadlocks if final is None else counts.finals[final]
    return {
        "interleavings": str(counted.interleavings),
        "probability": float(counted.probability),
        "fraction": str(counted.probability),
    }


def _shown(witness: Witness, names: Sequence[str]) -> dict[str, list[str] | int]:
    return {"schedule": [names[process] for process in witness.schedule], "switches": witness.switches}


def _unfinished(machine: Machine, names: Sequence[str], states: int, budget: Budget, choose: Choose) -> Exploration:
    samples = max(1, min(budget.limits.samples, budget.limits.sampled_steps // machine.length))
    drawn = sample(machine, samples, choose, budget.may_sample)
    samples = drawn.total()
    to_two = schedule_to_two(machine)
    return Exploration(
        exhausted=False,
        interleavings=None,
        states=states,
        outcomes=[],
        deadlocks=[],
        known=[Known(final=machine.initial + 2, schedule=[names[process] for process in to_two])] if to_two else [],
        estimate=Estimate(
            samples=samples,
            outcomes=[
                EstimatedOutcome(final=final, share=times / samples)
                for final, times in sorted(drawn.items(), key=lambda item: (item[0] is None, item[0] or 0))
            ],
        ),
    )
