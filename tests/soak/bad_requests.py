"""Requests that are made up at random and are wrong in some way: none is a fault of the server's, none takes long."""

import json
import random
import string
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from tests.checking import check_it_holds_no_more, check_no_fault_shows, holdings
from tests.explorers import until_one_is_ready
from tests.serving import END_STATES, WAIT_SECONDS, RunningServer, serving
from tests.soak.campaign import Campaign, Trials

SLOWEST_SECONDS: Final = 1.0

FIELDS: Final = {
    "/api/runs": (
        *("scenario", "processes", "iterations", "guard", "start_method", "call", "chunksize", "pace", "step_ms"),
        *("seed", "schedule", "acquire", "release", "traced"),
    ),
    "/api/explore": ("processes", "iterations", "guard"),
    "/api/fix": ("processes", "iterations", "acquire", "release"),
    "/api/runs/{run}/grants": ("process",),
}
"""What may be posted where. `{run}` is a run that waits for grants."""

GETS: Final = ("", "/events", "/steps.ndjson", "/export/ndjson", "/replay.py", "/grants")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE")
HEADERS: Final = (
    *("Content-Type", "Last-Event-ID", "Accept", "Accept-Encoding", "Origin", "Sec-Fetch-Site", "Cookie", "Range"),
    *("If-None-Match", "If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Proto", "Expect", "Content-Encoding"),
)
TEXTS: Final = (
    *("", " ", "P1", "P9", "value", "none", "step", "\ud800", "P1 \ud800", "\x00", "é", "\u2028", "{}", "%s"),
    *("../../etc/passwd", "P1 " * 12_000, "x" * 20_000, "\U0001f600" * 500, "-1", "1e9", "null", "NaN"),
)
NUMBERS: Final = (0, -1, 1, 9, 2**31, 2**53, 2**63, 10**400, -(10**400), 0.5, 1e308, float("nan"), float("inf"))


def carry_out(trials: Trials) -> None:
    """Send them, and look what is answered."""
    with TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        with serving(errors=errors) as server, httpx.Client(base_url=server.url, timeout=WAIT_SECONDS) as client:
            run = server.start(pace="step", iterations=2)
            until_one_is_ready(server)
            before = holdings(server)
            for draw in trials:
                request = _request(draw, client, run)
                with trials.trial(f"{request.method} {request.url.raw_path!r:.100} {request.content!r:.200}"):
                    _send(trials, client, request)
            _stop_all(server)
            check_it_holds_no_more(server, {**before, "threads": before["threads"] + 40})
        check_no_fault_shows(errors.read_text())


def _send(trials: Trials, client: httpx.Client, request: httpx.Request) -> None:
    began = time.perf_counter()
    response = client.send(request, stream=True)
    try:
        took = time.perf_counter() - began
        is_event_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        content = b"" if is_event_stream else response.read()
    finally:
        response.close()
    assert response.status_code < 500, f"{response.status_code}: {content[:300]!r}"
    if response.status_code == 201:  # by chance it was a good one
        client.delete(f"/api/runs/{response.json()['id']}")
    elif response.is_client_error and b"html" not in content[:30] and request.method != "HEAD":
        assert set(json.loads(content)["error"]) == {"code", "message", "hint"}, content
        trials.took("a refusal", took, SLOWEST_SECONDS)


def _stop_all(server: RunningServer) -> None:
    for view in server.ask("GET", "/api/runs").json():
        if view["status"] not in END_STATES:  # its visitor has stopped the others, and nobody else may
            server.stop(view["id"])


def _request(draw: random.Random, client: httpx.Client, run: str) -> httpx.Request:
    """Mostly something posted; now and then an address, a method or a header that makes no sense."""
    headers = {name: _header(draw) for name in draw.sample(HEADERS, draw.choice((0, 0, 1, 3)))}
    if draw.random() < 0.3:
        path = draw.choice(
            [f"/api/runs/{draw.choice((run, _path(draw)))}{draw.choice(GETS)}", "/" + _path(draw).lstrip("/")]
        )
        # A method that asks for nothing but to stop the run that the others need.
        method = draw.choice([each for each in METHODS if each != "DELETE" or run not in path])
        return client.build_request(method, path, params={_path(draw): _path(draw)}, headers=headers)
    path = draw.choice(list(FIELDS))
    headers = {"Content-Type": "application/json", **headers}
    return client.build_request("POST", path.format(run=run), content=_body(draw, FIELDS[path]), headers=headers)


def _body(draw: random.Random, fields: tuple[str, ...]) -> bytes:
    """An object with some of its fields, each of them anything; sometimes another value, or broken off, or garbled."""
    if draw.random() < 0.1:
        return _as_json(_anything(draw))
    body = _as_json({name: _anything(draw) for name in draw.sample(fields, draw.randrange(1, len(fields) + 1))})
    if draw.random() < 0.1:
        return body[: draw.randrange(len(body))]
    if draw.random() < 0.1:
        place = draw.randrange(len(body))
        return body[:place] + draw.randbytes(1) + body[place + 1 :]
    return body


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


def _anything(draw: random.Random, depth: int = 0) -> Any:
    kind = draw.randrange(7 if depth < 4 else 4)
    if kind == 0:
        return draw.choice((None, True, False))
    if kind == 1:
        return draw.choice(NUMBERS)
    if kind in (2, 3):
        return draw.choice(TEXTS)
    if kind == 4:
        return {draw.choice(TEXTS)[:50]: _anything(draw, depth + 1) for _ in range(draw.randrange(4))}
    return [_anything(draw, depth + 1) for _ in range(draw.randrange(5))]


def _header(draw: random.Random) -> str:
    """A header that can be sent, whatever it means."""
    return "".join(draw.choices(string.printable[:95], k=draw.choice((0, 1, 10, 2_000)))).strip()


def _path(draw: random.Random) -> str:
    """A part of an address."""
    return "".join(draw.choices(["a", "/", "..", "%00", "%ff", "%ed%a0%80", "é", "?", ";", ":", "*"], k=5))


CAMPAIGN = Campaign(
    name="bad requests",
    about=(
        "Requests that are made up at random: fields of every type and size, half of a surrogate pair, numbers without "
        "end, broken JSON, addresses, methods and headers that make no sense. None is answered with a 5xx, each "
        "refusal has the one form of an error and comes within a second, nothing shows on the server's terminal, and "
        "the server holds what it held before."
    ),
    full=2_000,
    sample=100,
    carry_out=carry_out,
    unit="requests",
)
