"""Everybody waits for ever: at every pace, with several numbers of processes."""

import random
import signal
import time
from itertools import product
from typing import Any

from tests.checking import View, check_a_deadlock, check_it_is_over
from tests.serving import RunningServer, serving
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import Request, told

PACES: list[Request] = [{"pace": "free"}, {"pace": "tutorial"}, {"pace": "slow", "step_ms": 5}]
BY_HAND: list[Request] = [
    {"guard": "forgotten_release", "iterations": 2, "processes": 3, "schedule": "P1 P1 P1 P1"},
    {"guard": "crossed_locks", "iterations": 1, "processes": 2, "schedule": "P1 P2"},
    {"scenario": "raising", "guard": "lock", "iterations": 2, "processes": 4, "schedule": "P1 P1 P1 P1 P1 P1"},
]
ORDER_BY_HAND: dict[str, list[tuple[str, str, str]]] = {
    "forgotten_release": [(each, "lock", "P1") for each in ("P1", "P2", "P3")],
    "crossed_locks": [("P1", "b", "P2"), ("P2", "a", "P1")],
    "lock": [(each, "lock", "P1") for each in ("P2", "P3", "P4")],
}
"""Who waits for which lock, and who has it, after the schedule."""

FIGURE = "from the last wait to the end of the run, the start of its processes included"


def every_deadlock() -> list[Request]:
    """What ends in a deadlock."""
    found = [
        {"guard": "forgotten_release", "processes": processes, "iterations": iterations, **pace}
        for pace, processes, iterations in product(PACES, (1, 2, 5, 8), (2, 100))
    ]
    found += [
        {"scenario": "raising", "guard": "lock", "processes": processes, "iterations": 200, **pace}
        for pace, processes in product(PACES[1:], (2, 5, 8))
    ]
    found += [
        {"guard": "crossed_locks", "processes": processes, "iterations": 200, **pace}
        for pace, processes in product(PACES, (2, 3, 6))
    ]
    return found + [{"pace": "step", **request} for request in BY_HAND]


def carry_out(trials: Trials) -> None:
    """Let it come about, and see whether it is recognised."""
    every = every_deadlock()
    order: list[Request] = []
    while len(order) < trials.count:
        order += trials.draw("order").sample(every, len(every))
    with serving() as server:
        for draw, request in zip(trials, order, strict=False):
            with trials.trial(told(request)):
                _let_it_come(server, trials, draw, request)


def _let_it_come(server: RunningServer, trials: Trials, draw: random.Random, request: Request) -> None:
    asked = time.perf_counter()
    run_id = server.start(**request, seed=draw.randrange(2**50))
    view = server.finished(run_id)
    took = time.perf_counter() - asked
    if view["status"] == "finished":
        check_it_is_over(server, view)
        assert _may_have_been_lucky(view), view
        trials.note(f"Ended without a deadlock, by luck: {told(request)}")
    elif request["pace"] == "step":
        check_it_is_over(server, view)
        told_of = [(each["process"], each["waits_for"], each["held_by"]) for each in view["deadlock"]]
        assert told_of == ORDER_BY_HAND[request["guard"]], view
    else:
        since_ns = check_a_deadlock(server, view)
        trials.took(FIGURE, took - since_ns / 1e9, 1)
        assert all(process["exitcode"] in (-signal.SIGKILL, 1, 0) for process in view["processes"]), view


def _may_have_been_lucky(view: View) -> bool:
    """Crossed locks need two who meet, and an error under lock others who have not ended."""
    request: dict[str, Any] = view["request"]
    return request["guard"] in ("crossed_locks", "lock") and not view.get("deadlock")


CAMPAIGN = Campaign(
    name="deadlocks",
    about=(
        "A lock that is not released, locks that are crossed, an error while a lock is held: at every pace and with 1 "
        "to 8 processes. It is recognised every time, with the names that follow from the steps, and nothing of the "
        "program runs after it."
    ),
    full=200,
    sample=2,
    carry_out=carry_out,
)
