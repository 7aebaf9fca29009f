"""A process is held before a step, in the script as it is, until another has come in between."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lost_update.execution.script.process_tree import ProcessTree
from lost_update.tracing.script import boot
from tests import ROOT
from tests.script_streams import SCRIPTS, START_METHODS, command, run
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

FAR_APART = SCRIPTS / "far_apart.py"
NEVER_MET = SCRIPTS / "never_met.py"


def line_of(script: Path, text: str) -> int:
    (number,) = [number for number, line in enumerate(script.read_text().splitlines(), 1) if line.strip() == text]
    return number


def hold(script: Path, op: str, text: str, until: str, **more: Any) -> dict[str, Any]:
    return {"op": op, "file": str(script), "line": line_of(script, text), "until": until, "at_most_s": 3.0, **more}


def planned(directory: Path, *holds: dict[str, Any]) -> Path:
    """A directory for a trace, with that plan in it."""
    directory.mkdir(mode=0o700)
    (directory / "plan.json").write_text(json.dumps({"holds": holds}))
    return directory


def held(directory: Path) -> list[dict[str, Any]]:
    """What the processes say of how they were held."""
    file = directory / "held.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.mark.parametrize("method", one_in(3, START_METHODS))
def test_an_update_that_was_only_lucky_is_lost_in_five_of_five_runs(method: str, tmp_path: Path) -> None:
    for number in range(5):
        plan = hold(FAR_APART, "write", "number.value = before + 1", "version")
        directory = planned(tmp_path / str(number), plan)
        done = run(command(FAR_APART, method=method), directory)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
        (note,) = held(directory)
        assert note["came"]
        assert note["plan"] == 0
        assert note["held_ms"] < 3000


def test_without_a_plan_no_gate_stands_anywhere(tmp_path: Path) -> None:
    done = run(command(FAR_APART), tmp_path / "trace")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")
    code = (
        "import sys; from lost_update.tracing.script import install; install.install(sys.argv[1], None); "
        "print(sorted(name for name in sys.modules if '.gates' in name or name.endswith(('.holding', 'json'))))"
    )
    (tmp_path / "other").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "app")}
    arguments = [sys.executable, "-c", code, str(tmp_path / "other")]
    assert subprocess.check_output(arguments, env=environment, text=True, timeout=30) == "[]\n"


@FULL
def test_locks_that_never_met_deadlock(tmp_path: Path) -> None:
    for number in range(5):
        directory = planned(tmp_path / str(number), hold(NEVER_MET, "acquire", "with second:", "taken"))
        boot.prepare(str(directory))
        process = subprocess.Popen(
            command(NEVER_MET),
            env={**os.environ, **boot.environment(str(directory))},
            stdout=subprocess.PIPE,
            text=True,
        )
        tree = ProcessTree(process.pid)
        try:
            deadline = time.monotonic() + 20
            while not held(directory) and time.monotonic() < deadline:
                time.sleep(0.01)
            (note,) = held(directory)
            assert note["came"]
            with pytest.raises(subprocess.TimeoutExpired):
                process.communicate(timeout=1)
        finally:
            tree.kill()
            process.communicate()
            boot.clean(str(directory))
        assert process.returncode == -signal.SIGKILL


def test_no_more_processes_are_held_than_the_plan_says(tmp_path: Path) -> None:
    plan = hold(FAR_APART, "read", "before = number.value", "time", at_most_s=0.2)
    once, twice = planned(tmp_path / "once", plan), planned(tmp_path / "twice", {**plan, "times": 2})
    for directory in (once, twice):
        run(command(FAR_APART), directory)
    assert len(held(once)) == 1
    assert len({note["pid"] for note in held(twice)}) == 2


def test_who_waits_in_vain_goes_on_when_the_time_is_over(tmp_path: Path) -> None:
    plan = hold(NEVER_MET, "release", "with second:", "taken", at_most_s=0.3)
    directory = planned(tmp_path / "trace", plan)
    done = run(command(NEVER_MET), directory)
    assert done.stdout == "well\n"
    (note,) = held(directory)
    assert not note["came"]
    assert 300 <= note["held_ms"] < 2000


@pytest.mark.parametrize(
    ("op", "text", "until"),
    [
        ("put", 'queue.put("from the child")', "other_put"),
        ("set", "event.set()", "time"),
        ("write", "raw.value = 1", "version"),
        ("read", "numbers[1] += 1", "time"),
        ("write", "numbers[1] += 1", "version"),
        ("write", "numbers[:] = [number + 1 for number in numbers[:]]", "version"),
        ("wake", "event.wait()", "time"),
        ("get", "print(queue.get(), raw.value, numbers[:])", "other_put"),
        ("launch", "process.start()", "time"),
        ("join", "process.join()", "time"),
    ],
)
def test_a_gate_stands_before_every_kind_of_step(op: str, text: str, until: str, tmp_path: Path) -> None:
    script = SCRIPTS / "gated_things.py"
    directory = planned(tmp_path / "trace", hold(script, op, text, until, at_most_s=0.05))
    done = run(command(script), directory)
    assert (done.returncode, done.stdout, done.stderr) == (0, "from the child 1 [1, 2, 1]\n", "")
    assert len(held(directory)) == 1
