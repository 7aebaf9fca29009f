"""Schedules drawn at random: every choice with the probability that it should have."""

import random

import pytest

from lost_update.explorer.machine import Machine
from lost_update.explorer.sampling import sample
from tests.brute_force import CASES, INCREMENT, enumerate_all, program


@pytest.mark.parametrize("case", ["2 × 1", "2 × 2", "crosswise", "write only, 2 × 1", "never released"])
def test_shares_come_near_the_exact_probabilities(case: str) -> None:
    machine = Machine([program(code) for code in CASES[case]])
    drawn = sample(machine, 4_000, random.Random(7).randrange)
    exact = enumerate_all(CASES[case]).probability
    assert drawn.total() == 4_000
    assert set(drawn) <= set(exact)
    for final, probability in exact.items():
        assert drawn[final] / 4_000 == pytest.approx(float(probability), abs=0.04)


def test_it_draws_while_there_is_time_and_once_in_any_case() -> None:
    machine = Machine([program(INCREMENT)] * 2)
    time = iter([True, True, False])
    assert sample(machine, 10, lambda _n: 0, lambda: next(time)) == {2: 3}
    assert sample(machine, 10, lambda _n: 0, lambda: False) == {2: 1}


def test_the_source_of_chance_is_handed_in() -> None:
    machine = Machine([program(INCREMENT)] * 2)
    assert sample(machine, 3, lambda _n: 0) == {2: 3}
