"""The load balancer of `compose.yaml` before three real replicas.

Whom it asks, what it says of the client, what it asks again elsewhere, and what happens when a replica is gone.
"""

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from httpx_sse import EventSource

from tests.balancer import Balancer, balanced
from tests.replicas import Replica, Replicas, replicas
from tests.serving import CLIENT, WAIT_SECONDS, descendants, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 50, "iterations": 100}
SHORT = {"iterations": 2}
NAME = "lost-update-visitor"


def visitor(number: int) -> dict[str, str]:
    """The cookie of one of many browsers."""
    return {NAME: f"visitor-number-{number:07d}"}


def at(server: Replica) -> str:
    return urlsplit(server.url).netloc


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("service")
    settings = {"LOST_UPDATE_TRUSTED_PROXIES": "127.0.0.1", "LOST_UPDATE_LOG": "json"}
    with replicas(folder, 3, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def balancer(service: Replicas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balancer]:
    with balanced(tmp_path_factory.mktemp("balancer"), [at(server) for server in service.servers]) as running:
        yield running


def asked(server: Replica, event: str = "request") -> int:
    """How many requests it has told of."""
    return sum(json.loads(line)["event"] == event for line in server.said().splitlines())


# Who is asked


def test_visitors_are_shared_out_and_each_stays_at_one_replica(balancer: Balancer, service: Replicas) -> None:
    before = [asked(server) for server in service.servers]
    with balancer.client() as client:
        for number in range(60):
            client.cookies.update(visitor(number))
            assert client.get("/api/runs").status_code == 200
    until(lambda: sum(asked(server) for server in service.servers) - sum(before) == 60)
    shares = [asked(server) - was for server, was in zip(service.servers, before, strict=True)]
    assert min(shares) >= 5, shares
    before = [asked(server) for server in service.servers]
    with balancer.client(cookies=visitor(7)) as client:
        for _ in range(20):
            client.get("/api/runs")
    until(lambda: sum(asked(server) for server in service.servers) - sum(before) == 20)
    shares = [asked(server) - was for server, was in zip(service.servers, before, strict=True)]
    assert sorted(shares) == [0, 0, 20]


def test_a_run_is_watched_step_by_step_through_every_replica(balancer: Balancer, service: Replicas) -> None:
    with balancer.client(cookies=visitor(1)) as client:
        run_id = client.post("/api/runs", json=SLOW).json()["id"]
    seen = []
    for number in range(12):
        with (
            balancer.client(cookies=visitor(number)) as client,
            client.stream("GET", f"/api/events?run={run_id}") as response,
        ):
            batches = (event for event in EventSource(response).iter_sse() if event.event == "steps")
            next(batches), next(batches)
            seen.append(client.get(f"/api/runs/{run_id}").json()["status"])
    assert seen == ["running"] * 12
    until(lambda: all(asked(server, "stream ended") for server in service.servers))
    with balancer.client(cookies=visitor(1)) as client:
        assert client.delete(f"/api/runs/{run_id}").json()["status"] == "stopped"


# What is said of the client


def test_a_run_belongs_to_the_address_from_which_it_was_really_started(balancer: Balancer) -> None:
    with balancer.client("127.0.0.2") as owner, balancer.client("127.0.0.3") as other:
        run_id = owner.post("/api/runs", json=SLOW).json()["id"]
        for pretence in ({}, {"X-Forwarded-For": "127.0.0.2"}, {"Forwarded": "for=127.0.0.2"}):
            refused = other.delete(f"/api/runs/{run_id}", headers=pretence)
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_yours")
        assert owner.delete(f"/api/runs/{run_id}").json()["status"] == "stopped"


def test_the_servers_know_that_it_was_https_and_by_which_name(balancer: Balancer) -> None:
    with balancer.client() as client:
        assert "; Secure" in client.get("/").headers["set-cookie"]
        own = client.post("/api/runs", json=SHORT, headers={"Origin": balancer.url})
        strange = client.post("/api/runs", json=SHORT, headers={"Origin": balancer.url.replace("https", "http")})
        assert (own.status_code, strange.status_code) == (201, 403)
        assert client.get("/walkthrough/").headers["location"] == "../walkthrough"
        assert client.get("/healthz", headers={"Host": "evil.example"}).json()["error"]["code"] == "unknown_host"
        room = client.post("/api/rooms", json={}, headers={"Host": "127.0.0.9:8443"}).json()
        assert client.delete(f"/api/rooms/{room['code']}", headers={"Room-Key": room["key"]}).status_code == 200


def test_a_prefix_that_a_client_makes_up_is_not_passed_on(balancer: Balancer) -> None:
    with balancer.client() as client:
        cookie = client.get("/", headers={"X-Forwarded-Prefix": "/elsewhere"}).headers["set-cookie"]
    assert "Path=/;" in cookie


def test_plain_http_is_sent_to_https(balancer: Balancer) -> None:
    answer = CLIENT.post(f"{balancer.plain_url}/api/runs?a=b", json=SHORT)
    assert (answer.status_code, answer.headers["location"]) == (308, "https://localhost/api/runs?a=b")


# What is large or long


def test_a_stream_may_name_as_many_runs_as_a_server_allows(balancer: Balancer) -> None:
    with balancer.client() as client:
        run_id = client.post("/api/runs", json=SHORT).json()["id"]
        until(lambda: client.get(f"/api/runs/{run_id}").json()["status"] == "finished")
        places = ",".join(f"{run_id}-{place:06d}" for place in range(256))
        address = f"/api/events?{'&'.join([f'run={run_id}'] * 256)}&after={places}"
        assert len(address) > 8192
        answer = client.get(address)
        assert (answer.status_code, "event: end" in answer.text) == (200, True)


def test_a_large_recording_that_somebody_brings_gets_through(balancer: Balancer) -> None:
    with balancer.client() as client:
        kind = {"Content-Type": "application/x-ndjson"}
        large = client.post("/api/recordings", content=b"{}\n" + b" " * 4_000_000, headers=kind)
        assert (large.status_code, large.json()["error"]["code"]) == (422, "no_recording")
        for path, size in (("/api/recordings", 34_000_000), ("/api/runs", 70_000), ("/api/explore", 5_000_000)):
            too_large = client.post(path, content=b" " * size, headers={"Content-Type": "application/json"})
            assert (too_large.status_code, too_large.json()["error"]["code"]) == (413, "too_large")


def test_who_is_refused_before_all_of_a_body_was_sent_makes_no_replica_look_dead(balancer: Balancer) -> None:
    with balancer.client(cookies=visitor(3)) as client:
        for _ in range(10):
            refused = client.post("/api/recordings", content=b" " * 20_000_000, headers={"Content-Type": "text/plain"})
            assert (refused.status_code, refused.json()["error"]["code"]) == (415, "no_file")


def test_metrics_are_not_for_everybody(balancer: Balancer, service: Replicas) -> None:
    with balancer.client() as client:
        for method in ("GET", "HEAD", "PUT"):
            assert client.request(method, "/metrics").status_code == 404
    assert "lost_update_viewers" in CLIENT.get(f"{service.servers[0].url}/metrics").text


# What is asked again elsewhere


class Failing:
    """Takes requests and hangs up without an answer; or refuses connections."""

    def __init__(self, *, takes: bool) -> None:
        self.methods: list[str] = []
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listener.getsockname()[1]}"
        if takes:
            self._listener.listen()
            threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self.methods.append(connection.recv(65536).split(b" ")[0].decode())

    def close(self) -> None:
        """Take no more."""
        self._listener.close()


