"""Bad requests of every kind, half-sent ones, and far more runs than fit, from many clients at once."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import httpx

from tests.checking import check_it_holds_no_more, check_it_is_over, holdings
from tests.explorers import until_one_is_ready
from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.soak.campaign import Campaign, Trials

CLIENTS = 16
LIVE_PROCESSES = 8
WAITING_RUNS = 8
LONG = {"pace": "slow", "step_ms": 100, "iterations": 100, "guard": "with"}
PROBE_SECONDS = 0.05

BAD_BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"3",
    b"\xff\xfe",
    b"[" * 60_000,
    b'{"iterations": NaN}',
    b'{"iterations": 1e400}',
    b'{"iterations": ' + b"9" * 6000 + b"}",
    b'{"processes": "2"}',
    b'{"processes": 100}',
    b'{"guard": "\\ud800"}',
    b'{"guard": ["with"]}',
    b'{"scenario": "nothing"}',
    b'{"unknown": 1}',
    b'{"schedule": ["P1"]}',
    b'{"pace": "step", "schedule": ["P9"]}',
    b'{"iterations": 100000, "processes": 8}',
    b'{"traced": false, "pace": "slow"}',
)

JSON = b"Content-Type: application/json\r\n"
HOST = b"Host: localhost\r\n"


def request(line: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    """A whole request, after which the connection is closed."""
    length = b"Content-Length: %d\r\n" % len(body) if body or line.startswith(b"POST") else b""
    return line + b" HTTP/1.1\r\n" + HOST + headers + length + b"Connection: close\r\n\r\n" + body


def bad_body(draw: random.Random) -> bytes:
    """A body that is no run request, or that asks for what cannot be."""
    return request(b"POST /api/runs", JSON, draw.choice(BAD_BODIES))


def bad_grant(draw: random.Random) -> bytes:
    """A grant that nobody can use."""
    path = draw.choice([b"/api/runs/nothing/grants", b"/api/explore", b"/api/fix"])
    return request(b"POST " + path, JSON, draw.choice([b'{"process": 1}', b"[]", b'{"guard": 7}']))


def another_type(draw: random.Random) -> bytes:
    """A body that does not say it is JSON."""
    return request(b"POST /api/runs", b"Content-Type: text/plain\r\n", b"{}")


def another_site(draw: random.Random) -> bytes:
    """A request that a page of another site made."""
    return request(b"POST /api/runs", JSON + b"Sec-Fetch-Site: cross-site\r\n", b"{}")


def another_host(draw: random.Random) -> bytes:
    """A request for a name that is not this server's."""
    return b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"


def unknown(draw: random.Random) -> bytes:
    """What is not there, or cannot be asked for so."""
    method = draw.choice([b"GET", b"DELETE", b"PUT", b"PATCH"])
    return request(method + b" /api/runs/" + draw.choice([b"nothing", b"%00", b"..%2f..", b"x" * 3000, b"0/events"]))


def oversized(draw: random.Random) -> bytes:
    """A body that is announced to be far too large."""
    return b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 100000000\r\nConnection: close\r\n\r\n"


def oversized_in_chunks(draw: random.Random) -> bytes:
    """A body that grows and grows."""
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    head = b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return head + chunk * 6


def no_request(draw: random.Random) -> bytes:
    """What is no HTTP at all."""
    return draw.randbytes(draw.randrange(1, 200)).replace(b"\n", b"") + b"\r\n\r\n"


REFUSED: dict[Callable[[random.Random], bytes], set[int]] = {
    bad_body: {400, 422},
    bad_grant: {404, 422},
    another_type: {415},
    another_site: {403},
    another_host: {400},
    unknown: {404, 405},
    oversized: {413},
    oversized_in_chunks: {413},
    no_request: {400},
}
"""What is wrong, and how it may be answered."""

HALF_SENT = (
    b"",
    b"P",
    b"POST /api/runs HT",
    b"POST /api/runs HTTP/1.1\r\n" + HOST + b"X-Half: ",
    b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 500\r\n\r\n" + b'{"iterations": 5',
    b"GET /api/runs HTTP/1.1\r\n" + HOST + b"X-Long: " + b"x" * 30_000,
)
"""What is dropped after it, sooner or later."""


