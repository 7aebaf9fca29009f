"""Whole runs of real processes: what they lose, what they keep, and how they end."""

import os
import signal
import threading
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from lost_update.execution.collector import Collector
from lost_update.execution.registry import Registry
from lost_update.sources.request import RunRequest
from tests import PACKAGE
from tests.checking import all_have_begun
from tests.recomputing import recompute
from tests.serving import RunningServer, descendants, ended, is_alive, pythons_since, serving, until
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

RIGHT = ["lock", "with", "get_lock"]
FAULTY = ["none", "separate_locks", "write_only"]
SLOW = {"pace": "slow", "step_ms": 5, "iterations": 10}
LONG: dict[str, Any] = {"pace": "slow", "step_ms": 5, "iterations": 1000}
"""Lasts until something ends it."""


def cell_of(view: dict[str, Any]) -> dict[str, Any]:
    (cell,) = view["summary"]["cells"]
    assert isinstance(cell, dict)
    return cell


def check_against_steps(server: RunningServer, view: dict[str, Any]) -> None:
    """Every figure of the run must follow from its steps."""
    steps = server.steps(view["id"])
    found = recompute(steps)
    cell = cell_of(view)
    assert (cell["writes"], cell["lost"]) == (found.writes, found.lost)
    assert (cell["expected"], cell["final"]) == (found.expected, found.final)
    assert view["steps"] == len(steps)
    assert view["summary"]["duration_ms"] == steps[-1]["t_ns"] / 1e6
    assert view["summary"]["consistent"]
    assert view["summary"]["unrecorded"] == 0


@pytest.mark.parametrize("guard", RIGHT)
@pytest.mark.parametrize(
    "request_", [SLOW, {"pace": "free", "iterations": 5000}, {"pace": "tutorial", "iterations": 20}]
)
@pytest.mark.parametrize("processes", one_in(2, [2, 5]))
def test_with_a_right_guard_nothing_is_lost(
    server: RunningServer, guard: str, request_: dict[str, Any], processes: int
) -> None:
    if request_ is SLOW and processes == 5:
        request_ = {**SLOW, "iterations": 4}
    view = server.run(guard=guard, processes=processes, **request_)
    assert view["status"] == "finished"
    check_against_steps(server, view)
    total = processes * request_["iterations"]
    assert cell_of(view) == {
        "name": "number",
        "initial": 0,
        "expected": total,
        "final": total,
        "writes": total,
        "lost": 0,
    }


@pytest.mark.parametrize("guard", FAULTY)
@pytest.mark.parametrize("processes", [2, 4])
def test_with_no_guard_or_a_faulty_one_the_slow_pace_loses_every_time(
    server: RunningServer, guard: str, processes: int
) -> None:
    view = server.run(guard=guard, processes=processes, **SLOW)
    check_against_steps(server, view)
    cell = cell_of(view)
    assert cell["expected"] == processes * 10
    assert cell["lost"] > 0
    assert cell["final"] == cell["expected"] - cell["lost"]


@pytest.mark.parametrize("guard", FAULTY)
def test_the_free_pace_is_exact_at_full_speed(server: RunningServer, guard: str) -> None:
    view = server.run(guard=guard, iterations=3000, processes=3)
    check_against_steps(server, view)
    assert cell_of(view)["expected"] == 9000


def test_a_single_process_never_loses_anything(server: RunningServer) -> None:
    view = server.run(processes=1, iterations=500)
    check_against_steps(server, view)
    assert cell_of(view)["final"] == 500


@FULL
def test_on_a_single_core_the_slow_pace_loses_too() -> None:
    with serving(on_one_core=True) as server:
        for _ in range(5):
            view = server.run(processes=2, **SLOW)
            check_against_steps(server, view)
            assert cell_of(view)["lost"] > 0


def test_the_same_code_untraced_leaves_no_steps_and_its_figures_add_up(server: RunningServer) -> None:
    view = server.run(traced=False, iterations=20_000)
    cell = cell_of(view)
    assert view["steps"] == 0
    assert server.steps(view["id"]) == []
    assert cell["expected"] == cell["writes"] == 40_000
    assert cell["lost"] == 40_000 - cell["final"]
    assert cell_of(server.run(traced=False, iterations=20_000, guard="with"))["lost"] == 0


def test_the_log_is_numbered_and_in_the_order_of_time(server: RunningServer) -> None:
    steps = server.steps(server.run(iterations=2000, guard="with")["id"])
    assert [step["index"] for step in steps] == list(range(len(steps)))
    assert all(earlier["t_ns"] <= later["t_ns"] for earlier, later in pairwise(steps))


def test_every_process_starts_first_and_exits_last(server: RunningServer) -> None:
    view = server.run(processes=4, iterations=50)
    for process in view["processes"]:
        own = [step["op"] for step in server.steps(view["id"]) if step["process"] == process["name"]]
        assert own == ["start", *["read", "modify", "write"] * 50, "exit"]
        assert (process["state"], process["exitcode"]) == ("ended", 0)
    assert len({process["pid"] for process in view["processes"]}) == 4


