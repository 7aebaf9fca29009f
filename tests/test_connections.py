"""Clients that send too much, too slowly or nothing, and clients that never read: each is limited, and nobody else."""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"


@contextmanager
def connected(server: RunningServer, address: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection from that address, with which anything may be sent."""
    to = urlsplit(server.url)
    with socket.create_connection((to.hostname, to.port or 0), WAIT_SECONDS, source_address=(address, 0)) as connection:
        yield connection


def answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """The status and the body of what comes until the server closes the connection; 0 for nothing."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass  # it may hang up on a client that still sends
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return 0, {}
    assert b"Content-Security-Policy" in head
    return int(head.split()[1]), orjson.loads(body)["error"]


def until_it_says(connection: socket.socket, what: bytes) -> None:
    """Read until that has come, in whatever pieces."""
    received = bytearray()

    def hear() -> bool:
        received.extend(connection.recv(65536))
        return what in received

    until(hear)


def send(connection: socket.socket, start: bytes, again: bytes, size: int) -> None:
    """Send something that goes on and on, until so much is sent or the server hangs up."""
    try:
        connection.sendall(start)
        for _ in range(size // len(again)):
            connection.sendall(again)
    except (BrokenPipeError, ConnectionResetError):
        pass


ENDLESS = {
    "a header": (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Long: ", b"x" * 16384, {431}),
    "headers": (b"GET /healthz HTTP/1.1\r\n" + HOST, b"X-More: 1\r\n" * 1000, {431}),
    "the name of a header": (b"GET /healthz HTTP/1.1\r\n" + HOST, b"x" * 16384, {431}),
    "an address": (b"GET /", b"x" * 16384, {414}),
    "a query": (b"GET /?", b"x" * 16384, {414}),
    "a trailer": (
        b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Long: ",
        b"x" * 16384,
        {431},
    ),
    "tiny chunks": (
        b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1\r\n \r\n" * 1000,
        {413, 431},
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_never_ends_is_cut_off(server: RunningServer, what: str) -> None:
    start, again, statuses = ENDLESS[what]
    with connected(server) as connection:
        send(connection, start, again, 8_000_000)
        status, error = answer(connection)
        assert status in statuses | {0}
        assert not status or error["hint"]
    assert server.ask("GET", "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(("what", "status"), [("a header", 431), ("an address", 414)])
def test_the_answer_says_which_limit_it_is(server: RunningServer, what: str, status: int) -> None:
    start, again, _ = ENDLESS[what]
    with connected(server) as connection:
        connection.sendall(start + again * 3)
        found, error = answer(connection)
    assert found == status
    assert "over" in error["message"]


def test_what_is_no_http_is_answered_like_any_other_error(server: RunningServer) -> None:
    with connected(server) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        status, error = answer(connection)
    assert (status, error["message"]) == (400, "This is no HTTP request.")


NEVER_FINISHED = {
    "nothing": (b"", 0),
    "half a line": (b"GET /heal", 408),
    "half a head": (b"GET /healthz HTTP/1.1\r\n" + HOST, 408),
    "half a body": (b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 20\r\n\r\n{}", 408),
    "half a chunk": (
        b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n8\r\n{}",
        408,
    ),
}


def test_a_request_that_is_never_finished_is_given_up_and_starts_nothing() -> None:
    with serving(LOST_UPDATE_REQUEST_SECONDS="0.5") as server, ExitStack() as stack:
        for what, (sent, expected) in NEVER_FINISHED.items():
            connection = stack.enter_context(connected(server))
            connection.sendall(sent)
            assert answer(connection)[0] == expected, what
        assert server.ask("GET", "/api/runs").json() == []


@FULL
def test_a_request_in_drops_is_given_up_too() -> None:
    with serving(LOST_UPDATE_REQUEST_SECONDS="0.5") as server, connected(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Slow: ")
        connection.settimeout(0.05)
        received = b""

        def drip() -> bytes:
            nonlocal received
            try:
                connection.sendall(b"x")
                received += connection.recv(65536)
            except TimeoutError:
                pass
            return received

        until(drip, lambda received: received.startswith(b"HTTP/1.1 408 "))


def test_a_viewer_waits_in_silence_for_as_long_as_the_run_lasts() -> None:
    with serving(LOST_UPDATE_REQUEST_SECONDS="0.2", LOST_UPDATE_MAX_SILENT_CONNECTIONS="2") as server:
        run_id = server.start(pace="step", iterations=1)
        with connected(server) as viewer, ExitStack() as stack:
            viewer.sendall(f"GET /api/runs/{run_id}/events HTTP/1.1\r\n".encode() + HOST + b"\r\n")
            until_it_says(viewer, b"event: run")
            for _ in range(5):
                silent = stack.enter_context(connected(server))
                assert answer(silent) == (0, {})
            server.stop(run_id)
            until_it_says(viewer, b"event: end")


def test_of_too_many_that_say_nothing_the_oldest_of_the_address_with_the_most_goes() -> None:
    with (
        serving(LOST_UPDATE_MAX_SILENT_CONNECTIONS="8", LOST_UPDATE_REQUEST_SECONDS="60") as server,
        connected(server, "127.0.0.3") as patient,
        ExitStack() as stack,
    ):
        crowd = [stack.enter_context(connected(server, "127.0.0.2")) for _ in range(20)]

        def one_more_comes() -> bool:
            crowd.append(stack.enter_context(connected(server, "127.0.0.2")))
            return bool(select.select([crowd[0]], [], [], 0.1)[0])

        until(one_more_comes)
        for early in crowd[:12]:
            assert answer(early) == (0, {})
        patient.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert patient.recv(65536).startswith(b"HTTP/1.1 200 ")
        late = crowd[-1]
        late.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert late.recv(65536).startswith(b"HTTP/1.1 200 ")


@FULL
@pytest.mark.parametrize("path", ["events", "steps.ndjson"])
def test_who_never_reads_is_disconnected_with_one_line_in_the_log(tmp_path: Path, path: str) -> None:
    errors = tmp_path / "stderr"
    with serving(errors=errors, LOST_UPDATE_VIEWER_SECONDS="1") as server, ExitStack() as stack:
        run_id = server.run(iterations=100_000)["id"]
        for _ in range(3):
            connection = stack.enter_context(connected(server))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET /api/runs/{run_id}/{path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        until(lambda: errors.read_text().count("has read nothing"), lambda lines: lines == 3)
        assert server.ask("GET", "/healthz").json() == {"status": "ok"}
    assert len(errors.read_text().splitlines()) == 3, errors.read_text()