class Flood:
    """Many clients of one server, each a thread."""

    def __init__(self, server: RunningServer) -> None:
        self._address = (urlsplit(server.url).hostname or "", urlsplit(server.url).port or 0)
        self._kept = ExitStack()
        self._lock = threading.Lock()
        self.started: list[str] = []
        self.turned_away = 0
        self.unanswered = 0

    def send(self, draw: random.Random) -> str | None:
        """Send one of them. What was wrong with the answer, or None."""
        kind = draw.random()
        if kind < 0.15:
            return self._leave_half_sent(draw)
        if kind < 0.3:
            return self._ask_for_a_run()
        what, allowed = draw.choice(list(REFUSED.items()))
        head, _ = self._exchange(what(draw))
        if not head:
            # It may hang up on who still sends: that is a refusal too.
            self.unanswered += 1
            return None if what in (oversized, oversized_in_chunks, no_request) else f"{what.__name__}: no answer"
        status = int(head.split()[1])
        return None if status in allowed else f"{what.__name__}: answered {status}"

    def close(self) -> None:
        """Drop what is still half sent."""
        self._kept.close()

    def _leave_half_sent(self, draw: random.Random) -> str | None:
        connection = socket.create_connection(self._address, timeout=WAIT_SECONDS)
        with suppress(OSError):
            connection.sendall(draw.choice(HALF_SENT))
        if draw.random() < 0.1:
            with self._lock:
                self._kept.enter_context(connection)  # until the flood is over
        else:
            connection.close()
        return None

    def _ask_for_a_run(self) -> str | None:
        head, body = self._exchange(request(b"POST /api/runs", JSON, json.dumps(LONG).encode()))
        status = int(head.split()[1]) if head else 0
        with self._lock:
            if status == 201:
                self.started.append(json.loads(body)["id"])
                return None
            self.turned_away += 1
        if status != 429:
            return f"a run too many: answered {status}"
        return None if b"retry-after: " in head.lower() else "a run too many: 429 without Retry-After"

    def _exchange(self, sent: bytes) -> tuple[bytes, bytes]:
        received = b""
        with socket.create_connection(self._address, timeout=WAIT_SECONDS) as connection:
            with suppress(ConnectionError):
                connection.sendall(sent)
            with suppress(ConnectionError):
                while part := connection.recv(65536):
                    received += part
        head, _, body = received.partition(b"\r\n\r\n")
        return head, body


def carry_out(trials: Trials) -> None:
    """Flood it, and look whether it is well meanwhile and afterwards."""
    with (
        serving(
            LOST_UPDATE_MAX_LIVE_PROCESSES=str(LIVE_PROCESSES), LOST_UPDATE_MAX_WAITING_RUNS=str(WAITING_RUNS)
        ) as server,
        httpx.Client(timeout=WAIT_SECONDS) as probe,
    ):
        server.run(iterations=5)
        until_one_is_ready(server)
        before = holdings(server)
        flood = Flood(server)
        with ThreadPoolExecutor(CLIENTS) as clients:
            draws = [trials.draw(number) for number in range(trials.count)]
            sending = [clients.submit(flood.send, draw) for draw in draws]
            while not all(each.done() for each in sending):
                began = time.perf_counter()
                with trials.trial("/healthz meanwhile", of=0):
                    assert probe.get(f"{server.url}/healthz").json() == {"status": "ok"}
                trials.took("an answer of /healthz meanwhile", time.perf_counter() - began, 1)
                time.sleep(PROBE_SECONDS)
        for number, each in enumerate(sending):
            with trials.trial(f"request {number}"):
                wrong = each.result()
                assert wrong is None, wrong
        flood.close()
        trials.note(f"{len(flood.started)} runs were admitted, {flood.turned_away} turned away with 429")
        with trials.trial("nothing was started by bad requests", of=0):
            listed = {view["id"] for view in httpx.get(f"{server.url}/api/runs", timeout=WAIT_SECONDS).json()}
            assert len(listed) == len(flood.started) + 1
            assert set(flood.started) < listed
        with trials.trial("a good run afterwards", of=0):
            for run_id in flood.started:
                server.stop(run_id)
            until(lambda: server.post(iterations=1).status_code, lambda status: status == 201)
            view = server.run(iterations=50, guard="with")
            assert view["status"] == "finished", view
            check_it_is_over(server, view)
        with trials.trial("afterwards it holds what it held", of=0):
            # The threads that answered many at once are kept for a while, in case as many come again.
            check_it_holds_no_more(server, {**before, "threads": before["threads"] + CLIENTS})


CAMPAIGN = Campaign(
    name="floods",
    about=(
        f"{CLIENTS} clients at once send bad requests of every kind, bodies that are far too large, requests and "
        "headers that never end, and open and drop connections; and they ask for far more runs than may wait. The "
        "server says meanwhile that it is well, refuses each with a fitting answer, starts nothing that was not "
        "admitted, carries out a good run afterwards, and holds what it held before."
    ),
    full=20_000,
    sample=100,
    carry_out=carry_out,
    unit="requests",
)
