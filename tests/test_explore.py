"""The explorer's answer: all outcomes, each with its figures and its schedule; or, marked as such, what is known."""

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from lost_update.explorer.explore import Budget, Exploration, Limits, explore
from tests.brute_force import CASES, INCREMENT, Code, carry_out, enumerate_all, locked, program

PLENTY = Limits(states=100_000, graph_states=150, samples=2_000, sampled_steps=200_000)


def answer(codes: Sequence[Code], initial: int = 0, budget: Budget | None = None) -> Exploration:
    names = [f"P{number}" for number in range(1, len(codes) + 1)]
    return explore(
        [program(code) for code in codes], names, initial, budget or Budget(PLENTY), random.Random(1).randrange
    )


def numbers(schedule: Sequence[str]) -> list[int]:
    return [int(name.removeprefix("P")) - 1 for name in schedule]


@pytest.mark.parametrize("case", CASES)
def test_all_that_it_says_agrees_with_brute_force(case: str) -> None:
    codes = CASES[case]
    by_hand = enumerate_all(codes)
    told = answer(codes)
    assert told["exhausted"]
    assert told["interleavings"] == str(sum(by_hand.interleavings.values()))
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


def test_the_example_of_two_by_one_in_full() -> None:
    told = answer([INCREMENT, INCREMENT])
    told.pop("graph", None)
    assert told == {
        "exhausted": True,
        "interleavings": "20",
        "states": 12,
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
    assert 0 < told["states"] <= 1_000
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
    assert len(asked) == 4
    assert told["states"] > 0


@pytest.mark.parametrize("moment", [6, 80, 150])
def test_time_may_be_up_at_any_moment(moment: int) -> None:
    # Every hundredth of 5,412 states asks: while they are found, while they are counted, then while witnesses are.
    asked: list[int] = []

    def may_continue(states: int) -> bool:
        asked.append(states)
        return len(asked) < moment

    assert not answer([[*INCREMENT] * 10] * 2, budget=Budget(replace(PLENTY, samples=10), may_continue))["exhausted"]


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


def test_of_long_programs_it_draws_fewer_samples() -> None:
    # 2 × 3,000 steps; no more than 200,000 are taken to estimate.
    told = answer([[*INCREMENT] * 1_000] * 2, budget=Budget(replace(PLENTY, states=100)))
    assert told["estimate"]["samples"] == 200_000 // 6_000
