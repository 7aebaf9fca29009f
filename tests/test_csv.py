"""Steps as a table: read back by Python's own reader, and without a formula for a spreadsheet."""

import csv
from io import StringIO
from typing import Any

import pytest

from lost_update.exports.csv import COLUMNS
from tests.exported import exported
from tests.recordings import RECORDINGS, kind_of, load, recorded
from tests.script_recordings import Script
from tests.variants import one_of_each

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode(), newline="")))


def as_written(value: Any) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_every_step_is_a_line_with_all_of_its_fields(name: str) -> None:
    _, steps = load(name)
    rows = rows_of(exported(recorded(name), "csv"))
    assert rows == [{column: as_written(step.get(column)) for column in COLUMNS} for step in steps]


def test_lines_end_as_the_standard_says_and_the_first_names_the_columns() -> None:
    lines = exported(recorded("race-none"), "csv").split(b"\r\n")
    assert lines[0].startswith(b"index,t_ns,process,op,target,value,")
    assert lines[-1] == b""
    assert not any(b"\n" in line for line in lines)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_of_a_script_is_a_formula(formula: str) -> None:
    script = Script()
    cell = script.cell(formula, holds="any")
    script.values.append(formula)
    script.main.writes(cell, value=0)
    *_, row = rows_of(exported(script.recording(), "csv"))
    assert row["target"] == row["text"] == f"'{formula}"


def test_a_negative_number_stays_a_number() -> None:
    script = Script()
    script.main.writes(script.cell("depth"), value=-7)
    *_, row = rows_of(exported(script.recording(), "csv"))
    assert row["value"] == "-7"


def test_quotes_commas_and_line_ends_in_a_name_come_back() -> None:
    name = 'a "b", c\nd'
    script = Script()
    script.main.writes(script.cell(name))
    *_, row = rows_of(exported(script.recording(), "csv"))
    assert row["target"] == name
