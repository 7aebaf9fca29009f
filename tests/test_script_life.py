"""The life of a script's processes: each is known from its launch to its end, whichever way it is started."""

import re
from pathlib import Path
from typing import Any

import pytest

from lost_update.model.ops import NOTHING, Op
from tests.script_cases import INDEX
from tests.script_streams import SCRIPTS, START_METHODS, Traced, command, run
from tests.variants import one_in

pytestmark = pytest.mark.processes

CASES = [case["file"] for case in INDEX if not case.get("hangs")]
CASES_AND_METHODS = [(case, START_METHODS[number % len(START_METHODS)]) for number, case in enumerate(CASES)]
"""Each under one start method, in turn; the campaign over the cases tries all of them."""

LOSING = tuple(case["file"] for case in INDEX if "loses" in case["expect"] or case["kind"] != "control_ok")
"""What these print depends on luck, except for the words."""


def _run(directory: Path | None, method: str, script: str) -> Traced:
    return run(command(script), directory, START_METHOD=method, PYTHONPATH=str(SCRIPTS / "start_method"))


def _normal(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


@pytest.mark.parametrize(("case", "method"), one_in(len(START_METHODS) + 1, CASES_AND_METHODS))
def test_a_script_prints_and_ends_as_without_us(tmp_path: Path, case: str, method: str) -> None:
    plain, traced = _run(None, method, f"cases/{case}"), _run(tmp_path, method, f"cases/{case}")

    def said(run: Traced) -> tuple[Any, ...]:
        printed = re.sub(r"-?\d+", "…", run.stdout) if case.startswith(LOSING) else run.stdout
        # Processes may print into each other's lines.
        return run.returncode, sorted(printed), _normal(run.stderr)

    assert said(traced) == said(plain)


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_each_process_is_launched_starts_exits_and_is_joined(tmp_path: Path, method: str) -> None:
    plain, traced = _run(None, method, "lives.py"), _run(tmp_path, method, "lives.py")
    assert (traced.stdout, traced.returncode) == (plain.stdout, plain.returncode)
    assert traced.returncode == 7
    assert _normal(traced.stderr) == _normal(plain.stderr)
    main, *others = traced.processes
    assert (main.process["role"], main.process["parent"]) == ("main", None)
    named = {each.process["name"]: each for each in others}
    assert named["parent"].process["parent"] == 0
    assert named["grandchild"].process["parent"] == named["parent"].process["number"]
    assert named["parent"].process["start_method"] == method
    assert named["worker"].process["function"] == "Worker.run"
    assert named["parent"].process["function"] == "child"
    for name, parent, code in (("parent", main, 1), ("grandchild", named["parent"], 0), ("worker", main, 4)):
        child = named[name]
        ours = {target["number"] for target in parent.declared["target"] if _is(target, child)}
        about = [step for step in parent.steps if step["target"] and step["target"]["number"] in ours]
        launch, *wait, join = about
        assert [step["op"] for step in (launch, *wait, join)] in ([Op.LAUNCH, Op.WAIT, Op.JOIN], [Op.LAUNCH, Op.JOIN])
        assert all(step["second"] == Op.JOIN for step in wait)
        start, *_, exit_ = child.steps
        assert (start["op"], start["first"]) == (Op.START, child.process["pid"])
        assert (exit_["op"], exit_["first"], join["first"]) == (Op.EXIT, code, code)
        assert launch["t_ns"] < start["t_ns"] < exit_["t_ns"] < join["t_ns"]


def _is(target: dict[str, Any], child: Any) -> bool:
    return bool(target.get("process_token") == child.process["token"])


@pytest.mark.parametrize("method", one_in(2, START_METHODS, beginning=1))
def test_one_process_is_killed_and_one_is_forked_by_the_script_itself(tmp_path: Path, method: str) -> None:
    main, *others = _run(tmp_path, method, "lives.py").processes
    (kill,) = [step for step in main.steps if step["op"] is Op.KILL]
    assert (kill["target"]["what"], kill["first"]) == ("killed", 15)
    forked = next(each for each in others if each.process["role"] == "fork")
    (end,) = [step for step in main.steps if step["op"] is Op.JOIN and _is(step["target"], forked)]
    assert (end["first"], end["second"]) == (3, NOTHING)
    assert [step["op"] for step in forked.steps] == [Op.START]


@pytest.mark.parametrize("method", one_in(2, START_METHODS))
def test_processes_of_pools_executors_and_managers_say_what_they_are_for(tmp_path: Path, method: str) -> None:
    plain, traced = _run(None, method, "pools.py"), _run(tmp_path, method, "pools.py")
    assert (traced.stdout, traced.stderr, traced.returncode) == (plain.stdout, plain.stderr, plain.returncode)
    roles = [process.process["role"] for process in traced.processes]
    # A worker of a pool may be ended before it has begun.
    assert sorted(set(roles)) == ["executor", "main", "manager", "pool"]
