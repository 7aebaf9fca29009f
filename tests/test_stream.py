"""The event stream: complete, live, resumable, the same for all viewers."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import groupby, pairwise
from typing import Any

import httpx
import pytest

from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.streaming import Event, events, events_of, steps_of
from tests.variants import FULL

pytestmark = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 10, "iterations": 10}
LONG = {"pace": "slow", "step_ms": 50, "iterations": 500}


def test_a_live_viewer_gets_every_step_the_views_and_then_the_end(server: RunningServer) -> None:
    run_id = server.start(**SLOW)
    stream = list(events(server, run_id))
    assert stream[0].name == "run"
    assert stream[-1].name == "end"
    assert [event.name for event in stream].count("end") == 1
    assert stream[-1].data == server.view(run_id)
    assert steps_of(stream) == server.steps(run_id)


def test_run_views_come_whenever_a_process_changes(server: RunningServer) -> None:
    run_id = server.start(**SLOW, guard="with")
    views = [event.data for event in events(server, run_id) if event.name == "run"]
    states = {process["state"] for view in views for process in view["processes"]}
    assert states >= {"running", "blocked"}


def test_a_late_viewer_replays_the_same_from_the_start(server: RunningServer) -> None:
    run_id = server.run(iterations=4000)["id"]
    stream = list(events(server, run_id))
    assert steps_of(stream) == server.steps(run_id)
    assert stream[-1].name == "end"


def test_a_viewer_who_comes_back_misses_nothing_and_sees_nothing_twice(server: RunningServer) -> None:
    run_id = server.run(**SLOW)["id"]
    whole = list(events(server, run_id))
    ids = [event.id for event in whole if event.name == "steps"]
    for event_id in (ids[0], ids[len(ids) // 2], ids[-1]):
        seen = int(event_id.rpartition("-")[2])
        for again in (events(server, run_id, event_id), events(server, run_id, after=event_id)):
            assert [step["index"] for step in steps_of(list(again))] == list(range(seen, len(steps_of(whole))))


def test_a_viewer_who_comes_back_is_told_first_what_was_declared_meanwhile(server: RunningServer) -> None:
    run_id = server.run(**SLOW)["id"]
    seen = next(event.id for event in list(events(server, run_id)) if event.name == "steps")
    again = list(events(server, run_id, seen))
    assert (again[0].name, again[-1].name) == ("run", "end")
    assert again[0].data["processes"] == again[-1].data["processes"]


STRANGE = ["nonsense", "another-5", "-", "{id}-99999999", "{id}-x", "{id}--3", "{id}-²", "7", "{id}-" + "9" * 5000]


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange[:20])
def test_an_id_of_another_log_means_from_the_start(server: RunningServer, strange: str) -> None:
    run_id = server.run(iterations=2)["id"]
    event_id = strange.format(id=run_id).encode()
    assert [step["index"] for step in steps_of(list(events(server, run_id, event_id)))] == list(range(16))


def test_a_stream_that_was_cut_while_the_run_was_live_goes_on_where_it_was(server: RunningServer) -> None:
    run_id = server.start(**SLOW)
    seen: list[dict[str, Any]] = []
    last_id = ""
    is_over = False
    while not is_over:
        for count, event in enumerate(events(server, run_id, last_id)):
            seen += steps_of([event])
            last_id = event.id
            is_over = event.name == "end"
            if count == 5:
                break
    assert seen == server.steps(run_id)


def test_a_step_reaches_a_live_viewer_though_no_other_step_follows(server: RunningServer) -> None:
    run_id = server.start(processes=1, pace="step", iterations=2)
    with closing(events(server, run_id)) as stream:
        for op in ("read", "modify", "write") * 2:
            until(lambda: server.view(run_id)["runnable"])
            granted = httpx.post(f"{server.url}/api/runs/{run_id}/grants", json={"process": "P1"}, timeout=WAIT_SECONDS)
            assert granted.json()["step"]["op"] == op
            arrived = next(event for event in stream if event.name == "steps" and op in event.data["op"])
            assert arrived.data["index"][-1] >= granted.json()["step"]["index"]
    assert server.finished(run_id)["status"] == "finished"


def test_many_viewers_of_one_live_run_each_get_every_step(server: RunningServer) -> None:
    run_id = server.start(**SLOW)
    streams: list[list[Event]] = [[] for _ in range(40)]
    viewers = [
        threading.Thread(target=lambda stream: stream.extend(events(server, run_id)), args=[stream], daemon=True)
        for stream in streams
    ]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join(WAIT_SECONDS)
    expected = server.steps(run_id)
    assert all(steps_of(stream) == expected for stream in streams)


def test_a_viewer_who_leaves_stops_nothing(server: RunningServer) -> None:
    run_id = server.start(**SLOW)
    stream = events(server, run_id)
    next(stream)
    stream.close()
    assert server.finished(run_id)["status"] == "finished"


@FULL
def test_a_queued_run_sends_its_viewers_its_place() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="2") as server:
        live = server.start(**LONG)
        waiting, last = server.start(iterations=2), server.start(iterations=2)
        stream = events(server, last)
        assert next(stream).data["place"] == 2
        server.stop(live)
        rest = list(stream)
        assert rest[-1].data["status"] == "finished"
        assert server.finished(waiting)["status"] == "finished"


def test_stopping_a_run_ends_its_streams(server: RunningServer) -> None:
    run_id = server.start(**LONG)
    stream = events(server, run_id)
    next(stream)
    server.stop(run_id)
    rest = list(stream)
    assert (rest[-1].name, rest[-1].data["status"]) == ("end", "stopped")


def test_viewers_beyond_the_limit_are_turned_away() -> None:
    with serving(LOST_UPDATE_MAX_VIEWERS="2") as server:
        run_id = server.start(**LONG)
        first, second = events(server, run_id), events(server, run_id)
        next(first)
        next(second)
        response = httpx.get(f"{server.url}/api/runs/{run_id}/events")
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "too_many_viewers"
        first.close()
        until(lambda: _is_admitted(server, run_id))


@FULL
def test_a_crowd_that_arrives_at_once_gets_as_many_places_as_there_are_and_gives_them_back() -> None:
    with serving(LOST_UPDATE_MAX_VIEWERS="20") as server:
        run_id = server.start(**LONG)
        for _ in range(2):
            with ThreadPoolExecutor(40) as arriving, ExitStack() as open_streams:

                def arrive(_number: int, streams: ExitStack = open_streams) -> int:
                    stream = httpx.stream("GET", f"{server.url}/api/runs/{run_id}/events", timeout=WAIT_SECONDS)
                    return streams.enter_context(stream).status_code

                assert Counter(arriving.map(arrive, range(40))) == {200: 20, 503: 20}
            until(lambda: _is_admitted(server, run_id))


def _is_admitted(server: RunningServer, run_id: str) -> bool:
    with httpx.stream("GET", f"{server.url}/api/runs/{run_id}/events", timeout=WAIT_SECONDS) as response:
        return response.status_code == 200


def test_a_viewer_who_never_reads_holds_nobody_up(server: RunningServer) -> None:
    run_id = server.start(iterations=100_000)
    with httpx.stream("GET", f"{server.url}/api/runs/{run_id}/events", timeout=WAIT_SECONDS):
        assert server.finished(run_id)["status"] == "finished"
        assert len(list(events(server, run_id))) > 100


# Several runs in one stream


def of_run(stream: list[Event], run_id: str) -> list[Event]:
    """Those of one run, as the stream of that run alone has them."""
    return [
        event._replace(data={name: item for name, item in event.data.items() if name != "run"})
        for event in stream
        if event.data["run"] == run_id
    ]


def test_several_runs_in_one_stream_are_each_told_as_in_a_stream_of_its_own(server: RunningServer) -> None:
    runs = [server.start(**SLOW), server.start(**SLOW, guard="with"), server.run(iterations=4000)["id"]]
    stream = list(events_of(server, runs))
    assert {event.data["run"] for event in stream} == set(runs)
    for run_id in runs:
        told = of_run(stream, run_id)
        assert (told[0].name, told[-1].name) == ("run", "end")
        assert [event.name for event in told].count("end") == 1
        assert told[-1].data == server.view(run_id)
        assert steps_of(told) == server.steps(run_id)


def test_every_event_has_the_position_in_each_of_its_runs_as_its_id(server: RunningServer) -> None:
    runs = [server.run(iterations=4000)["id"], server.run(iterations=2000)["id"]]
    seen = dict.fromkeys(runs, 0)
    for event in events_of(server, runs):
        if event.name == "steps":
            seen[event.data["run"]] = event.data["index"][-1] + 1
        assert event.id == ",".join(f"{run_id}-{index}" for run_id, index in seen.items())


def test_an_id_resumes_all_runs_of_the_stream_and_tells_a_new_one_from_its_start(server: RunningServer) -> None:
    runs = [server.run(**SLOW)["id"], server.run(**SLOW)["id"]]
    added = server.run(iterations=3)["id"]
    whole = list(events_of(server, runs))
    for event in (whole[0], whole[len(whole) // 2], whole[-1]):
        seen = {place.rpartition("-")[0]: int(place.rpartition("-")[2]) for place in event.id.split(",")}
        for again in (
            list(events_of(server, [*runs, added], event.id)),
            list(events_of(server, [added, *reversed(runs)], after=event.id)),
        ):
            for run_id in runs:
                assert steps_of(of_run(again, run_id)) == server.steps(run_id)[seen[run_id] :]
            assert steps_of(of_run(again, added)) == server.steps(added)


def test_a_stream_of_several_that_was_cut_again_and_again_has_no_gap_and_no_repeat(server: RunningServer) -> None:
    runs = [server.start(**SLOW), server.start(**SLOW)]
    seen: list[Event] = []
    last_id = ""
    while {event.data["run"] for event in seen if event.name == "end"} != set(runs):  # an end may come again
        for count, event in enumerate(events_of(server, runs, last_id)):
            seen.append(event)
            last_id = event.id
            if count == 5:
                break
    for run_id in runs:
        assert steps_of(of_run(seen, run_id)) == server.steps(run_id)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange[:20])
def test_a_strange_position_means_the_start_of_that_run_alone(server: RunningServer, strange: str) -> None:
    first, second = server.run(iterations=2)["id"], server.run(iterations=2)["id"]
    event_id = f"{strange.format(id=first)},{second}-12".encode()
    stream = list(events_of(server, [first, second], event_id))
    assert [step["index"] for step in steps_of(of_run(stream, first))] == list(range(16))
    assert [step["index"] for step in steps_of(of_run(stream, second))] == list(range(12, 16))


def test_a_run_that_is_named_twice_is_told_once(server: RunningServer) -> None:
    run_id = server.run(iterations=2)["id"]
    stream = list(events_of(server, [run_id, run_id]))
    assert stream == list(events_of(server, [run_id]))  # in as many pieces as the log has
    assert [name for name, _ in groupby(event.name for event in stream)] == ["run", "steps", "end"]
    assert steps_of(of_run(stream, run_id)) == server.steps(run_id)
    assert stream[-1].id == f"{run_id}-16"


def test_one_run_that_ends_leaves_the_stream_to_the_others(server: RunningServer) -> None:
    live, brief = server.start(**LONG), server.start(iterations=2)
    with closing(events_of(server, [live, brief])) as stream:
        next(event for event in stream if event.name == "end" and event.data["run"] == brief)
        next(event for event in stream if event.name == "steps" and event.data["run"] == live)
        server.stop(live)
        *_, last = stream
    assert (last.name, last.data["run"], last.data["status"]) == ("end", live, "stopped")


def test_one_unknown_run_among_several_is_named(server: RunningServer) -> None:
    known = server.run(iterations=1)["id"]
    refused = server.ask("GET", f"/api/events?run={known}&run=nothing")
    assert refused.status_code == 404
    assert "'nothing'" in refused.json()["error"]["message"]


@FULL
def test_a_stream_with_nothing_to_say_is_heard_all_the_same(server: RunningServer) -> None:
    """How else could a browser know that its connection is alive?"""
    run_id = server.start(processes=1, pace="step", iterations=1)
    with closing(events_of(server, [run_id])) as stream:
        views = (event for event in stream if event.name == "run")
        again = next(view for before, view in pairwise(views) if view.data == before.data)
    assert (again.data["runnable"], again.id) == (["P1"], f"{run_id}-{again.data['steps']}")
    server.stop(run_id)


def test_a_stream_of_several_runs_is_one_viewer() -> None:
    with serving(LOST_UPDATE_MAX_VIEWERS="2") as server:
        runs = [server.start(**LONG) for _ in range(3)]
        with closing(events_of(server, runs)) as first, closing(events_of(server, runs)) as second:
            next(first)
            next(second)
            assert server.ask("GET", f"/api/events?run={runs[0]}").status_code == 503
        until(lambda: _is_admitted(server, runs[0]))
