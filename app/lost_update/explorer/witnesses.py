"""For each outcome a schedule with the fewest context switches: the witness that is easiest to follow. Pure.

A context switch is a step by another process than the one before. The layers of states (chains.py) are gone through
backwards: for each state, each process that may move next, and all that the chain can still gain, how few switches does
it take from there to the end?

    the same process goes on         as many as from the state after its step, if it moves there too
    another one takes over then      the fewest of all who may move there, and one more

Then all witnesses are walked forwards, side by side, each by steps that keep to its fewest. Where a switch at once is
as good as a later one it is made at once, and among alike processes the first moves.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.explorer.budget import Watch
from lost_update.explorer.chains import Chains, Layer, Steps
from lost_update.explorer.places import Integers, firsts_of


class Witness(NamedTuple):
    """A schedule, as the processes' numbers, and how often the process changes in it."""

    schedule: tuple[int, ...]
    switches: int


class Witnesses(NamedTuple):
    """By final value; and of a deadlock, where there is one."""

    finals: dict[int, Witness]
    deadlock: Witness | None


Fewest = npt.NDArray[Any]
"""How few switches it takes to the end: by state of a layer, by the slot of the process that moves next, by what is to
be gained from there on. The last column is for a deadlock. What takes more than are looked for, or cannot
be, is one above the most."""


def witnesses(
    chains: Chains, layers: Sequence[Layer], finals: Collection[int], *, deadlock: bool, watch: Watch
) -> Witnesses:
    """A witness for each of `finals`, and for a deadlock where one is asked for. Raises `OutOfBudget`."""
    for most in MOST_SWITCHES:
        search = _Search(chains, layers, most)
        goals = search.goals(sorted(finals), deadlock=deadlock)
        fewest = search.fewest(watch)
        if (fewest[0][0].min(axis=0)[goals] <= most).all():
            break
    found = search.walk(goals, fewest)
    return Witnesses(dict(zip(sorted(finals), found, strict=False)), found[-1] if deadlock else None)


MOST_SWITCHES: Final = (253, 2**31)
"""So many are looked for at first, which one byte holds, and where these do not suffice, so many."""


class _Walkers(NamedTuple):
    """Those who are on their way, an array each: who, in which state of the layer, and in which place each process is.

    `last` has moved last; it is in the slot `slot` of the state.
    """

    who: Integers
    state: Integers
    places: Integers
    last: Integers
    slot: Integers


class _Search:
    """Looks for the fewest switches in the layers of one machine."""

    def __init__(self, chains: Chains, layers: Sequence[Layer], most: int) -> None:
        machine = chains.machine
        self._chains = chains
        self._layers = layers
        self._amounts = sorted(set(chains.places.amount.tolist()) - {0})
        self._lowest = machine.initial - machine.falls
        self._deadlock = machine.falls + machine.rises + 1
        """The column of a deadlock. Those before it are what can be gained, from the lowest on."""
        self._never = most + 1
        self._type = np.min_scalar_type(self._never + 1)

    def goals(self, finals: Sequence[int], *, deadlock: bool) -> Integers:
        """The columns of all these."""
        return np.array([final - self._lowest for final in finals] + [self._deadlock] * deadlock, np.int64)

    def fewest(self, watch: Watch) -> list[Fewest]:
        """By layer, all that there is to know."""
        found: list[Fewest] = []
        then, of_any = self._nothing_known(0, 0), self._nothing_known(0)
        for layer in reversed(self._layers):
            here = self._nothing_known(*layer.rows.shape)
            here[layer.over, :, self._chains.machine.falls] = 0
            here[layer.stuck, :, self._deadlock] = 0
            for steps in layer.pieces:
                watch.go_on()
                after = np.minimum(then[steps.target, steps.slot_after], of_any[steps.target] + 1)
                before = self._before(steps, after)
                firsts = firsts_of(steps.source.astype(np.int64) << 8 | steps.slot)
                if len(firsts):
                    # The chain may fork at a read, and go on by either way.
                    here[steps.source[firsts], steps.slot[firsts]] = np.minimum.reduceat(before, firsts, axis=0)
            then, of_any = here, here.min(axis=1)
            found.append(here)
        return found[::-1]

    def _nothing_known(self, *shape: int) -> Fewest:
        return np.full((*shape, self._deadlock + 1), self._never, self._type)

    def _before(self, steps: Steps, after: Fewest) -> Fewest:
        """What is known after each step, told from before it: with its own gain. Changes `after`."""
        for gain in self._amounts:
            those = np.flatnonzero(steps.gain == gain)
            before = self._nothing_known(len(those))
            before[:, max(0, gain) : self._deadlock + min(0, gain)] = after[
                those, max(0, -gain) : self._deadlock - max(0, gain)
            ]
            before[:, self._deadlock] = after[those, self._deadlock]
            after[those] = before
        return after

    def walk(self, goals: Integers, fewest: Sequence[Fewest]) -> list[Witness]:
        """All witnesses, side by side: a walker to each of the goals."""
        switches = fewest[0][0].min(axis=0)[goals].tolist()
        goals = goals.copy()
        schedules: Integers = np.full((len(goals), self._chains.machine.length), -1)
        who = np.arange(len(goals))
        start = np.tile(2 * self._chains.places.starts, (len(goals), 1))
        walkers = _Walkers(who, np.zeros_like(who), start, np.full_like(who, -1), np.full_like(who, -1))
        for taken, (layer, following) in enumerate(pairwise(self._layers)):
            walkers, gained = self._step(walkers, goals[walkers.who], layer, following, fewest[taken + 1])
            goals[walkers.who] -= gained
            schedules[walkers.who, taken] = walkers.last
        return [
            Witness(tuple(process for process in schedule if process >= 0), fewest_of_it)
            for schedule, fewest_of_it in zip(schedules.tolist(), switches, strict=True)
        ]

    def _step(
        self, walkers: _Walkers, goals: Integers, layer: Layer, following: Layer, then: Fewest
    ) -> tuple[_Walkers, Integers]:
        """Each walker's best step, and what it gains. Who has none is in a deadlock, and stays behind."""
        rows = layer.rows[walkers.state]
        steps, after = self._chains.steps_from(rows, self._chains.places.movable(rows >> 1))
        walker = steps.source
        target = np.searchsorted(following.keys, self._chains.keys(after))
        gained = np.where(goals[walker] == self._deadlock, 0, steps.gain)
        goes_on = steps.slot == walkers.slot[walker]
        mover = rows[walker, steps.slot, np.newaxis]
        process = np.where(goes_on, walkers.last[walker], (walkers.places[walker] == mover).argmax(axis=1))
        left = goals[walker] - gained
        column = np.clip(left, 0, self._deadlock)
        same = then[target, steps.slot_after, column].astype(np.int64)
        other = then[target, :, column].min(axis=1).astype(np.int64) + 1
        switches = np.where(column == left, np.minimum(same, other), self._never) + ~goes_on
        order = np.lexsort((process, goes_on, switches, walker))
        best = order[firsts_of(walker[order])]
        places = walkers.places[walker[best]]
        slot = steps.slot_after[best]
        places[np.arange(len(best)), process[best]] = after[best, slot]
        return _Walkers(walkers.who[walker[best]], target[best], places, process[best], slot), gained[best]
