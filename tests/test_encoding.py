"""Steps on the wire: the fields that apply, and no others."""

import struct
from typing import Any

import numpy as np
import orjson

from lost_update.model.encoding import Names, columns, columns_json, lines_json, steps
from lost_update.model.log import ROW, SLOTTED, Rows
from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.sources import Code
from lost_update.model.steps import NO_SOURCE
from lost_update.model.targets import Target

NAMES = Names(["P1", "P2"], [Target("number", "cell"), Target("lock", "lock")])
NUMBER, LOCK = 1, 2


def rows(*fields: tuple[Any, ...]) -> Rows:
    """Rows of (t_ns, first, second, third, lost, line, target, process, op), in the code shown."""
    made: Rows = np.array([(*row[:6], NO_SOURCE, *row[6:], 0) for row in fields], SLOTTED).view(ROW)
    return made


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


def test_a_step_names_its_file_where_it_is_not_in_the_code_shown() -> None:
    sources = [Code(file=file, name="", text="", python="3.11", bytecode=[]) for file in ("shown.py", "other.py")]
    names = Names(NAMES.processes, NAMES.declared, sources)
    batch = rows(READ, READ)
    batch["source"][1] = 2
    assert [step.get("file") for step in steps(batch, 0, names)] == [None, "other.py"]
    assert columns(batch, 0, names)["file"] == [None, "other.py"]
    assert "file" not in columns(batch[:1], 0, names)


def test_columns_say_the_same_as_steps() -> None:
    batch = rows(START, READ, MODIFY, WRITE, BLIND, WAIT)
    by_field: dict[str, Any] = dict(columns(batch, 3, NAMES))
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
    (bits,) = struct.unpack("q", struct.pack("d", 2.5))
    names = Names(["P1"], [Target("number", "cell", holds="float64")])
    (step,) = steps(rows((1, bits, 1, 0, 0, 5, NUMBER, 0, Op.WRITE)), 0, names)
    assert step["value"] == 2.5


POOL_NAMES = Names(["P1", "main"], [Target("queue", "queue"), Target("pool", "pool"), Target("P1", "process")])
QUEUE, POOL, P1_ITSELF = 1, 2, 3
SUBMIT = (10, 7, 3, PRESENT, 0, 5, POOL, 1, Op.SUBMIT)
TASK_END = (20, 343, 3, PRESENT, 0, 0, POOL, 0, Op.TASK_END)
JOIN = (30, -9, NOTHING, PRESENT, 0, 6, P1_ITSELF, 1, Op.JOIN)
JOIN_POOL = (40, 0, NOTHING, NOTHING, 0, 6, POOL, 1, Op.JOIN)
PUT_AN_OBJECT = (50, 0, NOTHING, NOTHING, 0, 7, QUEUE, 1, Op.PUT)
WAIT_FOR_A_WHILE = (60, 1, NOTHING, NOTHING, 0, 7, QUEUE, 1, Op.WAIT)


def without_when_and_where(step: Any) -> dict[str, Any]:
    return {name: item for name, item in step.items() if name not in ("index", "t_ns", "process", "line")}


def test_a_task_says_its_number_and_what_it_moves() -> None:
    told = [without_when_and_where(step) for step in steps(rows(SUBMIT, TASK_END), 0, POOL_NAMES)]
    assert told == [
        {"op": "submit", "target": "pool", "task": 3, "value": 7},
        {"op": "task_end", "target": "pool", "task": 3, "value": 343},
    ]


def test_a_join_says_the_exit_code_of_a_process_and_of_a_pool_nothing() -> None:
    told = [without_when_and_where(step) for step in steps(rows(JOIN, JOIN_POOL), 0, POOL_NAMES)]
    assert told == [{"op": "join", "target": "P1", "value": -9}, {"op": "join", "target": "pool"}]


def test_an_object_that_is_no_integer_is_not_shown() -> None:
    (told,) = steps(rows(PUT_AN_OBJECT), 0, POOL_NAMES)
    assert without_when_and_where(told) == {"op": "put", "target": "queue"}


def test_how_long_a_process_may_wait_is_not_shown() -> None:
    (told,) = steps(rows(WAIT_FOR_A_WHILE), 0, POOL_NAMES)
    assert without_when_and_where(told) == {"op": "wait", "target": "queue"}


def test_the_pid_and_the_exit_code_that_a_life_keeps_are_not_shown() -> None:
    life = rows((0, 4711, NOTHING, PRESENT, 0, 0, 0, 0, Op.START), (9, 143, NOTHING, PRESENT, 0, 0, 0, 0, Op.EXIT))
    assert [without_when_and_where(step) for step in steps(life, 0, POOL_NAMES)] == [{"op": "start"}, {"op": "exit"}]


def test_columns_of_objects_say_the_same_as_steps() -> None:
    batch = rows(SUBMIT, TASK_END, JOIN, JOIN_POOL, PUT_AN_OBJECT, WAIT_FOR_A_WHILE)
    by_field: dict[str, Any] = dict(columns(batch, 0, POOL_NAMES))
    rebuilt = [
        {name: column[position] for name, column in by_field.items() if column[position] is not None}
        for position in range(len(batch))
    ]
    assert rebuilt == steps(batch, 0, POOL_NAMES)
    assert {"version", "base", "lost"}.isdisjoint(by_field)


def test_no_column_of_tasks_is_sent_where_there_are_none() -> None:
    assert "task" not in columns(rows(START, READ, WRITE), 0, NAMES)