HEALTHY = {"GET": 200, "HEAD": 200, "POST": 405, "PATCH": 405, "PUT": 405, "DELETE": 405}
"""What a replica answers there."""


@pytest.mark.parametrize(
    ("takes", "again"),
    [(True, {"GET", "HEAD"}), (False, {"GET", "HEAD", "POST", "PATCH"})],
    ids=["it hangs up on the request", "it cannot be reached"],
)
@pytest.mark.parametrize("method", HEALTHY)
def test_only_what_may_be_asked_twice_is_asked_of_another_replica(
    service: Replicas, tmp_path: Path, method: str, takes: bool, again: set[str]
) -> None:
    with closing(Failing(takes=takes)) as failing:
        places = [failing.place, at(service.servers[0])]
        with balanced(tmp_path, places, in_turn=True) as balancer, balancer.client() as client:
            answer = client.request(method, "/healthz")
        assert failing.methods == ([method] if takes else [])
    if method in again:
        assert answer.status_code == HEALTHY[method]
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_replica")
        assert answer.headers["Retry-After"] == "5"


# When a replica is gone


@FULL
def test_when_a_replica_is_killed_everybody_goes_on_at_another(tmp_path: Path) -> None:
    with (
        replicas(tmp_path, 3) as service,
        balanced(tmp_path, [at(server) for server in service.servers]) as balancer,
        balancer.client(cookies=visitor(1)) as owner,
    ):
        run_id = owner.post("/api/runs", json=SLOW).json()["id"]
        home = max(service.servers, key=lambda server: len(descendants(server.pid)))
        next(server for server in service.servers if server is not home).kill()
        for number in range(20):
            with balancer.client(cookies=visitor(number)) as client:
                assert client.get(f"/api/runs/{run_id}").json()["status"] == "running"
                assert client.post("/api/explore", json={"iterations": 1}).status_code == 200
        assert owner.delete(f"/api/runs/{run_id}").json()["status"] == "stopped"


