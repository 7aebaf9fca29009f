"""The little machine that programs run on: one cell, some locks, a register for each process. Pure.

A state says where each process is and what it has read. A process cannot move when its program is over, or when its
next instruction is to acquire a lock that is held, by itself too.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lost_update.explorer.program import Instruction, Program


class Place(NamedTuple):
    """Where one process is: how many instructions it has taken, and its register (None while it holds nothing)."""

    taken: int
    register: int | None


State = tuple[int, tuple[Place, ...]]
"""The value of the cell, and each process's place."""


class Machine:
    """Runs one program for each process, from a value of the cell on."""

    def __init__(self, programs: Sequence[Program], initial: int = 0) -> None:
        self.programs = tuple(programs)
        self.initial = initial
        self.held_after = [_held_after(program) for program in self.programs]

    @property
    def start(self) -> State:
        """Before anybody has moved."""
        return self.initial, (Place(0, None),) * len(self.programs)

    @cached_property
    def length(self) -> int:
        """How many steps all processes take together."""
        return sum(map(len, self.programs))

    @cached_property
    def reach(self) -> int:
        """By how much the cell can differ from its initial value at most."""
        return sum(abs(instruction.amount) for program in self.programs for instruction in program)

    def next_of(self, process: int, place: Place) -> Instruction | None:
        """What a process will do next; None when its program is over."""
        program = self.programs[process]
        return program[place.taken] if place.taken < len(program) else None

    def runnable(self, places: Sequence[Place]) -> list[int]:
        """The processes that can move."""
        held: frozenset[str] | set[str] = frozenset()
        for process, place in enumerate(places):
            held |= self.held_after[process][place.taken]
        found = []
        for process, place in enumerate(places):
            instruction = self.next_of(process, place)
            if instruction is not None and not (instruction.kind == "acquire" and instruction.target in held):
                found.append(process)
        return found

    def is_over(self, places: Sequence[Place]) -> bool:
        """Whether every program has run to its end."""
        return all(place.taken == len(program) for place, program in zip(places, self.programs, strict=True))

    def move(self, value: int, place: Place, instruction: Instruction) -> tuple[int, Place]:
        """The cell's value and the place of the process after it has carried out its next instruction."""
        taken, register = place
        if instruction.kind == "read":
            return value, Place(taken + 1, value)
        if instruction.kind == "modify":
            assert register is not None
            return value, Place(taken + 1, register + instruction.amount)
        if instruction.kind == "write":
            assert register is not None
            return register, Place(taken + 1, None)
        return value, Place(taken + 1, register)

    def step(self, state: State, process: int) -> State:
        """The state after `process` has taken its next step."""
        value, places = state
        instruction = self.next_of(process, places[process])
        assert instruction is not None
        value, place = self.move(value, places[process], instruction)
        return value, (*places[:process], place, *places[process + 1 :])


def _held_after(program: Program) -> list[frozenset[str]]:
    """The locks that a process holds after each number of its instructions."""
    held = frozenset[str]()
    all_held = [held]
    for instruction in program:
        if instruction.kind == "acquire":
            held |= {instruction.target}
        elif instruction.kind == "release":
            held -= {instruction.target}
        all_held.append(held)
    return all_held
