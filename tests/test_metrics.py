"""`/metrics`: read by Prometheus's own parser, and compared with what was done."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import anyio
import httpx
import numpy as np
import pytest
from fastapi.routing import APIRoute

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.model.log import ROW, Log
from lost_update.settings import Settings
from lost_update.web import api, openapi
from lost_update.web.counts import Histogram
from lost_update.web.pages.page_table import PAGES
from lost_update.web.requests import OTHER, STATIC
from lost_update.web.server import create_app
from lost_update.web.service import service
from tests import ROOT
from tests.explorers import asking, endless, serving_explorers
from tests.scraping import Scrape, families_of
from tests.serving import CLIENT, RunningServer, serving, until
from tests.streaming import events, events_of
from tests.variants import FULL

processes = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 10, "iterations": 10}
LONG = {"pace": "slow", "step_ms": 50, "iterations": 500}
REQUESTS = "lost_update_http_requests_total"
REFUSALS = "lost_update_refusals_total"
LAGS = "lost_update_event_lag_seconds_count"


@pytest.fixture(scope="module")
def counted() -> Iterator[RunningServer]:
    """A server of which only the tests here ask anything."""
    with serving() as running:
        running.ask("GET", "/healthz")  # and with it the description of all answers
        yield running


# What is told


@processes
def test_names_are_as_prometheus_wants_them_and_each_says_what_it_is(counted: RunningServer) -> None:
    families = families_of(counted)
    names = [family.name for family in families]
    assert len(set(names)) == len(names)
    for family in families:
        assert family.documentation.endswith(".")
        assert family.name.startswith(("lost_update_", "process_"))
        assert family.type in ("counter", "gauge", "histogram")
        is_total = all(sample.name.endswith("_total") for sample in family.samples)
        assert is_total == (family.type == "counter"), family.name
        assert not re.search(r"_(ms|milliseconds|kb|mb|count|percent)$", family.name), "base units"


@processes
def test_it_is_text_that_is_not_kept(counted: RunningServer) -> None:
    answer = counted.ask("GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@processes
def test_the_operators_table_names_each_metric_and_no_other() -> None:
    registry = Registry(Settings(redis_url="redis://nobody-asks-there"))
    metrics = service(registry, Explorations(Settings())).metrics
    told = set(re.findall(r"^# TYPE (lost_update_\w+)", anyio.run(metrics.text).decode(), re.MULTILINE))
    table = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(lost_update_\w+)", table, re.MULTILINE))
    assert told == named
    mentioned = {name.removesuffix("_bucket") for name in re.findall(r"\blost_update_\w+", table)}
    assert mentioned == told


@processes
def test_whoever_may_not_ask_anything_is_told_nothing() -> None:
    with serving(LOST_UPDATE_ACCESS_KEY="a-key-of-sixteen-characters") as server:
        for address in ("/metrics", "/metrics?key=wrong"):
            refused = CLIENT.get(f"{server.url}{address}")
            assert refused.status_code == 403
            assert "lost_update_" not in refused.text
        let_in = CLIENT.get(f"{server.url}/metrics?key=a-key-of-sixteen-characters")
        with_cookie = CLIENT.get(f"{server.url}/metrics", headers={"Cookie": let_in.headers["set-cookie"]})
        assert (let_in.status_code, with_cookie.status_code) == (303, 200)
        assert 'lost_update_refusals_total{code="no_access",status="403"}' in with_cookie.text


@processes
def test_a_name_that_is_not_allowed_gets_none(counted: RunningServer) -> None:
    assert CLIENT.get(f"{counted.url}/metrics", headers={"Host": "evil.example"}).status_code == 400


@FULL
@processes
def test_what_writes_it_is_imported_by_the_first_who_asks() -> None:
    look = "import sys, lost_update.web.server; print({'prometheus_client', 'structlog'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "set()\n"


def test_two_applications_of_one_process_count_apart(registry: Registry) -> None:
    async def ask() -> list[str]:
        apps = [create_app(service(registry, Explorations(Settings())), registry.settings) for _ in range(2)]
        first, second = (
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") for app in apps
        )
        async with first, second:
            for _ in range(3):
                await first.get("/healthz")
            return [(await each.get("/metrics")).text for each in (first, second)]

    told, of_the_other = anyio.run(ask)
    assert f'{REQUESTS}{{method="GET",route="/healthz",status="200"}} 3.0' in told
    assert "/healthz" not in of_the_other


# Requests


@processes
def test_requests_are_counted_by_template_method_and_status(counted: RunningServer) -> None:
    run_id = counted.run(iterations=1)["id"]
    before = Scrape(counted)
    for _ in range(3):
        counted.ask("GET", f"/api/runs/{run_id}")
    counted.ask("GET", "/api/runs/nothing-of-this-name")
    counted.ask("PUT", "/api/runs", json={})
    CLIENT.head(f"{counted.url}/scheduler")
    CLIENT.get(f"{counted.url}/walkthrough/locks/with")
    CLIENT.get(f"{counted.url}/static/js/pages/race/main.js")
    CLIENT.get(f"{counted.url}/static/nothing.js")
    CLIENT.get(f"{counted.url}/someone/looks/for-a-hole?key=secret")
    CLIENT.request("PROPFIND", f"{counted.url}/api/runs")
    list(events(counted, run_id))
    stream = {"route": "/api/runs/{run_id}/events", "method": "GET", "status": "200"}
    after = until(lambda: Scrape(counted), lambda now: now.value(REQUESTS, **stream) > before.value(REQUESTS, **stream))
    added = after.since(before, REQUESTS, "route", "method", "status")
    assert added.pop(("/metrics", "GET", "200")) >= 1
    assert added == {
        ("/api/runs/{run_id}", "GET", "200"): 3,
        ("/api/runs/{run_id}", "GET", "404"): 1,
        ("/api/runs", "PUT", "405"): 1,
        ("/scheduler", "HEAD", "200"): 1,
        ("/walkthrough", "GET", "200"): 1,
        (STATIC, "GET", "200"): 1,
        (OTHER, "GET", "404"): 2,
        ("/api/runs", OTHER, "405"): 1,
        ("/api/runs/{run_id}/events", "GET", "200"): 1,
    }


@processes
def test_the_time_of_answers_is_measured_and_that_of_streams_is_not(counted: RunningServer) -> None:
    before = Scrape(counted)
    counted.ask("POST", "/api/explore", json={"iterations": 1})
    run_id = counted.start(**SLOW)
    list(events_of(counted, [run_id]))
    after = Scrape(counted)
    counts = after.since(before, "lost_update_http_request_duration_seconds_count", "route", "method")
    assert counts == {("/metrics", "GET"): 1, ("/api/explore", "POST"): 1, ("/api/runs", "POST"): 1}
    took = after.since(before, "lost_update_http_request_duration_seconds_sum", "route", "method")
    assert took[("/api/explore", "POST")] > 0
    within = after.since(before, "lost_update_http_request_duration_seconds_bucket", "route", "method", "le")
    assert within[("/api/explore", "POST", "+Inf")] == 1


@processes
def test_labels_are_known_before_whatever_is_asked_for(counted: RunningServer) -> None:
    run_id = counted.run(iterations=1)["id"]
    for path in (f"/api/runs/{run_id}", f"/runs/{run_id}", "/../../etc/passwd", "/%F0%9F%92%A5", f"/{'x' * 999}"):
        CLIENT.get(f"{counted.url}{path}?seat=12.SECRET")
    described = set(counted.contract.document["paths"])
    allowed = {
        "route": {*described, *(page.path for page in PAGES if page.path), "/openapi.json", STATIC, OTHER},
        "method": {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", OTHER},
    }
    for family in families_of(counted):
        for sample in family.samples:
            assert run_id not in str(sample.labels)
            for label, values in allowed.items():
                assert sample.labels.get(label, OTHER) in values


@processes
def test_refusals_are_counted_by_the_code_and_status_that_were_answered(counted: RunningServer) -> None:
    before = Scrape(counted)
    answers = [
        CLIENT.get(f"{counted.url}/healthz", headers={"Host": "evil.example"}),
        counted.ask("GET", "/api/runs/nothing"),
        counted.ask("GET", "/api/runs/nothing/events"),
        counted.ask("POST", "/api/runs", json={"colour": "red"}),
        counted.ask("POST", "/api/runs", json={"iterations": 100_000, "processes": 8}),
        counted.ask("POST", "/api/explore", content=b" " * 70_000, headers={"Content-Type": "application/json"}),
        counted.ask("POST", "/api/fix", content=b"{}", headers={"Content-Type": "text/plain"}),
        counted.ask("POST", "/api/runs", json={}, headers={"Sec-Fetch-Site": "cross-site"}),
        CLIENT.get(f"{counted.url}/{'x' * 20_000}"),  # refused before it is a request
    ]
    expected = Counter((answer.json()["error"]["code"], str(answer.status_code)) for answer in answers)
    assert len(expected) > 5
    assert Scrape(counted).since(before, REFUSALS, "code", "status") == expected


# Runs, explorations, recordings


@processes
def test_runs_are_counted_as_they_begin_wait_and_end() -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="2") as server:
        before = Scrape(server)
        server.run(iterations=2)
        server.run(guard="forgotten_release")
        live, waiting = server.start(**LONG), server.start(**LONG)
        until(lambda: all(one["pid"] for one in server.view(live)["processes"]))
        now = Scrape(server)
        assert now.value("lost_update_live_processes") == 2
        assert now.value("lost_update_limit", setting="max_live_processes") == 2
        standing = {labels["status"]: value for labels, value in now.all("lost_update_runs")}
        assert standing == {"queued": 1, "running": 1, "finished": 1, "failed": 1, "stopped": 0}
        server.stop(waiting)
        server.stop(live)
        until(lambda: Scrape(server).value("lost_update_live_processes") == 0)
        after = Scrape(server)
        assert after.since(before, "lost_update_runs_started_total") == {(): 3}
        ended = after.since(before, "lost_update_runs_ended_total", "status")
        assert ended == {("finished",): 1, ("failed",): 1, ("stopped",): 2}
        assert after.value("lost_update_memory_bytes") > 0


@processes
def test_questions_to_the_explorer_are_told_while_they_are_at_work_and_wait() -> None:
    def load(server: RunningServer) -> dict[str, float]:
        found = Scrape(server).all("lost_update_explorations")
        return {labels["state"]: value for labels, value in found if labels["kind"] == "explore"}

    with serving_explorers(at_once=1) as server:
        with asking(server, *map(endless, range(3))):
            until(lambda: load(server) == {"running": 1, "waiting": 2})
        until(lambda: load(server) == {"running": 0, "waiting": 0})


@FULL
@processes
def test_what_is_kept_is_told_as_the_list_of_it_has_it(tmp_path: Path) -> None:
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path)) as server:
        for _ in range(3):
            server.run(iterations=2)
        listed = until(
            lambda: server.ask("GET", "/api/recordings").json(), lambda answer: len(answer["recordings"]) == 3
        )
        now = Scrape(server)
        assert now.value("lost_update_recordings_kept") == 3
        assert now.value("lost_update_recordings_kept_bytes") == sum(one["bytes"] for one in listed["recordings"])
        assert now.value("lost_update_recordings_writable") == 1
    with serving(LOST_UPDATE_DATA_DIR=":memory:") as server:
        server.run(iterations=2)
        now = Scrape(server)
        assert now.value("lost_update_recordings_kept") == now.value("lost_update_recordings_writable") == 0


# Viewers and rooms


@processes
def test_viewers_are_told_while_their_streams_are_open(counted: RunningServer) -> None:
    run_id = counted.start(**LONG)
    with closing(events(counted, run_id)) as one, closing(events_of(counted, [run_id])) as another:
        next(one), next(another)
        assert Scrape(counted).value("lost_update_viewers") == 2
    until(lambda: Scrape(counted).value("lost_update_viewers") == 0)
    counted.stop(run_id)


@processes
def test_how_late_steps_come_is_measured_for_whoever_watches_and_not_for_whoever_comes_later(
    counted: RunningServer,
) -> None:
    before = Scrape(counted)
    run_id = counted.start(**SLOW)
    batches = [event for event in events(counted, run_id) if event.name == "steps"]
    watched = Scrape(counted)
    (deliveries,) = watched.since(before, LAGS).values()
    assert 1 <= deliveries <= len(batches)
    list(events(counted, run_id))
    list(events(counted, run_id, batches[0].id))
    assert Scrape(counted).since(watched, LAGS) == {}


@FULL
@processes
def test_rooms_and_phones_are_told(counted: RunningServer) -> None:
    room = counted.ask("POST", "/api/rooms", json={}).json()
    code = room["code"]
    assert (Scrape(counted).value("lost_update_rooms"), Scrape(counted).value("lost_update_phones")) == (1, 0)
    seat = counted.ask("POST", f"/api/rooms/{code}/seats", json={}).json()["seat"]
    with CLIENT.stream("GET", f"{counted.url}/api/events?room={code}.{seat}") as stream:
        lines = stream.iter_lines()  # kept: the stream is closed when nobody iterates any more
        next(lines)
        assert Scrape(counted).value("lost_update_phones") == 1
    until(lambda: Scrape(counted).value("lost_update_phones") == 0)
    counted.ask("DELETE", f"/api/rooms/{code}", headers={"Room-Key": room["key"]})
    assert Scrape(counted).value("lost_update_rooms") == 0


# What counts


def test_a_histogram_has_each_value_in_the_first_bound_that_it_is_not_above() -> None:
    histogram = Histogram((0.1, 1.0))
    for value in (0.0, 0.1, 0.11, 1.0, 7.0):
        histogram.observe(value)
    copied = histogram.copy()
    histogram.observe(7.0)
    assert (copied.counts, copied.sum) == ([2, 2, 1], 8.21)


def test_a_log_knows_for_each_step_how_long_it_has_been_there(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 12.0, 20.0, 20.0, 20.0])
    monkeypatch.setattr("lost_update.model.log.perf_counter", lambda: next(clock))
    log = Log()
    log.append(np.zeros(10_000, ROW))
    log.append(np.zeros(3, ROW))
    assert [log.seconds_since(index) for index in (0, 9_999, 10_000)] == [10.0, 10.0, 8.0]


def test_every_served_route_is_counted_by_its_template(registry: Registry) -> None:
    """One that is of another class would be counted as nobody's."""
    routers = (api.routes(service(registry, Explorations(Settings())), api.ServedRoute), openapi.routes())
    routes = [route for router in routers for route in router.routes]
    assert routes
    assert {type(route) for route in routes if isinstance(route, APIRoute)} == {api.ServedRoute}
