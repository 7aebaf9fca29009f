"""A file that is no whole recording is refused, with its name, the line and what to do; a whole one is kept exactly."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lost_update.analysis.recomputed import recomputed
from lost_update.exports import ndjson
from lost_update.exports.ndjson import Unreadable
from lost_update.model.decoding import NoStep, rows_of
from lost_update.model.encoding import Names, read_as, steps
from lost_update.model.log import PIECE
from lost_update.model.ops import Op
from lost_update.model.recording import Recording
from lost_update.model.targets import Target
from tests.recordings import file_of, memory_of_log, plain, recorded
from tests.script_recordings import Script

Line = dict[str, Any]

FILE = file_of("first-loss").read_bytes()
*_ABOVE, _LAST = FILE.splitlines(keepends=True)
KEPT = [*_ABOVE, json.dumps({"end": json.loads(_LAST)["end"]}).encode() + b"\n"]
"""The same file as somebody would write it by hand: without the digest, so that each change is judged for itself."""
FIRST_STEP = next(number for number, line in enumerate(KEPT) if b'"index":0,' in line)


def read(lines: list[bytes]) -> Recording:
    return ndjson.read("race.ndjson", lines)


def refused(lines: list[bytes]) -> str:
    with pytest.raises(Unreadable) as caught:
        read(lines)
    return str(caught.value)


def changed(number: int, change: Callable[[Line], object]) -> list[bytes]:
    """The file with one line changed; lines count from 0."""
    line = json.loads(KEPT[number])
    change(line)
    return [*KEPT[:number], json.dumps(line).encode() + b"\n", *KEPT[number + 1 :]]


def test_a_file_that_is_cut_off_says_so_wherever_that_is() -> None:
    for length in range(len(KEPT)):
        told = refused(KEPT[:length])
        assert told.startswith(f"race.ndjson, line {length + 1}: the file is cut off")
        assert told.endswith("Export the run again, or copy the whole file.")
    assert refused([*KEPT[:-1], KEPT[-1][:50]]).startswith(f"race.ndjson, line {len(KEPT)}: this is not JSON.")


@pytest.mark.parametrize("line", [b"", b"\n", b"[]", b"7", b"nonsense", b"\xff\xfe\n", b'{"run": {}}'])
def test_a_file_of_another_kind_is_no_recording(line: bytes) -> None:
    assert refused([line, *KEPT]).startswith("race.ndjson, line 1: ")


def test_another_version_is_named_with_what_to_do() -> None:
    told = refused(changed(0, lambda line: line.update(lost_update=2)))
    assert told == (
        "race.ndjson, line 1: this recording has the form 2, and this Lost Update reads 1. "
        "Open it with the Lost Update that wrote it, or export the run again."
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda line: line["header"].pop("adds"), "header.adds: Field required"),
        (lambda line: line["header"].update(id='x"; import os'), "header.id: String should match pattern"),
        (lambda line: line["header"]["request"].update(processes="many"), "header.request.processes: "),
    ],
)
def test_a_header_that_is_not_whole_is_refused(change: Callable[[Line], object], why: str) -> None:
    assert refused(changed(0, change)).startswith(f"race.ndjson, line 1: {why}")


def test_a_process_with_a_name_that_could_be_code_is_refused() -> None:
    number = next(number for number, line in enumerate(KEPT) if b'"declared_process"' in line)
    told = refused(changed(number, lambda line: line["declared_process"].update(name='P1"""')))
    assert told.startswith(f"race.ndjson, line {number + 1}: declared_process.name: String should match pattern")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda step: step.update(op="jump"), "'jump' is missing or unknown"),
        (lambda step: step.update(process="P9"), "'P9' is missing or unknown"),
        (lambda step: step.update(target="tally"), "'tally' is missing or unknown"),
        (lambda step: step.pop("version"), "'version' is missing or unknown"),
        (lambda step: step.pop("t_ns"), "'t_ns' is missing or unknown"),
        (lambda step: step.update(index=7), "the step 2 is due, and this is 7"),
        (lambda step: step.update(value="0"), "'0' is no integer"),
        (lambda step: step.update(value=0.5), "0.5 is no integer"),
        (lambda step: step.update(line=None), "None is no integer"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_its_line(change: Callable[[Line], object], why: str) -> None:
    number = FIRST_STEP + 2
    assert json.loads(KEPT[number])["op"] == "read"
    told = refused(changed(number, change))
    assert told.startswith(f"race.ndjson, line {number + 1}: this is no step of the recording: ")
    assert why in told


def test_a_number_that_is_too_large_for_its_place_is_refused() -> None:
    assert "a number is too large" in refused(changed(FIRST_STEP + 2, lambda step: step.update(line=1 << 40)))


def test_a_step_that_is_missing_is_noticed() -> None:
    lines = [*KEPT[: FIRST_STEP + 3], *KEPT[FIRST_STEP + 4 :]]
    assert f"line {FIRST_STEP + 4}: this is no step of the recording: the step 3 is due, and this is 4" in refused(
        lines
    )


def test_an_end_with_other_processes_and_lines_after_the_end_are_refused() -> None:
    last = len(KEPT) - 1
    assert "other processes" in refused(changed(last, lambda line: line["end"]["processes"].pop()))
    assert refused([*KEPT, KEPT[FIRST_STEP]]).startswith(f"race.ndjson, line {last + 2}: something comes after the end")
    assert "end.status" in refused(changed(last, lambda line: line["end"].update(status="done")))


def test_a_declaration_may_come_as_late_as_the_first_step_that_needs_it() -> None:
    cell = next(number for number, line in enumerate(KEPT) if b'"declared_target"' in line)
    needs = next(number for number, line in enumerate(KEPT) if b'"read"' in line)
    late = [*KEPT[:cell], *KEPT[cell + 2 : needs], *KEPT[cell : cell + 2], *KEPT[needs:]]
    assert b"".join(ndjson.write(read(late))) == FILE


def test_a_file_that_was_changed_since_its_export_is_refused_wherever_that_was() -> None:
    lines = FILE.splitlines(keepends=True)
    for number, line in enumerate(lines):
        other = line.replace(b"{", b"{ ", 1) if number < len(lines) - 1 else line.replace(b'"pid":', b'"pid":9')
        told = refused([*lines[:number], other, *lines[number + 1 :]])
        assert told.startswith(f"race.ndjson, line {len(lines)}: this file was changed since it was exported.")


def test_a_file_with_the_line_ends_of_another_system_is_the_same() -> None:
    assert b"".join(ndjson.write(read([line.rstrip() + b"\r\n" for line in FILE.splitlines()]))) == FILE


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line["header"].update(extra=1),
        lambda line: line["header"]["request"].update(colour="red"),
        lambda line: line["header"]["request"].update(processes="2"),
        lambda line: line["header"]["request"].update(processes=True),
        lambda line: line["header"]["request"].update(processes=10**30),
    ],
)
def test_a_field_that_nobody_knows_or_of_another_type_is_refused(change: Callable[[Line], object]) -> None:
    assert refused(changed(0, change)).startswith("race.ndjson, line 1: ")


