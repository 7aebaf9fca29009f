"""Two above the beginning is always possible: the schedule that theory gives, carried out."""

import pytest

from lost_update.explorer.machine import Machine
from lost_update.explorer.theory import schedule_to_two
from tests.brute_force import INCREMENT, adding, carry_out, locked, program


@pytest.mark.parametrize("processes", [2, 3, 4, 8])
@pytest.mark.parametrize("iterations", [2, 3, 10, 100])
def test_its_schedule_ends_at_2_however_many_increments_there_are(processes: int, iterations: int) -> None:
    codes = [[*INCREMENT] * iterations] * processes
    schedule = schedule_to_two(Machine([program(code) for code in codes]))
    assert schedule is not None
    assert carry_out(codes, schedule) == 2


def test_it_counts_from_the_initial_value_and_takes_different_lengths() -> None:
    codes = [[*INCREMENT] * 4, [*INCREMENT] * 2, [*INCREMENT] * 3]
    schedule = schedule_to_two(Machine([program(code) for code in codes], 10))
    assert schedule is not None
    assert carry_out(codes, schedule, 10) == 12


@pytest.mark.parametrize(
    "codes",
    [
        [[*INCREMENT] * 5],
        [INCREMENT, [*INCREMENT] * 2],
        [INCREMENT, INCREMENT],
        [[*locked(INCREMENT, "lock")] * 2] * 2,
        [[*adding(2)] * 2] * 2,
        [[], []],
    ],
)
def test_of_other_programs_it_says_nothing(codes: list[list[tuple[str]]]) -> None:
    assert schedule_to_two(Machine([program(code) for code in codes])) is None
