"""Each scenario in each variant, run by a real server: every figure worked out again from the steps alone."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from lost_update.scenarios.catalogue import SCENARIOS
from tests.chapters import EVERY, MAY_BLOCK, RIGHT, short
from tests.recomputing import recompute
from tests.serving import CLIENT, RunningServer
from tests.variants import one_in

Steps = list[dict[str, Any]]

EXTRA = {"queue-workers-none": "reader", "sharing-owner": "owner", "sharing-sum": "main"}
LAUNCHING = [name for name in EVERY if name.startswith(("processes-", "pool-"))] + ["sharing-sum"]
EXTRA |= dict.fromkeys(LAUNCHING, "main")
TRIES = 10
"""Of a thing that must never happen; `make soak` has hundreds."""
AT_ONCE = 8


def run(server: RunningServer, **request: Any) -> tuple[dict[str, Any], Steps]:
    """A run that must finish, and its steps."""
    view = server.run(**request)
    assert (view["status"], view["reason"]) == ("finished", None), view
    return view, server.steps(view["id"])


def of(steps: Steps, *ops: str, **fields: Any) -> Steps:
    """Those with these ops and fields."""
    return [
        step for step in steps if step["op"] in ops and all(step.get(name) == item for name, item in fields.items())
    ]


def values(steps: Steps) -> list[int]:
    return [step["value"] for step in steps]


def check_cells(view: dict[str, Any], steps: Steps) -> None:
    """Every figure of every cell must follow from its steps."""
    for cell in view["summary"]["cells"]:
        found = recompute(steps, cell["name"], cell["initial"])
        assert (cell["writes"], cell["lost"]) == (found.writes, found.lost)
        assert (cell["expected"], cell["final"]) == (found.expected, found.final)
    assert {step["target"] for step in of(steps, "read", "write")} == {
        cell["name"] for cell in view["summary"]["cells"] if cell["writes"]
    }


def check_lives(view: dict[str, Any], steps: Steps) -> None:
    """Every process starts first and exits last; the log is numbered, in order, and all of it."""
    assert [step["index"] for step in steps] == list(range(len(steps)))
    assert all(earlier["t_ns"] <= later["t_ns"] for earlier, later in pairwise(steps))
    assert view["steps"] == len(steps)
    assert view["summary"]["duration_ms"] == steps[-1]["t_ns"] / 1e6
    assert (view["summary"]["consistent"], view["summary"]["unrecorded"]) == (True, 0)
    for process in view["processes"]:
        own = [step["op"] for step in steps if step["process"] == process["name"]]
        assert (own[0], own[-1]) == ("start", "exit")
        assert own.count("start") == own.count("exit") == 1
        assert process["exitcode"] == own.count("fail")
        assert process["state"] == "ended"
    assert len({process["pid"] for process in view["processes"]} - {None}) == len(view["processes"])


CALLED = {
    "launch": (".start()", "Pool("),
    "join": (".join()",),
    "wait": (".join()", "lock", "with a, b", "with b, a", "queue.get()", "pool.", ".get()"),
    "fail": ("raise ",),
    "put": ("queue.put(",),
    "get": ("queue.get()",),
    "submit": ("pool.map", "pool.apply"),
    "result": ("pool.map", "pool.apply", ".get()"),
    "callback": ("callback=",),
    "close": (".close()",),
    "acquire": ("lock", "with a, b", "with b, a"),
    "release": ("lock", "with a, b", "with b, a"),
    "read": ("number",),
    "modify": ("number",),
    "write": ("number",),
}
"""What stands in the line of code that a step names."""


Ran = Callable[[str], tuple[dict[str, Any], Steps]]


@pytest.fixture(scope="module")
def ran(server: RunningServer) -> Ran:
    """One short run of a variant, and its steps: the same for all who only look at it."""

    @cache
    def run_of(name: str) -> tuple[dict[str, Any], Steps]:
        view = server.run(**short(name))
        return view, server.steps(view["id"])

    return run_of


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_follows_from_the_steps(ran: Ran, name: str) -> None:
    view, steps = ran(name)
    if name not in MAY_BLOCK:
        assert (view["status"], view["reason"]) == ("finished", None)
        check_lives(view, steps)
    check_cells(view, steps)
    for cell in view["summary"]["cells"]:
        assert cell["final"] == cell["expected"] - cell["lost"]
        if name in RIGHT:
            assert (cell["lost"], cell["final"]) == (0, cell["initial"] + view["adds"][cell["name"]])


@pytest.mark.parametrize("name", EVERY)
def test_each_step_names_the_line_of_the_code_that_did_it(ran: Ran, name: str) -> None:
    view, steps = ran(name)
    lines = view["code"]["text"].splitlines()
    for step in steps:
        if step["op"] in CALLED:
            code = lines[step["line"] - 1]
            assert any(part in code for part in CALLED[step["op"]]), (step, code)
        else:
            assert "line" not in step, step


@pytest.mark.parametrize("name", EVERY)
def test_the_run_view_has_the_shape_of_the_contract(ran: Ran, name: str) -> None:
    request = short(name)
    view, _ = ran(name)
    assert set(view) - {"deadlock"} == {
        *("id", "status", "reason", "request", "processes", "targets"),
        *("runnable", "steps", "summary", "adds", "code"),
    }
    assert {target["name"] for target in view["targets"] if target["kind"] == "cell"} == set(view["adds"])
    assert request.items() <= view["request"].items()
    processes = [f"P{number}" for number in range(1, view["request"]["processes"] + 1)]
    assert [process["name"] for process in view["processes"]] == processes + ([EXTRA[name]] if name in EXTRA else [])
    assert all(set(process) == {"name", "pid", "exitcode", "state", "parent"} for process in view["processes"])
    assert set(view["summary"]) == {"cells", "duration_ms", "unrecorded", "consistent"}
    assert {cell["name"] for cell in view["summary"]["cells"]} == set(view["adds"])
    assert all(
        set(cell) == {"name", "initial", "expected", "final", "writes", "lost"} for cell in view["summary"]["cells"]
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_left_out_is_what_is_usual(server: RunningServer, name: str) -> None:
    run_id = server.start(scenario=name)
    request = server.view(run_id)["request"]
    server.stop(run_id)
    scenario = SCENARIOS[name]
    assert request["processes"] == scenario.processes.usual
    assert request["iterations"] == scenario.iterations.usual
    assert request["pace"] == "free"
    assert request[scenario.field] == ("none" if "none" in scenario.variants else scenario.chosen)
    assert (request["chunksize"] is None) == (name != "pool")
    for field in {"start_method", "call"} - {scenario.field}:
        assert request[field] is None


@pytest.mark.processes
@pytest.mark.parametrize("name", one_in(8, SCENARIOS))
def test_the_command_line_runs_it_too(name: str) -> None:
    options = [f"--{option}={value}" for option, value in short_options(name).items()]
    command = [sys.executable, "-m", "lost_update", "run", "--scenario", name, *options, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    view = json.loads(ended.stdout)
    assert (view["status"], view["request"]["scenario"]) == ("finished", name)
    assert {process["state"] for process in view["processes"]} == {"ended"}


def short_options(name: str) -> dict[str, Any]:
    """A short run as options; of `raising` the variant that never ends in a deadlock."""
    request = {**short(next(each for each in EVERY if EVERY[each]["scenario"] == name)), "iterations": 5}
    if name == "raising":
        request["guard"] = "with"
    return {field.replace("_", "-"): value for field, value in request.items() if field != "scenario"}


BAD = [
    {"scenario": "queues"},
    {"scenario": "array", "guard": "write_only"},
    {"scenario": "array", "guard": "owner"},
    {"scenario": "array", "call": "map"},
    {"scenario": "tutorial", "processes": 1},
    {"scenario": "tutorial", "chunksize": 2},
    {"scenario": "raising", "iterations": 1},
    {"scenario": "raising", "guard": "none"},
    {"scenario": "processes", "start_method": "thread"},
    {"scenario": "processes", "guard": "with"},
    {"scenario": "processes", "iterations": 1001},
    {"scenario": "queue-fifo", "processes": 3},
    {"scenario": "queue-fifo", "guard": "with"},
    {"scenario": "queue-workers", "iterations": 501},
    {"scenario": "pool", "call": "imap"},
    {"scenario": "pool", "chunksize": 0},
    {"scenario": "pool", "start_method": "fork"},
    {"scenario": "pool", "processes": 9},
    {"scenario": "sharing", "guard": "none"},
    {"scenario": "value", "start_method": "spawn"},
]


def told(request: dict[str, Any]) -> str:
    return " ".join(map(str, request.values()))


@pytest.mark.parametrize("request_", BAD, ids=told)
def test_what_makes_no_sense_is_refused_and_nothing_is_started(server: RunningServer, request_: dict[str, Any]) -> None:
    before = len(CLIENT.get(f"{server.url}/api/runs").json())
    refused = server.post(**request_)
    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"]
    assert error["message"].endswith(".")
    assert error["hint"].endswith(".")
    assert len(CLIENT.get(f"{server.url}/api/runs").json()) == before


@pytest.mark.processes
@pytest.mark.parametrize("request_", one_in(4, BAD[::5]), ids=told)
def test_the_command_line_refuses_it_in_a_clear_line(request_: dict[str, Any]) -> None:
    options = [f"--{field.replace('_', '-')}={value}" for field, value in request_.items()]
    command = [sys.executable, "-m", "lost_update", "run", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_processes_are_launched_in_order_and_joined_in_order(server: RunningServer, method: str) -> None:
    view, steps = run(server, scenario="processes", start_method=method, processes=4, iterations=1)
    names = ["P1", "P2", "P3", "P4"]
    assert [step["target"] for step in of(steps, "launch")] == names
    assert [step["target"] for step in of(steps, "join")] == names
    assert {step["process"] for step in of(steps, "launch", "join", "wait")} == {"main"}
    for name in names:
        ((launch,), (start,), (end,), (join,)) = (
            of(steps, "launch", target=name),
            of(steps, "start", process=name),
            of(steps, "exit", process=name),
            of(steps, "join", target=name),
        )
        assert launch["index"] < start["index"] < end["index"] < join["index"]
        assert join["value"] == (1 if name == "P4" else 0)
        for wait in of(steps, "wait", target=name):
            assert launch["index"] < wait["index"] < join["index"]
    (failure,) = of(steps, "fail")
    assert failure["process"] == "P4"
    assert "raise RuntimeError" in view["code"]["text"].splitlines()[failure["line"] - 1]
    assert view["summary"]["cells"] == []


@pytest.mark.parametrize("pace", [{"pace": "free"}, {"pace": "slow", "step_ms": 3}], ids=lambda pace: pace["pace"])
def test_what_goes_into_a_queue_first_comes_out_first(server: RunningServer, pace: dict[str, Any]) -> None:
    _, steps = run(server, scenario="queue-fifo", iterations=30, **pace)
    assert {step["process"] for step in of(steps, "put")} == {"P1"}
    assert {step["process"] for step in of(steps, "get", "wait")} == {"P2"}
    assert values(of(steps, "put")) == values(of(steps, "get")) == list(range(1, 31))
    for put, got in zip(of(steps, "put"), of(steps, "get"), strict=True):
        assert put["index"] < got["index"]
    check_waits_for_an_empty_queue(steps)


def check_waits_for_an_empty_queue(steps: Steps) -> None:
    """A process that waits for a queue has got all that had arrived; what is put meanwhile may still be on its way."""
    got = 0
    for step in steps:
        got += step["op"] == "get"
        if step["op"] == "wait" and step["target"] == "queue":
            assert got <= len(of(steps[: step["index"]], "put"))


@pytest.mark.parametrize("pace", [{"pace": "free"}, {"pace": "slow", "step_ms": 3}], ids=lambda pace: pace["pace"])
def test_the_items_of_each_process_stay_in_order_however_they_mix(server: RunningServer, pace: dict[str, Any]) -> None:
    _, steps = run(server, scenario="queue-workers", iterations=20, **pace)
    squares = [number * number for number in range(1, 21)]
    negatives = [-number for number in range(1, 21)]
    assert values(of(steps, "put", process="P1")) == squares
    assert values(of(steps, "put", process="P2")) == negatives
    got = values(of(steps, "get", process="reader"))
    assert [value for value in got if value > 0] == squares
    assert [value for value in got if value < 0] == negatives


@pytest.mark.parametrize("call", ["map", "apply", "map_async", "apply_async"])
def test_a_pool_does_every_task_once_and_returns_the_results(server: RunningServer, call: str) -> None:
    _, steps = run(server, scenario="pool", call=call, processes=3, iterations=12, chunksize=2)
    numbers = list(range(12))
    assert [(step["task"], step["value"]) for step in of(steps, "submit", process="main")] == list(
        zip(numbers, numbers, strict=True)
    )
    for task in numbers:
        ((submit,), (start,), (end,)) = (of(steps, op, task=task) for op in ("submit", "task_start", "task_end"))
        assert submit["index"] < start["index"] < end["index"]
        assert start["process"] == end["process"] != "main"
        assert (start["value"], end["value"]) == (task, task**3)
    results = of(steps, "result", process="main")
    assert values(results) == ([12] if call.startswith("map") else [1] * 12)
    assert len(of(steps, "callback")) == {"map_async": 1, "apply_async": 12}.get(call, 0)
    last_task = of(steps, "task_end")[-1]["index"]
    if call.startswith("map"):
        assert last_task < results[0]["index"]
    check_the_end_of_a_pool(steps, 3, after=max(last_task, results[-1]["index"]))


def check_the_end_of_a_pool(steps: Steps, workers: int, after: int) -> None:
    """Main closes the pool, waits for it, and joins each worker, and then the pool itself."""
    names = [f"P{number}" for number in range(1, workers + 1)]
    assert [step["target"] for step in of(steps, "launch", process="main")] == names
    (close,) = of(steps, "close", target="pool")
    waits = [step for step in of(steps, "wait", target="pool", process="main") if step["index"] > close["index"]]
    joins = of(steps, "join", process="main")
    assert after < close["index"] < waits[0]["index"] < joins[0]["index"]
    assert [(step["target"], step.get("value")) for step in joins] == [*[(name, 0) for name in names], ("pool", None)]
    for name in names:
        assert of(steps, "exit", process=name)[0]["index"] < joins[0]["index"]


def test_three_ways_to_count_come_to_the_same(server: RunningServer) -> None:
    request: dict[str, Any] = {"scenario": "sharing", "processes": 3, "iterations": 40}
    by_lock, _ = run(server, guard="with", **request)
    by_messages, messages = run(server, guard="owner", **request)
    by_sum, tasks = run(server, guard="sum", **request)
    assert [view["summary"]["cells"][0]["final"] for view in (by_lock, by_messages, by_sum)] == [120, 120, 120]
    assert Counter(step["process"] for step in of(messages, "put")) == {"P1": 40, "P2": 40, "P3": 40}
    assert {step["process"] for step in of(messages, "read", "write", "get")} == {"owner"}
    assert {step["process"] for step in of(tasks, "read", "write")} == {"main"}
    assert values(of(tasks, "task_end")) == [40, 40, 40]
    assert values(of(tasks, "write")) == [120]
    check_the_end_of_a_pool(tasks, 3, after=of(tasks, "result")[0]["index"])


def test_the_first_half_of_a_tutorials_processes_works_on_the_number(server: RunningServer) -> None:
    view, steps = run(server, scenario="tutorial", processes=4, iterations=5)
    on = {process: {step["target"] for step in of(steps, "write", process=process)} for process in ("P1", "P2", "P3")}
    assert on == {"P1": {"number"}, "P2": {"number"}, "P3": {"numbers[0]", "numbers[1]", "numbers[2]"}}
    assert [cell["expected"] for cell in view["summary"]["cells"]] == [10, 10, 110, 210]


def many(server: RunningServer, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run all of these, a few at a time."""
    views = []
    for first in range(0, len(requests), AT_ONCE):
        started = [server.start(**request) for request in requests[first : first + AT_ONCE]]
        views += [server.finished(run_id) for run_id in started]
    return views


@pytest.mark.parametrize("name", one_in(3, RIGHT))
def test_with_a_right_guard_nothing_is_lost_however_often_it_is_tried(server: RunningServer, name: str) -> None:
    for view in many(server, [{**short(name), "processes": 2}] * TRIES):
        assert view["status"] == "finished", view
        for cell in view["summary"]["cells"]:
            assert cell["lost"] == 0
            assert cell["final"] == cell["expected"] == cell["initial"] + view["adds"][cell["name"]]


def test_nothing_but_a_deadlock_is_taken_for_one(server: RunningServer) -> None:
    others = [short(name) for name in EVERY if name not in MAY_BLOCK]
    for view in many(server, others):
        assert (view["status"], view["reason"]) == ("finished", None), view
