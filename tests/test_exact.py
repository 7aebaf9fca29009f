"""The parts of a recording as bytes, and back: exactly the same. Whole recordings: tests/test_contents.py."""

import json
from dataclasses import replace

import numpy as np

from lost_update.model import exact
from lost_update.model.log import SLOTTED
from lost_update.model.recording import NextView, Snapshot
from tests.recordings import recorded
from tests.script_recordings import one_of_everything


def through_json(said: object) -> dict[str, object]:
    again: dict[str, object] = exact.unpacked(exact.packed(said))
    return again


def test_a_snapshot_comes_back_with_all_that_it_shows() -> None:
    waits = NextView(process="P1", op="acquire", target="lock", line=3, obstacle="P2 holds it.")
    told = replace(
        recorded("race-none").snapshot,
        status="running",
        place=2,
        start_ns=2**62,
        runnable=("P2",),
        next=(waits,),
        turn=7,
    )
    again = exact.snapshot_of(through_json(exact.of_snapshot(told)), told.names)
    assert again == told
    assert (again.start_ns, again.steps, again.summary) == (told.start_ns, told.steps, told.summary)


def test_so_does_that_of_a_run_that_has_not_begun() -> None:
    told = Snapshot(recorded("race-none").names, ())
    assert exact.snapshot_of(through_json(exact.of_snapshot(told)), told.names) == told


def test_names_come_back_whatever_cells_held() -> None:
    names = one_of_everything().names
    assert exact.names_of(through_json(exact.of_names(names))) == names


def test_numbers_that_json_does_not_have_come_back_too() -> None:
    said = through_json({"most": float("inf"), "large": 2**200})
    assert said == {"most": float("inf"), "large": 2**200}


def test_rows_come_back_at_the_limits_of_their_columns() -> None:
    rows = np.zeros(3, SLOTTED)
    for name in SLOTTED.names or ():
        limits = np.iinfo(SLOTTED[name])
        rows[name] = [limits.min, limits.max, 1]
    again = exact.rows_of(3, exact.of_rows(rows))
    assert again.tobytes() == rows.tobytes()


def test_what_is_declared_reads_as_json_anywhere() -> None:
    assert json.loads(json.dumps(exact.of_names(recorded("race-none").names)))["processes"] == ["P1", "P2"]
