"""For each outcome a schedule with the fewest context switches: the witness that is easiest to follow. Pure.

A context switch is a step by another process than the one before. Each round finds everything that takes one
switch more, so the first round that reaches an outcome has the fewest.

    round 0   P1 goes on as long as it can                 from each state on the way …
    round 1   … another process takes over and goes on     from each state on the way …
    round 2   …

States are merged as for counting, and all that the cell can have gained on the way to one is kept as the bits of a
single integer, so that a program's length costs states, not values. Left out is what leads nowhere new with as few
switches: to switch between a modify and its write (nobody sees a modify, so one may as well switch before it), and to
come to a state that was reached in an earlier round, no matter which process moved last (a switch
there costs no more than this one).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from lost_update.explorer.counting import EMPTY, EVERY, OutOfBudget
from lost_update.explorer.machine import Machine

_LocalState = tuple[int, int, int]
"""A process: its program's number, how far it is, and its register less the cell, or `EMPTY`."""


class _Node(NamedTuple):
    """The local state of the process that took the last step, and those of all others, in order."""

    last: _LocalState
    others: tuple[_LocalState, ...]


class _Move(NamedTuple):
    """How a node was reached: from which node, by which process, whether by a switch, and by how much the cell grew.

    `news` are the gains that were first found by it.
    """

    before: _Node | None
    mover: _LocalState
    is_switch: bool
    gain: int
    news: int


_Round = dict[_Node, list[_Move]]


class Witness(NamedTuple):
    """A schedule, as the processes' numbers, and how often the process changes in it."""

    schedule: tuple[int, ...]
    switches: int


class Witnesses(NamedTuple):
    """By final value; and of a deadlock, where there is one."""

    finals: dict[int, Witness]
    deadlock: Witness | None


def witnesses(
    machine: Machine,
    finals: Collection[int],
    *,
    deadlock: bool,
    max_states: int,
    may_continue: Callable[[], bool] = lambda: True,
) -> Witnesses:
    """A witness for each of `finals`, and for a deadlock where one is asked for. Raises `OutOfBudget`."""
    return _Search(machine, max_states, may_continue).search(set(finals), deadlock=deadlock)


