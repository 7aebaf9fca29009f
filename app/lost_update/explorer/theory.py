"""What is known without counting: two or more processes that increment at least twice can always end 2 higher. Pure.

However many increments there are, all but two can be lost:

    P1 reads 0 ·  all others do all they have to, P2 except its last increment   · P1 writes 1
    P2 reads 1 ·  P1 does all that is left                                       · P2 writes 2
"""

from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Instruction, Program

LEAST_ITERATIONS = 2


def schedule_to_two(machine: Machine) -> tuple[int, ...] | None:
    """The schedule that ends 2 above the initial value, for plain increments by 1; None for any other programs."""
    increments = [_increments(program) for program in machine.programs]
    if len(increments) < 2 or any(count is None or count < LEAST_ITERATIONS for count in increments):
        return None
    length = len(_INCREMENT)
    first, second, *others = (len(program) for program in machine.programs)
    return (
        0,
        *(number for number, steps in enumerate(others, 2) for _ in range(steps)),
        *[1] * (second - length),
        *[0] * (length - 1),
        1,
        *[0] * (first - length),
        *[1] * (length - 1),
    )


_INCREMENT: Program = (Instruction("read"), Instruction("modify", amount=1), Instruction("write"))


def _increments(program: Program) -> int | None:
    """How many plain increments a program is; None where it is anything else."""
    count = len(program) // len(_INCREMENT)
    return count if program == _INCREMENT * count else None
