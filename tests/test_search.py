"""The search finds whatever any interleaving ends in, and runs as few of them as it must."""

import random
from math import comb
from typing import Any

import pytest

from lost_update.testing.search import Diverged, Search, Step, Touch

Program = list[list[tuple[Any, ...]]]
"""What each process does, in order: ("read", x), ("modify",), ("write", x), ("acquire", l), ("release", l)."""


class Machine:
    """Runs a program, step by step, as processes would."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.place = [0] * len(program)
        self.cells: dict[str, Any] = {}
        self.read: list[Any] = [0] * len(program)
        self.held: dict[str, int] = {}

    def pending(self) -> dict[int, Step]:
        alive = [process for process, steps in enumerate(self.program) if self.place[process] < len(steps)]
        return {process: touches(self.program[process][self.place[process]]) for process in alive}

    def enabled(self) -> frozenset[int]:
        def can_go(process: int) -> bool:
            op, *target = self.program[process][self.place[process]]
            return op != "acquire" or target[0] not in self.held

        return frozenset(filter(can_go, self.pending()))

    def go(self, process: int) -> None:
        op, *target = self.program[process][self.place[process]]
        self.place[process] += 1
        if op == "read":
            self.read[process] = (self.read[process], self.cells.get(target[0], 0))
        elif op == "write":
            self.cells[target[0]] = (process, self.read[process])
        elif op == "acquire":
            self.held[target[0]] = process
        elif op == "release":
            self.held.pop(target[0], None)

    def end(self) -> Any:
        return repr((sorted(self.cells.items()), self.read, sorted(self.held), self.place))


def touches(step: tuple[Any, ...]) -> Step:
    return tuple(Touch(target, changes=step[0] != "read") for target in step[1:])


def explore(program: Program, *, reduction: bool) -> tuple[int, set[str]]:
    """How many executions came to an end, and all the ends there are."""
    search, ends, executions = Search(reduction=reduction), set(), 0
    while not search.is_over:
        machine = Machine(program)
        search.begin()
        is_cut = False
        while pending := machine.pending():
            process = search.choose(pending, machine.enabled())
            if process is None:
                is_cut = bool(machine.enabled())
                break
            machine.go(process)
        search.end()
        if not is_cut:
            executions += 1
            ends.add(machine.end())
    return executions, ends


def increments(count: int, cell: str = "x") -> list[tuple[Any, ...]]:
    return [("read", cell), ("modify",), ("write", cell)] * count


def locked(steps: list[tuple[Any, ...]], lock: str = "l") -> list[tuple[Any, ...]]:
    return [("acquire", lock), *steps, ("release", lock)]


@pytest.mark.parametrize(("processes", "count", "interleavings"), [(2, 1, 20), (2, 2, comb(12, 6)), (3, 1, 1680)])
def test_without_reduction_every_interleaving_is_run(processes: int, count: int, interleavings: int) -> None:
    executions, _ = explore([increments(count)] * processes, reduction=False)
    assert executions == interleavings


def test_with_reduction_two_increments_need_four_executions() -> None:
    executions, ends = explore([increments(1)] * 2, reduction=True)
    assert (executions, len(ends)) == (4, 4)


def test_steps_on_different_cells_need_one_execution() -> None:
    assert explore([increments(2, "x"), increments(2, "y"), increments(2, "z")], reduction=True)[0] == 1


def test_what_a_lock_keeps_in_order_is_run_once_for_each_order() -> None:
    executions, _ = explore([locked(increments(1))] * 3, reduction=True)
    assert executions == 6


def test_locks_in_opposite_order_deadlock_with_and_without_reduction() -> None:
    program = [locked(locked([], "b"), "a"), locked(locked([], "a"), "b")]
    for reduction in (False, True):
        _, ends = explore(program, reduction=reduction)
        assert any("['a', 'b']" in end for end in ends)


@pytest.mark.parametrize("seed", range(60))
def test_the_reduction_loses_no_end_of_a_random_program(seed: int) -> None:
    chance = random.Random(seed)

    def steps() -> list[tuple[Any, ...]]:
        some = [(chance.choice(["read", "write"]), chance.choice("xy")) for _ in range(chance.randint(1, 3))]
        for lock in chance.sample("ab", chance.choice([0, 0, 1, 2])):
            first = chance.randint(0, len(some))
            last = chance.randint(first, len(some))
            some = [*some[:first], *locked(some[first:last], lock), *some[last:]]
        if chance.random() < 0.1:
            some.append(("release", "a"))
        return some

    program = [steps() for _ in range(chance.choice([2, 2, 3]))]
    while sum(map(len, program)) > 10:
        program[program.index(max(program, key=len))].pop()
    all_executions, all_ends = explore(program, reduction=False)
    executions, ends = explore(program, reduction=True)
    assert ends == all_ends
    assert executions <= all_executions


def test_a_program_that_does_something_else_the_second_time_is_noticed() -> None:
    search = Search()
    search.begin()
    assert search.choose({0: (Touch("x"),), 1: (Touch("x"),)}, frozenset({0, 1})) == 0
    assert search.choose({1: (Touch("x"),)}, frozenset({1})) == 1
    search.end()
    search.begin()
    with pytest.raises(Diverged):
        search.choose({0: (Touch("y"),), 1: (Touch("x"),)}, frozenset({0, 1}))
