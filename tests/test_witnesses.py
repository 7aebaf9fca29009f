"""For each outcome a schedule that leads there, with as few context switches as can be."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from lost_update.explorer.budget import OutOfBudget, Watch
from lost_update.explorer.chains import Chains
from lost_update.explorer.counting import count
from lost_update.explorer.machine import Machine
from lost_update.explorer.witnesses import Witness, witnesses
from tests.brute_force import CASES, INCREMENT, Code, at_random, carry_out, enumerate_all, program
from tests.patience import patient

PLENTY = 400_000


def found(codes: Sequence[Code]) -> dict[int | None, Witness]:
    machine = Machine([program(code) for code in codes])
    watch = patient(PLENTY)
    chains = Chains(machine)
    layers = chains.layers(watch)
    counts = count(machine, layers, watch)
    deadlock = counts.deadlocks.interleavings > 0
    all_found = witnesses(chains, layers, counts.finals, deadlock=deadlock, watch=watch)
    made: dict[int | None, Witness] = {}
    made.update(all_found.finals.items())
    return made | ({None: all_found.deadlock} if all_found.deadlock else {})


def switches(schedule: Sequence[int]) -> int:
    return sum(one != other for one, other in pairwise(schedule))


@pytest.mark.parametrize("case", CASES)
def test_each_leads_where_it_says_and_no_schedule_has_fewer_switches(case: str) -> None:
    by_hand = enumerate_all(CASES[case])
    made = found(CASES[case])
    assert {final: one.switches for final, one in made.items()} == by_hand.switches
    for final, one in made.items():
        assert carry_out(CASES[case], one.schedule) == final
        assert switches(one.schedule) == one.switches


@pytest.mark.parametrize("seed", range(40))
def test_it_is_so_for_programs_drawn_at_random(seed: int) -> None:
    codes = at_random(seed)
    made = found(codes)
    assert {final: one.switches for final, one in made.items()} == enumerate_all(codes).switches
    for final, one in made.items():
        assert carry_out(codes, one.schedule) == final
        assert switches(one.schedule) == one.switches


@pytest.mark.parametrize(("processes", "iterations"), [(2, 10), (3, 3), (3, 4), (8, 1), (2, 20)])
def test_of_larger_cases_no_outcome_is_left_without_one(processes: int, iterations: int) -> None:
    codes = [[*INCREMENT] * iterations] * processes
    made = found(codes)
    assert set(made) == set(range(2 if iterations > 1 else 1, processes * iterations + 1))
    for final, one in made.items():
        assert carry_out(codes, one.schedule) == final


def test_to_lose_nothing_two_need_one_switch_and_to_lose_an_update_two() -> None:
    # P1 P1 P1 P2 P2 P2 → 2;   P1 P2 P2 P2 P1 P1 → 1: P1 has read before P2 writes
    made = found([INCREMENT, INCREMENT])
    assert made[2] == Witness((0, 0, 0, 1, 1, 1), 1)
    assert made[1] == Witness((0, 1, 1, 1, 0, 0), 2)


def test_among_alike_processes_the_first_begins() -> None:
    assert all(one.schedule[0] == 0 for one in found([INCREMENT] * 3).values())


def test_where_more_switches_are_needed_than_are_looked_for_at_first_they_are_found_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = [[*INCREMENT] * 3] * 3
    usual = found(codes)
    assert max(one.switches for one in usual.values()) > 2
    monkeypatch.setattr("lost_update.explorer.witnesses.MOST_SWITCHES", (2, 1_000))
    assert found(codes) == usual


def test_its_time_may_be_up_too() -> None:
    machine = Machine([program(INCREMENT)] * 2)
    chains = Chains(machine)
    layers = chains.layers(patient(PLENTY))
    with pytest.raises(OutOfBudget):
        witnesses(chains, layers, [1, 2], deadlock=False, watch=Watch(PLENTY, lambda _states: False))