@pytest.mark.parametrize("guard", [*RIGHT, *FAULTY])
def test_each_step_names_the_line_of_the_code_shown(server: RunningServer, guard: str) -> None:
    view = server.run(iterations=5, guard=guard)
    lines = view["code"]["text"].splitlines()
    source = (PACKAGE.parent / view["code"]["file"]).read_text()
    assert all(line in source for line in lines)
    for step in server.steps(view["id"]):
        if step["op"] in ("start", "exit"):
            assert "line" not in step
            continue
        code = lines[step["line"] - 1]
        assert ("lock" in code) == (step["op"] in ("wait", "acquire", "release")), (step, code)


@pytest.mark.parametrize("guard", RIGHT)
def test_a_lock_has_one_holder_at_a_time_and_all_increments_happen_under_it(server: RunningServer, guard: str) -> None:
    steps = server.steps(server.run(guard=guard, processes=4, iterations=500)["id"])
    target = "number.get_lock()" if guard == "get_lock" else "lock"
    holder = None
    for step in steps:
        if step["op"] in ("wait", "acquire", "release"):
            assert step["target"] == target
        if step["op"] == "acquire":
            assert holder is None
            holder = step["process"]
        elif step["op"] == "release":
            assert holder == step["process"]
            holder = None
        elif step["op"] in ("read", "modify", "write"):
            assert holder == step["process"]


def test_processes_that_made_their_own_locks_never_wait(server: RunningServer) -> None:
    steps = server.steps(server.run(guard="separate_locks", processes=3, iterations=200)["id"])
    owners = {step["target"]: step["process"] for step in steps if step["op"] == "acquire"}
    assert owners == {"locks[0]": "P1", "locks[1]": "P2", "locks[2]": "P3"}
    assert Counter(step["op"] for step in steps)["wait"] == 0


def test_a_slow_run_pauses_before_every_step(server: RunningServer) -> None:
    steps = server.steps(server.run(processes=1, iterations=5, pace="slow", step_ms=20)["id"])
    paced = [step["t_ns"] for step in steps if step["op"] != "exit"]
    assert all(later - earlier >= 10e6 for earlier, later in pairwise(paced))


def test_a_request_without_a_seed_is_given_one_that_it_can_be_repeated_with(server: RunningServer) -> None:
    assert isinstance(server.run(iterations=1)["request"]["seed"], int)
    assert server.run(iterations=1, seed=7)["request"]["seed"] == 7


def test_a_process_that_somebody_else_asks_to_end_fails_its_run_with_every_step_kept(server: RunningServer) -> None:
    run_id = server.start(**LONG)
    view = until(lambda: server.view(run_id), all_have_begun)
    os.kill(view["processes"][0]["pid"], signal.SIGTERM)
    view = server.finished(run_id)
    assert view["status"] == "failed"
    assert "was asked to end by SIGTERM" in view["reason"]
    check_against_steps(server, view)


@pytest.mark.parametrize("guard", ["none", "with", "get_lock"])
def test_a_run_can_be_stopped_and_what_it_did_stays_exact(server: RunningServer, guard: str) -> None:
    run_id = server.start(**LONG, guard=guard)
    until(lambda: server.view(run_id), lambda view: view["summary"]["cells"] and cell_of(view)["writes"] > 2)
    view = server.stop(run_id)
    assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request.")
    check_against_steps(server, view)
    assert not any(is_alive(process["pid"]) for process in view["processes"])


def test_a_run_that_is_stopped_while_it_starts_leaves_no_thread_behind(registry: Registry) -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        run = registry.submit(RunRequest(**LONG))
        registry.stop(run, "It was enough.")
        assert ended(run).recording.snapshot.status == "stopped"
    until(lambda: set(threading.enumerate()) - before, lambda left: not left)


def test_a_run_for_which_there_is_no_thread_has_failed_and_makes_room_for_others(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as without_threads:
        without_threads.setattr(threading.Thread, "start", refuse)
        run = registry.submit(RunRequest(iterations=1))
    assert run.recording.snapshot.status == "failed"
    assert run.recording.snapshot.reason == (
        "It could not go on: the machine gave this server no more processes or threads "
        "(its limits: pids.max, ulimit -u)."
    )
    run.join()
    assert ended(registry.submit(RunRequest(iterations=1))).recording.snapshot.status == "finished"


def test_stopping_a_run_that_has_ended_changes_nothing(server: RunningServer) -> None:
    view = server.run(iterations=3)
    assert server.stop(view["id"]) == view


def test_a_process_that_waits_for_a_lock_is_shown_as_blocked(server: RunningServer) -> None:
    run_id = server.start(guard="with", pace="slow", step_ms=100, iterations=50)
    states = until(
        lambda: sorted(process["state"] for process in server.view(run_id)["processes"]),
        lambda states: "blocked" in states,
    )
    assert states == ["blocked", "running"]
    server.stop(run_id)


@pytest.mark.parametrize("fails", ["receive", "deaths", "append"])
def test_a_fault_of_ours_fails_the_run_is_a_line_in_the_log_and_leaves_nobody(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fails: str
) -> None:
    def fault(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Collector, fails, fault)
    before = descendants(os.getpid())
    run = ended(registry.submit(RunRequest(pace="step", iterations=1)))
    view = run.view()
    assert view["status"] == "failed"
    (line,) = caplog.messages
    assert "ZeroDivisionError() at " in line
    assert "\n" not in line
    assert f"The line {line.split()[1].rstrip(':')} of the server's log" in (view["reason"] or "")
    assert pythons_since(before) == []
