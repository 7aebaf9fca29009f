"""How many interleavings lead to each final value, and how likely each is. Exact.

The layers of states (chains.py) are gone through backwards. For each state the whole distribution of what the surviving
chain will have gained at the end is the sum of those of the states after it, a layer at a time.

A distribution is one long integer: the count for each possible gain in a field of its own, wide enough for the largest
count that there can be. Adding two distributions is then one addition, and a chain that grows by 3 is a shift by three
fields. (Packing a polynomial's coefficients into an integer like this is Kronecker's idea.) These are Python's own
integers, in arrays: nothing is rounded, however long they are.

Probabilities are those of a scheduler that picks each time among the processes that can move, all alike. They are kept
as integers too: in units of 1 / L to the power of the steps that remain, where L is a multiple of 1 … n.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.explorer.budget import Watch
from lost_update.explorer.chains import Layer, Steps
from lost_update.explorer.machine import Machine
from lost_update.explorer.places import Integers, firsts_of, shifted


class Counted(NamedTuple):
    """How many interleavings, and how likely they are together."""

    interleavings: int
    probability: Fraction


@dataclass(frozen=True)
class Counts:
    """All interleavings: counted by final value, and those that end in a deadlock."""

    finals: dict[int, Counted]
    deadlocks: Counted

    @property
    def interleavings(self) -> int:
        """All of them."""
        return sum(counted.interleavings for counted in self.finals.values()) + self.deadlocks.interleavings


Futures = npt.NDArray[Any]
"""What can follow, a row for each state of a layer. Four integers: the distribution of the interleavings, that of their
weights; how many of them end in a deadlock, and the weight of these."""


def count(machine: Machine, layers: Sequence[Layer], watch: Watch) -> Counts:
    """Count every interleaving. Raises `OutOfBudget`."""
    unit = lcm(*range(1, len(machine.programs) + 1))
    # Never more interleavings than choices of one process at each step, nor more weight than units.
    width = (max(unit, len(machine.programs)) ** machine.length).bit_length() + 1
    whole = unit**machine.length
    futures: Futures = np.zeros((0, 4), object)
    for taken, layer in reversed(list(enumerate(layers))):
        here: Futures = np.zeros((len(layer.rows), 4), object)
        here[layer.over, :2] = 1 << machine.falls * width
        here[layer.stuck, 2] = 1
        here[layer.stuck, 3] = unit ** (machine.length - taken)
        shares = (unit // np.maximum(layer.choices, 1)).astype(object)
        for steps in layer.pieces:
            watch.go_on()
            states, sums = _summed(steps, futures, width)
            sums[:, 1::2] *= shares[states, np.newaxis]
            here[states] = sums
        futures = here
    ways, weights, stuck, stuck_weight = futures[0]
    finals = {
        machine.initial - machine.falls + field: Counted(count, Fraction(weight, whole))
        for field, (count, weight) in enumerate(zip(_fields(ways, width), _fields(weights, width), strict=False))
        if count
    }
    return Counts(finals, Counted(stuck, Fraction(stuck_weight, whole)))


def _summed(steps: Steps, futures: Futures, width: int) -> tuple[Integers, Futures]:
    """The states that these steps start from, and for each the sum of what follows its steps."""
    after = futures[steps.target]
    grown = np.flatnonzero(steps.gain)
    after[grown, :2] = shifted(after[grown, :2], (steps.gain[grown, np.newaxis] * width).astype(object))
    several = np.flatnonzero(steps.times > 1)
    after[several] *= steps.times[several, np.newaxis].astype(object)
    firsts = firsts_of(steps.source)
    sums = np.add.reduceat(after, firsts, axis=0) if len(firsts) else after
    return steps.source[firsts], sums


def _fields(packed: int, width: int) -> Iterator[int]:
    """What is in the fields of an integer, from the lowest to the last that is not 0."""
    mask = (1 << width) - 1
    while packed:
        yield packed & mask
        packed >>= width
