"""Which interleaving comes next: a depth-first search with replay, that leaves out what could make no difference. Pure.

Stateless model checking (Godefroid 1997): no state is kept; for each interleaving a program runs again from its start.
The search is told who could go and what each would do, and says who goes:

    execution 1     P1 P1 P1 P2 P2 P2      the first that can go, on and on
    execution 2     P1 P1 P2 …             the same up to the deepest place where another was still to be tried, then it
    …

With `reduction`, only one of the interleavings is run that differ in nothing but the order of independent steps. Steps
are dependent if they are about the same thing and one of them changes it. The places where another has to be tried are
found by dynamic partial-order reduction (Flanagan and Godefroid, "Dynamic partial-order reduction for model checking
software", 2005): where two dependent steps of two processes were not ordered by anything else, the second is tried
first. Sleep sets (Godefroid 1996) leave out what was tried from a sibling and has met nothing dependent since. For the
two together to be sound, who goes first there must be able to begin what leads to the second step (the initials of
Abdulla et al., "Optimal dynamic partial order reduction", 2014). Every final state and every deadlock is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Touch(NamedTuple):
    """A thing that a step is about: the cells or the whole of it, and whether the step changes it."""

    key: str
    first: int = 0
    last: int = 0
    changes: bool = True

    def meets(self, other: "Touch") -> bool:
        """Whether the order of the two matters."""
        return (
            self.key == other.key
            and (self.changes or other.changes)
            and self.first <= other.last
            and other.first <= self.last
        )


Step = tuple[Touch, ...]
"""All that one step touches. One that touches nothing, such as a modify, is independent of every other."""


def are_dependent(one: Step, other: Step) -> bool:
    """Whether the order of these steps of two processes matters."""
    return any(mine.meets(theirs) for mine in one for theirs in other)


@dataclass
class _Node:
    """A state of the execution: who could go there and what each would do, who went, who has been tried."""

    pending: dict[int, Step]
    enabled: frozenset[int]
    sleeping: dict[int, Step]
    to_try: set[int] = field(default_factory=set)
    tried: set[int] = field(default_factory=set)
    chosen: int = -1


@dataclass
class _Taken:
    """A step that was taken: by whom, as its which, and how many steps of each process come before it in any case."""

    process: int
    number: int
    step: Step
    clock: dict[int, int]


class Diverged(Exception):
    """A program did something else though the same processes went in the same order."""


class Search:
    """Every interleaving, one execution at a time.

    For each: `begin`, then `choose` at each state until it gives None or everybody has ended, then `end`.
    """

    def __init__(self, *, reduction: bool = True) -> None:
        self._reduction = reduction
        self._path: list[_Node] = []
        self._taken: list[_Taken] = []
        self._clocks: dict[int, dict[int, int]] = {}
        self._depth = 0
        self.is_over = False

    def begin(self) -> None:
        """A new execution, from the start."""
        self._taken = []
        self._clocks = {}
        self._depth = 0

    def choose(self, pending: Mapping[int, Step], enabled: frozenset[int]) -> int | None:
        """Who goes next, of those who can. None if all that could be tried from here was tried elsewhere.

        `pending` has the next step of everybody who has not ended, also of who cannot go.
        """
        if self._depth < len(self._path):
            node = self._path[self._depth]
            if enabled != node.enabled or pending != node.pending:
                raise Diverged
        else:
            node = self._new_node(dict(pending), enabled)
            self._path.append(node)
            if self._reduction:
                self._look_for_races(node)
            if not self._pick(node):
                return None
        self._take(node)
        return node.chosen

    def wakes(self, process: int) -> None:
        """The step just taken has woken that process, whose own steps come after it from now on."""
        _join(self._clocks.setdefault(process, {}), self._taken[-1].clock)

    def end(self) -> None:
        """The execution is over, or cut off. Turns to the deepest place where another is still to be tried."""
        while self._path:
            node = self._path[-1]
            if node.chosen >= 0:
                node.sleeping[node.chosen] = node.pending[node.chosen]
                node.chosen = -1
            if self._pick(node):
                return
            self._path.pop()
        self.is_over = True

    def _new_node(self, pending: dict[int, Step], enabled: frozenset[int]) -> _Node:
        node = _Node(pending, enabled, {})
        if not self._reduction:
            node.to_try = set(enabled)
            return node
        if self._path:
            before = self._path[-1]
            step = before.pending[before.chosen]
            node.sleeping = {
                process: theirs
                for process, theirs in before.sleeping.items()
                if process != before.chosen and not are_dependent(theirs, step)
            }
        awake = sorted(enabled - node.sleeping.keys())
        node.to_try = {self._preferred(awake, self._path[-1:])} if awake else set()
        return node

    def _pick(self, node: _Node) -> bool:
        asleep = node.sleeping if self._reduction else {}
        left = sorted(node.to_try - node.tried - asleep.keys())
        if not left:
            return False
        node.chosen = left[0] if node.tried else self._preferred(left, self._path[:-1][-1:])
        node.tried.add(node.chosen)
        return True

    @staticmethod
    def _preferred(left: list[int], before: list[_Node]) -> int:
        """Whoever went last goes on: then a schedule has few switches, and is easier to follow."""
        return before[0].chosen if before and before[0].chosen in left else left[0]

    def _take(self, node: _Node) -> None:
        process = node.chosen
        step = node.pending[process]
        self._depth += 1
        if not self._reduction:
            return
        clock = self._clock_of(process, step)
        clock[process] = number = clock.get(process, 0) + 1
        self._clocks[process] = clock
        self._taken.append(_Taken(process, number, step, clock))

    def _clock_of(self, process: int, step: Step) -> dict[int, int]:
        """What comes before that next step of that process, whatever else is changed in the order."""
        clock = dict(self._clocks.get(process, {}))
        for before in self._taken:
            if before.process != process and are_dependent(before.step, step):
                _join(clock, before.clock)
        return clock

    def _look_for_races(self, node: _Node) -> None:
        """For each process: the steps that its next one could have come before. There that is to be tried."""
        for process, step in node.pending.items():
            known = dict(self._clocks.get(process, {}))
            for place in range(len(self._taken) - 1, -1, -1):
                before = self._taken[place]
                if before.process == process or not are_dependent(before.step, step):
                    continue
                if before.number > known.get(before.process, 0):
                    self._reverse(place, process, step)
                _join(known, before.clock)

    def _reverse(self, place: int, process: int, step: Step) -> None:
        """See to it that the next step of that process is tried before the step at that place.

        What has to come before it then comes before it there, too: whoever can begin with that goes first.
        """
        there, first = self._path[place], self._taken[place]
        later = [each for each in self._taken[place + 1 :] if each.clock.get(first.process, 0) < first.number]
        later.append(_Taken(process, 0, step, self._clock_of(process, step)))
        begun: dict[int, int] = {}
        initial = set()
        for each in later:
            if each.process not in begun and all(each.clock.get(by, 0) < number for by, number in begun.items()):
                initial.add(each.process)
            begun.setdefault(each.process, each.number)
        initial &= there.enabled
        if not initial & there.to_try:
            there.to_try |= {min(initial - there.sleeping.keys(), default=min(initial))} if initial else there.enabled


def _join(clock: dict[int, int], other: Mapping[int, int]) -> None:
    for process, number in other.items():
        if clock.get(process, 0) < number:
            clock[process] = number
