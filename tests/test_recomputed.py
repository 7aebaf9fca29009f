"""What a recording says of itself is worked out anew from its steps; steps that cannot have been so are refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from lost_update.analysis.findings import find
from lost_update.analysis.recomputed import MOST_HELD, MOST_UNRECORDED, Contradiction, recomputed
from lost_update.model.log import ROW, Log
from lost_update.model.ops import NOTHING, Op
from lost_update.model.recording import Recording, Summary
from tests.recordings import RECORDINGS, kind_of, memory_of_log, recorded
from tests.script_recordings import Script
from tests.variants import one_of_each


def changed(name: str, change: Callable[[Any], object]) -> Recording:
    """A kept recording with its rows changed."""
    kept = recorded(name)
    rows = kept.log.rows(0, len(kept.log)).copy()
    change(rows)
    log = Log()
    log.append(rows)
    return Recording(kept.header, kept.snapshot, log)


def refused(name: str, change: Callable[[Any], object]) -> str:
    with pytest.raises(Contradiction) as caught:
        recomputed(changed(name, change))
    return str(caught.value)


def first(rows: Any, op: Op, number: int = 0) -> int:
    return int((rows["op"] == op).nonzero()[0][number])


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_every_real_recording_comes_to_the_same_again(name: str) -> None:
    kept = recorded(name)
    again = recomputed(kept)
    assert again.snapshot.end == kept.snapshot.end
    assert memory_of_log(again) == memory_of_log(kept)


def test_no_figure_is_believed() -> None:
    kept = recorded("race-none")
    lies = [{**cell, "expected": 999, "lost": 0, "writes": 1} for cell in kept.snapshot.summary["cells"]]
    summary = cast(Summary, {**kept.snapshot.summary, "cells": lies, "duration_ms": 1e300})
    rows = changed("race-none", lambda rows: rows["lost"].__setitem__(rows["op"] == Op.WRITE, 7)).log
    again = recomputed(Recording(kept.header, replace(kept.snapshot, summary=summary), rows))
    assert again.snapshot.summary == kept.snapshot.summary
    assert memory_of_log(again) == memory_of_log(kept)


def test_the_findings_of_a_script_are_found_anew() -> None:
    script = Script("tally.value += 1\n")
    tally = script.cell("tally", has_lock=True)
    p1, p2 = script.main.launches(2)
    p1.reads(tally)
    p2.reads(tally)
    p1.writes(tally)
    p2.writes(tally)
    made = script.recording()
    assert find(made)
    made.publish(replace(made.snapshot, findings=()))
    assert list(recomputed(made).snapshot.findings or ()) == find(made)


def test_steps_that_go_back_in_time_are_refused() -> None:
    def swap(rows: Any) -> None:
        rows["t_ns"][5] = rows["t_ns"][3] - 1

    assert refused("race-none", swap) == "the step 5 comes before the one that stands above it"
    assert "the step 0" in refused("race-none", lambda rows: rows["t_ns"].__setitem__(0, -1))


def test_a_process_that_goes_on_after_its_end_is_refused() -> None:
    def end_at_once(rows: Any) -> None:
        rows["op"][first(rows, Op.START, 1)] = Op.EXIT

    assert "when it has ended" in refused("race-none", end_at_once)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows["value"].__setitem__(first(rows, Op.READ, 3), 77), "do not agree with each other"),
        (lambda rows: rows["version"].__setitem__(first(rows, Op.READ, 3), 900), "do not agree|built on|unrecorded"),
        (lambda rows: rows["base"].__setitem__(first(rows, Op.WRITE, 2), 40), "built on a version of number"),
        (lambda rows: rows["value"].__setitem__(first(rows, Op.MODIFY, 2), 40), "what was not handed over before"),
        (lambda rows: rows["line"].__setitem__(first(rows, Op.READ), 4000), "at a line that its source does not have"),
        (
            lambda rows: rows["version"].__setitem__(first(rows, Op.WRITE, 2), MOST_UNRECORDED + 900),
            "so few writes cannot have made",
        ),
    ],
)
def test_what_the_memory_cannot_have_held_is_refused(change: Callable[[Any], object], why: str) -> None:
    with pytest.raises(Contradiction, match=why):
        recomputed(changed("race-none", change))


def test_a_final_value_that_nobody_wrote_is_refused() -> None:
    kept = recorded("race-none")
    cells = [{**cell, "final": 4711} for cell in kept.snapshot.summary["cells"]]
    summary = cast(Summary, {**kept.snapshot.summary, "cells": cells})
    with pytest.raises(Contradiction, match="with what it held last"):
        recomputed(Recording(kept.header, replace(kept.snapshot, summary=summary), kept.log))


def test_a_deadlock_that_the_steps_do_not_come_to_is_refused() -> None:
    kept = recorded("crossed-locks")
    assert kept.snapshot.deadlock is not None
    alone = replace(kept.snapshot, deadlock=kept.snapshot.deadlock[:1])
    with pytest.raises(Contradiction, match="a deadlock that the steps do not come to"):
        recomputed(Recording(kept.header, alone, kept.log))


def test_a_run_without_steps_is_worked_out_from_what_its_code_adds() -> None:
    kept = recorded("race-untraced")
    lies = [{**cell, "expected": 1, "lost": 0} for cell in kept.snapshot.summary["cells"]]
    summary = cast(Summary, {**kept.snapshot.summary, "cells": lies})
    again = recomputed(Recording(kept.header, replace(kept.snapshot, summary=summary), kept.log))
    assert again.snapshot.summary == kept.snapshot.summary


def test_a_write_without_a_read_is_blind_and_no_contradiction() -> None:
    script = Script("tally.value = 0\n")
    tally = script.cell("tally")
    script.main.sets_cell(tally)
    rows = script.recording().log.rows(0, 99)
    assert rows["base"][first(rows, Op.WRITE)] == NOTHING
    assert rows.dtype == ROW
    recomputed(script.recording())


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("c" + ".value" * 500 + " = c.value + 1", id="attributes"),
        pytest.param("c.value = " + " + ".join(["c.value"] * 20_000), id="a sum"),
        pytest.param("c.value = " + "-" * 100_000 + "c.value", id="signs"),
        pytest.param("c.value = " + "lambda: " * 3000 + "c.value", id="lambdas"),
        pytest.param("c.value = " + "(" * 100_000 + "c.value", id="brackets"),
    ],
)
def test_a_source_that_is_nested_as_nobody_writes_is_only_shown(line: str) -> None:
    script = Script(line)
    cell = script.cell("c")
    p1, p2 = script.main.launches(2)
    p1.reads(cell)
    p2.reads(cell)
    p1.writes(cell)
    p2.writes(cell)
    assert "lost_update" in [found["kind"] for found in recomputed(script.recording()).snapshot.findings or ()]


def test_nobody_holds_so_many_locks_that_looking_for_deadlocks_would_not_end() -> None:
    script = Script("lock.acquire()\n")
    [process] = script.main.launches(1)
    for number in range(MOST_HELD + 1):
        process.acquires(script.lock(f"lock {number}"))
    with pytest.raises(Contradiction, match="holds more than 64 locks at once"):
        recomputed(script.recording())
