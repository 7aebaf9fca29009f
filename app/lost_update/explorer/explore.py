"""The explorer's answer: everything that can happen, or as much of it as the budget allows. Pure.

programs ─▶ Machine ─┬▶ theory:    everything, where all is done under one lock; otherwise
                     ├▶ chains:    every way that the surviving chain of updates can go, as layers of states. On them:
                     │    ├▶ counting:  how many interleavings, how likely, which deadlocks
                     │    └▶ witnesses: for each outcome the schedule with the fewest context switches
                     ├▶ states:    how many distinct ones there are
                     ├▶ graph:     every state and every step, where they are few enough to be drawn
                     └▶ where the budget ends: theory (what is known anyway), sampling (an estimate)
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from lost_update.explorer.answer import (
    Budget,
    Deadlock,
    Estimate,
    EstimatedOutcome,
    Exploration,
    Known,
    Limits,
    Outcome,
)
from lost_update.explorer.budget import OutOfBudget, Watch
from lost_update.explorer.chains import Chains
from lost_update.explorer.counting import Counts, count
from lost_update.explorer.graph import graph_of
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.explorer.sampling import Choose, sample
from lost_update.explorer.states import States, distinct_states
from lost_update.explorer.theory import schedule_to_two, under_one_lock
from lost_update.explorer.witnesses import Witness, Witnesses, witnesses

COUNTED_STATES: Final = 5
"""To count the distinct states this many times as many may be visited: no more than two layers of them are kept."""

GLANCED_STATES: Final = 1_000
"""So many distinct states are counted though time is up: without any, nothing could be said of how many there are."""

MOST_NUMBER: Final = 2**53 - 1
"""The largest integer that every JSON reader reads exactly."""


def explore(
    programs: Sequence[Program], names: Sequence[str], initial: int, budget: Budget, choose: Choose
) -> Exploration:
    """Everything that can happen when these programs run, one in each process. `choose` draws random samples."""
    machine = Machine(programs, initial)
    try:
        counts, found, states = under_one_lock(machine) or _all_tried(machine, budget)
    except OutOfBudget as ended:
        return _unfinished(machine, names, ended.states, budget, choose)

    def shown(witness: Witness) -> dict[str, list[str] | int | None]:
        return {"schedule": _named(witness.schedule, names, budget), "switches": witness.switches}

    whole = Exploration(
        exhausted=True,
        interleavings=_digits(counts.interleavings),
        states=states.known if states.are_all and states.known <= MOST_NUMBER else None,
        outcomes=[
            Outcome(final=final, **_figures(counts, final), **shown(found.finals[final]))  # type: ignore[typeddict-item]
            for final in sorted(counts.finals)
        ],
        deadlocks=[Deadlock(**_figures(counts, None), **shown(found.deadlock))]  # type: ignore[typeddict-item]
        if found.deadlock
        else [],
    )
    if not states.are_all:
        whole["known_states"] = states.known
        whole["estimated_states"] = states.estimated
    if graph := graph_of(machine, names, budget.limits.graph_states):
        whole["graph"] = graph
    return whole


def at_least(machine: Machine, names: Sequence[str], states: int, limits: Limits, choose: Choose) -> Exploration:
    """What can be said without taking any time, after `states` were visited: what is known anyway, and one sample."""
    return _unfinished(machine, names, states, Budget(limits, lambda _states: False, lambda: False), choose)


def _all_tried(machine: Machine, budget: Budget) -> tuple[Counts, Witnesses, States]:
    watch = Watch(budget.limits.states, budget.may_continue)
    chains = Chains(machine)
    layers = chains.layers(watch)
    counts = count(machine, layers, watch)
    found = witnesses(chains, layers, counts.finals, deadlock=counts.deadlocks.interleavings > 0, watch=watch)
    del layers
    return counts, found, _distinct(machine, COUNTED_STATES * budget.limits.states, budget, watch.states)


def _distinct(machine: Machine, at_most: int, budget: Budget, visited: int) -> States:
    """How many distinct states there are. Some are counted in any case."""

    def may_continue(states: int) -> bool:
        return states < visited + GLANCED_STATES or budget.may_continue(states)

    return distinct_states(machine, Watch(at_most, may_continue, visited))


def _figures(counts: Counts, final: int | None) -> dict[str, str | float]:
    counted = counts.deadlocks if final is None else counts.finals[final]
    return {
        "interleavings": _digits(counted.interleavings),
        "probability": float(counted.probability),
        "fraction": str(counted.probability),
    }


def _digits(count: int) -> str:
    """All of them. Python's own text of an integer ends at some thousand digits."""
    return str(Decimal(count))


def _named(schedule: Sequence[int], names: Sequence[str], budget: Budget) -> list[str] | None:
    return [names[process] for process in schedule] if len(schedule) <= budget.limits.schedule_steps else None


def _unfinished(machine: Machine, names: Sequence[str], states: int, budget: Budget, choose: Choose) -> Exploration:
    counted = _distinct(machine, budget.limits.states, budget, states)
    samples = max(1, min(budget.limits.samples, budget.limits.sampled_steps // machine.length))
    drawn = sample(machine, samples, choose, budget.may_sample)
    samples = drawn.total()
    to_two = schedule_to_two(machine)
    return Exploration(
        exhausted=False,
        interleavings=None,
        states=states,
        known_states=counted.known,
        estimated_states=counted.estimated,
        outcomes=[],
        deadlocks=[],
        known=[Known(final=machine.initial + 2, schedule=_named(to_two, names, budget))] if to_two else [],
        estimate=Estimate(
            samples=samples,
            outcomes=[
                EstimatedOutcome(final=final, share=times / samples)
                for final, times in sorted(drawn.items(), key=lambda item: (item[0] is None, item[0] or 0))
            ],
        ),
    )
