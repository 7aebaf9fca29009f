"""How many distinct states there are: as many as the graph has, however few are visited to count them."""

from functools import cache

import pytest

from lost_update.explorer.machine import Machine
from lost_update.explorer.states import States, distinct_states
from tests.brute_force import CASES, INCREMENT, Code, adding, at_random, enumerate_all, program
from tests.patience import patient

PLENTY = 1_000_000


def counted(*codes: Code, max_states: int = PLENTY) -> tuple[States, int]:
    """How many states there are, and how many were visited."""
    watch = patient(max_states)
    return distinct_states(Machine([program(code) for code in codes], 3), watch), watch.states


@cache
def counted_whole(processes: int, iterations: int) -> tuple[States, int]:
    """The same of so many processes that increment so many times each."""
    return counted(*[[*INCREMENT] * iterations] * processes)


@pytest.mark.parametrize("case", CASES)
def test_it_agrees_with_brute_force(case: str) -> None:
    states, visited = counted(*CASES[case])
    assert (states.known, states.are_all) == (len(enumerate_all(CASES[case]).states), True)
    assert visited <= states.known


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_brute_force_about_programs_drawn_at_random(seed: int) -> None:
    codes = at_random(seed)
    assert counted(*codes)[0] == States(len(enumerate_all(codes).states))


def test_states_are_merged_that_differ_by_the_value_or_by_which_of_alike_processes_is_where() -> None:
    assert counted([*INCREMENT] * 10, [*INCREMENT] * 10) == (States(62_844), 5_412)
    assert counted_whole(4, 3) == (States(2_746_013), 62_051)


def test_of_many_alike_processes_each_may_be_the_one_that_moved() -> None:
    # Nobody has taken the lock, or one of them has.
    assert counted(*[[("acquire", "lock")]] * 35)[0] == States(36)


def test_numbers_of_more_than_64_bits_tell_states_apart_too() -> None:
    # Each of the six processes has a quarter of a million pairs of a place and a register: 108 bits together.
    codes = [adding(2**number) for number in range(10, 16)]
    assert counted(*codes[:2])[0].known == len(enumerate_all(codes[:2]).states)
    few, _ = counted(*codes, max_states=2_000)
    small, _ = counted(*[adding(2**number) for number in range(6)], max_states=2_000)
    assert few == small


def test_a_layer_of_many_states_is_worked_on_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [[*INCREMENT] * 3, [*INCREMENT] * 2, adding(-2)]
    whole = counted(*codes)
    monkeypatch.setattr("lost_update.explorer.budget.PIECE", 5)
    assert counted(*codes) == whole
    monkeypatch.setattr("lost_update.explorer.states.AT_ONCE", 10)
    assert counted(*codes) == whole
    few, visited = counted(*codes, max_states=whole[1] // 2)
    assert not few.are_all
    assert visited <= whole[1] // 2


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
@pytest.mark.parametrize(("processes", "iterations"), [(2, 20), (3, 5), (4, 3)])
def test_where_not_all_can_be_counted_it_says_about_how_many_there_are(
    processes: int, iterations: int, share: float
) -> None:
    codes = [[*INCREMENT] * iterations] * processes
    states, visited = counted_whole(processes, iterations)
    few, visited_then = counted(*codes, max_states=int(share * visited))
    assert visited_then <= share * visited
    assert not few.are_all
    assert few.known < states.known
    assert states.known / 3 < few.estimated < 3 * states.known


def test_at_once_it_knows_of_no_more_than_the_ways_to_distribute_the_steps() -> None:
    few, _ = counted(INCREMENT, INCREMENT, max_states=1)
    assert few == States(1, 15.0)
