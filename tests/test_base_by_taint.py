"""The bases that the code shows, held against what really flowed, in programs that chance made up.

Each value that is read carries the versions that it comes from, through whatever is computed with it. What is written
then says itself on what it was built.
"""

import operator
import random
from collections.abc import Callable
from typing import Any

import pytest

from lost_update.analysis.bases import BLIND
from lost_update.model.ops import ASSUMED
from tests.executed import Executed, execute
from tests.variants import one_in


class Tainted:
    """A number that knows which versions of the cell it comes from."""

    def __init__(self, number: int, versions: frozenset[int] = frozenset()) -> None:
        self.number, self.versions = number, versions

    def __index__(self) -> int:
        """The number alone."""
        return self.number


def _mixed(combine: Callable[[int, int], int]) -> Callable[[Tainted, Any], Tainted]:
    def both(one: Tainted, other: Any) -> Tainted:
        versions = other.versions if isinstance(other, Tainted) else frozenset()
        return Tainted(combine(one.number, int(other)) % 1000, one.versions | versions)

    return both


for _name, _combine in {"add": operator.add, "sub": operator.sub, "mul": operator.mul}.items():
    setattr(Tainted, f"__{_name}__", _mixed(_combine))
    setattr(Tainted, f"__r{_name}__", _mixed(lambda one, other, combine=_combine: combine(other, one)))  # type: ignore[misc]


class Writer:
    """Makes up a program. `with_ways`: with conditions and loops."""

    def __init__(self, seed: int, *, with_ways: bool) -> None:
        self.draw = random.Random(seed)
        self.with_ways = with_ways
        self.lines: list[str] = []

    def program(self) -> str:
        self.lines = [
            "def same(n):",
            "    return n",
            "def look(cell):",
            "    n = cell.value",
            "    return n + 1",
            "def put(cell, n):",
            "    cell.value = n",
            "def run(cell, ways):",
            "    x, y, z, box, seen = 0, 1, 2, {'n': 0}, [0]",
        ]
        for _ in range(self.draw.randrange(4, 9)):
            self.statement(1, 2)
        self.lines.append(f"    cell.value = {self.expression()}")
        return "\n".join(self.lines) + "\nrun(v, ways)\n"

    def statement(self, depth: int, nesting: int) -> None:
        pad, draw = "    " * depth, self.draw
        kinds = ["assign"] * 5 + ["augment", "write", "write", "swap", "box", "seen", "put"]
        kind = draw.choice([*kinds, "if", "if", "for", "try"] if self.with_ways and nesting else kinds)
        if kind in ("if", "for", "try"):
            opens = {"if": "if ways.pop():", "for": "for turn in range(2):", "try": "try:"}[kind]
            self.lines.append(pad + opens)
            for _ in range(draw.randrange(1, 3)):
                self.statement(depth + 1, nesting - 1)
            if kind == "try":
                self.lines += [f"{pad}finally:", f"{pad}    {draw.choice('xyz')} = {self.expression()}"]
            elif kind == "if" and draw.random() < 0.5:
                self.lines.append(f"{pad}else:")
                self.statement(depth + 1, nesting - 1)
            return
        name, value = draw.choice("xyz"), self.expression()
        self.lines.append(
            pad
            + {
                "assign": f"{name} = {value}",
                "augment": f"{name} {draw.choice('+-*')}= {value}",
                "write": f"cell.value = {value}",
                "swap": "x, y = y, x",
                "box": f"box['n'] = {value}",
                "seen": f"seen.append({value})",
                "put": f"put(cell, {value})",
            }[kind]
        )

    def expression(self) -> str:
        draw = self.draw
        simple = [*"xyz", "cell.value", str(draw.randrange(9)), "look(cell)"]
        one, other = draw.choice(simple), draw.choice(simple)
        made: str = draw.choice([one, one, f"{one} + {other}", f"{one} * 2", f"same({one})", "x"])
        return made


def run(seed: int, *, with_ways: bool) -> list[tuple[int, int, frozenset[int]]]:
    """Of each write of a made-up program: its base, its flags, and the versions that its value really came from."""
    text = Writer(seed, with_ways=with_ways).program()
    ways = [random.Random(seed).random() < 0.5 for _ in range(99)]
    return [
        (base.version, base.flags, getattr(access.value, "versions", frozenset()))
        for access, base in execute(text, ways=ways, held=_held).bases()
    ]


def _held(log: Executed, value: Any) -> Any:
    """A value as it is read: it comes from the version that the cell has now, and no more from what was written."""
    return Tainted(int(value), frozenset({log.versions.get("v", 0)}))


@pytest.mark.parametrize("with_ways", [False, True])
@pytest.mark.parametrize("first", one_in(3, range(0, 600, 100)))
def test_a_base_that_is_not_assumed_is_the_latest_version_that_flowed(first: int, with_ways: bool) -> None:
    for seed in range(first, first + 100):
        for base, flags, versions in run(seed, with_ways=with_ways):
            assert flags & ASSUMED or base == max(versions, default=BLIND), seed


def test_few_bases_are_assumed_where_there_is_one_way() -> None:
    writes = [write for seed in range(300) for write in run(seed, with_ways=False)]
    assert sum(flags & ASSUMED for _, flags, _ in writes) < len(writes) / 10
    assert sum(flags & ASSUMED for _, flags, _ in writes) > 0
