"""The graph of a small program's states: every state that can be, and every step that leads from one to another. Pure.

Interleavings that lead to the same state are merged there: what follows does not depend on the way to it. So every
interleaving is a path from the first state to one without a next step, and there are far fewer states than paths.
Nothing else is merged, so each state can be described: the cell's value, and for each process how far it is and what
is in its register.
"""

from collections.abc import Sequence
from typing import Literal

from typing_extensions import TypedDict

from lost_update.explorer.machine import Machine, State
from lost_update.explorer.program import InstructionKind


class GraphPlace(TypedDict):
    """The local state of one process: how many steps it has taken, and its register, None while that is empty."""

    taken: int
    register: int | None


class GraphState(TypedDict):
    """One state. `end` says what kind of end it is, if no step is possible."""

    value: int
    places: list[GraphPlace]
    end: Literal["final", "deadlock"] | None


GraphEdge = TypedDict("GraphEdge", {"from": int, "to": int, "process": str})
"""A step of `process`, from one state to another, both by their number."""


class GraphStep(TypedDict):
    """What a process does in one step. `target` is the name of a lock; the one cell has none."""

    op: InstructionKind
    target: str


class Graph(TypedDict):
    """All states, ordered by the number of steps that lead to them, and all edges.

    `programs` holds for each process, in the order of `places`, what it does step by step.
    """

    programs: list[list[GraphStep]]
    states: list[GraphState]
    edges: list[GraphEdge]


def graph_of(machine: Machine, names: Sequence[str], max_states: int) -> Graph | None:
    """The whole graph; None where it has more than `max_states` states."""
    numbers: dict[State, int] = {machine.start: 0}
    states: list[GraphState] = []
    edges: list[GraphEdge] = []
    # All states are found level by level, because each step takes one from a level to the next.
    level = [machine.start]
    while level:
        following: list[State] = []
        for state in level:
            movers = machine.runnable(state[1])
            states.append(_shown(machine, state, is_end=not movers))
            for process in movers:
                after = machine.step(state, process)
                if after not in numbers:
                    numbers[after] = len(numbers)
                    following.append(after)
                edges.append({"from": numbers[state], "to": numbers[after], "process": names[process]})
            if len(numbers) > max_states:
                return None
        level = following
    programs = [
        [GraphStep(op=instruction.kind, target=instruction.target) for instruction in program]
        for program in machine.programs
    ]
    return Graph(programs=programs, states=states, edges=edges)


def _shown(machine: Machine, state: State, *, is_end: bool) -> GraphState:
    value, places = state
    end: Literal["final", "deadlock"] | None = None
    if is_end:
        end = "final" if machine.is_over(places) else "deadlock"
    shown = [GraphPlace(taken=place.taken, register=place.register) for place in places]
    return GraphState(value=value, places=shown, end=end)
