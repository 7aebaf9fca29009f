"""The little machine: who can move, and what a move changes."""

import random

import pytest

from lost_update.explorer.machine import Machine
from tests.brute_force import CASES, INCREMENT, carry_out, locked, program


def machine(*codes: object, initial: int = 0) -> Machine:
    return Machine([program(code) for code in codes], initial)  # type: ignore[arg-type]


def follow(one: Machine, schedule: list[int]) -> int:
    state = one.start
    for process in schedule:
        assert process in one.runnable(state[1])
        state = one.step(state, process)
    return state[0]


def test_a_lost_update_by_hand() -> None:
    # P1 reads 0 · P2 reads 0 · P1 adds, writes 1 · P2 adds, writes 1: P1's update is lost
    assert follow(machine(INCREMENT, INCREMENT), [0, 1, 0, 0, 1, 1]) == 1
    # P1 reads 0, adds, writes 1 · P2 reads 1, adds, writes 2
    assert follow(machine(INCREMENT, INCREMENT), [0, 0, 0, 1, 1, 1]) == 2


def test_it_begins_at_the_initial_value() -> None:
    assert follow(machine(INCREMENT, initial=40), [0, 0, 0]) == 41


def test_nobody_moves_after_its_end() -> None:
    one = machine(INCREMENT, [])
    assert one.runnable(one.start[1]) == [0]
    state = one.start
    for _ in range(3):
        assert not one.is_over(state[1])
        state = one.step(state, 0)
    assert one.runnable(state[1]) == []
    assert one.is_over(state[1])


def test_who_would_acquire_a_lock_that_is_held_cannot_move() -> None:
    one = machine(locked(INCREMENT, "lock"), locked(INCREMENT, "lock"))
    state = one.step(one.start, 1)
    assert one.runnable(state[1]) == [1]
    for _ in range(4):
        state = one.step(state, 1)
    assert one.runnable(state[1]) == [0]


def test_a_process_blocks_itself_with_a_lock_that_it_holds() -> None:
    one = machine([("acquire", "lock"), ("acquire", "lock")])
    state = one.step(one.start, 0)
    assert one.runnable(state[1]) == []
    assert not one.is_over(state[1])


def test_another_lock_holds_nobody_up() -> None:
    one = machine(locked([], "locks[0]"), locked([], "locks[1]"))
    assert one.runnable(one.step(one.start, 0)[1]) == [0, 1]


@pytest.mark.parametrize("case", CASES)
def test_schedules_drawn_at_random_end_as_a_plain_interpreter_says(case: str) -> None:
    draw = random.Random(case)
    one = machine(*CASES[case])
    for _ in range(50):
        state, schedule = one.start, []
        while runnable := one.runnable(state[1]):
            schedule.append(draw.choice(runnable))
            state = one.step(state, schedule[-1])
        final = state[0] if one.is_over(state[1]) else None
        assert final == carry_out(CASES[case], schedule)
