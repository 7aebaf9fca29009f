"""The explorer's answer: all outcomes, each with its figures and its schedule; or, marked as such, what is known."""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import factorial

import pytest

from lost_update.explorer.answer import Budget, Exploration, Limits
from lost_update.explorer.explore import explore
from lost_update.settings import Settings
from tests.brute_force import CASES, INCREMENT, Code, carry_out, enumerate_all, locked, program

PLENTY = Limits(states=100_000, graph_states=150, samples=2_000, sampled_steps=200_000, schedule_steps=10_000)


def answer(codes: Sequence[Code], initial: int = 0, budget: Budget | None = None) -> Exploration:
    names = [f"P{number}" for number in range(1, len(codes) + 1)]
    return explore(
        [program(code) for code in codes], names, initial, budget or Budget(PLENTY), random.Random(1).randrange
    )


def numbers(schedule: Sequence[str] | None) -> list[int]:
    assert schedule is not None
    return [int(name.removeprefix("P")) - 1 for name in schedule]


@pytest.mark.parametrize("case", CASES)
def test_all_that_it_says_agrees_with_brute_force(case: str) -> None:
    codes = CASES[case]
    by_hand = enumerate_all(codes)
    told = answer(codes)
    assert told["exhausted"]
    assert told["interleavings"] == str(sum(by_hand.interleavings.values()))
    assert told["states"] == len(by_hand.states)
    assert len(told["graph"]["states"] if "graph" in told else by_hand.states) == told["states"]
    assert [one["final"] for one in told["outcomes"]] == sorted(set(by_hand.switches) - {None})  # type: ignore[type-var]
    assert len(told["deadlocks"]) == (None in by_hand.switches)
    said = [(one["final"], one) for one in told["outcomes"]] + [(None, one) for one in told["deadlocks"]]
    for final, one in said:
        assert one["interleavings"] == str(by_hand.interleavings[final])
        assert Fraction(one["fraction"]) == by_hand.probability[final]
        assert one["probability"] == float(by_hand.probability[final])
        assert one["switches"] == by_hand.switches[final]
        assert carry_out(codes, numbers(one["schedule"])) == final
    assert sum(Fraction(one["fraction"]) for _, one in said) == 1


def test_where_nobody_does_anything_there_is_one_way_to_do_so() -> None:
    told = answer([[], []], 3)
    (one,) = told["outcomes"]
    assert (one["final"], one["interleavings"], one["schedule"], told["states"]) == (3, "1", [], 1)


def test_the_example_of_two_by_one_in_full() -> None:
    told = answer([INCREMENT, INCREMENT])
    told.pop("graph", None)
    assert told == {
        "exhausted": True,
        "interleavings": "20",
        "states": 21,
        "outcomes": [
            {
                "final": 1,
                "interleavings": "18",
                "probability": 0.75,
                "fraction": "3/4",
                "schedule": ["P1", "P2", "P2", "P2", "P1", "P1"],
                "switches": 2,
            },
            {
                "final": 2,
                "interleavings": "2",
                "probability": 0.25,
                "fraction": "1/4",
                "schedule": ["P1", "P1", "P1", "P2", "P2", "P2"],
                "switches": 1,
            },
        ],
        "deadlocks": [],
    }


def test_beyond_the_budget_it_says_what_was_covered_what_is_known_and_an_estimate() -> None:
    codes = [[*INCREMENT] * 4] * 3
    told = answer(codes, 5, Budget(replace(PLENTY, states=1_000, samples=500)))
    assert not told["exhausted"]
    assert told["interleavings"] is None
    assert 0 < (told["states"] or 0) <= 1_000
    assert (told["outcomes"], told["deadlocks"]) == ([], [])
    (known,) = told["known"]
    assert known["final"] == 7
    assert carry_out(codes, numbers(known["schedule"]), 5) == 7
    estimate = told["estimate"]
    assert estimate["samples"] == 500
    assert sum(one["share"] or 0 for one in estimate["outcomes"]) == pytest.approx(1)
    assert {one["final"] for one in estimate["outcomes"]} <= set(range(7, 18))


def test_an_estimate_names_deadlocks_last() -> None:
    told = answer([locked(INCREMENT, "a", "b"), locked(INCREMENT, "b", "a")], budget=Budget(replace(PLENTY, states=3)))
    assert [one["final"] for one in told["estimate"]["outcomes"]] == [2, None]
    assert told["known"] == []


def test_when_time_is_up_it_ends_as_when_states_run_out() -> None:
    asked: list[int] = []

    def may_continue(states: int) -> bool:
        asked.append(states)
        return len(asked) < 4

    told = answer([[*INCREMENT] * 10] * 2, budget=Budget(replace(PLENTY, samples=10), may_continue))
    assert not told["exhausted"]
    assert len(asked) == 5, "it asks once more, before it counts distinct states"
    assert (told["states"] or 0) > 0


def test_when_time_is_up_it_still_says_about_how_many_states_there_are() -> None:
    told = answer([[*INCREMENT] * 20] * 2, budget=Budget(replace(PLENTY, samples=10), lambda _states: False))
    assert 1_000 <= told["known_states"] < 1_233_364
    assert 1_233_364 / 3 < told["estimated_states"] < 1_233_364 * 3


