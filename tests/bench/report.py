"""Puts the measurements together, one after the other, and writes them down."""

import argparse
import importlib
import inspect
import re
import sys
import timeit
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final

from tests import ROOT
from tests.bench.effort import FULL, QUICK, Effort
from tests.bench.pairs import Spread
from tests.documents import HELD, made_by, put

DOCUMENT = ROOT / "docs" / "BENCHMARKS.md"

PARTS: Final = (
    "increment",
    "parts",
    "scripts",
    "transfer",
    "commands",
    "starting",
    "latency",
    "replay",
    "audience",
    "rooms",
    "explorer",
    "busy",
    "memory",
    "keeping",
    "replicas",
    "page",
)
"""A module of this package each, in the order in which they are measured and stand in the document."""


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is ours to the alternative; `held` says whether the target is met."""

    what: str
    ours: str
    alternative: str = "–"
    ratio: Spread | None = None
    target: str = "–"
    held: bool | None = None
    runs: str | None = None
    """The lowest and the highest, where it was measured in several runs."""

    def __str__(self) -> str:
        ratio = "–" if self.ratio is None else _times(self.ratio)
        cells = [self.what, self.ours, self.alternative, ratio, self.target, HELD[self.held]]
        return f"| {' | '.join(cells if self.runs is None else [*cells, self.runs])} |"

    @property
    def figure(self) -> float:
        """The number by which it is compared between runs: the ratio where there is one, else the first of ours."""
        if self.ratio is not None:
            return self.ratio.median
        number = re.search(r"\d[\d,]*(\.\d+)?", self.ours)
        return float(number[0].replace(",", "")) if number else 0.0


def run() -> None:
    """Measure; then write what was measured into the document, or, when only trying, print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and write docs/BENCHMARKS.md.")
    parser.add_argument("--quick", action="store_true", help="small sizes; print the result and keep nothing")
    parser.add_argument("--only", nargs="+", metavar="PART", help="only these; the others stay as they are")
    parser.add_argument("--times", type=int, default=1, help="measure all of it so often, and show how far it varies")
    asked = parser.parse_args()
    if unknown := set(asked.only or ()) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    measured: dict[str, list[list[Row]]] = {name: [] for name in PARTS if name in (asked.only or PARTS)}
    for _ in range(max(1, asked.times)):
        for name, runs in measured.items():
            runs.append([])
            for row in _measure(name, QUICK if asked.quick else FULL):
                print(row, file=sys.stderr, flush=True)
                runs[-1].append(row)
        for name, runs in measured.items():  # whoever breaks off has the runs that are whole
            text = section(name, runs, inspect.getdoc(_module(name)) or "")
            if asked.quick:
                print(text)
            else:
                put(DOCUMENT, name, text)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"tests.bench.{name}")


def _measure(name: str, effort: Effort) -> Iterator[Row]:
    from lost_update.execution.supervisor import new_context, warm_up

    context = new_context()
    warm_up(context)
    yield from _module(name).rows(context, effort)


def together(runs: Sequence[Sequence[Row]]) -> list[Row]:
    """One row for each that several runs have in the same place: that of the run in the middle, and how far all lie.

    Of an even number of runs it is the lower of the two in the middle. A target is held where every run held it.
    """
    if len(runs) == 1:
        return list(runs[0])
    rows = []
    for of_one in zip(*runs, strict=True):
        ordered = sorted(of_one, key=lambda row: row.figure)
        lowest, middle, highest = ordered[0], ordered[(len(ordered) - 1) // 2], ordered[-1]
        held = None if middle.held is None else all(row.held for row in of_one)
        rows.append(replace(middle, held=held, runs=f"{_in_short(lowest)} to {_in_short(highest)}"))
    return rows


def _in_short(row: Row) -> str:
    return row.ours if row.ratio is None else f"{_number(row.ratio.median)} ×"


def _times(ratio: Spread) -> str:
    return f"{_number(ratio.median)} × ({_number(ratio.lowest)}–{_number(ratio.highest)})"


def _number(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:,.0f}"


ONE_RUN = "Everything here comes from one run."

SEVERAL_RUNS = """\
It was measured {times} times. Each row is the one of the run in the middle: by its ratio where it has one, else by its
figure. The column `runs` has the lowest and the highest that any run gave, of the same. A target is held where every
run held it."""


def section(name: str, runs: Sequence[Sequence[Row]], about: str) -> str:
    """One part of the document: when it was made and where, its table, and what was measured."""
    is_one = len(runs) == 1
    columns = ["what", "ours", "alternative", "ratio", "target", "held"] + ([] if is_one else ["runs"])
    made = made_by(f'make bench ARGS="--only {name}{"" if is_one else f" --times {len(runs)}"}"')
    return f"""## {name.capitalize()}

{made} A million additions in a loop of Python took {_pace_ms():.0f} ms.
{ONE_RUN if is_one else SEVERAL_RUNS.format(times=len(runs))}

| {" | ".join(columns)} |
|{"---|" * len(columns)}
{chr(10).join(map(str, together(runs)))}

{about}"""


def _pace_ms() -> float:
    """By which times of one machine can be compared with those of another."""
    return min(timeit.repeat("for number in range(1_000_000): total += number", "total = 0", number=1, repeat=7)) * 1000
