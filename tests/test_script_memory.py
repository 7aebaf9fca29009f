"""Shared memory of a script: what it prints stays the same, and each access to a cell is a step with its version."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from lost_update.model.ops import Op
from tests.script_streams import SCRIPTS, START_METHODS, Traced, command, run
from tests.variants import one_in

pytestmark = pytest.mark.processes

ACCESSES = (Op.READ, Op.WRITE)


def _run(directory: Path | None, method: str, *arguments: str) -> Traced:
    return run(command(*arguments), directory, START_METHOD=method, PYTHONPATH=str(SCRIPTS / "start_method"))


def _without_numbers(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


def _cells(traced: Traced) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The steps on each cell, in order of time."""
    cells = defaultdict(list)
    for step in traced.steps(*ACCESSES):
        cells[step["key"], step["element"]].append(step)
    return dict(cells)


def _made(traced: Traced, what: str, nth: int = 0) -> dict[str, Any]:
    """The nth declaration of that kind of object by the process that made it."""
    targets = traced.processes[0].declared["target"]
    return [target for target in targets if target.get("what") == what][nth]


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_every_kind_of_shared_memory_behaves_as_without_us(tmp_path: Path, method: str) -> None:
    plain, traced = _run(None, method, "ways_to_share.py"), _run(tmp_path, method, "ways_to_share.py")
    assert _without_numbers(traced.stdout) == _without_numbers(plain.stdout)
    # The tracebacks of every mistake are in it, to the line and column.
    assert _without_numbers(traced.stderr) == _without_numbers(plain.stderr)
    assert traced.returncode == plain.returncode == 0


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_each_access_is_a_step_in_the_process_that_makes_it(tmp_path: Path, method: str) -> None:
    traced = _run(tmp_path, method, "ways_to_share.py")
    lines = (SCRIPTS / "ways_to_share.py").read_text().splitlines()

    def taken(line: str) -> list[tuple[Op, int, int, int]]:
        number = next(number for number, text in enumerate(lines, 1) if text.strip() == line)
        steps = [step for step in traced.processes[1].steps if step["line"] == number]
        return [(step["op"], step["element"], step["first"], step["second"]) for step in steps]

    assert taken("number.value += 1") == [(Op.READ, 0, 3, 0), (Op.WRITE, 0, 4, 1)]
    assert taken("numbers[1] += 2") == [(Op.READ, 1, 2, 0), (Op.WRITE, 1, 4, 1)]
    assert taken("numbers[-1] = 7") == [(Op.WRITE, 2, 7, 1)]
    assert taken("numbers[0:2] = [8, 9]") == [(Op.WRITE, 0, 8, 1), (Op.WRITE, 1, 9, 2)]
    assert taken("raws[0] += 1") == [(Op.READ, 0, 0, 0), (Op.WRITE, 0, 1, 1)]
    assert taken('word.value = b"hey"') == [(Op.WRITE, at, each, 1) for at, each in enumerate(b"hey\0")]
    assert taken('word[0] = b"H"') == [(Op.WRITE, 0, ord("H"), 2)]
    assert taken("purse.coins += 1") == [(Op.READ, 0, 1, 0), (Op.WRITE, 0, 2, 1)]
    assert taken("purse.notes[1] += 4") == [(Op.READ, 3, 0, 0), (Op.WRITE, 3, 4, 1)]
    assert taken("raw_purse.notes[2] = 9") == [(Op.WRITE, 4, 9, 1)]
    assert taken("purses[0].coins += 1") == [(Op.READ, 0, 1, 0), (Op.WRITE, 0, 2, 1)]
    assert taken("listed[0] += 1") == [(Op.READ, 0, 1, 0), (Op.WRITE, 0, 2, 1)]
    assert taken("many[:] = [1] * 3000") == [(Op.WRITE, at, 1, 1) for at in range(3000)]
    assert taken("number.get_obj().value += 1") == [(Op.READ, 0, 4, 1), (Op.WRITE, 0, 5, 2)]
    # What every process calls the same thing.
    shared = {target["key"] for target in traced.processes[1].declared["target"] if target["kind"] == "cell"}
    assert shared == {target["key"] for target in traced.processes[0].declared["target"][:11]}
    assert len(shared) == 11


def test_what_is_declared_tells_what_cells_are_called_and_what_they_held(tmp_path: Path) -> None:
    traced = _run(tmp_path, "fork", "ways_to_share.py")
    value = _made(traced, "Value")
    assert (value["initial"], value["holds"], value["has_lock"], value["count"]) == (3, None, True, 1)
    array = _made(traced, "Array")
    assert (array["initial"], array["count"], array["suffixes"]) == ([1, 2, 3], 3, None)
    raw = _made(traced, "RawValue")
    assert (raw["initial"], raw["holds"], raw["has_lock"]) == (1.0, "float64", False)
    structure = _made(traced, "Value", 1)
    assert structure["suffixes"] == [".coins", ".weight", ".notes[0]", ".notes[1]", ".notes[2]"]
    assert structure["holds"] == [None, "float64", None, None, None]
    assert structure["initial"] == [1, 2.0, 0, 0, 0]
    structures = _made(traced, "Array", 2)
    assert structures["suffixes"][5] == "[1].coins"
    listed = _made(traced, "ShareableList")
    assert listed["initial"] == [1, "'no '", 2.5, None, True]
    main = traced.processes[0]
    source = (SCRIPTS / "ways_to_share.py").read_text()
    assert main.declared["file"][0]["text"] == source
    made = next(site for site in main.declared["site"] if site["number"] == value["made"])
    line = source.splitlines()[made["line"] - 1].encode()
    assert line[made["column"] : made["end_column"]] == b'mp.Value("i", 3)'


@pytest.mark.parametrize("kind", ["locked", "raw"])
@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_versions_order_the_steps_of_a_cell_as_their_times_do(tmp_path: Path, method: str, kind: str) -> None:
    traced = _run(tmp_path, method, "contended.py", "3000", kind)
    (steps,) = _cells(traced).values()
    values = {0: 0}
    newest = 0
    for step in steps:
        if step["op"] is Op.WRITE:
            newest += 1
            assert step["second"] == newest
            values[newest] = step["first"]
            assert step["modified_ns"] <= step["t_ns"]
        else:
            assert (step["second"], step["first"]) == (newest, values[newest])
    assert newest == 6000


def test_memory_that_we_cannot_see_into_is_named(tmp_path: Path) -> None:
    def named(directory: Path, script: str) -> set[tuple[str, str | None]]:
        traced = _run(directory, "fork", f"cases/{script}")
        return {(each["what"], None) for process in traced.processes for each in process.declared.get("not_seen", [])}

    assert named(tmp_path / "a", "14-shared-memory-struct.py") == {("SharedMemory", None)}
    assert named(tmp_path / "b", "38-mmap-and-os-fork.py") == {("mmap", None)}
    assert named(tmp_path / "c", "40-one-after-another.py") == set()
