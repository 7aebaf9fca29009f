"""How many interleavings lead to each final value, and how likely each is. Exact.

From a state on, what can still happen depends on where the processes are and on how far each register is from the
cell's value, not on the value itself: so states are merged that differ only by that, and where programs are alike, by
which process is where. For each the whole distribution of what the cell will have gained at the end is worked out once,
from those of the states after it.

A distribution is one long integer: the count for each possible gain in a field of its own, wide enough for the largest
count that there can be. Adding two distributions is then one addition, and a cell that grows by 3 is a shift by three
fields. (Packing a polynomial's coefficients into an integer like this is Kronecker's idea.)

Probabilities are those of a scheduler that picks each time among the processes that can move, all alike. They are kept
as integers too: in units of 1 / L to the power of the steps that remain, where L is a multiple of 1 … n.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, lcm, prod
from typing import Final, NamedTuple

from lost_update.explorer.machine import Machine

Progress = Callable[[int], bool]
"""Gets the number of visited states; returns whether to continue."""

EVERY: Final = 100
"""It is called once per this many states, so the work ends soon after its time is up."""


class Counted(NamedTuple):
    """How many interleavings, and how likely they are together."""

    interleavings: int
    probability: Fraction


@dataclass(frozen=True)
class Counts:
    """All interleavings: counted by final value, and those that end in a deadlock.

    `states` are all distinct ones that there are, as in the graph; `visited` were enough to know, after merging.
    """

    finals: dict[int, Counted]
    deadlocks: Counted
    states: int
    visited: int

    @property
    def interleavings(self) -> int:
        """All of them."""
        return sum(counted.interleavings for counted in self.finals.values()) + self.deadlocks.interleavings


class OutOfBudget(Exception):
    """There are more states than were allowed, or time was up. `states` is how many had been visited by then."""

    def __init__(self, states: int) -> None:
        super().__init__(f"the budget ended after {states} states")
        self.states = states


class _Future(NamedTuple):
    """What can follow a state, packed: interleavings and weights by gain, and those of deadlocks."""

    ways: int
    weights: int
    deadlocks: int
    deadlock_weight: int


class _Move(NamedTuple):
    """A transition from a state, which `times` identical processes can take, each with the weight `share`.

    The cell grows by `gain`.
    """

    after: "_Key"
    times: int
    share: int
    gain: int


_Key = tuple[tuple[int, int, int], ...]
"""For each process, in order: its program's number, how far it is, and its register less the cell, or `EMPTY`."""

EMPTY: Final = sys.maxsize
"""Stands for an empty register. It sorts after every other value."""


def count(machine: Machine, max_states: int, may_continue: Progress = lambda _states: True) -> Counts:
    """Count every interleaving. Raises `OutOfBudget`."""
    levels = _levels(machine, max_states, may_continue)
    unit = _unit(machine)
    # Never more interleavings than choices of one process at each step, nor more weight than units.
    width = (max(unit, len(machine.programs)) ** machine.length).bit_length() + 1
    futures: dict[_Key, _Future] = {}
    visited = sum(map(len, levels))
    looked_at = 0
    for steps_left, level in enumerate(reversed(levels), machine.length - len(levels) + 1):
        of_level: dict[_Key, _Future] = {}
        for key, moves in level.items():
            of_level[key] = _future(moves, futures, width) if moves else _end(machine, steps_left, width)
            looked_at += 1
            if looked_at % EVERY == 0 and not may_continue(visited):
                raise OutOfBudget(visited)
        futures = of_level
    (future,) = futures.values()
    whole = unit**machine.length
    finals = {
        machine.initial + gain: Counted(ways, Fraction(weight, whole))
        for gain, ways, weight in _unpacked(future, machine.reach, width)
    }
    deadlocks = Counted(future.deadlocks, Fraction(future.deadlock_weight, whole))
    return Counts(finals, deadlocks, _distinct(machine, levels, may_continue), visited)