def ended_at(moment: int) -> Exploration:
    """What is told of 2 × 10 increments where the time is up when that is asked for the so-manieth time."""
    asked: list[int] = []

    def may_continue(states: int) -> bool:
        asked.append(states)
        return len(asked) < moment

    return answer([[*INCREMENT] * 10] * 2, budget=Budget(replace(PLENTY, samples=10), may_continue))


@pytest.mark.parametrize("moment", [6, 60, 80, 120, 140, 180])
def test_time_may_be_up_at_any_moment(moment: int) -> None:
    # Each of 61 layers asks: when its steps are found, when ways through them are counted, when switches are.
    assert not ended_at(moment)["exhausted"]


@pytest.mark.parametrize("moment", [184, 200, 210])
def test_where_there_is_no_time_to_count_the_distinct_states_all_else_is_exact(moment: int) -> None:
    whole = ended_at(1_000)
    told = ended_at(moment)
    assert (told["states"], whole["states"]) == (None, 62_844)
    assert told.pop("known_states") < 62_844
    assert told.pop("estimated_states") > 100
    assert told | {"states": 62_844} == whole


def test_beyond_the_budget_it_says_about_how_many_states_there_are() -> None:
    told = answer([[*INCREMENT] * 20] * 2, budget=Budget(replace(PLENTY, states=4_000, samples=10)))
    assert not told["exhausted"]
    assert 4_000 < told["known_states"] < 1_233_364
    assert 1_233_364 / 3 < told["estimated_states"] < 1_233_364 * 3


def test_more_states_may_be_counted_than_are_needed_for_all_else() -> None:
    # 4,331 are visited to know all else, and 45,327 merged ones to count the distinct ones.
    told = answer([[*INCREMENT] * 20] * 2, budget=Budget(replace(PLENTY, states=4_400)))
    assert (told["exhausted"], told["states"]) == (True, None)
    assert told["known_states"] < 1_233_364 < 1.5 * told["estimated_states"]
    assert len(told["outcomes"]) == 39


@pytest.mark.parametrize(("processes", "iterations"), [(2, 40), (4, 4)])
def test_what_would_take_a_model_checker_minutes_is_exact_within_the_usual_budget(
    processes: int, iterations: int
) -> None:
    codes = [[*INCREMENT] * iterations] * processes
    told = answer(codes, budget=Budget(replace(PLENTY, states=Settings().explore_states)))
    steps = processes * iterations * 3
    every = factorial(steps) // factorial(3 * iterations) ** processes
    assert int(told["interleavings"] or 0) == every == sum(int(one["interleavings"]) for one in told["outcomes"])
    assert sum(Fraction(one["fraction"]) for one in told["outcomes"]) == 1
    assert told["states"] == {2: 22_346_404, 4: 34_323_558}[processes]
    for one in told["outcomes"]:
        assert carry_out(codes, numbers(one["schedule"])) == one["final"]


def test_the_estimate_says_how_many_schedules_there_was_time_for() -> None:
    time = iter([True] * 3 + [False])
    told = answer([[*INCREMENT] * 10] * 2, budget=Budget(replace(PLENTY, states=100), may_sample=lambda: next(time)))
    assert told["estimate"]["samples"] == 4
    assert sum(one["share"] for one in told["estimate"]["outcomes"]) == pytest.approx(1)


def test_no_outcome_that_was_counted_is_without_its_schedule() -> None:
    codes = [[*INCREMENT] * 3] * 4
    told = answer(codes)
    assert told["exhausted"]
    assert sum(int(one["interleavings"]) for one in told["outcomes"]) == int(told["interleavings"] or 0)
    for one in told["outcomes"]:
        assert carry_out(codes, numbers(one["schedule"])) == one["final"]


def test_what_is_done_under_one_lock_is_known_without_any_budget() -> None:
    codes = [[*locked(INCREMENT, "lock")] * 1_000] * 8
    told = answer(codes, budget=Budget(replace(PLENTY, states=1)))
    assert told["exhausted"]
    (one,) = told["outcomes"]
    assert (one["final"], one["probability"], one["fraction"], one["switches"]) == (8_000, 1.0, "1", 7)
    # Python makes no text of an integer with so many digits.
    assert len(one["interleavings"]) == 7_212
    assert Decimal(one["interleavings"]) == factorial(8_000) // factorial(1_000) ** 8
    assert (told["interleavings"], told["deadlocks"]) == (one["interleavings"], [])
    # Nobody could follow 40,000 steps, and no reader of JSON could tell 10 ** 25 states from one more.
    assert (one["schedule"], told["states"]) == (None, None)


@pytest.mark.parametrize(("longest", "is_named"), [(11, False), (12, True)])
def test_a_schedule_is_named_where_a_run_can_follow_it(longest: int, is_named: bool) -> None:
    told = answer([[*INCREMENT] * 2] * 2, budget=Budget(replace(PLENTY, schedule_steps=longest)))
    assert [one["schedule"] is not None for one in told["outcomes"]] == [is_named] * 3
    (known,) = answer([[*INCREMENT] * 2] * 2, budget=Budget(replace(PLENTY, states=1, schedule_steps=longest)))["known"]
    assert (known["final"], known["schedule"] is not None) == (2, is_named)


def test_of_long_programs_it_draws_fewer_samples() -> None:
    # 2 × 3,000 steps; no more than 200,000 are taken to estimate.
    told = answer([[*INCREMENT] * 1_000] * 2, budget=Budget(replace(PLENTY, states=100)))
    assert told["estimate"]["samples"] == 200_000 // 6_000
