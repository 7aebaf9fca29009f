"""A run is asked to end at a random moment, with all processes obeying or with one that does not."""

import contextlib
import os
import random
import signal
import time

from tests.checking import check_it_is_over
from tests.serving import END_STATES, RunningServer
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import Request, begun, beside_a_bystander, told

LATEST_SECONDS = 0.3
FIGURE = "from the request to the end of the run"


def stop(trials: Trials) -> None:
    """Ask runs to end, from their very first moment on."""

    def attempt(server: RunningServer, draw: random.Random, request: Request) -> None:
        run_id = server.start(**request)
        time.sleep(draw.choice([0, draw.uniform(0, LATEST_SECONDS)]))  # the moment is what is drawn
        _stop(trials, server, run_id, request)

    beside_a_bystander(trials, attempt)


def stop_the_stubborn(trials: Trials) -> None:
    """Ask runs to end that have one process which does not obey."""

    def attempt(server: RunningServer, draw: random.Random, request: Request) -> None:
        _stop(trials, server, stubborn(server, draw, request), request)

    beside_a_bystander(trials, attempt)


def stubborn(server: RunningServer, draw: random.Random, request: Request) -> str:
    """A run with one process that was stopped by SIGSTOP, unless it had ended."""
    view = begun(server, request)
    with contextlib.suppress(ProcessLookupError):
        os.kill(draw.choice(view["processes"])["pid"], signal.SIGSTOP)
    run_id: str = view["id"]
    return run_id


def _stop(trials: Trials, server: RunningServer, run_id: str, request: Request) -> None:
    asked = time.perf_counter()
    view = server.stop(run_id)
    took = time.perf_counter() - asked
    check_it_is_over(server, view)
    assert view["status"] in END_STATES, view
    if view["status"] == "stopped":
        assert view["reason"].startswith("It was stopped on request"), view
        trials.took(FIGURE, took, 2)
    else:
        assert view["status"] == "finished", view
        trials.note(f"Over before it was asked: {told(request)}")


STOPS = Campaign(
    name="stops",
    about=(
        "A run is asked to end at a random moment, in every variant, at every pace, traced and untraced. It says "
        "`stopped`, what it did stays exact, a bystander goes on, and nobody is left."
    ),
    full=200,
    sample=3,
    carry_out=stop,
)

STUBBORN = Campaign(
    name="stubborn",
    about=(
        "A process is stopped by SIGSTOP, and then its run is asked to end. It is killed after its grace; the run says "
        "`stopped`, a bystander goes on, and nobody is left."
    ),
    full=50,
    sample=1,
    carry_out=stop_the_stubborn,
)
