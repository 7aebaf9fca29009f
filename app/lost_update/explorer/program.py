"""What a process does, as instructions: read off the steps of a real process that ran alone.

    read number 0 · modify 1 · write 1      becomes      read · add 1 · write

Alone, a process shows everything that matters about its code: which steps it takes, in which order, and by how much it
changes what it read. What it computes from another's value follows from that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lost_update.model.ops import Op

InstructionKind = Literal["read", "modify", "write", "acquire", "release"]


@dataclass(frozen=True)
class Instruction:
    """One step that needs a turn. `target` is a lock, or nothing for the one cell; `amount` is what a modify adds."""

    kind: InstructionKind
    target: str = ""
    amount: int = 0


Program = tuple[Instruction, ...]


class NotExplorable(Exception):
    """The steps are those of no program that can be explored; the message says why."""


class ProgramFails(NotExplorable):
    """An exception ends the process, though it is alone, in the step that would follow on `program`."""

    def __init__(self, program: Program) -> None:
        super().__init__("The process fails even when it runs alone.")
        self.program = program


def program_of(steps: Iterable[Mapping[str, Any]]) -> Program:
    """The steps of one process, in order, as a program: without its start, its end and its waiting.

    A process that was still waiting for a lock at the end waits for ever: its last instruction is to acquire that lock.
    Raises `ProgramFails` if an exception ended the process, and `NotExplorable` for any other step, for a second cell,
    and for a write whose value was not computed from a read.
    """
    instructions: list[Instruction] = []
    cell: str | None = None
    read: int | None = None
    waits: str | None = None
    for step in steps:
        op = Op[step["op"].upper()]
        if op.row.bounds_a_process:
            continue
        if op == Op.WAIT:
            waits = step["target"]
            continue
        waits = None
        if op == Op.FAIL:
            raise ProgramFails(tuple(instructions))
        if op.row.hold:
            instructions.append(Instruction("acquire" if op.row.hold > 0 else "release", step["target"]))
            continue
        if not op.row.touches_a_cell:
            raise NotExplorable(f"A step {op.word} is not among those that can be explored.")
        if cell not in (None, step["target"]):
            raise NotExplorable("Only one cell can be explored.")
        cell = step["target"]
        if op == Op.READ:
            read = step["value"]
            instructions.append(Instruction("read"))
        elif read is None:
            raise NotExplorable("A value is written that was not computed from one that was read.")
        elif op == Op.MODIFY:
            instructions.append(Instruction("modify", amount=step["value"] - read))
        else:
            instructions.append(Instruction("write"))
            read = None
    if waits is not None:
        instructions.append(Instruction("acquire", waits))
    return tuple(instructions)
