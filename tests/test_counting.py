"""How many interleavings lead where, and how likely: as by writing all of them down."""

from fractions import Fraction
from math import comb, factorial

import pytest

from lost_update.explorer.budget import OutOfBudget, Watch
from lost_update.explorer.chains import Chains
from lost_update.explorer.counting import Counted, Counts, count
from lost_update.explorer.machine import Machine
from tests.brute_force import CASES, INCREMENT, Code, adding, at_random, enumerate_all, locked, program
from tests.patience import patient

PLENTY = 100_000


def counted(*codes: Code, initial: int = 0, max_states: int = PLENTY) -> Counts:
    machine = Machine([program(code) for code in codes], initial)
    watch = patient(max_states)
    return count(machine, Chains(machine).layers(watch), watch)


def visited(*codes: Code, max_states: int = PLENTY) -> int:
    """How many states are visited."""
    watch = patient(max_states)
    Chains(Machine([program(code) for code in codes])).layers(watch)
    return watch.states


def ways(counts: Counts) -> dict[int, int]:
    return {final: one.interleavings for final, one in counts.finals.items()}


@pytest.mark.parametrize("case", CASES)
def test_it_agrees_with_brute_force(case: str) -> None:
    by_hand = enumerate_all(CASES[case])
    counts = counted(*CASES[case])
    finals: dict[int | None, tuple[int, Fraction]] = {
        final: (one.interleavings, one.probability) for final, one in counts.finals.items()
    }
    if counts.deadlocks.interleavings:
        finals[None] = (counts.deadlocks.interleavings, counts.deadlocks.probability)
    assert finals == {final: (by_hand.interleavings[final], by_hand.probability[final]) for final in by_hand.switches}
    assert counts.interleavings == sum(by_hand.interleavings.values())


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_brute_force_about_programs_drawn_at_random(seed: int) -> None:
    codes = at_random(seed)
    by_hand = enumerate_all(codes, 5)
    counts = counted(*codes, initial=5)
    assert counts.finals == {
        final: (by_hand.interleavings[final], by_hand.probability[final])
        for final in by_hand.switches
        if final is not None
    }
    assert counts.deadlocks == (by_hand.interleavings[None], by_hand.probability[None])


@pytest.mark.parametrize("case", CASES)
def test_probabilities_sum_to_exactly_1(case: str) -> None:
    counts = counted(*CASES[case])
    assert sum(one.probability for one in counts.finals.values()) + counts.deadlocks.probability == 1


def test_two_processes_with_one_increment_have_20_interleavings_and_2_of_them_end_at_2() -> None:
    # r m w is P1, R M W is P2. Both updates count only where one has written before the other reads:
    #   r m w R M W → 2        R M W r m w → 2
    # In all other 18 both have read 0 before either writes, and both write 1:
    #   r m R w M W   r m R M w W   r m R M W w   r R m w M W   r R m M w W   r R m M W w
    #   r R M m w W   r R M m W w   r R M W m w   and the same 9 with the parts exchanged.
    counts = counted(INCREMENT, INCREMENT)
    assert ways(counts) == {1: 18, 2: 2}
    # To end at 2 the one who begins takes its next two turns as well, each with the probability 1/2.
    assert counts.finals[2].probability == Fraction(1, 4)


def test_two_by_two_are_924() -> None:
    assert ways(counted([*INCREMENT] * 2, [*INCREMENT] * 2)) == {2: 702, 3: 216, 4: 6}


def test_three_processes_with_one_increment_are_1680() -> None:
    counts = counted(INCREMENT, INCREMENT, INCREMENT)
    assert counts.interleavings == 1680 == factorial(9) // 6**3
    # One after the other, in any order: 6.
    assert ways(counts)[3] == 6


def test_two_by_ten_are_as_many_as_there_are_ways_to_merge_two_lists_of_30() -> None:
    counts = counted([*INCREMENT] * 10, [*INCREMENT] * 10)
    assert counts.interleavings == comb(60, 30)
    assert set(counts.finals) == set(range(2, 21))
    assert sum(one.probability for one in counts.finals.values()) == 1


