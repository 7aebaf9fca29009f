"""How tracing gets into a script's processes, and how their steps get out: nothing of it is seen by the script."""

import json
import math
import re
from pathlib import Path

import pytest

from lost_update.model.ops import Op
from lost_update.tracing.script import boot
from lost_update.tracing.script.declarations import as_json, encode
from tests.script_streams import SCRIPTS, START_METHODS, command, run
from tests.variants import FULL, one_in

START_METHOD_OF_TESTS = str(SCRIPTS / "start_method")


@pytest.mark.processes
@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_a_script_sees_the_same_surroundings_as_without_us(tmp_path: Path, method: str) -> None:
    plain = run(command("surroundings.py", "an argument"), START_METHOD=method, PYTHONPATH=START_METHOD_OF_TESTS)
    traced = run(
        command("surroundings.py", "an argument"), tmp_path, START_METHOD=method, PYTHONPATH=START_METHOD_OF_TESTS
    )
    assert (traced.stdout, traced.stderr, traced.returncode) == (plain.stdout, plain.stderr, plain.returncode)
    assert len(traced.processes) == 2


@pytest.mark.processes
def test_without_a_sitecustomize_of_the_person_there_seems_to_be_none(tmp_path: Path) -> None:
    plain = run(command("surroundings.py"))
    traced = run(command("surroundings.py"), tmp_path)
    assert (traced.stdout, traced.stderr) == (plain.stdout, plain.stderr)


@pytest.mark.processes
def test_a_module_runs_as_a_module(tmp_path: Path) -> None:
    arguments = [command("")[0], "-m", "surroundings", "an argument"]
    plain, traced = run(arguments), run(arguments, tmp_path)
    # Its spec names a loader with its address.
    addresses = re.compile("0x[0-9a-f]+")
    assert (addresses.sub("", traced.stdout), traced.stderr) == (addresses.sub("", plain.stdout), plain.stderr)
    assert len(traced.processes) == 2


@pytest.mark.processes
def test_each_thread_that_takes_a_step_has_a_stream_of_its_own(tmp_path: Path) -> None:
    main, _ = run(command("threads.py"), tmp_path).processes
    names = {thread["number"]: thread["name"] for thread in main.declared["thread"]}
    taken = [(names[step["thread"]], step["op"]) for step in main.steps if step["op"] in (Op.READ, Op.WRITE)]
    for name in ("adder 0", "adder 1"):
        assert taken.count((name, Op.READ)) == taken.count((name, Op.WRITE)) == 100


@pytest.mark.processes
def test_nothing_is_lost_of_a_process_that_kills_itself_and_it_filled_several_segments(tmp_path: Path) -> None:
    traced = run(command("threads.py"), tmp_path)
    _, killed = traced.processes
    assert traced.stdout == "-9\n"
    writes = [step for step in killed.steps if step["op"] is Op.WRITE]
    assert [step["first"] for step in writes] == list(range(writes[0]["first"], writes[0]["first"] + 5000))
    assert sorted(killed.steps, key=lambda step: step["t_ns"]) == killed.steps
    assert len(list(tmp_path.glob("1.1.*.steps"))) == 2


@pytest.mark.processes
def test_where_nothing_can_be_written_the_script_runs_untraced_and_one_line_says_so(tmp_path: Path) -> None:
    plain = run(command("threads.py"))
    gone = tmp_path / "gone"
    traced = run(command("threads.py"), None, SCRIPTS, 60, **boot.environment(str(gone), {}))
    assert (traced.stdout, traced.returncode) == (plain.stdout, plain.returncode)
    assert traced.stderr.count("\n") == 1
    assert "not traced any further" in traced.stderr


@pytest.mark.pure
@pytest.mark.parametrize(
    "value", [None, True, 3, -(1 << 70), 0.5, 'a "quoted"\n\\ text\x00', [1, [None, "é\u2028"]], {"a": {"b": [False]}}]
)
def test_what_is_declared_is_json(value: object) -> None:
    assert json.loads(encode(value)) == value


@pytest.mark.pure
def test_a_value_is_shown_without_running_anybodys_code() -> None:
    class Loud:
        def __repr__(self) -> str:
            raise AssertionError("called")

    assert as_json(Loud()) == "<test_a_value_is_shown_without_running_anybodys_code.<locals>.Loud>"
    assert as_json([Loud()]) == "<list>"
    assert as_json("word") == "'word'"
    assert as_json(math.inf) == "inf"
    assert as_json("x" * 200) == "'" + "x" * 78 + "…"
    assert encode("\ud800") == '"?"'


@pytest.mark.pure
def test_the_variables_keep_what_was_in_pythonpath() -> None:
    added = boot.environment("/some/where", {"PYTHONPATH": "mine:yours"}, parent=3)
    assert added == {"LOST_UPDATE_TRACE": "3:1:/some/where", "PYTHONPATH": f"{boot.SITE}:mine:yours"}
    assert (Path(boot.SITE) / "sitecustomize.py").is_file()


@FULL
@pytest.mark.processes
def test_a_trace_that_is_full_says_so_and_the_script_goes_on(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "stream = sys.modules['lost_update.tracing.script.stream']\n"
        "stream.MOST_FILES = 3\n"
        "from multiprocessing import Value\n"
        "number = Value('i', 0)\n"
        "for _ in range(80_000):\n"
        "    number.value += 1\n"
        "print(number.value)\n"
    )
    traced = run(command(script), tmp_path / "trace")
    assert traced.stdout == "80000\n"
    assert traced.processes[0].declared["not_seen"][0]["what"] == "what came later: the trace was full"
    assert 60_000 < len(traced.processes[0].steps) < 160_000
