"""For each outcome a schedule with the fewest context switches: the witness that is easiest to follow. Pure.

A context switch is a step by another process than the one before. States are visited in the order of how many switches
they took, so the first way that is found to an outcome has the fewest.

Two things are left out, because they lead nowhere that is not reached without them, with as few switches: to switch
between a modify and its write (nobody sees a modify, so one may as well switch before it), and to let another of
several processes that are alike begin.
"""

from collections import deque
from collections.abc import Collection
from typing import Final, NamedTuple

from app.explorer.machine import Machine, State

NOBODY: Final = -1

_Node = tuple[State, int]
"""A state, and who took the step that led to it."""


class Witness(NamedTuple):
    """A schedule, as the processes' numbers, and how often the process changes in it."""

    schedule: tuple[int, ...]
    switches: int


class Witnesses(NamedTuple):
    """By final value; and of a deadlock, where there is one."""

    finals: dict[int, Witness]
    deadlock: Witness | None


def witnesses(machine: Machine, finals: Collection[int], *, deadlock: bool, max_states: int) -> Witnesses:
    """Search until a witness is known for each of `finals`, and for a deadlock where one is asked for.

    Ends before where there are more than `max_states` states; then some are missing.
    """
    start: _Node = (machine.start, NOBODY)
    came_from: dict[_Node, tuple[_Node, int]] = {}
    switches = {start: 0}
    waiting = deque([start])
    done = set[_Node]()
    found: dict[int, Witness] = {}
    stuck: Witness | None = None
    wanted = set(finals)
    while waiting and len(switches) <= max_states and (wanted or (deadlock and stuck is None)):
        here = waiting.popleft()
        if here in done:
            continue
        done.add(here)
        state, last = here
        movers = _worth_trying(machine, state, last)
        if not movers:
            witness = Witness(_schedule(came_from, here), switches[here])
            if not machine.is_over(state[1]):
                stuck = stuck or witness
            elif state[0] in wanted:
                wanted.remove(state[0])
                found[state[0]] = witness
        for process in movers:
            is_switch = last not in (NOBODY, process)
            after = (machine.step(state, process), process)
            cost = switches[here] + is_switch
            if cost < switches.get(after, cost + 1):
                switches[after] = cost
                came_from[after] = (here, process)
                (waiting.append if is_switch else waiting.appendleft)(after)
    return Witnesses(dict(sorted(found.items())), stuck)


def _worth_trying(machine: Machine, state: State, last: int) -> list[int]:
    if last == NOBODY:
        return [
            process
            for process in machine.runnable(state[1])
            if machine.programs.index(machine.programs[process]) == process
        ]
    taken = state[1][last].taken
    if machine.programs[last][taken - 1].kind == "modify":
        return [last]
    return machine.runnable(state[1])


def _schedule(came_from: dict[_Node, tuple[_Node, int]], end: _Node) -> tuple[int, ...]:
    steps: list[int] = []
    here = end
    while here in came_from:
        here, process = came_from[here]
        steps.append(process)
    return tuple(reversed(steps))
