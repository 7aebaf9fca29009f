"""Whose a run is, what others may do with it, and that visitors share what they compete for."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest

from lost_update.settings import MAX_WAITING_GRANTS
from tests.explorers import asking, endless, serving_explorers, until_at_work
from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.test_api import error_of
from tests.test_explorations import refused
from tests.variants import FULL

pytestmark = pytest.mark.processes

LONG = {"pace": "slow", "step_ms": 50, "iterations": 500, "guard": "none"}
BY_HAND = {"pace": "step", "iterations": 1}


@contextmanager
def somebody(server: RunningServer, address: str = "127.0.0.1") -> Iterator[httpx.Client]:
    """A client at that address that knows no cookie yet."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=server.url, transport=transport, timeout=WAIT_SECONDS) as client:
        yield client


@contextmanager
def visitor(server: RunningServer, address: str = "127.0.0.1") -> Iterator[httpx.Client]:
    """One who has opened a page."""
    with somebody(server, address) as client:
        client.get("/")
        assert client.cookies
        yield client


def start(client: httpx.Client, **request: Any) -> str:
    """The id of a run that was started."""
    response = client.post("/api/runs", json=request)
    assert response.status_code == 201, response.text
    run_id: str = response.json()["id"]
    return run_id


def stop(client: httpx.Client, run_id: str) -> httpx.Response:
    return client.delete(f"/api/runs/{run_id}")


def grant(client: httpx.Client, run_id: str, process: str = "P1") -> httpx.Response:
    return client.post(f"/api/runs/{run_id}/grants", json={"process": process})


def check_it_is_refused(response: httpx.Response) -> None:
    """It is said why, and what to do."""
    assert response.status_code == 403
    error = error_of(response)
    assert error["code"] == "not_yours"
    assert "Another visitor" in error["message"]
    assert "Start one of your own" in error["hint"]


@pytest.mark.parametrize("path", ["/", "/walkthrough", "/scheduler", "/interleavings", "/fix-it"])
def test_a_page_sets_the_cookie_of_a_visitor_who_has_none(server: RunningServer, path: str) -> None:
    with somebody(server) as client:
        (cookie,) = client.get(path).headers.get_list("set-cookie")
        said = r"lost-update-visitor=[\w-]{22}; HttpOnly; Max-Age=34560000; Path=/; SameSite=strict"
        assert re.fullmatch(said, cookie)
        assert "set-cookie" not in client.get(path).headers


def test_each_visitor_is_somebody_else(server: RunningServer) -> None:
    with visitor(server) as ada, visitor(server) as bob:
        assert ada.cookies["lost-update-visitor"] != bob.cookies["lost-update-visitor"]


def test_nothing_but_a_page_sets_it(server: RunningServer) -> None:
    with somebody(server) as client:
        run_id = start(client, iterations=1)
        for path in ("/healthz", "/api/runs", f"/api/runs/{run_id}", "/openapi.json", "/static/css/base.css", "/none"):
            assert "set-cookie" not in client.get(path).headers, path
        assert "set-cookie" not in stop(client, run_id).headers


def test_only_the_visitor_that_started_a_run_stops_and_steps_it_and_all_may_watch(server: RunningServer) -> None:
    with visitor(server) as ada, visitor(server) as bob, somebody(server) as program:
        run_id = start(ada, **BY_HAND)
        until(lambda: ada.get(f"/api/runs/{run_id}").json()["runnable"], lambda names: names == ["P1", "P2"])
        for another in (bob, program):
            check_it_is_refused(stop(another, run_id))
            check_it_is_refused(grant(another, run_id))
            assert another.get(f"/api/runs/{run_id}").json()["status"] == "running"
            assert another.get(f"/api/runs/{run_id}/steps.ndjson").status_code == 200
        assert grant(ada, run_id).status_code == 200
        assert stop(ada, run_id).json()["status"] == "stopped"
        check_it_is_refused(stop(bob, run_id))


def test_a_run_started_without_a_cookie_belongs_to_the_address_cookie_or_not(server: RunningServer) -> None:
    with somebody(server) as program, visitor(server) as neighbour, visitor(server, "127.0.0.2") as stranger:
        first, second = start(program, **LONG), start(program, **LONG)
        check_it_is_refused(stop(stranger, first))
        assert stop(neighbour, first).json()["status"] == "stopped"
        assert stop(program, second).json()["status"] == "stopped"


