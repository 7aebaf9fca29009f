"""The pace `step`, with real processes, over the interface: no process moves without a grant."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.streaming import events
from tests.test_api import error_of
from tests.variants import FULL

pytestmark = pytest.mark.processes

GATED = ("read", "modify", "write", "acquire", "release")
BY_HAND = {"pace": "step", "iterations": 1}


def started(server: RunningServer, **request: Any) -> str:
    """A run of that pace. All processes that the server starts stand at a gate, and one can move."""
    run_id = server.start(**{**BY_HAND, **request})
    until(lambda: server.view(run_id), stands_at_its_gates)
    return run_id


def stands_at_its_gates(view: dict[str, Any]) -> bool:
    """They come there one by one, and until then no process is granted a step."""
    known = {one["process"] for one in view.get("next", [])} | {
        process["name"] for process in view["processes"] if process["state"] == "ended" or process["parent"]
    }
    return bool(view["runnable"]) and known == {process["name"] for process in view["processes"]}


CLIENT = httpx.Client(timeout=WAIT_SECONDS)
"""One for all: to make one anew takes longer than a step."""


@pytest.fixture(scope="module", autouse=True)
def _hang_up() -> Iterator[None]:
    yield
    CLIENT.close()


def ask(server: RunningServer, run_id: str, process: object) -> httpx.Response:
    return CLIENT.post(f"{server.url}/api/runs/{run_id}/grants", json={"process": process})


def grant(server: RunningServer, run_id: str, *processes: str) -> dict[str, Any]:
    """Let these processes take a step, one after the other. The last answer."""
    for process in processes:
        response = ask(server, run_id, process)
        assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refused(server: RunningServer, run_id: str, process: str) -> str:
    response = ask(server, run_id, process)
    assert response.status_code == 409, response.text
    error = error_of(response)
    assert error["code"] == "not_runnable"
    return error["message"]


def order(server: RunningServer, run_id: str) -> list[str]:
    """Who took the steps that needed to be let."""
    return [step["process"] for step in server.steps(run_id) if step["op"] in GATED]


def final(view: dict[str, Any]) -> int:
    value: int = view["summary"]["cells"][0]["final"]
    return value


def test_nobody_takes_a_step_that_nobody_granted(server: RunningServer) -> None:
    run_id = started(server, processes=3)
    assert server.run(processes=3, iterations=1000)["steps"] > 9000  # which others take meanwhile
    view = server.view(run_id)
    assert view["runnable"] == ["P1", "P2", "P3"]
    assert [step["op"] for step in server.steps(run_id)] == ["start"] * 3
    assert server.stop(run_id)["status"] == "stopped"


def test_the_next_step_of_each_process_is_shown_with_its_line(server: RunningServer) -> None:
    run_id = started(server)
    view = server.view(run_id)
    assert [(one["process"], one["op"], one["target"], one["obstacle"]) for one in view["next"]] == [
        ("P1", "read", "number", None),
        ("P2", "read", "number", None),
    ]
    lines = view["code"]["text"].splitlines()
    assert lines[view["next"][0]["line"] - 1].strip() == "number.value += 1"
    after = grant(server, run_id, "P2")["run"]
    assert {one["process"]: one["op"] for one in after["next"]} == {"P1": "read", "P2": "modify"}
    server.stop(run_id)


def test_a_grant_is_answered_with_its_step(server: RunningServer) -> None:
    run_id = started(server)
    step = grant(server, run_id, "P1")["step"]
    assert (step["process"], step["op"], step["value"], step["version"]) == ("P1", "read", 0, 0)
    assert server.steps(run_id)[step["index"]] == step
    server.stop(run_id)


def test_a_lost_update_by_hand(server: RunningServer) -> None:
    # P1 reads 0 · P2 reads 0, adds, writes 1 · P1 adds, writes 1
    run_id = started(server)
    grant(server, run_id, "P1", "P2", "P2", "P2", "P1", "P1")
    view = server.finished(run_id)
    assert (view["status"], final(view), view["summary"]["cells"][0]["lost"]) == ("finished", 1, 1)
    assert view["runnable"] == []
    assert view["summary"]["consistent"]


def test_two_by_ten_end_at_2_by_hand(server: RunningServer) -> None:
    run_id = started(server, iterations=10)
    grant(server, run_id, "P1", *["P2"] * 27, "P1", "P1", "P2", *["P1"] * 27, "P2", "P2")
    assert final(server.finished(run_id)) == 2


def test_start_wait_and_exit_need_no_grant(server: RunningServer) -> None:
    run_id = started(server, processes=1)
    grant(server, run_id, *["P1"] * 3)
    assert server.finished(run_id)["status"] == "finished"
    assert [step["op"] for step in server.steps(run_id)] == ["start", "read", "modify", "write", "exit"]


def test_a_process_that_is_blocked_is_not_runnable_and_a_grant_to_it_says_who_is_in_the_way(
    server: RunningServer,
) -> None:
    run_id = started(server, guard="with")
    view = grant(server, run_id, "P1")["run"]
    assert view["runnable"] == ["P1"]
    assert {one["process"]: one["obstacle"] for one in view["next"]} == {
        "P1": None,
        "P2": "P2 waits for the lock, which P1 holds.",
    }
    before = server.steps(run_id)
    assert refused(server, run_id, "P2") == "P2 waits for the lock, which P1 holds."
    assert server.steps(run_id) == before
    view = grant(server, run_id, "P1", "P1", "P1", "P1")["run"]
    assert refused(server, run_id, "P1") == "P1 has ended."
    grant(server, run_id, *["P2"] * 5)
    assert final(server.finished(run_id)) == 2


def test_the_lock_of_the_value_itself_blocks_too(server: RunningServer) -> None:
    run_id = started(server, guard="get_lock")
    grant(server, run_id, "P2")
    assert refused(server, run_id, "P1") == "P1 waits for number.get_lock(), which P2 holds."
    server.stop(run_id)


def test_locks_of_their_own_block_nobody(server: RunningServer) -> None:
    run_id = started(server, guard="separate_locks")
    assert grant(server, run_id, "P1", "P2")["run"]["runnable"] == ["P1", "P2"]
    server.stop(run_id)


def test_every_refusal_has_its_reason(server: RunningServer) -> None:
    run_id = started(server)
    assert refused(server, run_id, "P3") == "There is no process P3: the processes are P1, P2."
    assert refused(server, run_id, "") == "There is no process : the processes are P1, P2."
    grant(server, run_id, *["P1"] * 3)
    assert refused(server, run_id, "P1") == "P1 has ended."
    grant(server, run_id, *["P2"] * 3)
    server.finished(run_id)
    assert refused(server, run_id, "P2") == "The run has ended."
    free = server.run(iterations=1)["id"]
    assert refused(server, free, "P1") == "This run has the pace free: its processes do not wait for you."


@pytest.mark.parametrize("body", [{}, {"process": 1}, {"process": None}, {"process": "P1", "times": 2}, [], "P1"])
def test_a_grant_of_another_form_is_422_and_moves_nobody(server: RunningServer, body: object) -> None:
    run_id = started(server)
    response = httpx.post(f"{server.url}/api/runs/{run_id}/grants", json=body, timeout=WAIT_SECONDS)
    assert response.status_code == 422
    error_of(response)
    assert order(server, run_id) == []
    server.stop(run_id)


def test_a_grant_for_an_unknown_run_is_404(server: RunningServer) -> None:
    response = ask(server, "nothing", "P1")
    assert response.status_code == 404
    assert error_of(response)["code"] == "no_such_run"


def test_twenty_people_granting_at_once_do_not_confuse_it(server: RunningServer) -> None:
    # 2 × 20 increments are 120 steps; 20 people ask 10 times each, so 80 come too late.
    run_id = started(server, iterations=20)

    def person(number: int) -> list[httpx.Response]:
        return [ask(server, run_id, f"P{(number + turn) % 2 + 1}") for turn in range(10)]

    with ThreadPoolExecutor(20) as people:
        answers = [answer for answers in people.map(person, range(20)) for answer in answers]
    view = server.finished(run_id)
    granted = [answer.json()["step"] for answer in answers if answer.status_code == 200]
    assert Counter(answer.status_code for answer in answers) == {200: 120, 409: 80}
    steps = server.steps(run_id)
    assert sorted(step["index"] for step in granted) == [step["index"] for step in steps if step["op"] in GATED]
    assert all(steps[step["index"]]["process"] == step["process"] for step in granted)
    assert (view["status"], view["summary"]["consistent"]) == ("finished", True)


def test_people_who_all_grant_the_same_process_get_a_step_each(server: RunningServer) -> None:
    run_id = started(server, iterations=10)
    with ThreadPoolExecutor(15) as people:
        indexes = list(people.map(lambda _: grant(server, run_id, "P1")["step"]["index"], range(30)))
    assert len(set(indexes)) == 30
    server.stop(run_id)


@pytest.mark.parametrize("schedule", ["P1 P2 P1 P2 P1 P2", " P1  P2 P1\nP2 P1 P2 ", ["P1", "P2"] * 3])
def test_a_schedule_is_followed_as_text_and_as_a_list(server: RunningServer, schedule: object) -> None:
    view = server.run(**BY_HAND, schedule=schedule)
    assert (view["status"], final(view)) == ("finished", 1)
    assert order(server, view["id"]) == ["P1", "P2"] * 3
    assert view["request"]["schedule"] == ["P1", "P2"] * 3


def test_after_a_schedule_it_waits_for_grants(server: RunningServer) -> None:
    run_id = server.start(**BY_HAND, schedule="P2 P1 P2")
    until(lambda: order(server, run_id) == ["P2", "P1", "P2"] and server.view(run_id)["runnable"] == ["P1", "P2"])
    grant(server, run_id, "P1", "P1", "P2")
    view = server.finished(run_id)
    assert order(server, run_id) == ["P2", "P1", "P2", "P1", "P1", "P2"]
    assert final(view) == 1


def test_a_grant_made_while_the_schedule_is_followed_is_refused_and_one_after_it_is_not(server: RunningServer) -> None:
    schedule = ["P1", "P2"] * 1499
    run_id = server.start(pace="step", iterations=500, schedule=schedule)
    refused = until(lambda: ask(server, run_id, "P2"), lambda answer: "schedule" in answer.text)
    assert refused.status_code == 409
    until(lambda: ask(server, run_id, "P2"), lambda answer: answer.status_code == 200)
    assert order(server, run_id)[:2999] == [*schedule, "P2"]
    server.stop(run_id)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (
            {"guard": "with", "schedule": "P1 P2"},
            "The schedule cannot be followed: step 2 is P2. P2 waits for the lock, which P1 holds.",
        ),
        (
            {"schedule": "P1 P1 P1 P1"},
            "The schedule cannot be followed: step 4 is P1. P1 has ended.",
        ),
        (
            {"schedule": "P1 P1 P1 P2 P2 P2 P2"},
            "The schedule cannot be followed: step 7 is P2. P2 has ended.",
        ),
    ],
)
def test_a_schedule_that_cannot_be_followed_fails_with_the_step_and_the_reason(
    server: RunningServer, request_: dict[str, Any], reason: str
) -> None:
    view = server.run(**BY_HAND, **request_)
    assert (view["status"], view["reason"]) == ("failed", reason)
    assert view["summary"]["consistent"]


def test_a_deadlock_is_found_without_a_grant_to_spare(server: RunningServer) -> None:
    # P1 acquires, increments, and comes back for the lock that it never released; P2 has not begun.
    view = server.run(pace="step", iterations=2, guard="forgotten_release", schedule="P1 P1 P1 P1")
    assert view["status"] == "failed"
    assert view["reason"] == (
        "Deadlock: P1 waits for the lock, which it holds itself; P2 waits for the lock, which P1 holds."
    )
    assert [one["process"] for one in view["deadlock"]] == ["P1", "P2"]
    assert order(server, view["id"]) == ["P1"] * 4


def test_a_lock_that_died_with_its_holder_blocks_for_ever(server: RunningServer) -> None:
    run_id = started(server, scenario="raising", guard="lock", iterations=2)
    for _ in range(6):  # five steps of the first round, and the acquire before the error
        last = grant(server, run_id, "P1")
    assert last["step"]["op"] == "acquire"
    view = server.finished(run_id)
    assert "P2 waits for the lock, which P1 held when it ended" in view["reason"]


def test_two_locks_crosswise_deadlock_by_hand(server: RunningServer) -> None:
    view = server.run(**BY_HAND, guard="crossed_locks", schedule="P1 P2")
    assert view["status"] == "failed"
    assert view["reason"].startswith("Deadlock: ")


@pytest.mark.parametrize(
    ("request_", "steps"),
    [({"scenario": "array", "processes": 1}, 9), ({"scenario": "tutorial", "processes": 2}, 3 + 9)],
)
def test_other_scenarios_are_taken_step_by_step_too(
    server: RunningServer, request_: dict[str, Any], steps: int
) -> None:
    run_id = started(server, **request_)
    for _ in range(steps):
        grant(server, run_id, server.view(run_id)["runnable"][0])
    assert server.finished(run_id)["status"] == "finished"


@contextmanager
def impatient(seconds: str) -> Iterator[RunningServer]:
    with serving(LOST_UPDATE_MAX_IDLE_SECONDS=seconds) as server:
        yield server


@FULL
def test_a_run_that_nobody_touches_is_stopped() -> None:
    with impatient("0.5") as server:
        view = server.run(**BY_HAND)
        assert (view["status"], view["reason"]) == ("stopped", "It was stopped: nobody took a step for 0.5 s.")


@FULL
def test_a_grant_gives_it_as_much_time_again_also_where_several_grant_at_once() -> None:
    idle_seconds = 2
    with impatient(str(idle_seconds)) as server:
        run_id = started(server, iterations=10_000)

        def person(process: str) -> None:
            """Grant until the run has lasted for longer than an untouched one may."""
            while grant(server, run_id, process)["step"]["t_ns"] < 1.5 * idle_seconds * 1e9:
                pass

        with ThreadPoolExecutor(4) as people:
            list(people.map(person, ["P1", "P2"] * 2))
        assert server.stop(run_id)["reason"] == "It was stopped on request."


def test_a_killed_process_fails_the_run_and_is_granted_nothing(server: RunningServer) -> None:
    run_id = started(server)
    grant(server, run_id, "P1")
    os.kill(server.view(run_id)["processes"][0]["pid"], signal.SIGKILL)
    response = ask(server, run_id, "P1")  # at any moment of its end
    assert response.status_code == 409
    error_of(response)
    view = server.finished(run_id)
    assert view["status"] == "failed"
    assert "was killed by SIGKILL" in view["reason"]


def test_a_run_that_waits_for_a_grant_can_be_stopped(server: RunningServer) -> None:
    run_id = started(server, guard="with")
    grant(server, run_id, "P1", "P1")
    view = server.stop(run_id)
    assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request.")
    assert view["summary"]["consistent"]
    assert refused(server, run_id, "P1") == "The run has ended."


def test_the_event_stream_alone_says_whom_one_may_let(server: RunningServer) -> None:
    run_id = server.start(**BY_HAND, guard="with")
    turns = [*["P1"] * 5, *["P2"] * 5]
    seen = set()
    for event in events(server, run_id):
        if event.name == "run":
            seen.add(tuple(event.data["runnable"]))
            if turns and turns[0] in event.data["runnable"] and ("P1", "P2") in seen:
                grant(server, run_id, turns.pop(0))
    assert not turns
    assert {("P1", "P2"), ("P1",), ("P2",)} <= seen
    assert final(event.data) == 2


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"pace": "step", "scenario": "pool"}, "not_steppable"),
        ({"pace": "step", "scenario": "queue-fifo"}, "not_steppable"),
        ({"pace": "step", "traced": False}, "untraced_step"),
        ({"schedule": "P1"}, "unused_schedule"),
        ({"pace": "slow", "schedule": ["P1"]}, "unused_schedule"),
        ({"pace": "step", "schedule": "P1 P3"}, "bad_schedule"),
        ({"pace": "step", "schedule": "p1"}, "bad_schedule"),
        ({"pace": "step", "schedule": ["P1", 2]}, "bad_request"),
        ({"pace": "step", "schedule": 7}, "bad_request"),
        ({"pace": "step", "schedule": ["P1"] * 10_001}, "bad_request"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(server: RunningServer, request_: dict[str, Any], code: str) -> None:
    response = server.post(**request_)
    assert response.status_code == 422
    assert error_of(response)["code"] == code
