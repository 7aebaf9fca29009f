"""Puts the measurements together, one after the other, and writes them down."""

import argparse
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from tests import ROOT
from tests.bench.effort import FULL, QUICK, Effort
from tests.bench.pairs import Spread
from tests.documents import HELD, made_by

DOCUMENT = ROOT / "docs" / "BENCHMARKS.md"


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is ours to the alternative; `held` says whether the target is met."""

    what: str
    ours: str
    alternative: str = "–"
    ratio: Spread | None = None
    target: str = "–"
    held: bool | None = None

    def __str__(self) -> str:
        ratio = "–" if self.ratio is None else _times(self.ratio)
        return f"| {self.what} | {self.ours} | {self.alternative} | {ratio} | {self.target} | {HELD[self.held]} |"


def run() -> None:
    """Measure; then write the document, or, when only trying, print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and write docs/BENCHMARKS.md.")
    parser.add_argument("--quick", action="store_true", help="small sizes; print the result and keep nothing")
    quick = parser.parse_args().quick
    modules = _modules()
    rows = []
    for row in _measure(modules, QUICK if quick else FULL):
        print(row, file=sys.stderr, flush=True)
        rows.append(row)
    text = _document(rows, modules)
    if quick:
        print(text)
    else:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text)


def _modules() -> list[ModuleType]:
    from tests.bench import (
        audience,
        busy,
        commands,
        explorer,
        increment,
        keeping,
        latency,
        memory,
        page,
        parts,
        replay,
        scripts,
        starting,
        transfer,
    )

    return [
        increment,
        parts,
        scripts,
        transfer,
        commands,
        starting,
        latency,
        replay,
        audience,
        explorer,
        busy,
        memory,
        keeping,
        page,
    ]


def _measure(modules: list[ModuleType], effort: Effort) -> Iterator[Row]:
    from lost_update.execution.supervisor import new_context, warm_up

    context = new_context()
    warm_up(context)
    for module in modules:
        yield from module.rows(context, effort)


def _times(ratio: Spread) -> str:
    def say(number: float) -> str:
        return f"{number:.2f}" if number < 10 else f"{number:,.0f}"

    return f"{say(ratio.median)} × ({say(ratio.lowest)}–{say(ratio.highest)})"


def _document(rows: list[Row], modules: list[ModuleType]) -> str:
    notes = "\n\n".join(inspect.getdoc(module) or "" for module in modules)
    return f"""# Benchmarks

{made_by("make bench")} Everything here comes from that one run.

Where there is an alternative, both were measured in turn, again and again, after a warm-up. A figure is the median
of its rounds. A ratio is ours to the alternative, compared round by round: the median, and in brackets the lowest
and the highest.

| what | ours | alternative | ratio | target | held |
|---|---|---|---|---|---|
{chr(10).join(map(str, rows))}

## What was measured

{notes}
"""
