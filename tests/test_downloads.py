"""Recordings that are taken away by many at once: bounded, each of them whole, and everybody else goes on."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from lost_update.web.encoded import Encoded
from tests.serving import RunningServer, serving, until
from tests.test_api import error_of
from tests.test_connections import HOST, connected, until_it_says
from tests.test_visitors import visitor
from tests.variants import FULL, one_in


def test_what_was_encoded_is_kept_while_there_is_room() -> None:
    encoded, made = Encoded(limit=10), list[str]()

    def encode(name: str) -> bytes:
        def make() -> bytes:
            made.append(name)
            return name.encode() * 4

        return encoded.get(name, make)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert encode(name) == name.encode() * 4
    assert made == ["a", "b", "c", "b"]


@contextmanager
def unread(server: RunningServer, path: str) -> Iterator[socket.socket]:
    """Somebody who takes something away, and reads none of it yet."""
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        connection.recv(1)
        yield connection


@pytest.mark.processes
@pytest.mark.parametrize("form", one_in(2, ["steps.ndjson", "export/ndjson"]))
def test_beyond_a_number_of_downloads_the_next_is_told_to_come_again_and_another_visitor_is_served(form: str) -> None:
    with serving(LOST_UPDATE_MAX_DOWNLOADS="5") as server, ExitStack() as stack, visitor(server) as bob:
        run_id = server.run(iterations=50_000)["id"]
        path = f"/api/runs/{run_id}/{form}"
        first, *_ = [stack.enter_context(unread(server, path)) for _ in range(2)]
        refused = server.ask("GET", path)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert "by you" in error_of(refused)["message"]
        assert server.ask("GET", "/healthz").json() == {"status": "ok"}
        with bob.stream("GET", path) as another:
            assert another.status_code == 200
        first.close()
        until(lambda: status_of(server, path), lambda status: status == 200)


def status_of(server: RunningServer, path: str) -> int:
    with httpx.stream("GET", server.url + path) as answer:
        return answer.status_code


@FULL
@pytest.mark.processes
def test_all_who_take_the_same_away_at_once_get_every_step(server: RunningServer) -> None:
    view = server.run(iterations=10_000)
    with ThreadPoolExecutor(6) as people:
        taken = list(people.map(lambda _: server.steps(view["id"]), range(6)))
    for steps in taken:
        assert [step["index"] for step in steps] == list(range(view["steps"]))


@pytest.mark.processes
def test_a_viewer_gives_the_newest_of_many_streams_to_another_visitor() -> None:
    with serving(LOST_UPDATE_MAX_VIEWERS="3") as server, ExitStack() as stack, visitor(server) as bob:
        run_id = server.start(pace="step", iterations=1)
        path = f"/api/runs/{run_id}/events"
        streams = []
        for _ in range(3):
            stream = stack.enter_context(connected(server))
            stream.sendall(f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
            until_it_says(stream, b"event: run")
            streams.append(stream)
        assert server.ask("GET", path).status_code == 503
        with bob.stream("GET", path) as mine:
            assert mine.status_code == 200
            until_it_says(streams[-1], b"0\r\n\r\n")
            server.stop(run_id)
            for stream in streams[:2]:
                until_it_says(stream, b"event: end")
