"""What theory says without counting: held against brute force, and the schedule that it gives carried out."""

import pytest

from lost_update.explorer.machine import Machine
from lost_update.explorer.theory import schedule_to_two, under_one_lock
from tests.brute_force import CASES, INCREMENT, Code, adding, carry_out, enumerate_all, locked, program


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


LOCKED = locked(INCREMENT, "lock")

UNDER_ONE_LOCK: dict[str, list[Code]] = {
    "2 × 1": [LOCKED] * 2,
    "2 × 2": [[*LOCKED] * 2] * 2,
    "3 × 1": [LOCKED] * 3,
    "1 and 3": [LOCKED, [*LOCKED] * 3],
    "one alone": [[*LOCKED] * 3],
    "one does nothing": [LOCKED, [], [*LOCKED] * 2],
    "different amounts": [locked(adding(5), "l"), locked(adding(-2), "l"), locked(adding(0), "l")],
    "two updates at once": [locked([*INCREMENT, *adding(3)], "lock"), [*LOCKED, *locked([*INCREMENT] * 2, "lock")]],
    "nothing under it": [locked([], "lock"), LOCKED],
}


@pytest.mark.parametrize("codes", UNDER_ONE_LOCK.values(), ids=UNDER_ONE_LOCK)
def test_what_it_says_of_one_lock_is_what_brute_force_finds(codes: list[Code]) -> None:
    by_hand = enumerate_all(codes, 7)
    known = under_one_lock(Machine([program(code) for code in codes], 7))
    assert known is not None
    counts, found, states = known
    ((final, counted),) = counts.finals.items()
    assert (counted.interleavings, counted.probability) == (by_hand.interleavings[final], by_hand.probability[final])
    assert set(by_hand.switches) == {final}
    assert counts.deadlocks.interleavings == 0
    assert (states.known, states.are_all) == (len(by_hand.states), True)
    assert carry_out(codes, found.finals[final].schedule, 7) == final
    assert found.finals[final].switches == by_hand.switches[final]


@pytest.mark.parametrize("case", CASES)
def test_it_speaks_only_of_those_that_do_all_under_one_lock(case: str) -> None:
    known = under_one_lock(Machine([program(code) for code in CASES[case]]))
    assert (known is not None) == (case in ("lock, 2 × 2", "lock, 3 × 1"))


@pytest.mark.parametrize(
    "code",
    [
        [("acquire", "l"), ("read",), ("release", "l"), ("acquire", "l"), ("modify", 1), ("write",), ("release", "l")],
        [("acquire", "l"), *INCREMENT],
        [*LOCKED, ("read",)],
        locked(INCREMENT, "a", "b"),
    ],
)
def test_of_a_lock_that_is_not_held_throughout_it_says_nothing(code: Code) -> None:
    assert under_one_lock(Machine([program(code)] * 2)) is None
