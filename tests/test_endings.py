"""However a run ends, in every scenario and variant: it says how, in time, and leaves nobody and nothing behind."""

import os
import random
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.chapters import EVERY, MAY_BLOCK, long, short
from tests.recomputing import recompute
from tests.serving import END_STATES, RunningServer, descendants, is_alive, serving, until
from tests.test_run import holdings

ENDLESS = [name for name in EVERY if name not in MAY_BLOCK]
"""Those that go on until something ends them, if they are long."""

OF_EACH_KIND = [
    *("value-with", "array-none", "tutorial-with", "raising-with", "queue-fifo-none", "queue-workers-none"),
    *("processes-fork", "processes-forkserver", "processes-spawn", "pool-map", "pool-apply_async"),
    *("sharing-owner", "sharing-sum"),
]

IN_TIME_SECONDS = 2


@pytest.fixture(scope="module")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server on whose terminal no fault may show, whatever is done to its runs."""
    errors = tmp_path_factory.mktemp("server") / "stderr"
    with serving(errors=errors) as running:
        yield running
    assert "Traceback" not in errors.read_text()


@pytest.fixture(scope="module")
def bystander(quiet_server: RunningServer) -> Iterator[str]:
    """A run that nothing is done to, and that must not notice what is done to others."""
    requests: dict[str, Any] = {"guard": "with", "pace": "slow", "step_ms": 100, "iterations": 140}
    run_id = quiet_server.start(**requests)
    yield run_id
    quiet_server.stop(run_id)


def check_it_is_over(server: RunningServer, view: dict[str, Any]) -> None:
    """Nobody is left, everybody is known to have ended, and the figures are those of the steps."""
    assert not [process for process in view["processes"] if process["pid"] and is_alive(process["pid"])]
    assert {process["state"] for process in view["processes"]} == {"ended"}, view
    assert view["summary"]["consistent"], view
    steps = server.steps(view["id"])
    for cell in view["summary"]["cells"]:
        if view["summary"]["unrecorded"]:
            continue
        found = recompute(steps, cell["name"], cell["initial"])
        assert (cell["writes"], cell["lost"], cell["final"]) == (found.writes, found.lost, found.final)


def everybody_has_a_pid(view: dict[str, Any]) -> bool:
    return all(process["pid"] for process in view["processes"])


def all_have_begun(view: dict[str, Any]) -> bool:
    """Whether every process of the run has a pid and does something."""
    states = {process["state"] for process in view["processes"]}
    return view["status"] in END_STATES or (view["steps"] > 0 and states <= {"running", "blocked"})


@pytest.mark.parametrize("name", ENDLESS)
def test_it_can_be_stopped_at_any_moment(quiet_server: RunningServer, bystander: str, name: str) -> None:
    run_id = quiet_server.start(**long(name))
    time.sleep(random.Random(name).choice([0, 0.01, 0.05, 0.1, 0.3]))  # the moment is what this test varies
    asked_at = time.monotonic()
    view = quiet_server.stop(run_id)
    assert time.monotonic() - asked_at < IN_TIME_SECONDS
    assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request.")
    check_it_is_over(quiet_server, view)
    assert quiet_server.view(bystander)["status"] == "running"


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to end"])
def test_when_any_of_its_processes_dies_the_run_has_failed(
    quiet_server: RunningServer, bystander: str, name: str, how: signal.Signals
) -> None:
    draw = random.Random(f"{name} {how}")
    run_id = quiet_server.start(**long(name))
    view = until(lambda: quiet_server.view(run_id), all_have_begun)
    time.sleep(draw.uniform(0, 0.1))  # the moment is what this test varies
    victim = draw.choice(view["processes"])
    os.kill(victim["pid"], how)
    died_at = time.monotonic()
    view = quiet_server.finished(run_id)
    assert time.monotonic() - died_at < IN_TIME_SECONDS
    assert view["status"] == "failed"
    death = "was killed" if how == signal.SIGKILL else "was asked to end by SIGTERM"
    assert view["reason"].startswith(f"{victim['name']} (pid {victim['pid']}) {death}"), view
    check_it_is_over(quiet_server, view)
    assert quiet_server.view(bystander)["status"] == "running"


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_main_takes_everybody_along_and_whoever_does_not_obey_is_killed(
    quiet_server: RunningServer, bystander: str, name: str
) -> None:
    run_id = quiet_server.start(**long(name))
    view = until(lambda: quiet_server.view(run_id), all_have_begun)
    os.kill(view["processes"][-1]["pid"], signal.SIGSTOP)
    asked_at = time.monotonic()
    view = quiet_server.stop(run_id)
    assert time.monotonic() - asked_at < IN_TIME_SECONDS
    assert view["status"] == "stopped"
    check_it_is_over(quiet_server, view)
    assert quiet_server.view(bystander)["status"] == "running"


@pytest.mark.parametrize("name", ["processes-fork", "processes-spawn", "pool-map", "sharing-sum"])
def test_a_launched_process_that_does_not_obey_is_killed_too(
    quiet_server: RunningServer, bystander: str, name: str
) -> None:
    run_id = quiet_server.start(**long(name))
    view = until(lambda: quiet_server.view(run_id), all_have_begun)
    os.kill(view["processes"][0]["pid"], signal.SIGSTOP)
    asked_at = time.monotonic()
    view = quiet_server.stop(run_id)
    assert time.monotonic() - asked_at < IN_TIME_SECONDS
    assert view["status"] == "stopped"
    check_it_is_over(quiet_server, view)
    assert quiet_server.view(bystander)["status"] == "running"


@pytest.mark.parametrize(
    "name", ["processes-fork", "processes-forkserver", "processes-spawn", "pool-map", "pool-apply"]
)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to end"])
@pytest.mark.parametrize("who", [0, -1], ids=["P1", "main"])
def test_it_is_the_same_untraced(quiet_server: RunningServer, name: str, how: signal.Signals, who: int) -> None:
    run_id = quiet_server.start(**long(name), traced=False)
    view = until(lambda: quiet_server.view(run_id), everybody_has_a_pid)
    victim = view["processes"][who]
    os.kill(victim["pid"], how)
    view = quiet_server.finished(run_id)
    assert view["status"] == "failed"
    assert view["reason"].startswith(f"{victim['name']} (pid {victim['pid']}) was ")
    check_it_is_over(quiet_server, view)


@pytest.mark.parametrize("traced", [True, False])
def test_a_launched_process_that_is_killed_before_it_can_say_a_word_is_missed_all_the_same(
    quiet_server: RunningServer, traced: bool
) -> None:
    run_id = quiet_server.start(scenario="processes", start_method="spawn", processes=1, iterations=1, traced=traced)
    main = until(lambda: quiet_server.view(run_id)["processes"][-1]["pid"])
    (unheard,) = until(lambda: [each for each in descendants(main) if "spawn_main" in command_of(each)])
    unheard.kill()
    view = quiet_server.finished(run_id)
    assert view["status"] == "failed"
    assert view["reason"].startswith("P1 ")
    assert view["processes"][0]["exitcode"] == -signal.SIGKILL
    check_it_is_over(quiet_server, view)


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""  # it has ended


@pytest.mark.parametrize("name", [*OF_EACH_KIND, "value-forgotten_release"])
def test_it_ends_at_the_time_limit(hurried_server: RunningServer, name: str) -> None:
    endless = {"pace": "free", "iterations": 1000} if name.startswith("processes-") else {"pace": "tutorial"}
    sized = {"processes": 1} if name.startswith("pool-") else {}
    view = hurried_server.run(**{"iterations": 30, **EVERY[name], **endless, **sized})
    if view["status"] == "failed":
        assert name in MAY_BLOCK
    else:
        assert (view["status"], view["reason"]) == ("stopped", "It reached the limit of 0.3 s.")
    check_it_is_over(hurried_server, view)


@pytest.fixture(scope="module")
def hurried_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose runs may not last."""
    errors = tmp_path_factory.mktemp("server") / "stderr"
    with serving(errors=errors, LOST_UPDATE_MAX_SECONDS="0.3") as running:
        yield running
    assert "Traceback" not in errors.read_text()


