"""A deadlock is recognised, ended and explained: who waits for what, and who has it."""

import os
import signal
from typing import Any

import pytest

from lost_update.analysis.deadlock import Waiter
from lost_update.analysis.deadlock_words import blocked, sentence
from lost_update.model.encoding import Names
from lost_update.model.recording import Blocked
from lost_update.model.targets import Target
from tests.checking import all_have_begun, check_a_deadlock, check_it_is_over
from tests.serving import HOLDING, RunningServer, until
from tests.variants import one_in

NAMES = Names(
    ["P1", "P2"],
    [
        Target("lock", "lock"),
        Target("number.get_lock()", "lock", guards="number"),
        Target("queue", "queue"),
        Target("P2", "process"),
    ],
)
LOCK, OWN_LOCK, QUEUE, P2_ITSELF = 1, 2, 3, 4


def told(*waiters: Waiter, ended: tuple[str, ...] = ()) -> str:
    return sentence(waiters, NAMES, dict.fromkeys(ended, False))


def test_everybody_is_named_with_what_it_waits_for_and_who_has_it() -> None:
    assert blocked([Waiter(0, LOCK, 1), Waiter(1, QUEUE, None)], NAMES) == [
        Blocked(process="P1", waits_for="lock", held_by="P2"),
        Blocked(process="P2", waits_for="queue", held_by=None),
    ]


def test_the_reason_is_one_sentence() -> None:
    assert told(Waiter(0, OWN_LOCK, 1), Waiter(1, LOCK, 0)) == (
        "Deadlock: P1 waits for number.get_lock(), which P2 holds; P2 waits for the lock, which P1 holds."
    )


def test_a_process_that_waits_for_itself_is_reported_as_such() -> None:
    assert told(Waiter(0, LOCK, 0)) == "Deadlock: P1 waits for the lock, which it holds itself."


def test_a_lock_whose_holder_ended_is_described_differently() -> None:
    assert told(Waiter(1, LOCK, 0), ended=("P1",)) == "Deadlock: P2 waits for the lock, which P1 held when it ended."


CROWD = Names([f"P{number}" for number in range(1, 33)], [Target("lock", "lock"), Target("queue", "queue")])


def test_where_very_many_wait_for_the_same_they_share_a_clause() -> None:
    waiters = [Waiter(process, 1, 6) for process in range(32) if process != 6]
    assert sentence(waiters, CROWD, {"P7": True}, "P7 (pid 7) was killed by SIGKILL") == (
        "P7 (pid 7) was killed by SIGKILL: P1, P2, P3 and 28 others would wait for ever for the lock, "
        "which P7 held when it was killed."
    )
    assert sentence([Waiter(6, 1, 6), *waiters[:4], *[Waiter(9 + one, 2, None) for one in range(4)]], CROWD, {}) == (
        "Deadlock: P7 waits for the lock, which it holds itself; P1, P2, P3 and P4 wait for the lock, which P7 holds; "
        "P10, P11, P12 and P13 wait for the queue, which is empty, and nobody is left to put anything into it."
    )
    assert len(blocked(waiters, CROWD)) == 31


def test_up_to_eight_are_told_of_one_by_one() -> None:
    words = sentence([Waiter(process, 1, 8) for process in range(8)], CROWD, {})
    assert words.count("waits for the lock, which P9 holds") == 8


def test_what_a_death_brought_about_is_said_with_it() -> None:
    death = "P1 (pid 7) was killed by SIGKILL"
    assert sentence([Waiter(1, LOCK, 0)], NAMES, {"P1": True}, death) == (
        "P1 (pid 7) was killed by SIGKILL: P2 would wait for ever for the lock, which P1 held when it was killed."
    )


def test_a_queue_is_held_by_nobody() -> None:
    assert told(Waiter(0, QUEUE, None)) == (
        "Deadlock: P1 waits for the queue, which is empty, and nobody is left to put anything into it."
    )


def test_a_process_is_waited_for_to_end() -> None:
    assert told(Waiter(0, P2_ITSELF, 1)) == "Deadlock: P1 waits for P2 to end."


def test_what_is_no_other_of_its_kind_is_called_by_its_kind_whatever_its_name_is() -> None:
    names = Names(["P1", "P2"], [Target("P1", "cell"), Target("queue", "lock"), Target("lock", "queue")])
    assert sentence([Waiter(0, 3, None), Waiter(1, 2, 0)], names, {}) == (
        "Deadlock: P1 waits for the queue, which is empty, and nobody is left to put anything into it; "
        "P2 waits for the lock, which P1 holds."
    )


def test_where_there_are_several_of_a_kind_each_is_called_by_its_name() -> None:
    names = Names(["P1", "P2"], [Target("a", "lock"), Target("b", "lock")])
    assert sentence([Waiter(0, 2, 1), Waiter(1, 1, 0)], names, {}) == (
        "Deadlock: P1 waits for b, which P2 holds; P2 waits for a, which P1 holds."
    )


PACES: list[dict[str, Any]] = [{"pace": "free"}, {"pace": "tutorial"}, {"pace": "slow", "step_ms": 5}]


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("pace", PACES, ids=lambda pace: pace["pace"])
def test_a_lock_that_is_never_released_ends_the_run(
    server: RunningServer, processes: int, pace: dict[str, Any]
) -> None:
    view = server.run(guard="forgotten_release", processes=processes, **pace)
    check_a_deadlock(server, view)
    assert len(view["deadlock"]) == processes
    (holder,) = {one["held_by"] for one in view["deadlock"]}
    assert f"{holder} waits for the lock, which it holds itself" in view["reason"]


