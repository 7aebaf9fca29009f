"""What may look like a deadlock and is none: another process releases the lock, or its holder takes its time.

Only a run that can still go on is asked for here, so none may be called a deadlock. Several go on at a time.
"""

import os
import random
import signal
import time
from contextlib import suppress
from typing import Any

from lost_update.scenarios.lock_placement import INSERTION_POINTS
from tests.checking import View, check_it_is_over
from tests.serving import END_STATES, RunningServer, serving, until
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import Request, told

AT_A_TIME = 10
MEMORY = 1 << 30
"""In bytes: none of ten large runs that end at about the same time is to expire before it was looked at."""

STOPPED_SECONDS = 3.0
"""Far longer than any beat, any watermark and any grace."""


def carry_out(trials: Trials) -> None:
    """Ask for ten runs at a time, disturb them, and wait for their ends."""
    with serving(LOST_UPDATE_MEMORY=str(MEMORY)) as server:
        together: list[random.Random] = []
        for draw in trials:
            together.append(draw)
            if len(together) == AT_A_TIME:
                _carry_out_together(server, trials, together)
                together = []
        _carry_out_together(server, trials, together)


def _carry_out_together(server: RunningServer, trials: Trials, draws: list[random.Random]) -> None:
    asked = [_drawn(draw) for draw in draws]
    run_ids = [server.start(**request, seed=draw.randrange(2**50)) for request, draw in zip(asked, draws, strict=True)]
    stopped = [
        pid
        for request, run_id, draw in zip(asked, run_ids, draws, strict=True)
        if request["scenario"] == "value" and (pid := _stopped(server, run_id, draw))
    ]
    if stopped:
        time.sleep(STOPPED_SECONDS)  # that long is what is put to the test
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    for request, run_id in zip(asked, run_ids, strict=True):
        with trials.trial(told(request)):
            view = server.finished(run_id)
            check_it_is_over(server, view)
            assert "deadlock" not in view, view
            assert "Deadlock" not in (view["reason"] or ""), view


def _drawn(draw: random.Random) -> Request:
    """Half of them release what others have acquired; in the others a process is held up."""
    if draw.random() < 0.5:
        # It acquires once and releases in every round: each release but the first frees another's hold, or fails.
        release = draw.choice([point for point in INSERTION_POINTS if not point.endswith("loop")])
        placed: Request = {"scenario": "fix-it", "acquire": "before_loop", "release": release}
        return {
            **placed,
            "processes": draw.randint(2, 8),
            "iterations": 2,
            "pace": "slow",
            "step_ms": draw.randint(1, 4),
        }
    pace: dict[str, Any] = draw.choice(
        [{"pace": "free"}, {"pace": "slow", "step_ms": 5}, {"pace": "slow", "step_ms": 400}]
    )
    iterations = {5: 30, 400: 1}.get(pace.get("step_ms", 0), 20_000)
    guard = draw.choice(["lock", "with", "get_lock"])
    return {"scenario": "value", "guard": guard, "processes": draw.randint(2, 4), "iterations": iterations, **pace}


def _stopped(server: RunningServer, run_id: str, draw: random.Random) -> int | None:
    """The pid of a process that was stopped by SIGSTOP; None where the run was over before."""
    view: View = until(lambda: server.view(run_id), lambda view: view["status"] in END_STATES or view["steps"] > 0)
    if view["status"] in END_STATES:
        return None
    pid: int = draw.choice(view["processes"])["pid"]
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        return pid
    return None


CAMPAIGN = Campaign(
    name="no-deadlocks",
    about=(
        "A lock that another process releases, a process that is stopped for 3 s while others wait for it, pauses of "
        "400 ms between the steps: nothing of this is a deadlock, and no run is told to be one."
    ),
    full=1_000,
    sample=1,
    carry_out=carry_out,
)