def test_under_a_lock_there_is_one_final_only() -> None:
    counts = counted(*[[*locked(INCREMENT, "lock")] * 3] * 2)
    # Which process has the lock is all that there is to choose: 6 turns, 3 of them P1's.
    assert ways(counts) == {6: 20}
    assert counts.deadlocks.interleavings == 0


def test_two_locks_crosswise_deadlock_where_each_has_one() -> None:
    # a A: P1 and P2 acquire their first lock. Both have one after a A or A a: each of probability 1/2 · 1/2.
    counts = counted(locked(INCREMENT, "a", "b"), locked(INCREMENT, "b", "a"))
    assert counts.deadlocks.interleavings == 2
    assert counts.deadlocks.probability == Fraction(1, 2)


def test_different_amounts_are_told_apart() -> None:
    # Who writes last of two that have read the same decides: 1 or 10; one after the other: 11.
    assert ways(counted(adding(1), adding(10))) == {1: 9, 10: 9, 11: 2}


def test_finals_count_from_the_initial_value() -> None:
    assert ways(counted(INCREMENT, INCREMENT, initial=100)) == {101: 18, 102: 2}
    assert ways(counted(adding(-1), adding(-1), initial=1)) == {0: 18, -1: 2}


def test_no_process_does_anything() -> None:
    assert ways(counted([], [], initial=3)) == {3: 1}


def test_counts_beyond_64_bits_are_exact_to_the_last_digit() -> None:
    counts = counted([*INCREMENT] * 40, [*INCREMENT] * 40)
    assert counts.interleavings == comb(240, 120) > 2**200
    # Nothing is lost where whole increments take turns.
    assert counts.finals[80].interleavings == comb(80, 40)
    assert sum(one.probability for one in counts.finals.values()) == 1


def test_of_many_alike_processes_each_may_be_the_one_that_moves() -> None:
    # One takes the lock, and the others wait for ever.
    counts = counted(*[[("acquire", "lock")]] * 35)
    assert counts.finals == {}
    assert counts.deadlocks == Counted(35, Fraction(1))


def test_alike_processes_are_merged_so_that_there_are_few_states() -> None:
    assert visited(*[INCREMENT] * 5) < visited(*[adding(2**number) for number in range(5)]) / 10


def test_no_more_is_visited_than_decides_about_the_chain_that_survives() -> None:
    # The distinct states are 34 million.
    assert visited(*[[*INCREMENT] * 4] * 4, max_states=6_000) < 6_000


@pytest.mark.parametrize("max_states", [1, 2, 10, 55])
def test_the_budget_is_never_exceeded_and_what_was_covered_is_reported(max_states: int) -> None:
    with pytest.raises(OutOfBudget) as ended:
        counted([*INCREMENT] * 2, [*INCREMENT] * 2, max_states=max_states)
    assert 0 < ended.value.states <= max_states


def test_a_budget_that_just_suffices_suffices() -> None:
    codes = [[*INCREMENT] * 2] * 2
    states = visited(*codes)
    assert counted(*codes, max_states=states).interleavings == 924
    with pytest.raises(OutOfBudget):
        counted(*codes, max_states=states - 1)


def test_it_asks_now_and_then_whether_to_go_on_and_says_how_far_it_is() -> None:
    told: list[int] = []

    def go_on(states: int) -> bool:
        told.append(states)
        return len(told) < 3

    with pytest.raises(OutOfBudget) as ended:
        Chains(Machine([program([*INCREMENT] * 10)] * 2)).layers(Watch(PLENTY, go_on))
    assert len(told) == 3
    assert told == sorted(told)
    assert ended.value.states == told[-1]


def test_a_layer_of_many_states_is_worked_on_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [[*INCREMENT] * 3, [*INCREMENT] * 2, adding(-2)]
    whole = counted(*codes)
    monkeypatch.setattr("lost_update.explorer.budget.PIECE", 3)
    assert counted(*codes) == whole
