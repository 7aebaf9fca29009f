"""The programs as one table, so that many states can take a step at once. Pure.

A place is where a process can be: before each instruction of its program, and at its end. Programs that are alike share
their places, so a process is told by its place alone:

    place     0     1     2     3   │  4     5     6     7     8     9
    kind     read modify write end  │ read modify write read modify …
              P1 and P2, alike      │  P3

A layer is all states that so many steps lead to: a row for each, with a number for each process, sorted. The number is
the process's place and, above it, whatever else distinguishes states. Sorted, states are equal where only alike
processes have changed places: these are taken once.
"""

from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lost_update.explorer.machine import Machine

Integers = npt.NDArray[np.signedinteger[Any]]
Booleans = npt.NDArray[np.bool_]
Keys = npt.NDArray[Any]
"""A key for each row, equal where the rows are: a number of 64 bits, or as many bytes as several of them have."""

END: Final = -1
READ, MODIFY, WRITE, ACQUIRE, RELEASE = range(5)
KINDS: Final = {"read": READ, "modify": MODIFY, "write": WRITE, "acquire": ACQUIRE, "release": RELEASE}


class Places:
    """What stands at each place: the `kind` of the next instruction, the `amount` of a modify, the locks."""

    def __init__(self, machine: Machine) -> None:
        programs = list(dict.fromkeys(machine.programs))
        firsts = np.cumsum([0] + [len(program) + 1 for program in programs])
        instructions = [step for program in programs for step in (*program, None)]
        self.starts: Integers = np.array([firsts[programs.index(program)] for program in machine.programs])
        """By process: its first place."""
        self.by_slot: Integers = np.sort(self.starts)
        """The same in the order of a row: a slot of it always belongs to the same program."""
        self.lengths = [len(programs[np.searchsorted(firsts, first)]) + 1 for first in self.by_slot]
        """By slot: how many places there are."""
        self.kind = np.array([KINDS[step.kind] if step else END for step in instructions])
        self.amount = np.array([step.amount if step else 0 for step in instructions])
        locks = sorted({step.target for step in instructions if step and step.kind == "acquire"})
        held = [held for program in programs for held in machine.held_after[machine.programs.index(program)]]
        self._has_locks = bool(locks)
        self._held: Booleans = np.array([[lock in of_one for lock in (*locks, None)] for of_one in held])
        """By place and lock. The last column stands for no lock, which nobody holds."""
        self._wants = np.array(
            [locks.index(step.target) if step and step.kind == "acquire" else len(locks) for step in instructions]
        )

    def movable(self, places: Integers) -> Booleans:
        """Which processes of each state can move. `places` has a row for each state."""
        movable: Booleans = self.kind[places] != END
        if self._has_locks:
            held = self._held[places].any(axis=1)
            movable &= ~np.take_along_axis(held, self._wants[places], axis=1)
        return movable

    def are_over(self, places: Integers) -> Booleans:
        """Which states are those where every program has run to its end."""
        over: Booleans = (self.kind[places] == END).all(axis=1)
        return over


def first_of_alike(rows: Integers) -> Booleans:
    """Which processes are the first of those that are equal. Each row is sorted."""
    first = np.ones(rows.shape, np.bool_)
    first[:, 1:] = rows[:, 1:] != rows[:, :-1]
    return first


def firsts_of(numbers: Keys) -> Integers:
    """Where each number of a sorted array is for the first time."""
    first = np.ones(len(numbers), np.bool_)
    first[1:] = numbers[1:] != numbers[:-1]
    return np.flatnonzero(first)


class Packing:
    """Makes one key of each row. `sizes` tells for each slot how many numbers can stand there, from 0 on."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._parts: list[tuple[slice, npt.NDArray[np.int64]]] = []
        """Slots that fit into 63 bits together, and what each is multiplied by."""
        begin = 0
        while begin < len(sizes):
            sums = list(accumulate(sizes[begin:], mul))
            many = max(1, sum(size < 2**63 for size in sums))
            self._parts.append((slice(begin, begin + many), np.array([1, *sums[: many - 1]])))
            begin += many

    def keys(self, rows: Integers) -> Keys:
        """Equal where the rows are, and in some order."""
        parts: list[Keys] = [rows[:, slots] @ weights for slots, weights in self._parts]
        if len(parts) == 1:
            return parts[0]
        return np.stack(parts, axis=1).astype(">i8").view(f"S{8 * len(parts)}")[:, 0]


def _shift(packed: int, by: int) -> int:
    return packed << by if by >= 0 else packed >> -by


shifted = np.frompyfunc(_shift, 2, 1)
"""Long integers, each shifted up by as many bits; down where that is less than 0."""
