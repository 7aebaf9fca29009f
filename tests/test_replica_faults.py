"""What becomes of a service of several servers when one of them dies, when Redis dies, when the network is cut."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.replicas import Replicas, Viewer, replica, replicas
from tests.serving import RunningServer, until
from tests.streaming import events
from tests.variants import FULL

pytestmark = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 20, "iterations": 60}
LONG = {"pace": "slow", "step_ms": 20, "iterations": 1000}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Replicas]:
    with replicas(tmp_path, 2) as service:
        yield service


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def answers_again(server: RunningServer, run_id: str) -> bool:
    return server.ask("GET", f"/api/runs/{run_id}").status_code == 200


def test_the_runs_of_a_replica_that_was_killed_end_as_failed_with_the_reason(tmp_path: Path) -> None:
    with replicas(tmp_path, 3) as service:
        one, two, three = service.servers
        run_id, ended = one.start(**LONG), one.run(iterations=3)
        viewers = [Viewer(run_id) for _ in service.servers]
        for viewer, server in zip(viewers, service.servers, strict=True):
            viewer.watch(server, steps=10)
        until(lambda: two.view(ended["id"]) == ended)
        one.kill()
        for viewer in viewers:
            viewer.watch_to_the_end(two, three)
        ends = [viewer.seen[-1].data for viewer in viewers]
        assert ends[0]["status"] == "failed"
        assert ends[0]["reason"].startswith("The server on which it ran is gone")
        assert {process["state"] for process in ends[0]["processes"]} == {"ended"}
        assert ends == [ends[0]] * 3
        for viewer in viewers:
            assert viewer.indexes == list(range(max(ends[0]["steps"], len(viewer.indexes))))
        assert [server.view(run_id) for server in (two, three)] == [ends[0]] * 2
        assert three.steps(run_id) == viewers[2].steps
        assert three.view(ended["id"]) == ended  # of what had ended nothing is lost


@FULL
def test_runs_that_nobody_watches_end_too_when_they_are_looked_at(two: Replicas) -> None:
    one, other = two.servers
    run_id = one.start(**LONG)
    one.kill()
    view = other.finished(run_id)
    assert (view["status"], view["runnable"]) == ("failed", [])
    listed = {each["id"]: each["status"] for each in other.ask("GET", "/api/runs").json()}
    assert listed[run_id] == "failed"
    assert code_of(other.ask("POST", f"/api/runs/{run_id}/grants", json={"process": "P1"})) == (409, "not_runnable")


@FULL
def test_what_is_asked_of_a_replica_that_was_killed_is_refused_and_not_waited_for(two: Replicas) -> None:
    one, other = two.servers
    run_id = one.start(pace="step", iterations=2)
    until(lambda: other.view(run_id)["runnable"])
    one.kill()
    answer = until(
        lambda: other.ask("POST", f"/api/runs/{run_id}/grants", json={"process": "P1"}),
        lambda answer: answer.status_code != 503 or answer.json()["error"]["code"] == "replica_silent",
    )
    assert answer.status_code in (503, 409)
    assert other.finished(run_id)["status"] == "failed"


def test_without_redis_own_runs_go_on_and_those_of_others_are_said_to_be_away(two: Replicas) -> None:
    one, other = two.servers
    run_id = one.start(**LONG)
    there = Viewer(run_id)
    there.watch(other, steps=10)
    stream = events(other, run_id)
    next(stream)
    two.redis.kill()
    assert "end" not in [event.name for event in stream], "whoever watches is sent away"
    until(lambda: code_of(other.ask("GET", f"/api/runs/{run_id}")), lambda code: code == (503, "replicas_away"))
    for path in ("/events", "/steps.ndjson", "/export/ndjson"):
        assert code_of(other.ask("GET", f"/api/runs/{run_id}{path}")) == (503, "replicas_away")
    assert code_of(other.ask("DELETE", f"/api/runs/{run_id}")) == (503, "replicas_away")
    assert other.ask("GET", "/healthz").json() == {"status": "ok"}
    assert other.ask("GET", "/api/runs").json() == []
    here = Viewer(run_id)
    here.watch(one, steps=50)
    assert one.run(iterations=2)["status"] == "finished"  # and new ones begin
    until(lambda: f"Redis at {one.way.url.removeprefix('http://')} does not answer" in one.said())
    two.redis.start()
    until(lambda: answers_again(other, run_id))
    other.stop(run_id)
    for viewer, server in ((here, one), (there, other)):
        viewer.watch_to_the_end(server)
        assert viewer.steps == one.steps(run_id)
    for server in two.servers:
        until(lambda server=server: re.search(r"answers again, after \d", server.said()))  # type: ignore[misc]
        assert server.said().count("does not answer") == 1


@FULL
def test_a_redis_that_was_killed_comes_back_empty_and_is_told_all_anew(two: Replicas) -> None:
    one, other = two.servers
    ended, live, steps = one.run(iterations=20), one.start(**LONG), one.start(pace="step", iterations=2)
    viewer = Viewer(live)
    viewer.watch(other, steps=10)
    two.redis.kill()
    two.redis.start()
    for _ in range(3):
        until(lambda: answers_again(other, live))
        viewer.watch(other, steps=20)
    until(lambda: answers_again(other, ended["id"]))
    assert other.view(ended["id"]) == ended
    assert other.steps(ended["id"]) == one.steps(ended["id"])
    granted = until(
        lambda: other.ask("POST", f"/api/runs/{steps}/grants", json={"process": "P2"}),
        lambda answer: answer.status_code != 503,
    )
    assert granted.json()["step"]["process"] == "P2"
    until(lambda: other.ask("DELETE", f"/api/runs/{live}").status_code, lambda status: status == 200)
    viewer.watch_to_the_end(other)
    assert viewer.indexes == list(range(one.view(live)["steps"]))
    assert viewer.seen[-1].data == one.view(live)


@FULL
def test_a_run_that_is_not_known_yet_in_a_redis_that_came_back_is_not_taken_for_gone(two: Replicas) -> None:
    one, other = two.servers
    live = one.start(**LONG)
    until(lambda: answers_again(other, live))
    one.way.cut()  # its own replica comes back later
    two.redis.kill()
    two.redis.start()
    until(lambda: "answers again" in other.said())
    assert code_of(other.ask("GET", f"/api/runs/{live}")) == (503, "replicas_away")
    one.way.restore()
    until(lambda: answers_again(other, live))
    assert other.stop(live)["status"] == "stopped"


@FULL
@pytest.mark.parametrize("way", ["stall", "cut"])
def test_a_viewer_goes_on_at_another_replica_when_the_network_of_one_is_cut(tmp_path: Path, way: str) -> None:
    with replicas(tmp_path, 3) as service:
        one, two, three = service.servers
        run_id = one.start(**SLOW)
        viewer = Viewer(run_id)
        viewer.watch(two, steps=10)
        getattr(two.way, way)()
        viewer.watch_to_the_end(two, three)
        assert viewer.steps == one.steps(run_id)
        until(lambda: code_of(two.ask("GET", "/api/runs/another")), lambda code: code == (503, "replicas_away"))
        two.way.restore()
        two.way.flow()
        until(lambda: answers_again(two, run_id))
        assert two.steps(run_id) == viewer.steps


@FULL
def test_a_viewer_who_knows_more_than_the_replica_to_which_he_comes_is_told_nothing_twice(two: Replicas) -> None:
    one, other = two.servers
    run_id = one.start(**LONG)
    viewer = Viewer(run_id)
    viewer.watch(other, steps=5)
    one.way.stall()  # what is new is not told to others for a moment
    viewer.watch(one, steps=20)
    seen = len(viewer.seen)
    with ThreadPoolExecutor(1) as elsewhere:
        watching = elsewhere.submit(viewer.watch, other, 20)
        until(lambda: len(viewer.seen) > seen)
        one.way.flow()
        watching.result()
    assert viewer.indexes == list(range(len(viewer.indexes)))
    one.stop(run_id)
    viewer.watch_to_the_end(other)
    assert viewer.steps == one.steps(run_id)
    assert other.said() == ""


@FULL
def test_a_replica_that_was_cut_off_for_long_and_comes_back_is_believed(two: Replicas) -> None:
    one, other = two.servers
    run_id = one.start(**LONG)
    viewer = Viewer(run_id)
    viewer.watch(other, steps=10)
    one.way.cut()
    viewer.watch_to_the_end(other)
    assert viewer.seen[-1].data["status"] == "failed"
    assert one.view(run_id)["status"] == "running"
    one.way.restore()
    until(lambda: other.view(run_id)["status"], lambda status: status == "running")
    anew = Viewer(run_id)
    anew.watch(other, steps=len(viewer.indexes) + 10)
    until(lambda: other.stop(run_id))
    anew.watch_to_the_end(other)
    assert anew.steps == one.steps(run_id)
    assert anew.seen[-1].data == one.view(run_id)


@FULL
def test_a_replica_that_joins_serves_what_there_is(two: Replicas, tmp_path: Path) -> None:
    one, _ = two.servers
    run_id = one.start(**LONG)
    with replica(tmp_path, two.redis.url) as late:
        viewer = Viewer(run_id)
        viewer.watch(late, steps=30)
        late.stop(run_id)
        viewer.watch_to_the_end(late)
        assert viewer.steps == one.steps(run_id)


@FULL
def test_no_finished_recording_is_lost_when_redis_and_its_replica_die(tmp_path: Path) -> None:
    with replicas(tmp_path, 1) as service:
        (one,) = service.servers
        service.redis.kill()
        view = one.run(iterations=50)
        listed = until(lambda: one.ask("GET", "/api/recordings").json()["recordings"])
        assert [each["id"] for each in listed] == [view["id"]]
        one.kill()
        with replica(tmp_path, service.redis.url, LOST_UPDATE_DATA_DIR=str(tmp_path / "data-0")) as again:
            assert again.view(view["id"])["summary"] == view["summary"]
            assert len(again.steps(view["id"])) == view["steps"]
