"""The fork server or the resource tracker dies at a random moment: the helpers of the server, which serve all runs."""

import contextlib
import random
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from tests.checking import View, check_it_holds_no_more, check_it_is_over, check_no_fault_shows, holdings
from tests.serving import END_STATES, RunningServer, serving, until
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import MANY, MEMORY, Request, in_turn, told

LATEST_SECONDS: Final = 0.3
HELPERS: Final = ("forkserver", "resource_tracker")

TRACEBACK: Final = "Traceback (most recent call last):"

LOST: Final = re.compile(r"\S+ (\(pid \d+\) )?was lost: the fork server that had started it was killed")
"""What a run says whose processes are not followed any more."""


def carry_out(trials: Trials) -> None:
    """Kill one of them while a run starts or goes on, and see."""
    with TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        with serving(errors=errors, LOST_UPDATE_MEMORY=str(MEMORY)) as server:
            server.run(iterations=5)
            before = None
            requests = in_turn(trials.draw("order"), trials.count)
            for number, (draw, request) in enumerate(zip(trials, requests, strict=False)):
                if trials.count >= MANY and number == trials.count // 3:
                    before = holdings(server)
                with trials.trial(told(request)):
                    _kill(trials, server, draw, request)
            if before is not None:
                check_it_holds_no_more(server, before)
        check_no_fault_shows(_without_what_the_tracker_says(errors.read_text()))


def _kill(trials: Trials, server: RunningServer, draw: random.Random, request: Request) -> None:
    which = draw.choice(HELPERS)
    run_id = server.start(**request)
    time.sleep(draw.choice([0, draw.uniform(0, LATEST_SECONDS)]))  # the moment is what is drawn
    began = time.perf_counter()
    kill_helper(server, which)
    if which == "forkserver":
        view = until(lambda: _over_or_running(server, run_id, began))
    else:
        assert server.view(run_id)["status"] in ("running", "finished"), server.view(run_id)
        view = server.stop(run_id)
    if view["status"] == "failed":
        assert LOST.match(view["reason"]), view
        trials.took("from the fork server's end to the end of the run", time.perf_counter() - began, 2)
    elif view["status"] == "running":  # it was killed before it was needed, and started again
        view = server.stop(run_id)
    check_it_is_over(server, view)
    assert server.run(iterations=5, guard="with")["status"] == "finished"


def _over_or_running(server: RunningServer, run_id: str, since: float) -> View | None:
    """The run once it has ended, or once all its processes live though they had the time to be missed."""
    view = server.view(run_id)
    lives = view["status"] == "running" and view["steps"] and time.perf_counter() - since > 1
    return view if lives or view["status"] in END_STATES else None


def kill_helper(server: RunningServer, which: str) -> None:
    """Kill the server's fork server or resource tracker, if it has one just now."""
    for process in psutil.Process(server.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if f"multiprocessing.{which} " in " ".join(process.cmdline()):
                process.kill()


def _without_what_the_tracker_says(errors: str) -> str:
    """A new resource tracker does not know what the old one was told, and says so when it is to forget it."""
    said = errors.split(TRACEBACK)
    return TRACEBACK.join(part for part in said if part.strip() and "resource_tracker.py" not in part)


CAMPAIGN = Campaign(
    name="helpers",
    about=(
        "The fork server or the resource tracker is killed at a random moment of a run, in every variant, at every "
        "pace, traced and untraced. Without the tracker the run goes on. Without the fork server it fails and says so, "
        "or goes on where it had not needed it yet. The next run is well, nobody is left, and the server holds what it "
        "held."
    ),
    full=100,
    sample=1,
    carry_out=carry_out,
)
