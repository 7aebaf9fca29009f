"""The explorer over HTTP and in the terminal: on programs that were recorded from real processes."""

import json
import os
import pty
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

import httpx
import psutil
import pytest

from lost_update.execution.bounded_exploration import explore_until
from lost_update.explorer.answer import Exploration
from lost_update.settings import MAX_SCHEDULE
from tests.brute_force import INCREMENT, program
from tests.serving import WAIT_SECONDS, RunningServer, descendants, serving, until
from tests.test_api import error_of
from tests.test_cli import lost_update
from tests.test_explore import PLENTY
from tests.variants import FULL, none_of, one_in

pytestmark = pytest.mark.processes

LIMITS = replace(PLENTY, states=500_000)
"""Enough states for half a second."""
LONG = [program([*INCREMENT] * 1_000)] * 3
"""Schedules of 9,000 steps."""

OUTCOME = {"final", "interleavings", "probability", "fraction", "schedule", "switches"}


def explore(server: RunningServer, **request: Any) -> httpx.Response:
    return httpx.post(f"{server.url}/api/explore", json=request, timeout=3 * WAIT_SECONDS)


def answered(server: RunningServer, **request: Any) -> dict[str, Any]:
    response = explore(server, **request)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_answer_has_the_shape_of_the_contract(server: RunningServer) -> None:
    answer = answered(server, processes=2, iterations=2, guard="none")
    assert set(answer) >= {"exhausted", "interleavings", "states", "outcomes", "deadlocks"}
    assert answer["exhausted"] is True
    assert answer["interleavings"] == "924"
    assert [(one["final"], one["interleavings"]) for one in answer["outcomes"]] == [(2, "702"), (3, "216"), (4, "6")]
    assert all(set(one) == OUTCOME for one in answer["outcomes"])
    assert sum(one["probability"] for one in answer["outcomes"]) == pytest.approx(1)
    assert answer["deadlocks"] == []


def test_two_processes_with_two_increments_and_no_guard_are_usual(server: RunningServer) -> None:
    assert answered(server) == answered(server, processes=2, iterations=2, guard="none")


def test_a_deadlock_is_an_outcome_without_a_final(server: RunningServer) -> None:
    answer = answered(server, iterations=1, guard="crossed_locks")
    (deadlock,) = answer["deadlocks"]
    assert set(deadlock) == OUTCOME - {"final"}
    assert deadlock["fraction"] == "1/2"
    assert [one["final"] for one in answer["outcomes"]] == [2]


@pytest.mark.parametrize("guard", ["lock", "with", "get_lock"])
def test_a_right_guard_leaves_one_final(server: RunningServer, guard: str) -> None:
    assert [one["final"] for one in answered(server, processes=3, guard=guard)["outcomes"]] == [6]


@pytest.mark.parametrize(("guard", "finals"), [("separate_locks", [2, 3, 4]), ("write_only", [2, 3, 4])])
def test_a_faulty_guard_loses_as_much_as_none(server: RunningServer, guard: str, finals: list[int]) -> None:
    assert [one["final"] for one in answered(server, guard=guard)["outcomes"]] == finals


@pytest.mark.parametrize(
    "request_",
    [
        {"processes": 0},
        {"processes": 9},
        {"processes": "2"},
        {"processes": 2.5},
        {"iterations": 0},
        {"iterations": 1_001},
        {"guard": "mutex"},
        {"guard": None},
        {"guard": "owner"},
        {"pace": "free"},
        {"guard": "crossed_locks", "iterations": 10**30},
    ],
)
def test_what_cannot_be_explored_is_refused_with_a_hint_and_nothing_is_started(
    server: RunningServer, request_: dict[str, Any]
) -> None:
    before = descendants(server.pid)
    response = explore(server, **request_)
    assert response.status_code == 422, response.text
    error_of(response)
    assert descendants(server.pid) == before


def new_ones(server: RunningServer, known: list[psutil.Process]) -> list[psutil.Process]:
    """The processes of a server that are not among those."""
    return [each for each in descendants(server.pid) if each not in known]


