"""Processes that a process launches by itself, in scenarios: what becomes of each. More of them: `test_families`."""

import multiprocessing
import os
import subprocess
import sys
from itertools import pairwise

import pytest

from lost_update.tracing.launching import LAUNCHER, ForkContext, StartMethod, context_for
from lost_update.tracing.recorder import Recorder
from tests.serving import WAIT_SECONDS, RunningServer
from tests.tracing_here import ops
from tests.variants import one_in

pytestmark = pytest.mark.processes

METHODS: tuple[StartMethod, ...] = ("fork", "forkserver", "spawn")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("traced", [True, False])
def test_the_code_is_handed_the_context_that_it_asks_for(method: StartMethod, traced: bool) -> None:
    made = context_for(method, [], traced=traced)
    assert made.get_start_method() == method
    assert isinstance(made, type(multiprocessing.get_context(method)))
    if method == "fork":
        assert isinstance(made, ForkContext) == traced


def test_a_process_is_a_plain_one_where_the_server_would_not_learn_of_it(recorder: Recorder) -> None:
    assert not LAUNCHER.has_begun
    process = context_for("forkserver", [], traced=True).Process(target=print, args=("",), kwargs={"end": ""})
    process.start()
    process.join(WAIT_SECONDS)
    assert process.exitcode == 0
    assert ops() == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("traced", [True, False])
def test_the_server_knows_how_each_process_ended_that_it_did_not_start(
    server: RunningServer, method: str, traced: bool
) -> None:
    view = server.run(scenario="processes", start_method=method, processes=3, iterations=1, traced=traced)
    assert (view["status"], view["reason"]) == ("finished", None)
    assert [(process["name"], process["exitcode"]) for process in view["processes"]] == [
        *[("P1", 0), ("P2", 0), ("P3", 1), ("main", 0)]
    ]
    assert {process["state"] for process in view["processes"]} == {"ended"}
    assert len({process["pid"] for process in view["processes"]} - {None}) == 4
    assert (len(server.steps(view["id"])) > 0) == (view["steps"] > 0) == traced


def test_nothing_that_a_launched_process_does_comes_before_its_launch(server: RunningServer) -> None:
    for method in METHODS:
        view = server.run(scenario="processes", start_method=method, processes=4, iterations=1)
        seen: set[str] = {"main"}
        for step in server.steps(view["id"]):
            assert step["process"] in seen
            if step["op"] == "launch":
                seen.add(step["target"])


def test_a_launch_at_the_slow_pace_is_paced(server: RunningServer) -> None:
    view = server.run(scenario="processes", start_method="fork", processes=3, iterations=1, pace="slow", step_ms=40)
    launches = [step["t_ns"] for step in server.steps(view["id"]) if step["op"] == "launch"]
    assert all(later - earlier >= 20e6 for earlier, later in pairwise(launches))


@pytest.mark.parametrize("traced", one_in(2, [[], ["--untraced"]]), ids=["traced", "untraced"])
@pytest.mark.parametrize(
    "options", [["processes", "--start-method=fork"], ["pool"], ["sharing", "--guard=sum"]], ids=lambda one: one[0]
)
def test_no_process_is_forked_from_one_that_has_threads(options: list[str], traced: list[str]) -> None:
    # Python says so where it is done, from 3.12 on.
    command = [sys.executable, "-m", "lost_update", "run", "--iterations=2", "--scenario", *options, *traced]
    warned = {**os.environ, "PYTHONWARNINGS": "always"}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False, env=warned)
    assert (ended.returncode, ended.stderr) == (0, "")