def test_what_steps_do_not_show_is_kept_too() -> None:
    script = Script("tally.value += 1\n")
    tally, queue = script.cell("tally"), script.target("queue", "queue")
    script.main.waits(queue, Op.GET, for_a_while=True).gets(queue)
    script.main.reads(tally).writes(tally)
    made = script.recording()
    again = read(b"".join(ndjson.write(made)).splitlines(keepends=True))
    before, after = (each.log.rows(0, len(each.log)) for each in (made, again))
    for op, *rows in zip(before["op"], before, after, strict=True):
        for slot in Op(op).row.slots:
            assert len({int(row[slot]) for row in rows}) == 1, (Op(op).word, slot)


def test_details_of_a_step_that_cannot_have_them_are_refused() -> None:
    for details, why in (
        ({"field": "purpose", "steps": [0], "values": ["get"]}, "is a start, which has no purpose"),
        ({"field": "adds", "steps": [0], "values": [1]}, "is no write"),
        ({"field": "exitcode", "steps": [7000], "values": [1]}, "the step 7000 has no exitcode"),
        ({"field": "pid", "steps": [0, 1], "values": [1]}, "2 steps and 1 values"),
        ({"field": "colour", "steps": [0], "values": [1]}, "Input should be"),
    ):
        line = json.dumps({"declared_details": details}).encode()
        assert why in refused([*KEPT[:FIRST_STEP], line, *KEPT[FIRST_STEP:]])
    assert "do not come" in refused([*KEPT[:-1], line.replace(b"colour", b"pid"), KEPT[-1]])


