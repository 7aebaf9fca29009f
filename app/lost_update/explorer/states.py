"""How many distinct states there are, without any reduction, a layer at a time. Exact; or known so far, and estimated.

A state is the cell's value, how far each process is and what is in its register, as in the graph. To count them it
is not necessary to have seen each one. Merged are those that differ only by

- the cell's value, with each register as far from it as before: all that the cell can have gained are the bits of one
  integer, so that a step adds 3 to all of them by a shift of three bits;
- which of several alike processes is where: these can be shared out in a number of ways that is known.

Only two layers are ever kept. Where the budget ends before the last one, the rest is estimated: how many states there
are for each way to distribute the steps over the processes grows as a power of the steps taken, which those that are
known show.
"""

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from math import factorial, prod
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.explorer.budget import OutOfBudget, Watch, pieces
from lost_update.explorer.machine import Machine
from lost_update.explorer.places import (
    END,
    READ,
    WRITE,
    Integers,
    Keys,
    Packing,
    Places,
    first_of_alike,
    firsts_of,
    shifted,
)

Gains = npt.NDArray[Any]
"""For each merged state, as the bits of a Python integer, all that the cell can have gained on the way to it."""


@dataclass(frozen=True)
class States:
    """How many distinct states are `known`. Where these are not all, there are about `beyond` more."""

    known: int
    beyond: float = 0.0

    @property
    def are_all(self) -> bool:
        """Whether there are no others."""
        return self.beyond == 0

    @property
    def estimated(self) -> float:
        """About how many there are."""
        return self.known + self.beyond


AT_ONCE: Final = 100_000
"""So many found states may wait for being merged."""


class _Found(NamedTuple):
    """Some merged states of one layer: rows, these packed, and what the cell can have gained."""

    rows: Integers
    keys: Keys
    gains: Gains


def distinct_states(machine: Machine, watch: Watch) -> States:
    """Count them, as far as the budget goes."""
    counting = _Counting(machine)
    by_layer: list[int] = []
    try:
        layer = counting.start
        while len(layer.rows):
            watch.visit(len(layer.rows))
            by_layer.append(counting.distinct(layer))
            layer = _following(counting, layer, watch)
    except OutOfBudget:
        return States(sum(by_layer), _beyond(machine, by_layer))
    return States(sum(by_layer))


def _following(counting: "_Counting", layer: _Found, watch: Watch) -> _Found:
    """The next layer. Its pieces are merged now and then, so that not all that leads to it is kept at once."""
    found: list[_Found] = []
    for piece in pieces(len(layer.rows)):
        watch.go_on()
        found.append(counting.after(layer.rows[piece], layer.gains[piece]))
        if sum(len(one.rows) for one in found[1:]) > max(len(found[0].rows), AT_ONCE):
            found = [_joined(found)]
            watch.expect(len(found[0].rows))
    return _joined(found)


class _Counting:
    """Moves merged states of a machine.

    A process in a row is its place, and in the low bits its register less the cell's value: 0 while it is empty, else
    more than 0 by as much as `_same`, which stands for a register that is the same as the cell.
    """

    def __init__(self, machine: Machine) -> None:
        self._places = places = Places(machine)
        self._same: Final = machine.rises + machine.falls + 1
        self._bits: Final = (2 * self._same).bit_length()
        self._low: Final = (1 << self._bits) - 1
        # Each place has as many numbers as its register has values, so that the packed rows are as short as can be.
        full = np.array(list(accumulate(places.kind, _is_full_after, initial=0))[:-1])
        firsts = np.cumsum([0, *np.where(full, 2 * self._same - 1, 1)])
        self._numbers: Integers = firsts[:-1] - full
        """By place: what makes the low bits the number of a place and a register."""
        self._first_numbers: Integers = firsts[places.by_slot]
        self._packing = Packing((firsts[places.by_slot + places.lengths] - self._first_numbers).tolist())
        self._orders = prod(factorial(processes) for processes in Counter(machine.programs).values())
        """In how many orders alike processes can be, if they are in different places."""
        rows = places.by_slot[np.newaxis] << self._bits
        if len(places.kind) << self._bits < 2**31:
            rows = rows.astype(np.int32)
        gains: Gains = np.array([1 << machine.falls], object)
        self.start = _Found(rows, self._keys(rows), gains)

    def _keys(self, rows: Integers) -> Keys:
        return self._packing.keys(self._numbers[rows >> self._bits] + (rows & self._low) - self._first_numbers)

    def after(self, rows: Integers, gains: Gains) -> _Found:
        """All states after one more step."""
        movable = self._places.movable(rows >> self._bits)
        source, slot = np.nonzero(movable & first_of_alike(rows))
        mover = rows[source, slot]
        place, register = mover >> self._bits, mover & self._low
        kind = self._places.kind[place]
        register[kind == READ] = self._same
        register += self._places.amount[place]
        writes = np.flatnonzero(kind == WRITE)
        gained = register[writes] - self._same
        register[writes] = 0
        after, gains = rows[source], gains[source]
        after[np.arange(len(after)), slot] = (place + 1 << self._bits) + register
        after[writes] -= np.where(after[writes] & self._low, gained[:, np.newaxis], 0)
        after.sort(axis=1)
        gains[writes] = shifted(gains[writes], gained.astype(object))
        return _merged(_Found(after, self._keys(after), gains))

    def distinct(self, layer: _Found) -> int:
        """How many states these stand for: one for each gain, and for each order of alike processes."""
        same: Keys = np.ones(len(layer.rows), np.int64 if self._orders < 2**63 else object)
        """How many orders are the same, because alike processes are in the same place."""
        run = same
        for slot in range(1, layer.rows.shape[1]):
            run = np.where(layer.rows[:, slot] == layer.rows[:, slot - 1], run + 1, 1)
            same = same * run
        return int((self._orders // same.astype(object) * _bit_count(layer.gains)).sum())


def _is_full_after(is_full: int, kind: int) -> int:
    """Whether something is in the register of a process after an instruction of that kind."""
    return 1 if kind == READ else 0 if kind in (WRITE, END) else is_full


def _joined(found: list[_Found]) -> _Found:
    return found[0] if len(found) == 1 else _merged(_Found(*map(np.concatenate, zip(*found, strict=True))))


def _merged(found: _Found) -> _Found:
    """Equal states are one, with the gains of all of them."""
    order = np.argsort(found.keys)
    keys = found.keys[order]
    firsts = firsts_of(keys)
    gains = np.bitwise_or.reduceat(found.gains[order], firsts) if len(firsts) else found.gains
    return _Found(found.rows[order[firsts]], keys[firsts], gains)


_bit_count = np.frompyfunc(int.bit_count, 1, 1)


def _beyond(machine: Machine, by_layer: list[int]) -> float:
    """About how many states are in the layers that are not known."""
    ways = reduce(np.convolve, [np.ones(len(program) + 1) for program in machine.programs])
    """By layer: the ways to distribute as many steps over the processes."""
    known = len(by_layer)
    if known < 4:
        return float(ways[known:].sum())
    fitted = np.arange(max(1, known // 2), known)
    density = np.log(np.array(by_layer, float)[fitted] / ways[fitted])
    power, factor = np.polyfit(np.log(fitted), density, 1)
    beyond = np.arange(known, len(ways))
    return float((ways[beyond] * np.exp(factor) * beyond**power).sum())