def _distinct(machine: Machine, levels: list[dict[_Key, list[_Move]]], may_continue: Progress) -> int:
    """How many states there are when none are merged.

    A merged one stands for one at each value that the cell can have there, and for one in each order in which alike
    processes can share out the same places. What the cell can have gained are the bits of one integer, as above.
    """
    alike = prod(factorial(processes) for processes in Counter(machine.programs).values())
    gains = dict.fromkeys(levels[0], 1 << machine.reach)
    visited = sum(map(len, levels))
    states = 0
    looked_at = 0
    for level in levels:
        following: dict[_Key, int] = {}
        for key, moves in level.items():
            looked_at += 1
            if looked_at % EVERY == 0 and not may_continue(visited):
                raise OutOfBudget(visited)
            orders = alike // prod(map(factorial, Counter(key).values()))
            states += orders * gains[key].bit_count()
            for move in moves:
                following[move.after] = following.get(move.after, 0) | _shifted(gains[key], move.gain)
        gains = following
    return states


def _unit(machine: Machine) -> int:
    return lcm(*range(1, len(machine.programs) + 1))


def _levels(machine: Machine, max_states: int, may_continue: Progress) -> list[dict[_Key, list[_Move]]]:
    """Every state, by the number of steps taken, with its transitions."""
    ways = _Ways(machine)
    levels: list[dict[_Key, list[_Move]]] = [{ways.start: []}]
    states = 1
    looked_at = 0
    while True:
        level = levels[-1]
        following: dict[_Key, list[_Move]] = {}
        for key in level:
            moves = level[key] = ways.on_from(key)
            for move in moves:
                following.setdefault(move.after, [])
            looked_at += 1
            if looked_at % EVERY == 0 and not (states + len(following) <= max_states and may_continue(states)):
                raise OutOfBudget(states)
        if not following:
            return levels
        if states + len(following) > max_states:
            raise OutOfBudget(states)
        states += len(following)
        levels.append(following)


class _Ways:
    """Moves states of the machine in their merged form."""

    def __init__(self, machine: Machine) -> None:
        self._programs = list(dict.fromkeys(machine.programs))
        self._held_after = [machine.held_after[machine.programs.index(program)] for program in self._programs]
        self._unit = _unit(machine)
        self.start: _Key = tuple(sorted((self._programs.index(program), 0, EMPTY) for program in machine.programs))

    def on_from(self, key: _Key) -> list[_Move]:
        """Every transition; those of identical processes are one, with a number of `times`."""
        held = frozenset[str]().union(*(self._held_after[program][taken] for program, taken, _ in key))
        movable = []
        for number, (program, taken, register) in enumerate(key):
            code = self._programs[program]
            if taken < len(code) and not (code[taken].kind == "acquire" and code[taken].target in held):
                movable.append((number, program, taken, register, code[taken]))
        moves: list[_Move] = []
        before: tuple[int, int, int] | None = None
        for number, program, taken, read, instruction in movable:
            if before == key[number]:
                moves[-1] = moves[-1]._replace(times=moves[-1].times + 1)
                continue
            before = key[number]
            others = key[:number] + key[number + 1 :]
            gain, register = 0, read
            if instruction.kind == "read":
                register = 0
            elif instruction.kind == "modify":
                register += instruction.amount
            elif instruction.kind == "write":
                gain, register = register, EMPTY
                others = tuple((kind, far, at if at == EMPTY else at - gain) for kind, far, at in others)
            after = tuple(sorted((*others, (program, taken + 1, register))))
            moves.append(_Move(after, 1, self._unit // len(movable), gain))
        return moves


def _future(moves: list[_Move], after: dict[_Key, _Future], width: int) -> _Future:
    ways = weights = deadlocks = deadlock_weight = 0
    for move in moves:
        future = after[move.after]
        ways += move.times * _shifted(future.ways, move.gain * width)
        weights += move.times * move.share * _shifted(future.weights, move.gain * width)
        deadlocks += move.times * future.deadlocks
        deadlock_weight += move.times * move.share * future.deadlock_weight
    return _Future(ways, weights, deadlocks, deadlock_weight)


def _end(machine: Machine, steps_left: int, width: int) -> _Future:
    """A state without transitions: an end, or a deadlock, with the weight of all steps that it leaves out."""
    if steps_left:
        return _Future(0, 0, 1, _unit(machine) ** steps_left)
    middle = 1 << machine.reach * width
    return _Future(middle, middle, 0, 0)


def _shifted(packed: int, by: int) -> int:
    return packed << by if by >= 0 else packed >> -by


def _unpacked(future: _Future, reach: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Each gain that some interleaving has, with the number of interleavings and their weight."""
    mask = (1 << width) - 1
    for gain in range(-reach, reach + 1):
        ways = future.ways >> (gain + reach) * width & mask
        if ways:
            yield gain, ways, future.weights >> (gain + reach) * width & mask