OTHER = {"file": "other.py", "name": "", "text": "number.value += 1\n", "python": "3.11", "bytecode": []}


def with_another_source(where: int, file: str = "other.py") -> list[bytes]:
    """The file with a source declared at that line, and with the last of its steps in a file of that name."""
    last_step = json.loads(KEPT[-2])
    named = json.dumps({**last_step, "line": 1, "file": file}).encode()
    declared = json.dumps({"declared_source": OTHER}).encode()
    return [*KEPT[:where], declared, *KEPT[where:-2], named, KEPT[-1]]


def test_a_second_source_is_declared_while_the_run_goes_on_and_kept() -> None:
    late = read(with_another_source(FIRST_STEP + 3))
    assert [source["file"] for source in late.names.sources] == ["lost_update/scenarios/value.py", "other.py"]
    again = read(b"".join(ndjson.write(late)).splitlines(keepends=True))
    for recording in (late, again):
        view, told = plain(recording)
        assert view["code"] == json.loads(KEPT[1])["declared_source"]
        assert view["sources"] == [OTHER]
        assert [step.get("file") for step in told] == [None] * (len(told) - 1) + ["other.py"]
    assert memory_of_log(again) == memory_of_log(late)


def test_a_source_that_is_not_declared_in_time_or_twice_is_refused() -> None:
    last = len(KEPT) - 1
    late = with_another_source(FIRST_STEP)
    late.insert(-1, late.pop(FIRST_STEP))
    assert f"line {last}: this is no step of the recording: the field or name 'other.py'" in refused(late)
    assert "'third.py' is missing or unknown" in refused(with_another_source(FIRST_STEP, "third.py"))
    twice = [*KEPT[:2], KEPT[1], *KEPT[2:]]
    assert refused(twice).startswith(
        "race.ndjson, line 3: the source lost_update/scenarios/value.py is declared twice."
    )
    assert f"line {last}: no source is declared" in refused([KEPT[0], *KEPT[2:]])


def test_a_long_recording_is_read_to_its_end_and_a_fault_in_it_has_its_line() -> None:
    step = json.loads(KEPT[FIRST_STEP])
    many = [json.dumps({**step, "index": index}).encode() for index in range(2 * PIECE + 5)]
    lines = [*KEPT[:FIRST_STEP], *many, KEPT[-1]]
    assert len(read(lines).log) == 2 * PIECE + 5
    for fault in (0, PIECE - 1, PIECE, 2 * PIECE + 4):
        broken = [*lines]
        broken[FIRST_STEP + fault] = b'{"index": -1}'
        assert refused(broken).startswith(f"race.ndjson, line {FIRST_STEP + fault + 1}: this is no step")


