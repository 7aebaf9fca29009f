"""Every interleaving, one after the other, by plain enumeration: what the explorer must agree with.

Shares no code with the application and merges nothing, so that it is obviously right; it is for small cases only. An
instruction is a word and what belongs to it: `("read",)`, `("modify", 1)`, `("write",)`, `("acquire", "lock")`,
`("release", "lock")`.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from lost_update.explorer.program import Instruction, Program

Code = Sequence[tuple[str, ...] | tuple[str, int]]

DEADLOCK = None
INCREMENT: Code = [("read",), ("modify", 1), ("write",)]


def adding(amount: int) -> Code:
    """A read-modify-write that adds `amount`."""
    return [("read",), ("modify", amount), ("write",)]


def locked(code: Code, *locks: str) -> Code:
    """The code between acquire and release of these locks, released in the opposite order."""
    return [*(("acquire", lock) for lock in locks), *code, *(("release", lock) for lock in reversed(locks))]


def program(code: Code) -> Program:
    """The same code as the explorer takes it."""
    made = []
    for kind, *rest in code:
        if kind == "modify":
            made.append(Instruction("modify", amount=int(rest[0])))
        else:
            made.append(Instruction(kind, *map(str, rest)))  # type: ignore[arg-type]
    return tuple(made)


@dataclass
class Enumerated:
    """By final value, None for a deadlock: how many interleavings, how likely, and the fewest context switches.

    And every state that is on some way.
    """

    interleavings: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))
    probability: dict[int | None, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    switches: dict[int | None, int] = field(default_factory=dict)
    states: set[tuple[object, ...]] = field(default_factory=set)


class Now:
    """Where all processes are in the middle of it: the value, the registers, who holds which lock."""

    def __init__(self, codes: Sequence[Code], value: int) -> None:
        self.codes = codes
        self.value = value
        self.taken = [0] * len(codes)
        self.registers: list[int | None] = [None] * len(codes)
        self.held: dict[str, int] = {}

    def movable(self) -> list[int]:
        """Who can take a step."""
        return [
            process
            for process, code in enumerate(self.codes)
            if self.taken[process] < len(code)
            and not (code[self.taken[process]][0] == "acquire" and code[self.taken[process]][1] in self.held)
        ]

    def take(self, process: int) -> "Now":
        """The same after one more step of that process."""
        after = Now(self.codes, self.value)
        after.taken, after.registers, after.held = list(self.taken), list(self.registers), dict(self.held)
        kind, *rest = self.codes[process][self.taken[process]]
        after.taken[process] += 1
        register = self.registers[process]
        if kind == "read":
            after.registers[process] = self.value
        elif kind == "modify":
            assert register is not None
            after.registers[process] = register + int(rest[0])
        elif kind == "write":
            assert register is not None
            after.value, after.registers[process] = register, None
        elif kind == "acquire":
            after.held[str(rest[0])] = process
        else:
            del after.held[str(rest[0])]
        return after

    def state(self) -> tuple[object, ...]:
        """All of it, so that two that are equal are the same; who holds what follows from how far they are."""
        return self.value, tuple(self.taken), tuple(self.registers)

    def final(self) -> int | None:
        """The value at the end; None where the end is a deadlock."""
        is_over = all(far == len(code) for far, code in zip(self.taken, self.codes, strict=True))
        return self.value if is_over else DEADLOCK


def enumerate_all(codes: Sequence[Code], initial: int = 0) -> Enumerated:
    """All interleavings of these codes, one for each process."""
    found = Enumerated()
    for final, schedule, probability in _endings(Now(codes, initial), [], Fraction(1), found.states):
        found.interleavings[final] += 1
        found.probability[final] += probability
        switches = sum(one != other for one, other in pairwise(schedule))
        found.switches[final] = min(switches, found.switches.get(final, switches))
    return found


def carry_out(codes: Sequence[Code], schedule: Sequence[int], initial: int = 0) -> int | None:
    """Where one schedule ends; fails if it asks for what cannot be, or ends before the end."""
    now = Now(codes, initial)
    for process in schedule:
        assert process in now.movable(), (schedule, process)
        now = now.take(process)
    assert not now.movable(), "somebody could still go on"
    return now.final()


def _endings(
    now: Now, schedule: list[int], probability: Fraction, states: set[tuple[object, ...]]
) -> Iterator[tuple[int | None, list[int], Fraction]]:
    states.add(now.state())
    movable = now.movable()
    if not movable:
        yield now.final(), schedule, probability
    for process in movable:
        yield from _endings(now.take(process), [*schedule, process], probability / len(movable), states)


CASES: dict[str, Sequence[Code]] = {
    "2 × 1": [INCREMENT] * 2,
    "2 × 2": [[*INCREMENT] * 2] * 2,
    "3 × 1": [INCREMENT] * 3,
    "1 × 3": [[*INCREMENT] * 3],
    "1 and 3": [INCREMENT, [*INCREMENT] * 3],
    "adds 1 and adds 10": [adding(1), adding(10)],
    "adds 2 and takes 3": [[*adding(2), *adding(2)], adding(-3)],
    "takes 1, twice each": [[*adding(-1)] * 2] * 2,
    "adds nothing": [adding(0), INCREMENT],
    "lock, 2 × 2": [[*locked(INCREMENT, "lock")] * 2] * 2,
    "lock, 3 × 1": [locked(INCREMENT, "lock")] * 3,
    "separate locks": [locked(INCREMENT, "locks[0]"), locked(INCREMENT, "locks[1]")],
    "write only, 2 × 1": [[("read",), ("acquire", "l"), ("modify", 1), ("write",), ("release", "l")]] * 2,
    "write only, 2 × 2": [[("read",), ("acquire", "l"), ("modify", 1), ("write",), ("release", "l")] * 2] * 2,
    "modify before the lock": [[("read",), ("modify", 1), ("acquire", "l"), ("write",), ("release", "l")]] * 2,
    "one locks, one does not": [locked(INCREMENT, "lock"), INCREMENT],
    "never released": [[("acquire", "lock"), *INCREMENT], [("acquire", "lock"), *INCREMENT]],
    "never released, twice": [[("acquire", "lock"), *INCREMENT, ("acquire", "lock")]] * 2,
    "one forgets": [[("acquire", "lock"), *INCREMENT], locked(INCREMENT, "lock")],
    "crosswise": [locked(INCREMENT, "a", "b"), locked(INCREMENT, "b", "a")],
    "crosswise, and a third": [locked([], "a", "b"), locked([], "b", "a"), INCREMENT],
    "the same order": [locked(INCREMENT, "a", "b")] * 2,
    "in a ring": [locked([], "a", "b"), locked([], "b", "c"), locked([], "c", "a")],
    "a read alone": [[("read",)], INCREMENT],
}
"""Small cases: by name, what each process does."""


def at_random(seed: int) -> list[Code]:
    """What two or three processes do, drawn at random, some of them alike: few enough steps to enumerate.

    They add, take and read, release what they hold, or never; and after their last write some read or acquire again.
    """
    draw = random.Random(seed)
    processes = draw.choice((2, 2, 3))
    most = {2: 7, 3: 4}[processes]
    different = [_drawn(draw, draw.randint(1, most)) for _ in range(processes)]
    return [draw.choice(different) for _ in range(processes)]


def _drawn(draw: random.Random, steps: int) -> Code:
    code: list[tuple[str, ...] | tuple[str, int]] = []
    held: list[str] = []
    is_full = False
    while len(code) < steps:
        kind = draw.choice(("read", "read", "modify", "modify", "write", "write", "acquire", "release"))
        if kind == "read":
            is_full = True
            code.append(("read",))
        elif kind == "modify" and is_full:
            code.append(("modify", draw.choice((1, 1, 2, -1, 0))))
        elif kind == "write" and is_full:
            is_full = False
            code.append(("write",))
        elif kind == "acquire":
            # Alone it would wait for ever for a lock that it holds: that is its last step, if it comes to that.
            lock = draw.choice("ab")
            code.append(("acquire", lock))
            if lock in held:
                break
            held.append(lock)
        elif kind == "release" and held:
            code.append(("release", held.pop(draw.randrange(len(held)))))
    return code
