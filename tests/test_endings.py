"""However a run ends, in every kind of scenario: it says how, and leaves no process and nothing else behind.

All variants, random moments, and how long it takes: the campaigns `kills`, `stops` and `stubborn` of `make soak`.
"""

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.chapters import EVERY, MAY_BLOCK, long, short
from tests.checking import (
    all_have_begun,
    check_it_holds_no_more,
    check_it_is_over,
    check_no_fault_shows,
    everybody_has_a_pid,
    holdings,
)
from tests.serving import RunningServer, descendants, is_alive, serving, until
from tests.soak.endless import Bystander
from tests.soak.kills import end_one
from tests.soak.stops import stubborn
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

OF_EACH_KIND = [
    *("value-with", "array-none", "tutorial-with", "raising-with", "queue-fifo-none", "queue-workers-none"),
    *("processes-fork", "processes-forkserver", "processes-spawn", "pool-map", "pool-apply_async"),
    *("sharing-owner", "sharing-sum", "fix-it-placed"),
]
FIRST_AND_LAST = [0, -1]
FEW = ["value-with", "queue-workers-none", "processes-forkserver", "pool-map", "sharing-sum"]

LIMIT_SECONDS = 4


def ended_in_turn() -> list[Any]:
    """Each kind, killed and asked to end; one of both is in the sample."""
    ways = {"killed": signal.SIGKILL, "asked to end": signal.SIGTERM}
    return [
        pytest.param(name, way, id=f"{word}-{name}", marks=[] if (turn + number) % 2 == 0 else [FULL])
        for turn, (word, way) in enumerate(ways.items())
        for number, name in enumerate(OF_EACH_KIND)
    ]