@pytest.mark.parametrize(
    ("holds", "values"),
    [
        (None, [0, -1, 2**63 - 1, -(2**63)]),
        ("float64", [0.1, -0.0, 1e308, 5e-324, 2.0]),
        ("float32", [0.5, 0.10000000149011612, -3.0]),
        ("uint64", [0, 2**63, 2**64 - 1]),
        ("bool", [True, False]),
    ],
)
def test_what_a_cell_holds_is_kept_to_the_bit(holds: Any, values: list[Any]) -> None:
    names = Names(["P1"], [Target("cell", "cell", initial=values[0], holds=holds)])
    wrote: list[Line] = [
        {
            "index": index,
            "t_ns": index,
            "process": "P1",
            "op": "write",
            "target": "cell",
            "value": value,
            "version": index + 1,
            "base": None,
            "lost": 0,
        }
        for index, value in enumerate(values)
    ]
    rows = rows_of(wrote, 0, names)
    assert steps(rows, 0, names) == wrote
    assert [type(value) for value in read_as(holds, rows["value"]).tolist()] == [type(value) for value in values]


def test_what_is_no_number_stays_none() -> None:
    names = Names(["P1"], [Target("cell", "cell", initial=0.0, holds="float64")])
    row = rows_of([{"index": 0, "t_ns": 0, "process": "P1", "op": "modify", "target": "cell", "value": None}], 0, names)
    assert np.isnan(read_as("float64", row["value"])).all()


@pytest.mark.parametrize(
    ("holds", "value"),
    [
        *(("float64", "x"), ("float64", "1"), ("float64", True), ("float32", 1e300)),
        *(("uint64", "5"), ("uint64", 1.5), ("uint64", -1), ("bool", 2), ("bool", "x"), ("bool", None)),
        *(("U1", "a"), ("U1", "b'a'"), ("U1", "'ab'"), ("U1", "''"), ("U1", "("), ("U1", "'" * 9), ("U1", "\0")),
        *(("S1", "'a'"), ("S1", "b'\\xg0'"), ("S1", "(" * 100_000), ("S1", 7), ("S1", None)),
    ],
)
def test_a_value_that_its_cell_cannot_hold_is_refused(holds: Any, value: object) -> None:
    names = Names(["P1"], [Target("cell", "cell", initial=0, holds=holds)])
    with pytest.raises(NoStep):
        rows_of([{"index": 0, "t_ns": 0, "process": "P1", "op": "modify", "target": "cell", "value": value}], 0, names)


def test_a_script_whose_cell_holds_true_or_false_comes_back() -> None:
    script = Script("flag.value = not flag.value\n")
    flag = script.cell("flag", initial=False, holds="bool")
    script.main.reads_value(flag, 0).writes(flag, value=1)
    lines = list(ndjson.write(recomputed(script.recording())))
    assert b'"final":true' in lines[-1]
    assert list(ndjson.write(ndjson.read("flag", b"".join(lines).splitlines(keepends=True)))) == lines


@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_run_that_is_not_over_has_no_end(status: str) -> None:
    def change(line: Line) -> None:
        line["end"]["status"] = status

    assert "has no end yet" in refused(changed(len(KEPT) - 1, change))


def test_the_declarations_say_what_a_cell_held_at_first_and_how_its_bits_are_read() -> None:
    declared = recorded("array-none").names.declared
    assert declared[0] == Target("numbers[0]", "cell", initial=0.0, holds="float64")
    assert {(target.initial, target.holds) for target in declared if target.kind == "lock"} == {(None, None)}


def test_a_run_that_ended_before_all_its_processes_had_started_tells_of_them_all() -> None:
    """Such as one that was stopped at once: what never started is in the end, and is declared nowhere."""
    never = {"name": "P3", "pid": None, "exitcode": None, "state": "ended", "parent": "main"}
    last = len(KEPT) - 1

    def ended_with(process: Line) -> list[bytes]:
        return changed(last, lambda line: line["end"]["processes"].append(process))

    assert [each["name"] for each in read(ended_with(never)).snapshot.processes] == ["P1", "P2", "P3"]
    assert "other processes" in refused(ended_with({**never, "pid": 7}))
    assert "other processes" in refused(ended_with({**never, "name": "P2"}))
