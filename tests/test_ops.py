"""The table of ops: with a new row its steps are encoded, streamed, described and sent to pages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lost_update
from lost_update.model.ops import GATED, Op, table
from tests.recordings import RECORDINGS, load

FIELDS = '("target", "value", "woken"), ("value", "woken", "presence")'
ROW = f"    MADE_UP = {len(Op)}, Row({FIELDS}, is_gated=True, moves_an_object=True)\n"

USES_IT = """
import json
from lost_update.execution.merge import Merge
from lost_update.model.encoding import Names, columns, steps
from lost_update.model.ops import Op
from lost_update.model.targets import Target
from lost_update.settings import Settings
from lost_update.tracing.recorder import NEVER, Recorder
from lost_update.web.openapi import document
from lost_update.page.catalogue_view import catalogue_view

recorder = Recorder()
recorder.note(Op.MADE_UP, 1, 7, first=40, second=2)
merge = Merge(1)
merge.add(0, NEVER, recorder.take()[0][1])
rows = merge.take(0)
names = Names(["P1"], [Target("ready", "condition")])
schemas = document()["components"]["schemas"]
print(json.dumps({
    "columns": columns(rows, 0, names),
    "step": steps(rows, 0, names)[0],
    "words": schemas["Step"]["properties"]["op"]["enum"],
    "told": schemas["Step"]["description"],
    "page": catalogue_view(Settings())["ops"][-1],
}))
"""


@pytest.mark.processes
def test_a_new_op_is_one_row_and_one_place_that_records_it(tmp_path: Path) -> None:
    package = Path(lost_update.__file__).parent
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    ops = tmp_path / package.name / "model" / "ops.py"
    newest = max(Op)
    last = f"    {newest.name} = {int(newest)}, "
    before, after = ops.read_text().split(last)
    rest = after.split("\n", 1)
    ops.write_text(f"{before}{last}{rest[0]}\n{ROW}{rest[1]}")
    done = subprocess.run(
        [sys.executable, "-c", USES_IT],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    carried = {"op": "made_up", "target": "ready", "value": 40, "woken": 2, "process": "P1", "line": 7}
    assert carried.items() <= found["step"].items()
    assert {name: [item] for name, item in carried.items()}.items() <= found["columns"].items()
    assert found["words"][-1] == "made_up"
    assert "- `made_up`: target, value, woken" in found["told"]
    assert found["page"] == {
        "number": len(Op),
        "word": "made_up",
        "fields": ["target", "value", "woken"],
        "is_gated": True,
        "moves_an_object": True,
    }


def test_the_page_gets_the_word_the_number_and_the_fields_of_every_op() -> None:
    assert [(row["number"], row["word"], tuple(row["fields"])) for row in table()] == [
        (op.value, op.word, op.row.fields) for op in Op
    ]
    assert [row["word"] for row in table() if row.get("is_gated")] == [op.word for op in GATED]


@pytest.mark.parametrize("name", [name for name in RECORDINGS if load(name)[1]])
def test_after_a_wait_comes_a_step_that_can_block(name: str) -> None:
    _, steps = load(name)
    waits: set[tuple[str, str]] = set()
    for step in steps:
        op = Op[step["op"].upper()]
        who = (step["process"], step.get("target", ""))
        if op == Op.WAIT:
            waits.add(who)
        elif who in waits and op != Op.CALLBACK:  # which a thread of the pool calls, while its process waits
            assert op.row.can_block
            waits.discard(who)


@pytest.mark.parametrize("name", [name for name in RECORDINGS if load(name)[1]])
def test_a_step_carries_what_its_row_says(name: str) -> None:
    always = {"index", "t_ns", "process", "op", "line"}
    for step in load(name)[1]:
        row = Op[step["op"].upper()].row
        assert set(step) - always <= set(row.fields)
        assert row.moves_an_object or set(row.fields) <= set(step)