def test_a_visitor_who_moves_to_another_address_keeps_the_runs(server: RunningServer) -> None:
    with visitor(server) as ada, somebody(server, "127.0.0.2") as moved:
        moved.cookies.update(ada.cookies)
        assert stop(moved, start(ada, **LONG)).json()["status"] == "stopped"


@pytest.mark.parametrize("cookie", ["", "short", "x" * 4000, "visitor address 127.0.0.1", '"quoted"'])
def test_what_no_page_has_set_is_no_visitor(server: RunningServer, cookie: str) -> None:
    headers = {"Cookie": f"lost-update-visitor={cookie}"}
    with somebody(server) as forger, somebody(server) as neighbour:
        run_id = forger.post("/api/runs", json=LONG, headers=headers).json()["id"]
        assert stop(neighbour, run_id).status_code == 200


def test_a_visitor_with_many_runs_in_the_queue_neither_fills_nor_delays_it_for_another() -> None:
    with (
        serving(LOST_UPDATE_MAX_LIVE_PROCESSES="2", LOST_UPDATE_MAX_WAITING_RUNS="6") as server,
        visitor(server) as ada,
        visitor(server) as bob,
    ):
        live, *waiting = [start(ada, **LONG) for _ in range(7)]
        assert ada.post("/api/runs", json=LONG).status_code == 429
        mine = start(bob, iterations=5)
        assert bob.get(f"/api/runs/{mine}").json()["place"] == 1
        given_way = server.view(waiting[-1])
        assert given_way["status"] == "stopped"
        assert "another visitor" in given_way["reason"]
        refused = ada.post("/api/runs", json=LONG)
        assert refused.status_code == 429
        seconds = int(refused.headers["Retry-After"])
        assert 50 < seconds <= 120, "the live run lasts about 75 s"
        assert f"{seconds} s" in error_of(refused)["hint"]
        stop(ada, live)
        assert server.finished(mine)["status"] == "finished"


@FULL
def test_large_runs_of_one_visitor_push_out_none_of_anothers() -> None:
    with serving(LOST_UPDATE_MEMORY="2000000") as server, visitor(server) as ada, visitor(server) as bob:
        small = [start(bob, iterations=2) for _ in range(10)]
        for run_id in small:
            server.finished(run_id)
        large = []
        for _ in range(6):
            large.append(start(ada, iterations=7000))  # about 600 kB each
            server.finished(large[-1])
        kept = {view["id"] for view in httpx.get(f"{server.url}/api/runs").json()}
        assert set(small) <= kept
        assert large[-1] in kept
        assert len(kept & set(large)) < 4


@FULL
def test_refused_grants_keep_no_run_alive() -> None:
    with serving(LOST_UPDATE_MAX_IDLE_SECONDS="0.5") as server:
        run_id = server.start(pace="step", iterations=1)
        until(
            lambda: (server.ask("POST", f"/api/runs/{run_id}/grants", json={"process": "P9"}), server.view(run_id))[1],
            lambda view: view["status"] == "stopped" and "nobody took a step" in view["reason"],
        )


def test_of_too_many_grants_at_once_some_are_told_to_come_again(server: RunningServer) -> None:
    """Nobody moves meanwhile: a process that is about to take its step is held."""
    run_id = server.start(pace="step", iterations=1)
    view = until(lambda: server.view(run_id), lambda view: view["runnable"] == ["P1", "P2"])
    pid = view["processes"][0]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(MAX_WAITING_GRANTS + 8) as people:
            asked = [
                people.submit(server.ask, "POST", f"/api/runs/{run_id}/grants", json={"process": "P1"})
                for _ in range(MAX_WAITING_GRANTS + 8)
            ]
            until(lambda: sum(each.done() for each in asked), lambda count: count >= 8)
            server.stop(run_id)
            statuses = [each.result().status_code for each in asked]
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    assert statuses.count(429) == 8
    assert statuses.count(409) == MAX_WAITING_GRANTS


@FULL
def test_one_who_explores_much_gives_a_place_in_the_queue_to_another() -> None:
    with (
        serving_explorers(at_once=1, waiting=2) as server,
        visitor(server) as bob,
        asking(server, endless(1)) as [live],
    ):
        until_at_work(server, 1)
        with asking(server, endless(2), endless(3)) as waiting:
            until(lambda: refused(server, endless(4)))
            with pytest.raises(httpx.ReadTimeout):  # it waits
                bob.post("/api/explore", json=endless(5), timeout=1)
            answered = until(lambda: [each for each in waiting if each.hears_something(within=0)])
            assert [each.answer()[:13] for each in answered] == [b"HTTP/1.1 429 "]
        assert not live.hears_something(within=0)
