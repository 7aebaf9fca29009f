"""Several servers as one service over Redis: what each of them answers, whoever executes it."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.recordings import FOLDER
from tests.replicas import Replicas, Viewer, replicas
from tests.serving import CLIENT, END_STATES, WAIT_SECONDS, until
from tests.streaming import events, events_of
from tests.variants import FULL

pytestmark = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 10, "iterations": 20}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("three"), 3) as service:
        yield service


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_run_is_found_at_any_replica_at_once(three: Replicas) -> None:
    one, *others = three.servers
    run_id = one.start(pace="step", iterations=2)
    for other in others:
        assert other.view(run_id)["request"] == one.view(run_id)["request"]
        assert run_id in [view["id"] for view in other.ask("GET", "/api/runs").json()]
    one.stop(run_id)
    assert [other.view(run_id)["status"] for other in others] == ["stopped", "stopped"]


def test_a_live_viewer_at_another_replica_gets_the_same(three: Replicas) -> None:
    one, other, _ = three.servers
    run_id = one.start(**SLOW)
    viewer = Viewer(run_id)
    viewer.watch(other)
    assert viewer.steps == one.steps(run_id)
    assert viewer.seen[-1].data == one.view(run_id)
    assert viewer.seen[0].name == "run"
    states = [event.data["status"] for event in viewer.seen if event.name == "run"]
    assert "running" in states


def test_a_viewer_who_is_cut_off_goes_on_elsewhere_without_a_gap_or_a_repeat(three: Replicas) -> None:
    one, *_ = three.servers
    run_id = one.start(**SLOW)
    viewer = Viewer(run_id)
    while not viewer.has_ended:
        for server in three.servers:
            viewer.watch(server, steps=7)
    assert viewer.steps == one.steps(run_id)
    assert len(viewer.steps) == one.view(run_id)["steps"]


def test_runs_of_several_replicas_come_in_one_stream(three: Replicas) -> None:
    started = [server.start(**SLOW) for server in three.servers]
    for server in three.servers:
        stream = list(events_of(server, started))
        for run_id in started:
            own = [event for event in stream if event.data["run"] == run_id]
            indexes = [index for event in own if event.name == "steps" for index in event.data["index"]]
            assert indexes == list(range(len(server.steps(run_id))))
            assert [event.name for event in own].count("end") == 1


@FULL
def test_a_long_run_and_a_short_one_are_the_same_everywhere_when_they_have_ended(three: Replicas) -> None:
    one, *others = three.servers
    for request in ({"iterations": 40_000, "processes": 3}, {"iterations": 1}, {"traced": False}):
        view = one.run(**request)
        for other in others:
            assert other.finished(view["id"]) == view
            viewer = Viewer(view["id"])
            viewer.watch(other)
            assert viewer.seen[-1].data == view
            assert viewer.indexes == list(range(view["steps"]))


def test_a_run_is_taken_away_from_any_replica(three: Replicas) -> None:
    one, other, _ = three.servers
    run_id = one.run(iterations=5)["id"]
    other.finished(run_id)
    for what in ("steps.ndjson", "export/ndjson", "export/csv", "export/svg", "columns", "replay.py"):
        here, there = (server.ask("GET", f"/api/runs/{run_id}/{what}") for server in (one, other))
        assert there.status_code == 200
        assert there.content == here.content
    assert CLIENT.get(f"{other.url}/runs/{run_id}").status_code == 200


def test_processes_are_granted_steps_from_any_replica_in_turn(three: Replicas) -> None:
    one, *_ = three.servers
    run_id = one.start(pace="step", iterations=2)
    taken: list[dict[str, Any]] = []
    while runnable := until(lambda: one.view(run_id), lambda view: view["runnable"] or view["status"] in END_STATES)[
        "runnable"
    ]:
        server = three.servers[len(taken) % 3]
        answer = server.ask("POST", f"/api/runs/{run_id}/grants", json={"process": runnable[-1]}).json()
        taken.append(answer["step"])
        assert answer["step"]["process"] == runnable[-1]
        assert [each.view(run_id)["steps"] for each in three.servers] == [answer["run"]["steps"]] * 3
    assert one.finished(run_id)["status"] == "finished"
    granted = [step for step in one.steps(run_id) if step["op"] in ("read", "modify", "write")]
    assert granted == taken


def test_a_grant_is_refused_with_the_reason_of_the_replica_where_the_run_lives(three: Replicas) -> None:
    one, other, _ = three.servers
    run_id = one.start(pace="step", iterations=1)
    until(lambda: one.view(run_id)["runnable"])
    asked = {"json": {"process": "P9"}}
    here, there = (server.ask("POST", f"/api/runs/{run_id}/grants", **asked) for server in (one, other))
    assert (there.status_code, there.json()) == (here.status_code, here.json())
    assert there.status_code == 409
    one.stop(run_id)
    there = other.ask("POST", f"/api/runs/{run_id}/grants", json={"process": "P1"})
    assert code_of(there) == (409, "not_runnable")


def test_a_run_is_stopped_from_any_replica(three: Replicas) -> None:
    one, other, third = three.servers
    run_id = one.start(pace="slow", step_ms=500, iterations=50)
    view = other.stop(run_id)
    assert view["status"] == "stopped"
    assert view["reason"] == "It was stopped on request."
    assert [server.view(run_id) for server in three.servers] == [view] * 3
    assert third.stop(run_id) == view


def test_a_run_of_another_visitor_is_not_touched_from_any_replica(three: Replicas) -> None:
    one, other, _ = three.servers
    owner = {"Cookie": f"lost-update-visitor={'a' * 22}"}
    run_id = one.ask("POST", "/api/runs", json={"pace": "step", "iterations": 1}, headers=owner).json()["id"]
    for server in (one, other):
        assert code_of(server.ask("DELETE", f"/api/runs/{run_id}", headers={"X-Forwarded-For": "10.1.2.3"})) == (
            403,
            "not_yours",
        )
        grant = server.ask(
            "POST", f"/api/runs/{run_id}/grants", json={"process": "P1"}, headers={"X-Forwarded-For": "10.1.2.3"}
        )
        assert code_of(grant) == (403, "not_yours")
    assert other.ask("DELETE", f"/api/runs/{run_id}", headers=owner).json()["status"] == "stopped"


def test_a_run_that_nobody_knows_is_none_anywhere(three: Replicas) -> None:
    for server in three.servers:
        for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/steps.ndjson")):
            assert code_of(server.ask(method, f"/api/runs/no-such-run{path}")) == (404, "no_such_run")
        grant = server.ask("POST", "/api/runs/no-such-run/grants", json={"process": "P1"})
        assert code_of(grant) == (404, "no_such_run")


def test_all_runs_are_listed_everywhere_newest_first(three: Replicas) -> None:
    started = [server.run(iterations=1)["id"] for server in (*three.servers, *three.servers)]
    for server in three.servers:
        listed = [view["id"] for view in server.ask("GET", "/api/runs").json()]
        assert [run_id for run_id in listed if run_id in started] == started[::-1]


def test_a_recording_that_was_brought_along_is_shown_at_any_replica(three: Replicas) -> None:
    one, other, _ = three.servers
    file = (FOLDER / "race-none.ndjson").read_bytes()
    brought = other.ask("POST", "/api/recordings", content=file, headers={"Content-Type": "application/x-ndjson"})
    assert brought.status_code == 201, brought.text
    run_id = brought.json()["id"]
    assert one.view(run_id) == other.view(run_id)
    assert one.steps(run_id) == other.steps(run_id)
    assert one.stop(run_id) == one.view(run_id)  # nobody started it here


@FULL
def test_a_recording_that_one_replica_keeps_is_found_at_any(tmp_path: Path) -> None:
    with replicas(tmp_path, 2, LOST_UPDATE_MEMORY="1") as service:  # nothing is remembered but the last
        one, other = service.servers
        kept, last = one.run(iterations=2_000), one.run(iterations=1)
        until(lambda: [view["id"] for view in one.ask("GET", "/api/runs").json()], lambda ids: ids == [last["id"]])
        until(lambda: kept["id"] in {each["id"] for each in one.ask("GET", "/api/recordings").json()["recordings"]})
        assert other.view(kept["id"])["summary"] == kept["summary"]
        viewer = Viewer(kept["id"])
        viewer.watch(other)
        assert viewer.steps == one.steps(kept["id"])
        assert kept["id"] not in {view["id"] for view in other.ask("GET", "/api/runs").json()}
        assert other.stop(kept["id"])["status"] == "finished"
        assert one.ask("DELETE", f"/api/recordings/{kept['id']}").status_code == 200
        assert code_of(other.ask("GET", f"/api/runs/{kept['id']}")) == (404, "no_such_run")


def test_what_is_deleted_where_it_was_made_is_gone_everywhere(three: Replicas) -> None:
    one, other, _ = three.servers
    run_id = one.run(iterations=3)["id"]
    other.finished(run_id)
    assert other.steps(run_id)
    until(lambda: one.ask("DELETE", f"/api/recordings/{run_id}").status_code, lambda status: status == 200)
    assert code_of(other.ask("GET", f"/api/runs/{run_id}")) == (404, "no_such_run")


def test_one_reader_a_run_however_many_watch(three: Replicas) -> None:
    """Of each other replica, one connection waits in Redis for what comes, whoever watches there."""
    one, *others = three.servers
    run_id = one.start(pace="slow", step_ms=100, iterations=100)
    viewers = [events(server, run_id) for server in others for _ in range(5)]
    for viewer in viewers:
        next(viewer)
    with redis.Redis.from_url(three.redis.url) as client:
        waiting = [each for each in client.client_list() if each["cmd"] == "xread"]
    assert len(waiting) == len(three.servers)
    for viewer in viewers:
        viewer.close()
    one.stop(run_id)


def test_a_replica_that_is_stopped_ends_its_runs_for_all_and_sends_its_viewers_on(tmp_path: Path) -> None:
    with replicas(tmp_path, 2) as service:
        one, other = service.servers
        run_id, foreign = one.start(pace="slow", step_ms=100, iterations=100), other.start(**SLOW)
        here, there = Viewer(foreign), Viewer(run_id)
        here.watch(one, steps=4)
        there.watch(other, steps=4)
        one.process.send_signal(signal.SIGTERM)
        there.watch_to_the_end(other)
        assert there.seen[-1].data["reason"] == "The server shut down."
        assert there.indexes == list(range(other.view(run_id)["steps"]))
        here.watch_to_the_end(other)
        assert here.steps == other.steps(foreign)
        assert one.process.wait(WAIT_SECONDS) in (0, -signal.SIGTERM)
        assert one.said() == ""
