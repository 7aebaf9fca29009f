"""The abstract machine that programs run on: one cell, some locks, a register for each process. Pure.

A state says how far each process is and what it has read. A process cannot move when its program is over, or when its
next instruction is to acquire a lock that is held, by itself too.

Which locks are held follows from how far each process is. Any process may release a `multiprocessing.Lock`, but the
processes that programs are recorded from ran alone, where releasing a lock that they did not hold failed
(`ProgramFails`).
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lost_update.explorer.program import Instruction, Program


class LocalState(NamedTuple):
    """How many instructions one process has executed, and its register (None while that is empty)."""

    taken: int
    register: int | None


State = tuple[int, tuple[LocalState, ...]]
"""The value of the cell, and each process's local state."""


class Machine:
    """Runs one program for each process, from a value of the cell on."""

    def __init__(self, programs: Sequence[Program], initial: int = 0) -> None:
        self.programs = tuple(programs)
        self.initial = initial
        self.held_after = [_held_after(program) for program in self.programs]

    @property
    def start(self) -> State:
        """The state before the first step."""
        return self.initial, (LocalState(0, None),) * len(self.programs)

    @cached_property
    def length(self) -> int:
        """How many steps all processes take together."""
        return sum(map(len, self.programs))

    @cached_property
    def rises(self) -> int:
        """By how much the cell can be above its initial value at most."""
        return sum(max(0, instruction.amount) for program in self.programs for instruction in program)

    @cached_property
    def falls(self) -> int:
        """By how much the cell can be below its initial value at most."""
        return sum(max(0, -instruction.amount) for program in self.programs for instruction in program)

    def next_of(self, process: int, local_state: LocalState) -> Instruction | None:
        """What a process will do next; None when its program is over."""
        program = self.programs[process]
        return program[local_state.taken] if local_state.taken < len(program) else None

    def runnable(self, local_states: Sequence[LocalState]) -> list[int]:
        """The processes that can move."""
        held: frozenset[str] | set[str] = frozenset()
        for process, local_state in enumerate(local_states):
            held |= self.held_after[process][local_state.taken]
        found = []
        for process, local_state in enumerate(local_states):
            instruction = self.next_of(process, local_state)
            if instruction is not None and not (instruction.kind == "acquire" and instruction.target in held):
                found.append(process)
        return found

    def is_over(self, local_states: Sequence[LocalState]) -> bool:
        """Whether every program has run to its end."""
        return all(
            local_state.taken == len(program) for local_state, program in zip(local_states, self.programs, strict=True)
        )

    def move(self, value: int, local_state: LocalState, instruction: Instruction) -> tuple[int, LocalState]:
        """The cell's value and the local state of the process after it has carried out its next instruction."""
        taken, register = local_state
        if instruction.kind == "read":
            return value, LocalState(taken + 1, value)
        if instruction.kind == "modify":
            assert register is not None
            return value, LocalState(taken + 1, register + instruction.amount)
        if instruction.kind == "write":
            assert register is not None
            return register, LocalState(taken + 1, None)
        return value, LocalState(taken + 1, register)

    def step(self, state: State, process: int) -> State:
        """The state after `process` has taken its next step."""
        value, local_states = state
        instruction = self.next_of(process, local_states[process])
        assert instruction is not None
        value, local_state = self.move(value, local_states[process], instruction)
        return value, (*local_states[:process], local_state, *local_states[process + 1 :])


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