def test_it_leaves_no_process_behind_but_the_next_that_is_ready() -> None:
    with serving() as server:
        for guard in ("forgotten_release", "with"):
            before = descendants(server.pid)
            answered(server, processes=3, iterations=1, guard=guard)
            helpers = psutil.Process(server.pid).children()  # the fork server, and the tracker of shared memory
            until(partial(new_ones, server, [*before, *helpers]), lambda ready: len(ready) == 1)
            assert len(descendants(server.pid)) == len(helpers) + 1


def test_asked_again_it_says_the_same(server: RunningServer) -> None:
    assert answered(server, iterations=4) == answered(server, iterations=4)


def test_many_who_ask_at_once_are_all_answered_and_hold_nobody_else_up(server: RunningServer) -> None:
    requests = [{"processes": 2, "iterations": iterations} for iterations in range(1, 7)]
    with ThreadPoolExecutor(6) as people:
        answers = people.map(lambda request: answered(server, **request), requests)
        assert server.run(iterations=3)["status"] == "finished"
        assert [len(answer["outcomes"]) for answer in answers] == [2, 3, 5, 7, 9, 11]


def test_the_budget_of_states_holds_and_the_rest_is_an_estimate() -> None:
    with serving(LOST_UPDATE_EXPLORE_STATES="500") as server:
        answer = answered(server, processes=3, iterations=3)
        assert (answer["exhausted"], answer["interleavings"], answer["outcomes"]) == (False, None, [])
        assert answer["states"] <= 500
        # There are 30,902.
        assert answer["known_states"] < 30_902 < 4 * answer["estimated_states"]
        assert [one["final"] for one in answer["known"]] == [2]
        assert sum(one["share"] for one in answer["estimate"]["outcomes"]) == pytest.approx(1)


def test_the_budget_of_time_holds() -> None:
    enough = 10**9
    with serving(LOST_UPDATE_EXPLORE_SECONDS="5", LOST_UPDATE_EXPLORE_STATES=str(enough)) as server:
        answer = answered(server, processes=3, iterations=1_000)
        assert not answer["exhausted"]
        assert 0 < answer["states"] < enough
        assert answer["estimate"]["samples"] >= 1


def test_when_time_is_up_no_more_schedules_are_drawn() -> None:
    answer = explore_until(monotonic() + 2, LONG, 0, replace(LIMITS, states=10_000_000))
    assert not answer["exhausted"]
    assert 1 <= answer["estimate"]["samples"] < 22  # as many schedules of 9,000 steps as there is no time for


@FULL
def test_what_takes_longer_than_a_moment_is_told_once_in_case_that_it_gets_no_further() -> None:
    told: list[Exploration] = []
    answer = explore_until(monotonic() + WAIT_SECONDS, LONG, 0, LIMITS, tell=told.append)
    assert not answer["exhausted"]
    (glance,) = told
    assert glance.keys() == answer.keys()
    assert (glance["exhausted"], glance["estimate"]["samples"]) == (False, 1)
    assert 0 < (glance["states"] or 0) < LIMITS.states


def test_a_short_answer_is_told_only_at_its_end() -> None:
    told: list[Exploration] = []
    short = [program([*INCREMENT] * 2)] * 2
    assert explore_until(monotonic() + WAIT_SECONDS, short, 0, LIMITS, tell=told.append)["exhausted"]
    assert told == []