def test_who_acquires_it_once_and_ends_leaves_the_others_waiting(server: RunningServer) -> None:
    view = server.run(guard="forgotten_release", processes=3, iterations=1)
    check_a_deadlock(server, view)
    assert len(view["deadlock"]) == 2
    assert view["reason"].count("held when it ended") == 2


def test_one_who_acquires_it_once_is_no_deadlock(server: RunningServer) -> None:
    assert server.run(guard="forgotten_release", processes=1, iterations=1)["status"] == "finished"


@pytest.mark.parametrize("processes", [2, 5])
@pytest.mark.parametrize("pace", PACES[1:], ids=lambda pace: pace["pace"])
def test_an_error_while_the_lock_is_held_leaves_the_others_waiting(
    server: RunningServer, processes: int, pace: dict[str, Any]
) -> None:
    view = server.run(scenario="raising", guard="lock", processes=processes, iterations=1000, **pace)
    check_a_deadlock(server, view)
    assert [one["process"] for one in view["deadlock"]] == [f"P{number}" for number in range(2, processes + 1)]
    assert "P2 waits for the lock, which P1 held when it ended" in view["reason"]
    assert view["processes"][0]["exitcode"] == 1


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: pace["pace"])
def test_with_a_with_block_the_same_error_stops_nobody_else(server: RunningServer, pace: dict[str, Any]) -> None:
    view = server.run(scenario="raising", guard="with", processes=3, iterations=5, **pace)
    assert (view["status"], view["reason"]) == ("finished", None)
    assert "deadlock" not in view
    assert [process["exitcode"] for process in view["processes"]] == [1, 0, 0]


@pytest.mark.parametrize(
    "request_", [{"guard": "forgotten_release"}, {"scenario": "raising", "guard": "lock"}], ids=["forgotten", "raising"]
)
def test_a_deadlock_that_nobody_could_recognise_is_not_started(server: RunningServer, request_: dict[str, Any]) -> None:
    refused = server.post(traced=False, **request_)
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "untraced_deadlock"


@pytest.mark.parametrize(
    "pace", one_in(2, [{"pace": "free", "iterations": 300}, {"pace": "slow", "step_ms": 1, "iterations": 20}])
)
def test_after_a_deadlock_nothing_of_the_program_runs(server: RunningServer, pace: dict[str, Any]) -> None:
    deadlocks = 0
    for seed in range(20):
        view = server.run(guard="crossed_locks", seed=seed, **pace)
        if "deadlock" not in view:
            continue
        deadlocks += 1
        waits_ns = check_a_deadlock(server, view)
        assert not [step for step in server.steps(view["id"]) if step["t_ns"] > waits_ns]
        assert [process["exitcode"] for process in view["processes"]] == [-signal.SIGKILL] * 2
    assert deadlocks


def test_after_a_deadlock_nobody_is_runnable_and_every_grant_is_refused(server: RunningServer) -> None:
    run_id = server.start(guard="crossed_locks", pace="step", schedule=["P1", "P2"])
    view = server.finished(run_id)
    assert view["runnable"] == []
    check_it_is_over(server, view)
    assert [one["held_by"] for one in view["deadlock"]] == ["P2", "P1"]
    for name in ("P1", "P2"):
        assert server.ask("POST", f"/api/runs/{run_id}/grants", json={"process": name}).status_code == 409
    assert [process["exitcode"] for process in view["processes"]] == [-signal.SIGKILL] * 2


def test_a_lock_that_another_process_released_is_no_deadlock(server: RunningServer) -> None:
    # Each acquires once and releases twice: a second release frees whatever hold there is, or fails on a free lock.
    request: dict[str, Any] = {"scenario": "fix-it", "acquire": "before_loop", "release": "after_write"}
    for seed in range(12):
        view = server.run(**request, processes=8, iterations=2, pace="slow", step_ms=1, seed=seed)
        assert "deadlock" not in view, view["reason"]


@pytest.mark.parametrize("waiting", [1, 2])
def test_who_was_killed_with_a_lock_is_named_with_all_who_would_wait_for_it(
    server: RunningServer, waiting: int
) -> None:
    run_id = server.start(guard="with", processes=1 + waiting, iterations=2, **HOLDING)
    held = until(lambda: server.view(run_id), lambda view: _blocked(view) == waiting)
    holder = next(process for process in held["processes"] if process["state"] == "running")
    os.kill(holder["pid"], signal.SIGKILL)
    view = server.finished(run_id)
    check_it_is_over(server, view)
    others = [process["name"] for process in view["processes"] if process["name"] != holder["name"]]
    name = holder["name"]
    clauses = [f"{each} would wait for ever for the lock, which {name} held when it was killed" for each in others]
    assert f"{name} (pid {holder['pid']}) was killed by SIGKILL: {'; '.join(clauses)}" in view["reason"]
    assert view["deadlock"] == [{"process": each, "waits_for": "lock", "held_by": name} for each in others]


def test_who_was_killed_without_a_lock_keeps_nobody_waiting(server: RunningServer) -> None:
    run_id = server.start(guard="none", processes=2, iterations=100, pace="slow", step_ms=50)
    running = until(lambda: server.view(run_id), all_have_begun)
    os.kill(running["processes"][0]["pid"], signal.SIGKILL)
    view = server.finished(run_id)
    check_it_is_over(server, view)
    assert view["reason"] == f"P1 (pid {running['processes'][0]['pid']}) was killed by SIGKILL."
    assert "deadlock" not in view


def _blocked(view: dict[str, Any]) -> int:
    return sum(process["state"] == "blocked" for process in view["processes"])