def end_in_all_ways(server: RunningServer) -> None:
    """Two runs of each kind that end by themselves, one that is stopped, and one of whom somebody is killed."""
    for name in [*OF_EACH_KIND, *MAY_BLOCK]:
        for request in (short(name), {**short(name), "traced": name in MAY_BLOCK}):
            server.run(**request)
    for name in OF_EACH_KIND:
        server.stop(server.start(**long(name)))
        run_id = server.start(**long(name))
        view = until(partial(server.view, run_id), all_have_begun)
        os.kill(view["processes"][0]["pid"], signal.SIGKILL)
        server.finished(run_id)


def test_however_they_ended_the_server_holds_no_more_after_many_runs(tmp_path: Path) -> None:
    with serving(errors=tmp_path / "stderr", LOST_UPDATE_MEMORY=str(64 * 1024)) as server:
        end_in_all_ways(server)
        after_some = holdings(server)
        end_in_all_ways(server)
        # The last run's thread may be a moment from its end.
        until(
            lambda: holdings(server),
            lambda after_many: all(after_many[what] <= count for what, count in after_some.items()),
        )
    complaints = (tmp_path / "stderr").read_text()
    assert "Traceback" not in complaints
    assert "leaked" not in complaints


@pytest.mark.parametrize("traced", [True, False], ids=["traced", "untraced"])
def test_when_the_server_is_killed_nobody_survives(traced: bool) -> None:
    with serving() as server:
        for name in OF_EACH_KIND:
            run_id = server.start(**(long(name) if traced else untraced(name)))
            until(partial(server.view, run_id), everybody_has_a_pid)
        family = descendants(server.pid)
        assert len(family) > 2 * len(OF_EACH_KIND)
        server.process.kill()
        until(lambda: [each for each in family if is_alive(each)], lambda alive: not alive)


def untraced(name: str) -> dict[str, Any]:
    """A long run that is not traced, and so cannot be slow."""
    request = long(name)
    return {**request, "pace": "tutorial" if request.get("pace") == "slow" else request.get("pace", "free")} | {
        "traced": False
    }