def test_in_the_terminal_it_draws_a_histogram() -> None:
    ended = lost_update("explore", "--iterations", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    first, what, lost, kept = ended.stdout.splitlines()
    assert first == "20 interleavings, 21 states"
    assert "if each step were a coin toss" in what
    assert lost.split()[0::2] == ["1", "75.0000%"]
    assert kept.split()[0::2] == ["2", "25.0000%"]
    assert lost.split()[3] == "18"
    assert (lost.count("█"), kept.count("█")) == (40, round(40 / 3))


def test_where_the_states_are_too_many_to_be_counted_the_terminal_says_about_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOST_UPDATE_EXPLORE_STATES", "4400")
    first = lost_update("explore", "--iterations", "20").stdout.splitlines()[0]
    assert re.fullmatch(r"≈ 9\.7\u2009×\u200910³⁴ interleavings, about 1\.\d\u2009×\u200910⁶ states", first)


@FULL
def test_of_too_few_samples_the_terminal_tells_no_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    # Schedules of 24,000 steps: as many as 200,000 steps are.
    monkeypatch.setenv("LOST_UPDATE_EXPLORE_STATES", "100")
    shown = lost_update("explore", "--processes", "8", "--iterations", "1000").stdout
    (samples,) = re.findall(
        r"^Only (\d+) random schedules could be drawn: too few to estimate any", shown, re.MULTILINE
    )
    times = re.findall(rf": (\d+) of {samples}$", shown, re.MULTILINE)
    assert sum(map(int, times)) == int(samples) <= 8
    assert not {"%", "█"} & set(shown)
    assert "It can end at 2, by a schedule too long for a run to follow." in shown


@FULL
def test_of_enough_samples_the_terminal_tells_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOST_UPDATE_EXPLORE_STATES", "100")
    shown = lost_update("explore", "--processes", "3", "--iterations", "3").stdout
    assert re.match(r"There are too many states to try: \d+ were\. In all there are about [\d\u2009]+\.\n", shown)
    assert "This is an estimate from 2\u2009000 random schedules:" in shown
    assert "%" in shown
    assert re.search(r"^It can end at 2: P1 P3 ", shown, re.MULTILINE)


@FULL
def test_a_right_guard_is_told_exactly_however_long_it_runs() -> None:
    answer = json.loads(
        lost_update("explore", "--processes", "8", "--iterations", "1000", "--guard", "with", "--json").stdout
    )
    (one,) = answer["outcomes"]
    assert (answer["exhausted"], one["final"], one["fraction"], one["schedule"]) == (True, 8_000, "1", None)
    shown = lost_update("explore", "--processes", "2", "--iterations", "1000", "--guard", "lock").stdout
    assert re.match(r"≈ 2\.0\u2009×\u200910⁶⁰⁰ interleavings, 9\u2009010\u2009001 states\n", shown), shown


# The first two are where a schedule is just not too long, and where it just is.
@FULL
@pytest.mark.parametrize(
    ("processes", "steps", "iterations"),
    [(2, 5, 1_000), (4, 3, 834), *none_of([(2, 5, 834), (4, 3, 1_000)])],
)
def test_every_schedule_that_is_named_can_be_posted_back(
    server: RunningServer, processes: int, steps: int, iterations: int
) -> None:
    request: dict[str, Any] = {"processes": processes, "iterations": iterations, "guard": {5: "lock", 3: "none"}[steps]}
    answer = answered(server, **request)
    (one,) = answer["outcomes"] + answer.get("known", [])
    if steps * processes * iterations > MAX_SCHEDULE:
        assert one["schedule"] is None
    else:
        run_id = server.start(pace="step", schedule=one["schedule"], **request)
        assert server.stop(run_id)["request"]["schedule"] == one["schedule"]


@FULL
def test_in_the_terminal_a_deadlock_is_a_bar_of_its_own() -> None:
    shown = lost_update("explore", "--guard", "crossed_locks", "--iterations", "1").stdout
    assert "deadlock" in shown
    assert "50.0000%" in shown


@FULL
def test_on_a_terminal_it_shows_progress_and_clears_it_at_the_end() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lost_update", "explore", "--iterations", "10"]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=40, check=True)
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "\r5\u20090" in told
    assert told.endswith("\r\x1b[K")
    assert "interleavings, 62\u2009844 states" in ended.stdout


@FULL
def test_json_prints_the_answer_and_nothing_else(server: RunningServer) -> None:
    ended = lost_update("explore", "--processes", "3", "--iterations", "1", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == answered(server, processes=3, iterations=1)


@pytest.mark.parametrize("arguments", one_in(3, [["--processes", "9"], ["--iterations", "0"], ["--guard", "mutex"]]))
def test_in_the_terminal_bad_input_is_a_clear_line_and_exit_status_2(arguments: list[str]) -> None:
    ended = lost_update("explore", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr
    assert "Traceback" not in ended.stderr
