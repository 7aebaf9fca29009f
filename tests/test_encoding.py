"""Steps on the wire: the fields that apply, and no others."""

import struct
from typing import Any

import numpy as np
import orjson

from app.runs.encoding import Names, columns, columns_json, lines_json, steps
from app.runs.log import ROW, Rows
from app.steps import NOTHING, Op

NAMES = Names(["P1", "P2"], ["", "number", "lock"])
NUMBER, LOCK = 1, 2


def rows(*fields: tuple[Any, ...]) -> Rows:
    """Rows of (t_ns, value, version, base, lost, line, target, process, op)."""
    return np.array(list(fields), ROW)


START = (0, 0, NOTHING, NOTHING, 0, 0, 0, 0, Op.START)
READ = (10, 4, 4, NOTHING, 0, 5, NUMBER, 0, Op.READ)
MODIFY = (20, 5, NOTHING, NOTHING, 0, 5, NUMBER, 0, Op.MODIFY)
WRITE = (30, 5, 5, 4, 0, 5, NUMBER, 1, Op.WRITE)
BLIND = (40, 9, 6, NOTHING, 5, 5, NUMBER, 1, Op.WRITE)
WAIT = (50, 0, NOTHING, NOTHING, 0, 4, LOCK, 1, Op.WAIT)


def test_each_op_carries_the_fields_that_apply_to_it() -> None:
    assert steps(rows(START, READ, MODIFY, WRITE, WAIT), 0, NAMES) == [
        {"index": 0, "t_ns": 0, "process": "P1", "op": "start"},
        {
            "index": 1,
            "t_ns": 10,
            "process": "P1",
            "op": "read",
            "target": "number",
            "value": 4,
            "version": 4,
            "line": 5,
        },
        {"index": 2, "t_ns": 20, "process": "P1", "op": "modify", "target": "number", "value": 5, "line": 5},
        {
            "index": 3,
            "t_ns": 30,
            "process": "P2",
            "op": "write",
            "target": "number",
            "value": 5,
            "version": 5,
            "base": 4,
            "lost": 0,
            "line": 5,
        },
        {"index": 4, "t_ns": 50, "process": "P2", "op": "wait", "target": "lock", "line": 4},
    ]


def test_the_base_of_a_blind_write_is_null() -> None:
    (step,) = steps(rows(BLIND), 7, NAMES)
    assert step["base"] is None
    assert step["index"] == 7


def test_columns_say_the_same_as_steps() -> None:
    batch = rows(START, READ, MODIFY, WRITE, BLIND, WAIT)
    by_field = columns(batch, 3, NAMES)
    rebuilt = [
        {name: column[position] for name, column in by_field.items() if column[position] is not None}
        for position in range(len(batch))
    ]
    told = [{name: item for name, item in step.items() if item is not None} for step in steps(batch, 3, NAMES)]
    assert rebuilt == told


def test_a_column_that_applies_to_no_step_is_left_out() -> None:
    assert set(columns(rows(START), 0, NAMES)) == {"index", "t_ns", "process", "op"}


def test_both_forms_are_json() -> None:
    batch = rows(START, WRITE)
    assert orjson.loads(columns_json(batch, 0, NAMES)) == columns(batch, 0, NAMES)
    assert [orjson.loads(line) for line in lines_json(batch, 0, NAMES).splitlines()] == steps(batch, 0, NAMES)


def test_a_cell_of_floats_shows_its_floats() -> None:
    def decode(bits: int) -> float:
        (value,) = struct.unpack("d", struct.pack("q", bits))
        return float(value)

    (bits,) = struct.unpack("q", struct.pack("d", 2.5))
    names = Names(["P1"], ["", "number"], {NUMBER: decode})
    (step,) = steps(rows((1, bits, 1, 0, 0, 5, NUMBER, 0, Op.WRITE)), 0, names)
    assert step["value"] == 2.5
