"""Twenty people let the processes of one run take steps, all at once."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.checking import check_it_is_over
from tests.serving import CLIENT, RunningServer, serving
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import told

PEOPLE = 20
GATED = ("read", "modify", "write", "acquire", "release")
RUNS: list[dict[str, Any]] = [
    {"guard": "none", "processes": 2, "iterations": 20},
    {"guard": "with", "processes": 3, "iterations": 8},
    {"guard": "get_lock", "processes": 2, "iterations": 12},
    {"guard": "separate_locks", "processes": 2, "iterations": 10},
    {"scenario": "array", "guard": "with", "processes": 3, "iterations": 2},
    {"scenario": "tutorial", "guard": "none", "processes": 4, "iterations": 4},
]


def carry_out(trials: Trials) -> None:
    """Start a run, and let all of them grant until it has ended."""
    with serving() as server, ThreadPoolExecutor(PEOPLE) as people:
        for draw in trials:
            request = {"pace": "step", **draw.choice(RUNS)}
            with trials.trial(told(request)):
                run_id = server.start(**request)
                names = [process["name"] for process in server.view(run_id)["processes"]]
                persons = [draw.randrange(2**50) for _ in range(PEOPLE)]
                asked = [people.submit(_grant_until_it_ends, server, run_id, names, who) for who in persons]
                answers = [answer for each in asked for answer in each.result()]
                for seconds, _ in answers:
                    trials.took("from a grant to its answer, with twenty people at it", seconds, 1)
                _check(server, run_id, [step for _, step in answers if step is not None])


def _grant_until_it_ends(
    server: RunningServer, run_id: str, names: list[str], seed: int
) -> list[tuple[float, dict[str, Any] | None]]:
    """Each grant of one person: how long its answer took, and the step, where there was one."""
    draw = random.Random(seed)
    answers = []
    while True:
        began = time.perf_counter()
        url = f"{server.url}/api/runs/{run_id}/grants"
        response = CLIENT.post(url, json={"process": draw.choice(names)})
        seconds = time.perf_counter() - began
        answer = response.json()
        if response.status_code == 200:
            answers.append((seconds, answer["step"]))
            continue
        assert response.status_code == 409, response.text
        answers.append((seconds, None))
        if answer["error"]["message"] == "The run has ended.":
            return answers


def _check(server: RunningServer, run_id: str, granted: list[dict[str, Any]]) -> None:
    """Every step that needs a grant was answered to exactly one person."""
    view = server.finished(run_id)
    assert view["status"] == "finished", view
    steps = check_it_is_over(server, view)
    assert sorted(step["index"] for step in granted) == [step["index"] for step in steps if step["op"] in GATED]
    assert all(steps[step["index"]] == step for step in granted)


CAMPAIGN = Campaign(
    name="grants",
    about=(
        "Twenty people grant steps of one run at once, each to a process that they draw, until it has ended. Every "
        "step is answered to exactly one of them; nobody moves without a grant; every figure follows from the steps."
    ),
    full=20,
    sample=1,
    carry_out=carry_out,
    unit="runs",
)