class _Search:
    """The rounds so far."""

    def __init__(self, machine: Machine, max_states: int, may_continue: Callable[[], bool]) -> None:
        self._machine = machine
        self._programs = list(dict.fromkeys(machine.programs))
        self._held_after = [machine.held_after[machine.programs.index(program)] for program in self._programs]
        self._start = [(self._programs.index(program), 0, EMPTY) for program in machine.programs]
        self._max_states = max_states
        self._go_on = may_continue
        self._known = 0
        self._tried = 0
        self._rounds: list[_Round] = []
        self._waiting: list[dict[_Node, int]] = []
        """For the round that is going on: by number of steps taken, the nodes, with the gains on arrival."""
        self._reached: dict[tuple[_LocalState, ...], int] = {}
        """For each state, the gains that an earlier round came to it with."""

    def search(self, wanted: set[int], *, deadlock: bool) -> Witnesses:
        """Search until everything in `wanted` is found."""
        found: dict[int, Witness] = {}
        stuck: Witness | None = None
        if self._machine.length == 0:
            return Witnesses({self._machine.initial: Witness((), 0)}, None)
        while wanted or (deadlock and stuck is None):
            ends = self._next_round()
            for node, gains in ends:
                if not self._is_over(node):
                    stuck = stuck or self._witness(node, _any_of(gains))
                    continue
                for final in [final for final in wanted if gains >> self._bit(final) & 1]:
                    wanted.remove(final)
                    found[final] = self._witness(node, self._bit(final))
        return Witnesses(dict(sorted(found.items())), stuck)

    def _bit(self, final: int) -> int:
        return final - self._machine.initial + self._machine.reach

    def _next_round(self) -> list[tuple[_Node, int]]:
        """Everything that takes one switch more. Returns the nodes where no process can move, with their gains."""
        before = self._rounds[-1] if self._rounds else None
        self._rounds.append({})
        self._waiting = [{} for _ in range(self._machine.length + 1)]
        if before is None:
            for mover, others in _each_of(tuple(sorted(self._start))):
                if self._can_move(mover, frozenset()):
                    self._arrive(None, mover, others, 1 << self._machine.reach, is_switch=False)
        for node, moves in (before or {}).items():
            held = self._held(node)
            for mover, others in _each_of(node.others):
                if self._can_move(mover, held):
                    self._arrive(node, mover, (*others, node.last), _news(moves), is_switch=True)
        ends = []
        for nodes in self._waiting:
            for node, gains in nodes.items():
                held = self._held(node)
                if self._can_move(node.last, held):
                    self._arrive(node, node.last, node.others, gains, is_switch=False)
                elif not any(self._can_move(local_state, held) for local_state in node.others):
                    ends.append((node, gains))
        for node, moves in self._rounds[-1].items():
            state = _state(node)
            self._reached[state] = self._reached.get(state, 0) | _news(moves)
        return ends

    def _arrive(
        self, before: _Node | None, mover: _LocalState, others: tuple[_LocalState, ...], gains: int, *, is_switch: bool
    ) -> None:
        """Note where a move leads to, unless it brings nothing new."""
        self._tried += 1
        if self._tried % EVERY == 0 and not self._go_on():
            raise OutOfBudget(self._known)
        local_state, others, gain = self._moved(mover, others)
        node = _Node(local_state, tuple(sorted(others)))
        same_length = self._waiting[local_state[1] + sum(taken for _, taken, _ in others)]
        before_this = same_length.get(node, 0)
        news = _shifted(gains, gain) & ~self._reached.get(_state(node), 0) & ~before_this
        if not news:
            return
        same_length[node] = before_this | news
        self._rounds[-1].setdefault(node, []).append(_Move(before, mover, is_switch, gain, news))
        self._known += 1
        if self._known > self._max_states:
            raise OutOfBudget(self._known)

    def _held(self, node: _Node) -> frozenset[str]:
        return self._held_after[node.last[0]][node.last[1]].union(
            *(self._held_after[program][taken] for program, taken, _ in node.others)
        )

    def _can_move(self, local_state: _LocalState, held: frozenset[str]) -> bool:
        program, taken, _ = local_state
        code = self._programs[program]
        return taken < len(code) and not (code[taken].kind == "acquire" and code[taken].target in held)

    def _moved(
        self, mover: _LocalState, others: tuple[_LocalState, ...]
    ) -> tuple[_LocalState, tuple[_LocalState, ...], int]:
        """All local states after a move, and by how much the cell has grown. A modify and its write are one move."""
        program, taken, register = mover
        code = self._programs[program]
        if code[taken].kind == "modify":
            register += code[taken].amount
            taken += 1
            if taken == len(code) or code[taken].kind != "write":
                return (program, taken, register), others, 0
        if code[taken].kind == "read":
            return (program, taken + 1, 0), others, 0
        if code[taken].kind != "write":
            return (program, taken + 1, register), others, 0
        behind = ((kind, far, read if read == EMPTY else read - register) for kind, far, read in others)
        return (program, taken + 1, EMPTY), tuple(behind), register

    def _is_over(self, node: _Node) -> bool:
        return all(taken == len(self._programs[program]) for program, taken, _ in _state(node))

    def _witness(self, node: _Node, bit: int) -> Witness:
        """The way to a node with that gain: backwards through the rounds, then once more forwards, with real names."""
        number = len(self._rounds) - 1
        moves: list[_Move] = []
        here: _Node | None = node
        while here is not None:
            move = next(move for move in self._rounds[number][here] if move.news >> bit & 1)
            moves.append(move)
            number -= move.is_switch
            bit -= move.gain
            here = move.before
        return Witness(tuple(self._named(reversed(moves))), sum(move.is_switch for move in moves))

    def _named(self, moves: Iterable[_Move]) -> Iterator[int]:
        """Which processes make these moves: among alike ones the first."""
        local_states = list(self._start)
        last = 0
        for move in moves:
            if move.is_switch or move.before is None:
                last = next(
                    process
                    for process, local_state in enumerate(local_states)
                    if local_state == move.mover and not (move.is_switch and process == last)
                )
            local_state, others, _ = self._moved(move.mover, tuple(local_states[:last] + local_states[last + 1 :]))
            local_states = [*others[:last], local_state, *others[last:]]
            yield from [last] * (local_state[1] - move.mover[1])


def _each_of(local_states: tuple[_LocalState, ...]) -> Iterator[tuple[_LocalState, tuple[_LocalState, ...]]]:
    """Each of these with all others, alike ones once. `local_states` are in order."""
    for number, local_state in enumerate(local_states):
        if number == 0 or local_state != local_states[number - 1]:
            yield local_state, local_states[:number] + local_states[number + 1 :]


def _state(node: _Node) -> tuple[_LocalState, ...]:
    return tuple(sorted((node.last, *node.others)))


def _news(moves: Iterable[_Move]) -> int:
    gains = 0
    for move in moves:
        gains |= move.news
    return gains


def _any_of(gains: int) -> int:
    """The number of the lowest bit."""
    return (gains & -gains).bit_length() - 1


def _shifted(gains: int, by: int) -> int:
    return gains << by if by >= 0 else gains >> -by