def test_when_none_is_left_that_is_said_in_the_form_of_every_error(service: Replicas, tmp_path: Path) -> None:
    asked_for = [("GET", "/"), ("POST", "/api/runs"), ("DELETE", "/api/runs/x"), ("GET", "/api/events")]
    with (
        closing(Failing(takes=False)) as failing,
        balanced(tmp_path, [failing.place]) as balancer,
        balancer.client() as client,
    ):
        for method, path in asked_for:
            answer = client.request(method, f"{path}?key=SECRET")
            assert answer.status_code == 503
            service.servers[0].contract.check_shape(answer.json(), "ErrorAnswer")

        def told() -> list[dict[str, Any]]:
            return [json.loads(line) for line in balancer.log.read_text().splitlines() if line.startswith("{")]

        failed = until(told, lambda lines: len(lines) >= len(asked_for))  # a line is written after the answer
    assert [(line["method"], line["path"], line["status"]) for line in failed] == [(*each, 503) for each in asked_for]
    assert "SECRET" not in balancer.log.read_text()


# The certificate


def test_without_a_certificate_one_is_made_for_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, (name, entry) in enumerate(
        {"race.example": "DNS:race.example", "10.0.0.12": "IP Address:10.0.0.12"}.items()
    ):
        monkeypatch.setenv("LOST_UPDATE_HOST", name)
        folder = tmp_path / str(number)
        folder.mkdir()
        with balanced(folder, ["127.0.0.1:1"]) as balancer:
            shown = described(balancer.certificate)
            assert f"one was made for {name}" in balancer.log.read_text()
            key = balancer.certificate.with_name("privkey.pem")
            assert key.stat().st_mode & 0o077 == key.parent.stat().st_mode & 0o077 == 0
        assert entry in shown
        assert "DNS:localhost" in shown


def test_a_certificate_that_is_given_is_used(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=given.example"]
    made = ["-keyout", str(given / "privkey.pem"), "-out", str(given / "fullchain.pem")]
    subprocess.run([*command, *made], check=True, capture_output=True, timeout=WAIT_SECONDS)
    with balanced(tmp_path, ["127.0.0.1:1"], given=given) as balancer:
        assert "given.example" in described(balancer.certificate)
        assert ssl.get_server_certificate(("127.0.0.1", httpx.URL(balancer.url).port or 0)) == (
            (given / "fullchain.pem").read_text()
        )


def described(certificate: Path) -> str:
    command = ["openssl", "x509", "-in", str(certificate), "-noout", "-text"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=WAIT_SECONDS).stdout


# What is logged


def test_seats_and_keys_are_in_no_log_of_the_balancer_or_the_servers(balancer: Balancer, service: Replicas) -> None:
    with balancer.client() as client:
        room = client.post("/api/rooms", json={}).json()
        seat = client.post(f"/api/rooms/{room['code']}/seats", json={}).json()["seat"]
        with client.stream("GET", f"/api/events?room={room['code']}.{seat}") as response:
            told = EventSource(response).iter_sse()
            assert next(told).event == "room"
        client.delete(f"/api/rooms/{room['code']}", headers={"Room-Key": room["key"]})
        until(lambda: any("room ended" in server.said() for server in service.servers))
    logs = [balancer.log.read_text(), *(server.said() for server in service.servers)]
    for secret in (room["key"], seat, seat.partition(".")[2]):
        assert not any(secret in log for log in logs)
