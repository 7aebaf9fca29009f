"""The order of the lines on the screen is the order of the steps in the log, for each process by itself.

What the lines do is found out twice: by a server's real processes, and by carrying the same code out here, alone.
"""

from typing import Any

import pytest

from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.scenarios.lock_placement import InsertionPoint
from lost_update.scenarios.scenario import Scenario, Variant
from lost_update.sources.code import shown_of
from lost_update.tracing.source_text import SourceText, function_of
from tests.chapters import EVERY
from tests.executing import Executed, Objects, executed
from tests.serving import RunningServer
from tests.test_lock_placement import NAMES, PLACEMENTS

ROUNDS = 2

ON_A_CELL = ("read", "modify", "write", "acquire", "release")

BESIDE = ("callback",)
"""Carried out by another thread of the pool, not where its line stands among the others."""

WAITING = ("wait",)
"""Tells that a process comes to a line that it is not through with."""


@pytest.mark.parametrize("name", EVERY)
def test_the_order_on_the_screen_is_the_order_in_the_log(server: RunningServer, name: str) -> None:
    scenario = SCENARIOS[EVERY[name]["scenario"]]
    variant = scenario.variants[EVERY[name][scenario.field]]
    processes = max(scenario.processes.least, len(variant.roles))
    check(server, scenario, variant, {**EVERY[name], "processes": processes, "iterations": ROUNDS})


@pytest.mark.parametrize(("acquire", "release"), PLACEMENTS, ids=NAMES)
def test_so_it_is_wherever_the_lock_is_placed(
    server: RunningServer, acquire: InsertionPoint | None, release: InsertionPoint | None
) -> None:
    scenario = SCENARIOS["fix-it"]
    assert scenario.place_lock
    placed = {"acquire": acquire, "release": release}
    request = {"scenario": "fix-it", "processes": 1, "iterations": ROUNDS, **placed}
    check(server, scenario, scenario.place_lock(acquire, release), request)


def check(server: RunningServer, scenario: Scenario, variant: Variant, request: dict[str, Any]) -> None:
    """Each process's steps stand in the order in which its lines are carried out, and do what these do."""
    view = server.run(**request)
    steps = server.steps(view["id"])
    processes, chunksize = request["processes"], view["request"]["chunksize"]
    here = executed(scenario, variant, shown_of(variant.functions), processes, ROUNDS, chunksize=chunksize)
    assert here
    for process, alone in here.items():
        own = [step for step in steps if step["process"] == process and "line" in step and step["op"] not in BESIDE]
        check_order([step["line"] for step in own], alone.lines)
        done = [(step["op"], step["line"]) for step in own if step["op"] in ON_A_CELL]
        # Where others made a process wait for ever, it did the first of what it does alone.
        was_cut = view["status"] == "failed" and own[-1]["op"] in WAITING
        assert done == (alone.done[: len(done)] if was_cut else alone.done)


def check_order(lines: list[int], carried_out: list[int]) -> None:
    """Nothing is on a line before that line's turn: several steps may be on one."""
    at = 0
    for line in lines:
        assert line in carried_out[at:], (lines, carried_out)
        at = carried_out.index(line, at)


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (
            ["value = number.value + 1", "lock.acquire()", "number.value = value"],
            ["read", "modify", "acquire", "write"],
        ),
        (
            ["value = number.value", "lock.acquire()", "number.value = value + 1"],
            ["read", "acquire", "modify", "write"],
        ),
        (["lock.acquire()", "number.value += 1"], ["acquire", "read", "modify", "write"]),
    ],
)
def test_an_addition_is_seen_on_the_line_that_computes_it(lines: list[str], order: list[str]) -> None:
    text = "\n    ".join(["def worker(number, lock):", *lines])
    work = function_of(SourceText(f"<{lines[0]}>", "worker", text + "\n"))
    objects = Objects()
    objects.now = Executed(shown_of((work,)))
    number, lock = objects.Value("i", 0), objects.Lock()
    objects.now.carry_out(lambda: work(number, lock))
    assert [what for what, _ in objects.now.done] == order
    assert objects.now.lines == [2, 3, 4][: len(lines)]
