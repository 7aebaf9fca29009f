"""Admission: which runs start, which wait and at which place, which are refused, which expire."""

import httpx
import pytest

from tests.serving import RunningServer, serving, until

pytestmark = pytest.mark.processes

LONG = {"pace": "slow", "step_ms": 50, "iterations": 500, "guard": "none"}


def test_runs_beyond_the_live_processes_wait_and_show_their_place() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="4") as server:
        live = [server.start(**LONG) for _ in range(2)]
        first, second, third = (server.start(iterations=2) for _ in range(3))
        assert [server.view(run_id)["status"] for run_id in (*live, first)] == ["running", "running", "queued"]
        assert [server.view(run_id)["place"] for run_id in (first, second, third)] == [1, 2, 3]
        server.stop(second)
        view = server.view(second)
        assert (view["status"], view["reason"]) == ("stopped", "It was stopped on request, before it began.")
        assert server.view(third)["place"] == 2
        server.stop(live[0])
        assert server.finished(first)["status"] == "finished"
        assert server.finished(third)["status"] == "finished"
        assert "place" not in server.view(third)


def test_nobody_overtakes_a_large_run_that_waits() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="4") as server:
        server.start(**LONG)
        large = server.start(processes=4, iterations=2)
        small = server.start(processes=1, iterations=2)
        assert (server.view(large)["place"], server.view(small)["place"]) == (1, 2)


def test_beyond_the_queue_a_run_is_turned_away_with_when_to_come_back() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="2", LOST_UPDATE_MAX_WAITING_RUNS="1") as server:
        live, waiting = server.start(**LONG), server.start(**LONG)
        response = server.post(**LONG)
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) > 0
        assert response.json()["error"]["code"] == "full"
        assert [view["id"] for view in httpx.get(f"{server.url}/api/runs").json()] == [waiting, live]


def test_a_run_that_was_stopped_while_it_waited_started_nothing() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="2") as server:
        server.start(**LONG)
        view = server.stop(server.start(**LONG))
        assert view["status"] == "stopped"
        assert view["steps"] == 0
        assert all(process["pid"] is None for process in view["processes"])


def test_old_runs_expire_when_memory_runs_short() -> None:
    with serving(LOST_UPDATE_MEMORY=str(220_000)) as server:
        oldest = server.run(iterations=2000)["id"]  # about 190 kB, and the next one 60 kB
        newest = server.run(iterations=500)["id"]
        until(lambda: httpx.get(f"{server.url}/api/runs/{oldest}").status_code, lambda status: status == 404)
        assert server.view(newest)["status"] == "finished"


def test_thirty_runs_at_once_are_all_served(server: RunningServer) -> None:
    run_ids = [server.start(iterations=20, guard=guard) for guard in ("none", "with") * 15]
    assert {server.finished(run_id)["status"] for run_id in run_ids} == {"finished"}


@pytest.mark.parametrize("processes", [1, 8])
def test_any_number_of_processes_may_run(server: RunningServer, processes: int) -> None:
    view = server.run(processes=processes, iterations=10, guard="with")
    assert len(view["processes"]) == processes
    assert view["summary"]["cells"][0]["final"] == processes * 10
