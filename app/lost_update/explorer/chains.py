"""Every way that the surviving chain of updates can go, a layer of states at a time. Pure.

What is in the cell at the end was built up by one chain of updates: the last write, the one whose value it had read,
and so on back to the initial value. All other updates are lost. So nobody has to know what is in all the registers: it
is enough to know how far each process is, and where the end of that chain is, in the cell or in a process's register.

    P1: r m w · ·      the chain:  cell ─ r, by P2 ─▶ P2's register ─ m: + 1 ─▶ the same ─ w ─▶ cell
    P2: · r · m w

Where a process reads the end of the chain, there are two ways on: the chain goes with it, or stays in the cell.
Where one writes over that end without having it, or reads again before it has written, there is none. So every
interleaving is followed along each chain that could survive, and exactly one of these ways leads to its end.

All states after as many steps are a layer. They take their next steps together, as arrays; states that are equal then
are merged, found by sorting a number for each. This visits far fewer states than there are (see states.py), because
what can happen next depends on places and locks alone.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from lost_update.explorer.budget import Watch, pieces
from lost_update.explorer.machine import Machine
from lost_update.explorer.places import MODIFY, READ, WRITE, Booleans, Integers, Keys, Packing, Places, first_of_alike

CARRIES: Final = 1
"""A process in a row is twice its place, and one more where the end of the chain is in its register."""


class Steps(NamedTuple):
    """Steps from one layer to the next, an array each, sorted by `source` and `slot`.

    The state `source` goes to `target`; it is the process in the slot `slot` that moves, after which it is in
    `slot_after`: of alike ones the first. `times` as many alike processes can do it. The chain has grown by `gain`.
    """

    source: Integers
    slot: Integers
    target: Integers
    slot_after: Integers
    gain: Integers
    times: Integers


@dataclass
class Layer:
    """All states after as many steps: a row for each, and the same packed, which is sorted.

    `choices` is how many processes can move. `over` are the states where all is done, `stuck` those where all that is
    left wait for ever, each with the end of the chain in the cell: in every interleaving it is there at the end.
    """

    rows: Integers
    keys: Keys
    choices: Integers
    over: Integers
    stuck: Integers
    pieces: list[Steps] = field(default_factory=list)
    """All steps from here, piece by piece."""


class Chains:
    """The states and steps of a machine, along every chain that could survive."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.places = Places(machine)
        self._packing = Packing([2 * length for length in self.places.lengths])

    def layers(self, watch: Watch) -> list[Layer]:
        """All of them, the first with the one state before the first step. Raises `OutOfBudget`."""
        layers: list[Layer] = []
        rows = 2 * self.places.by_slot[np.newaxis].astype(np.int32)
        keys = self.keys(rows)
        while len(rows):
            watch.visit(len(rows))
            movable = self.places.movable(rows >> 1)
            layer = self._layer(rows, keys, movable.sum(axis=1))
            layers.append(layer)
            found: list[tuple[Integers, Keys]] = []
            for piece in pieces(len(rows)):
                watch.go_on()
                steps, after = self.steps_from(rows[piece], movable[piece])
                layer.pieces.append(steps._replace(source=steps.source + piece.start))
                found.append((after, self.keys(after)))
            keys, first, targets = np.unique(
                np.concatenate([keys for _, keys in found]), return_index=True, return_inverse=True
            )
            rows = np.concatenate([after for after, _ in found])[first]
            begin = 0
            for number, steps in enumerate(layer.pieces):
                end = begin + len(steps.source)
                layer.pieces[number] = steps._replace(target=targets[begin:end].astype(np.int32))
                begin = end
        return layers

    def keys(self, rows: Integers) -> Keys:
        """A number for each row, equal where the rows are."""
        return self._packing.keys(rows - 2 * self.places.by_slot)

    def steps_from(self, rows: Integers, movable: Booleans) -> tuple[Steps, Integers]:
        """All steps from these states, without their targets, and for each the row that it leads to.

        `movable` says which of their processes can move.
        """
        source, slot = np.nonzero(movable & first_of_alike(rows))
        mover = rows[source, slot]
        kind = self.places.kind[mover >> 1]
        carries = (mover & CARRIES).astype(np.bool_)
        in_cell = _is_in_cell(rows)[source]
        forks = (kind == READ) & in_cell
        breaks = (kind == READ) & carries | (kind == WRITE) & ~carries & in_cell
        # None of those that break the chain, each other one, and twice where it forks.
        ways = np.repeat(np.arange(len(mover)), 1 + forks - breaks)
        takes = np.zeros(len(ways), np.bool_)
        takes[1:] = ways[1:] == ways[:-1]
        source, slot, mover, kind, carries = source[ways], slot[ways], mover[ways], kind[ways], carries[ways]
        moved = mover + 2 + takes - (carries & (kind == WRITE))
        after = rows[source]
        times = (after == mover[:, np.newaxis]).sum(axis=1)
        after[np.arange(len(after)), slot] = moved
        after.sort(axis=1)
        steps = Steps(
            source.astype(np.int32),
            slot.astype(np.int8),
            source[:0],
            (after < moved[:, np.newaxis]).sum(axis=1).astype(np.int8),
            np.where(carries & (kind == MODIFY), self.places.amount[mover >> 1], 0),
            times.astype(np.int8),
        )
        return steps, after

    def _layer(self, rows: Integers, keys: Keys, choices: Integers) -> Layer:
        ends = np.flatnonzero((choices == 0) & _is_in_cell(rows))
        over = self.places.are_over(rows[ends] >> 1)
        return Layer(rows, keys, choices, ends[over], ends[~over])


def _is_in_cell(rows: Integers) -> Booleans:
    """In which states the end of the chain is in the cell."""
    in_cell: Booleans = (rows & CARRIES).sum(axis=1) == 0
    return in_cell