@pytest.fixture(scope="module")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server on whose terminal no fault may show, whatever is done to its runs."""
    errors = tmp_path_factory.mktemp("server") / "stderr"
    with serving(errors=errors) as running:
        yield running
    check_no_fault_shows(errors.read_text())


@pytest.fixture(scope="module")
def bystander(quiet_server: RunningServer) -> Iterator[Bystander]:
    """A run that nothing is done to, and that must not notice what is done to others."""
    bystander = Bystander(quiet_server)
    yield bystander
    bystander.leave()


@pytest.fixture(autouse=True)
def _untouched(bystander: Bystander) -> Iterator[None]:
    bystander.check()
    yield
    bystander.check()


def begun(server: RunningServer, **request: Any) -> dict[str, Any]:
    """The view of a run that goes on, once the pid of every process is known."""
    run_id = server.start(**request)
    view: dict[str, Any] = until(
        lambda: server.view(run_id), all_have_begun if request.get("traced", True) else everybody_has_a_pid
    )
    return view


@FULL
@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_it_can_be_stopped_as_soon_as_it_was_asked_for_and_once_it_goes_on(
    quiet_server: RunningServer, name: str
) -> None:
    for run_id in (quiet_server.start(**long(name)), begun(quiet_server, **long(name))["id"]):
        view = quiet_server.stop(run_id)
        assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request.")
        check_it_is_over(quiet_server, view)


@pytest.mark.parametrize(("name", "how"), ended_in_turn())
def test_when_any_of_its_processes_dies_the_run_has_failed(
    quiet_server: RunningServer, name: str, how: signal.Signals
) -> None:
    view = begun(quiet_server, **long(name))
    # The one that raises an error ends by itself, perhaps just now.
    lasting = [each for each in view["processes"] if (name, each["name"]) != ("raising-with", "P1")]
    victim = random.Random(f"{name} {how}").choice(lasting)
    view, _ = end_one(quiet_server, view, victim, how)
    assert view["status"] == "failed"


@pytest.mark.parametrize(("who", "name"), one_in(2, product(FIRST_AND_LAST, FEW)))
def test_a_process_that_does_not_obey_is_killed_and_main_ends_all_of_its_children(
    quiet_server: RunningServer, name: str, who: int
) -> None:
    view = begun(quiet_server, **long(name))
    os.kill(view["processes"][who]["pid"], signal.SIGSTOP)
    view = quiet_server.stop(view["id"])
    assert view["status"] == "stopped"
    check_it_is_over(quiet_server, view)


@pytest.mark.parametrize(
    ("name", "how", "who"),
    one_in(
        2,
        [
            ("processes-fork", signal.SIGKILL, 0),
            ("processes-forkserver", signal.SIGTERM, -1),
            ("pool-map", signal.SIGTERM, 0),
            ("processes-spawn", signal.SIGKILL, -1),
            ("pool-apply", signal.SIGKILL, -1),
        ],
    ),
)
def test_it_is_the_same_untraced(quiet_server: RunningServer, name: str, how: signal.Signals, who: int) -> None:
    view = begun(quiet_server, **long(name), traced=False)
    view, _ = end_one(quiet_server, view, view["processes"][who], how)
    assert view["status"] == "failed"


@pytest.mark.parametrize("traced", [True, False])
def test_a_launched_process_that_is_killed_before_it_can_say_a_word_is_missed_all_the_same(
    quiet_server: RunningServer, traced: bool
) -> None:
    request = {"scenario": "processes", "start_method": "spawn", "processes": 1, "iterations": 1, "traced": traced}
    # It has not much time to be caught in: a machine that is busy may need another try.
    killed = until(lambda: killed_at_birth(quiet_server, quiet_server.start(**request)))
    view = quiet_server.finished(killed)
    assert view["status"] == "failed"
    assert view["reason"].startswith("P1 ")
    assert view["processes"][0]["exitcode"] == -signal.SIGKILL
    check_it_is_over(quiet_server, view)


def killed_at_birth(server: RunningServer, run_id: str) -> str | None:
    """The run, if a process that its main launched could be killed while Python was still starting in it."""
    pid = until(lambda: server.view(run_id)["processes"][-1]["pid"])
    while is_alive(pid):
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended while we looked
            for child in psutil.Process(pid).children():
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
                    # Its pid comes with its first batch.
                    return run_id if server.finished(run_id)["processes"][0]["pid"] is None else None
    return None


def test_it_ends_at_the_time_limit(tmp_path: Path) -> None:
    """One process of each is stopped by SIGSTOP, so that nothing but the limit can end the run."""
    errors = tmp_path / "stderr"
    with serving(errors=errors, LOST_UPDATE_MAX_SECONDS=str(LIMIT_SECONDS)) as server:
        names = OF_EACH_KIND
        while names:
            runs = {name: stubborn(server, random.Random(name), as_long_as_the_limit(name)) for name in names}
            views = {name: server.finished(run_id) for name, run_id in runs.items()}
            names = [name for name, view in views.items() if view["status"] == "finished"]  # over before it was stopped
            for name in views.keys() - set(names):
                view = views[name]
                assert view["status"] == "stopped", view
                assert view["reason"].startswith(f"It was stopped after {LIMIT_SECONDS} s"), view
                check_it_is_over(server, view)
    check_no_fault_shows(errors.read_text())


def as_long_as_the_limit(name: str) -> dict[str, Any]:
    """A run that the limit just allows."""
    processes = 1 if name.startswith(("pool-", "processes-")) else 2
    return {**EVERY[name], "processes": processes, "iterations": 390, "pace": "tutorial"}


def end_in_all_ways(server: RunningServer) -> None:
    """Runs of several kinds that end by themselves, one that is stopped, and one with a process that is killed."""
    for name in [*FEW, *MAY_BLOCK]:
        server.run(**short(name))
    for name in FEW:
        server.run(**short(name), traced=False)
        server.stop(server.start(**long(name)))
        run_id = server.start(**long(name))
        view = until(partial(server.view, run_id), all_have_begun)
        os.kill(view["processes"][0]["pid"], signal.SIGKILL)
        server.finished(run_id)


@FULL
def test_however_they_ended_the_server_holds_no_more_after_many_runs(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with serving(errors=errors, LOST_UPDATE_MEMORY=str(64 * 1024)) as server:
        end_in_all_ways(server)
        after_some = holdings(server)
        end_in_all_ways(server)
        check_it_holds_no_more(server, after_some)
    check_no_fault_shows(errors.read_text())


@pytest.mark.parametrize("traced", one_in(2, [True, False]), ids=["traced", "untraced"])
def test_when_the_server_is_killed_no_process_survives(traced: bool) -> None:
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
