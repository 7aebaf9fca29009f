"""What is known without counting, however much there is. Pure.

Where everything is done under one lock, only whole rounds can change places, and there is nothing to lose:

    P1: [ r m w ] [ r m w ]        one final, as many interleavings as there are orders of the rounds
    P2: [ r m w ] [ r m w ]        (2 + 2)! / (2! · 2!) = 6

Without a lock, two or more processes that increment at least twice can always end 2 higher: all but two can be lost.

    P1 reads 0 ·  all others do all they have to, P2 except its last increment   · P1 writes 1
    P2 reads 1 ·  P1 does all that is left                                       · P2 writes 2
"""

import re
from fractions import Fraction
from math import factorial, prod
from typing import Final

from lost_update.explorer.counting import Counted, Counts
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Instruction, InstructionKind, Program
from lost_update.explorer.states import States
from lost_update.explorer.witnesses import Witness, Witnesses

LEAST_ITERATIONS = 2


LETTERS: Final[dict[InstructionKind, str]] = {"acquire": "[", "read": "r", "modify": "m", "write": "w", "release": "]"}
ROUNDS: Final = re.compile(r"(\[(rmw)*\])*")
ROUND: Final = re.compile(r"\[[rmw]*\]")


def under_one_lock(machine: Machine) -> tuple[Counts, Witnesses, States] | None:
    """Everything, where all do their updates under one and the same lock and nothing else; None for other programs.

    While one holds the lock, all others are about to acquire it, or are done: nobody else can move.
    """
    instructions = [instruction for program in machine.programs for instruction in program]
    texts = ["".join(LETTERS[instruction.kind] for instruction in program) for program in machine.programs]
    locks = {instruction.target for instruction in instructions if instruction.kind in ("acquire", "release")}
    if len(locks) != 1 or not all(map(ROUNDS.fullmatch, texts)):
        return None
    rounds = [len(ROUND.findall(text)) for text in texts]
    final = machine.initial + sum(instruction.amount for instruction in instructions)
    orders = factorial(sum(rounds)) // prod(map(factorial, rounds))
    # Nobody holds the lock, each has done any number of its rounds; or one is at some place within one of its rounds.
    between = prod(count + 1 for count in rounds)
    within = sum((len(text) - count) * between // (count + 1) for text, count in zip(texts, rounds, strict=True))
    schedule = tuple(process for process, text in enumerate(texts) for _ in text)
    counts = Counts({final: Counted(orders, Fraction(1))}, Counted(0, Fraction(0)))
    return counts, Witnesses({final: Witness(schedule, len(set(schedule)) - 1)}, None), States(between + within)


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
