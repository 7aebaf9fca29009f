"""The explorer beside everything else: its processes are bounded, end when the client goes, and delay nobody."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.checking import check_it_holds_no_more, check_no_fault_shows, holdings
from tests.explorers import Asking, asking, at_work, endless, serving_explorers, until_at_work, until_one_is_ready
from tests.serving import RunningServer, is_alive, until
from tests.test_api import error_of
from tests.test_fix_it import fix
from tests.variants import FULL

pytestmark = pytest.mark.processes


@FULL
def test_while_eight_explore_the_server_answers_and_runs_as_if_nothing_were() -> None:
    with (
        serving_explorers(at_once=8) as server,
        asking(server, *map(endless, range(8))),
    ):
        explorers = until_at_work(server, 8)
        assert server.ask("GET", "/healthz").json() == {"status": "ok"}
        assert server.run(iterations=20, guard="with")["summary"]["cells"][0]["lost"] == 0
        assert fix(server, acquire="before_read", release="after_write")["passes"]
        assert at_work(server) == explorers


@pytest.fixture(scope="module")
def narrow() -> Iterator[RunningServer]:
    """A server that explores one thing at a time, while one more may wait. Each test leaves it with nothing to do."""
    with serving_explorers(at_once=1, waiting=1) as server:
        yield server


def test_a_client_that_goes_away_ends_the_work_and_makes_room_for_the_next(narrow: RunningServer) -> None:
    server = narrow
    with asking(server, endless(1)) as [first]:
        (explorer,) = until_at_work(server, 1)
        with asking(server, endless(2)):
            first.leave()
            (next_one,) = until(lambda: at_work(server), lambda pids: pids and explorer not in pids)
            assert not is_alive(explorer)
        until_at_work(server, 0)
        assert not is_alive(next_one)
        assert server.run(iterations=2)["status"] == "finished"


def test_a_client_that_goes_away_before_its_turn_starts_nothing(narrow: RunningServer) -> None:
    server = narrow
    with asking(server, endless(1)):
        explorers = until_at_work(server, 1)
        with asking(server, endless(2)):
            until(lambda: refused(server, endless(3)))
        fourth = until(lambda: waiting(server, endless(4)))  # there is room again, once the server has noticed
        until(lambda: refused(server, endless(3)))
        assert at_work(server) == explorers
        fourth.leave()
    until_at_work(server, 0)


def waiting(server: RunningServer, request: dict[str, Any]) -> Asking | None:
    """A client that has asked for an exploration and waits for its turn, if there is room for that."""
    somebody = Asking(server, **request)
    if not somebody.hears_something(within=0.5):
        return somebody
    somebody.leave()
    return None


def refused(server: RunningServer, request: dict[str, Any]) -> httpx.Response | None:
    """The answer to an exploration for which there is no room, once there is none."""
    try:
        return server.ask("POST", "/api/explore", json=request, timeout=0.5)
    except httpx.ReadTimeout:
        return None


def test_beyond_those_who_wait_it_says_when_to_come_back_and_the_puzzle_goes_on(narrow: RunningServer) -> None:
    server = narrow
    with asking(server, endless(1)):
        until_at_work(server, 1)
        with asking(server, endless(2)):
            response = until(lambda: refused(server, endless(3)))
            assert response.status_code == 429
            assert int(response.headers["Retry-After"]) > 0
            error = error_of(response)
            assert error["code"] == "full"
            assert error["message"] == "The server is busy: 1 explorations are already waiting."
            assert fix(server, acquire="before_read", release="after_write")["passes"]
    until_at_work(server, 0)


@FULL
def test_two_who_ask_the_same_share_the_work_until_both_have_gone() -> None:
    with serving_explorers() as server, asking(server, endless(1), endless(1)) as [first, second]:
        explorers = until_at_work(server, 1)
        fix(server, acquire="before_read", release="after_write")  # meanwhile both have been heard
        first.leave()
        fix(server, acquire="before_read", release="after_loop")
        assert at_work(server) == explorers
        second.leave()
        until_at_work(server, 0)


def test_what_was_answered_in_full_is_remembered_and_needs_no_room(narrow: RunningServer) -> None:
    server = narrow
    known = server.ask("POST", "/api/explore", json={"processes": 2, "iterations": 2}).json()
    with asking(server, endless(1)), asking(server, endless(2)):
        until_at_work(server, 1)
        assert server.ask("POST", "/api/explore", json={"processes": 2, "iterations": 2}).json() == known
    until_at_work(server, 0)


@FULL
def test_where_the_process_dies_the_request_fails_and_the_next_is_answered() -> None:
    with serving_explorers() as server, asking(server, endless(1)) as [first]:
        (explorer,) = until_at_work(server, 1)
        os.kill(explorer, signal.SIGKILL)
        answer = first.answer()
        assert answer.startswith(b"HTTP/1.1 422 ")
        assert b"has died" in answer
        assert server.ask("POST", "/api/explore", json={}).json()["interleavings"] == "924"


@FULL
@pytest.mark.parametrize("rounds", [4, 8])
def test_answered_or_left_the_server_holds_no_more_after_many(tmp_path: Path, rounds: int) -> None:
    def ask_and_leave(server: RunningServer, number: int) -> None:
        server.ask("POST", "/api/explore", json={"processes": 2, "iterations": 1 + number})
        fix(server, processes=2 + number % 2, iterations=1, acquire="before_read")
        with asking(server, endless(1), endless(2), endless(3)):
            until_at_work(server, 2)
        with asking(server, endless(number)):  # and leave at once, perhaps while its programs are recorded
            pass
        until_at_work(server, 0)

    errors = tmp_path / "stderr"
    with serving_explorers(errors=errors) as server:
        for number in range(2):
            ask_and_leave(server, number)
        until_one_is_ready(server)
        after_some = holdings(server)
        for number in range(2, rounds):
            ask_and_leave(server, number)
        check_it_holds_no_more(server, after_some)
    check_no_fault_shows(errors.read_text())


def test_a_server_that_is_asked_to_end_answers_all_who_wait_and_leaves_no_process(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with (
        serving_explorers(errors=errors) as server,
        asking(server, endless(1), endless(2), endless(3)) as people,
    ):
        until_at_work(server, 2)
        server.process.send_signal(signal.SIGTERM)
        assert [each.answer()[:13] for each in people] == [b"HTTP/1.1 503 "] * 3
    check_no_fault_shows(errors.read_text())


@FULL
def test_when_the_server_is_killed_no_explorer_survives() -> None:
    with serving_explorers() as server, asking(server, endless(1), endless(2)):
        explorers = until_at_work(server, 2)
        server.process.kill()
        until(lambda: not any(map(is_alive, explorers)))
