"""A process dies at a random moment: it is killed, or somebody else asks it to end."""

import contextlib
import os
import random
import signal
import time

from lost_update.tracing import process_lifecycle
from tests.checking import View, check_it_is_over
from tests.serving import END_STATES, RunningServer
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import Request, begun, beside_a_bystander, told

TRIES = 5
LATEST_SECONDS = 0.2
SHARE_OF_SIGTERM = 0.25


def carry_out(trials: Trials) -> None:
    """End somebody, and see."""

    def attempt(server: RunningServer, draw: random.Random, request: Request) -> None:
        how = signal.SIGTERM if draw.random() < SHARE_OF_SIGTERM else signal.SIGKILL
        took = _end_somebody(server, draw, request, how)
        if took is None:
            trials.note(f"Over before anybody could be ended: {told(request)}")
        else:
            trials.took(f"from {how.name} to the end of the run", took, 2)

    beside_a_bystander(trials, attempt)


def end_one(server: RunningServer, view: View, victim: View, how: signal.Signals) -> tuple[View, float]:
    """Send the signal to one process of a run. The run failed by it, unless that came too late; and after how long."""
    began = time.perf_counter()
    os.kill(victim["pid"], how)
    view = server.finished(view["id"])
    took = time.perf_counter() - began
    check_it_is_over(server, view)
    (exitcode,) = [each["exitcode"] for each in view["processes"] if each["name"] == victim["name"]]
    if exitcode in (
        0,
        process_lifecycle.FAILED,
    ):  # it had ended by itself, if with an exception that is part of the lesson
        assert view["status"] == "finished", view
    else:
        # Who has only just been started does not know yet that it is to end between two steps: SIGTERM kills it.
        deaths = ("was killed",) if how == signal.SIGKILL else ("was asked to end by SIGTERM", "was killed by SIGTERM")
        who = f"{victim['name']} (pid {victim['pid']})"
        assert view["status"] == "failed", view
        assert view["reason"].startswith(tuple(f"{who} {death}" for death in deaths)), view
    return view, took


def _end_somebody(server: RunningServer, draw: random.Random, request: Request, how: signal.Signals) -> float | None:
    """Seconds from the signal to the end of the run; None where it was always over before."""
    for latest in (LATEST_SECONDS, *[0.0] * (TRIES - 1)):
        run_id = begun(server, request)["id"]
        time.sleep(draw.uniform(0, latest))  # the moment is what is drawn
        view = server.view(run_id)
        alive = [each for each in view["processes"] if each["state"] != "ended"]
        if view["status"] in END_STATES or not alive:
            server.finished(run_id)
            continue
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            view, took = end_one(server, view, draw.choice(alive), how)
            if view["status"] == "failed":
                return took
    return None


CAMPAIGN = Campaign(
    name="kills",
    about=(
        "A process is killed by SIGKILL at a random moment of its life, in every variant, at every pace, traced and "
        "untraced; one in four is asked to end by SIGTERM. The run fails with its name and the reason, every figure "
        "follows from the steps, a bystander goes on, nobody is left, and the server holds what it held."
    ),
    full=300,
    sample=1,
    carry_out=carry_out,
)
