"""Many who explore at once, while runs start and finish."""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from math import factorial
from typing import Any

import httpx
import pytest

from tests.checking import check_it_is_over
from tests.serving import CLIENT, RunningServer, serving
from tests.soak.campaign import Campaign, Trials

PEOPLE = 25
PATIENCE_SECONDS = 120
QUESTIONS = [(2, 1), (2, 2), (2, 3), (2, 5), (2, 8), (3, 1), (3, 2), (4, 1)]
"""Processes and iterations."""


def carry_out(trials: Trials) -> None:
    """Let them ask, and run something meanwhile."""
    with serving() as server, ThreadPoolExecutor(PEOPLE) as people:
        asked = [people.submit(_ask, server, trials.draw(number)) for number in range(trials.count)]
        while not all(each.done() for each in asked):
            with trials.trial("a run meanwhile", of=0):
                began = time.perf_counter()
                view = server.run(iterations=20, guard="with")
                trials.took("a run of 2 × 20 increments meanwhile, from the request to its end", _since(began), 2)
                assert view["status"] == "finished", view
                check_it_is_over(server, view)
        for number, each in enumerate(asked):
            with trials.trial(f"explorer {number}"):
                _check(each)


def _ask(server: RunningServer, draw: random.Random) -> tuple[int, int, httpx.Response]:
    processes, iterations = draw.choice(QUESTIONS)
    answer = CLIENT.post(
        f"{server.url}/api/explore",
        json={"processes": processes, "iterations": iterations, "guard": "none"},
        timeout=PATIENCE_SECONDS,
    )
    return processes, iterations, answer


def _check(asked: "Future[tuple[int, int, httpx.Response]]") -> None:
    """The count of interleavings is a formula, and the outcomes add up to it. Or one is told when to come."""
    processes, iterations, response = asked.result()
    if response.status_code == 429:
        assert int(response.headers["Retry-After"]) > 0
        return
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    steps = 3 * iterations
    every = factorial(processes * steps) // factorial(steps) ** processes
    assert answer["exhausted"]
    assert int(answer["interleavings"]) == every
    assert sum(int(one["interleavings"]) for one in answer["outcomes"]) == every
    assert sum(one["probability"] for one in answer["outcomes"]) == pytest.approx(1)
    assert [one["final"] for one in answer["outcomes"]][-1] == processes * iterations


def _since(began: float) -> float:
    return time.perf_counter() - began


CAMPAIGN = Campaign(
    name="explorers",
    about=(
        f"Up to {PEOPLE} people explore at once, while runs start and finish one after the other. Each is answered "
        "with as many interleavings as the formula says, or told when to come again; each run is right."
    ),
    full=100,
    sample=5,
    carry_out=carry_out,
    unit="explorers",
)
