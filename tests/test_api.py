"""The interface: answers to what is right, and clear errors to what is not, with nothing started."""

import httpx
import pytest

from lost_update.web.pages.page_table import PAGES
from tests.serving import CLIENT, RunningServer, descendants, serving, until


def error_of(response: httpx.Response) -> dict[str, str]:
    """The error of a response, whose form it checks."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "hint"}
    assert all(isinstance(text, str) and text for text in body["error"].values())
    error: dict[str, str] = body["error"]
    return error


def count_runs(server: RunningServer) -> int:
    return len(CLIENT.get(f"{server.url}/api/runs").json())


def post_raw(server: RunningServer, body: bytes, **headers: str) -> httpx.Response:
    return CLIENT.post(
        f"{server.url}/api/runs", content=body, headers={"Content-Type": "application/json", **headers}, timeout=20
    )


def test_the_server_says_that_it_is_well(server: RunningServer) -> None:
    assert CLIENT.get(f"{server.url}/healthz").json() == {"status": "ok"}


def test_a_run_is_answered_with_its_view_at_once(server: RunningServer) -> None:
    response = server.post(processes=3, iterations=7, guard="with", pace="free")
    assert response.status_code == 201
    view = response.json()
    assert set(view) >= {"id", "status", "reason", "request", "processes", "runnable", "steps", "summary", "code"}
    assert view["status"] in ("queued", "running")
    assert [process["name"] for process in view["processes"]] == ["P1", "P2", "P3"]
    assert view["request"]["iterations"] == 7
    server.finished(view["id"])


def test_runs_are_listed_newest_first(server: RunningServer) -> None:
    first, second = server.run(iterations=1)["id"], server.run(iterations=1)["id"]
    assert [view["id"] for view in CLIENT.get(f"{server.url}/api/runs").json()][:2] == [second, first]


def said(response: httpx.Response) -> dict[str, str]:
    """The headers, without those that differ from answer to answer, and that which says how a body is sent."""
    counts = response.url.path == "/metrics"  # one request more is another body
    passing = ("date", "set-cookie", "transfer-encoding", *(["content-length"] if counts else []))
    return {name: value for name, value in response.headers.items() if name not in passing}


def test_head_is_answered_wherever_get_is_with_the_same_headers_and_no_body(server: RunningServer) -> None:
    run_id = server.run(iterations=2)["id"]
    described = [path for path, methods in server.contract.document["paths"].items() if "get" in methods]
    paths = [path.replace("{run_id}", run_id).replace("{format}", "ndjson") for path in described]
    pages = [page.path for page in PAGES if page.path]
    for path in (*paths, *pages, f"/runs/{run_id}", "/openapi.json", "/static/icon.svg", "/static/none", "/nothing"):
        with CLIENT.stream("GET", server.url + path) as response:
            expected = said(response)
        head = CLIENT.head(server.url + path)
        assert head.status_code == response.status_code, path
        assert head.content == b""
        assert said(head) == expected, path


@pytest.mark.processes
def test_head_of_a_stream_ends_at_once_and_gives_its_place_back() -> None:
    with serving(LOST_UPDATE_MAX_VIEWERS="1") as server:
        run_id = server.start(pace="slow", step_ms=100, iterations=100)
        for _ in range(3):
            head = until(
                lambda: CLIENT.head(f"{server.url}/api/runs/{run_id}/events"), lambda head: head.status_code == 200
            )
            assert head.headers["content-type"].startswith("text/event-stream")
            assert head.content == b""
        assert server.view(run_id)["status"] == "running"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"value"',
        b"3",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"iterations": NaN}',
        b'{"iterations": Infinity}',
        b'{"iterations": 1e400}',
        b'{"iterations": ' + b"9" * 6000 + b"}",
        b'{"processes": "2"}',
        b'{"processes": 2.5}',
        b'{"processes": 100}',
        b'{"iterations": 0}',
        b'{"guard": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"guard": ["with"]}',
        b'{"guard": "mutex"}',
        b'{"pace": "crawl"}',
        b'{"scenario": "nothing"}',
        b'{"traced": "no"}',
        b'{"seed": -1}',
        b'{"unknown": 1}',
        b'{"schedule": ["P1"]}',
        b'{"iterations": 100000, "processes": 8}',
        b'{"pace": "slow", "step_ms": 2000, "iterations": 100000}',
        b'{"traced": false, "pace": "slow"}',
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_a_bad_request_is_refused_and_starts_nothing(server: RunningServer, body: bytes) -> None:
    before = count_runs(server), descendants(server.pid)
    response = post_raw(server, body)
    assert 400 <= response.status_code < 500
    error_of(response)
    assert (count_runs(server), descendants(server.pid)) == before


def test_a_refusal_names_the_field_and_what_would_be_right(server: RunningServer) -> None:
    error = error_of(server.post(processes=99, colour="red"))
    assert "processes: " in error["message"]
    assert "8" in error["message"]
    assert "colour: is not a field" in error["message"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_body_is_refused_without_reading_it_all(server: RunningServer, announced: bool) -> None:
    huge = b" " * 10_000_000
    content = huge if announced else (huge[start : start + 10_000] for start in range(0, len(huge), 10_000))
    try:
        response = CLIENT.post(
            f"{server.url}/api/runs", content=content, headers={"Content-Type": "application/json"}, timeout=20
        )
    except httpx.TransportError:
        return  # it hung up on us while we were still sending: that is a refusal too
    assert response.status_code == 413
    assert error_of(response)["code"] == "too_large"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_type_is_refused(server: RunningServer, kind: str) -> None:
    before = count_runs(server)
    response = post_raw(server, b"{}", **{"Content-Type": kind})
    assert response.status_code == 415
    assert error_of(response)["code"] == "not_json"
    assert count_runs(server) == before


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("run_id", ["nothing", "0" * 12, "%00", "..%2f..", "ü", "x" * 3000])
def test_an_unknown_run_is_404(server: RunningServer, method: str, run_id: str) -> None:
    response = CLIENT.request(method, f"{server.url}/api/runs/{run_id}")
    assert response.status_code == 404
    error_of(response)


@pytest.mark.parametrize("what", ["events", "steps.ndjson"])
def test_an_unknown_run_has_neither_events_nor_steps(server: RunningServer, what: str) -> None:
    response = CLIENT.get(f"{server.url}/api/runs/nothing/{what}")
    assert response.status_code == 404
    assert error_of(response)["code"] == "no_such_run"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/api/runs", 405), ("POST", "/healthz", 405), ("GET", "/static/../app", 404)],
)
def test_other_addresses_and_methods_are_errors_of_the_same_form(
    server: RunningServer, method: str, path: str, status: int
) -> None:
    response = CLIENT.request(method, server.url + path)
    assert response.status_code == status
    error_of(response)


def test_nothing_starts_on_get(server: RunningServer) -> None:
    before = count_runs(server)
    for path in ("/", "/api/runs", "/healthz", "/api/runs?iterations=5", "/?processes=2&iterations=10"):
        assert CLIENT.get(server.url + path).status_code == 200
    assert count_runs(server) == before


def test_steps_come_one_json_object_a_line(server: RunningServer) -> None:
    view = server.run(iterations=3000)
    response = CLIENT.get(f"{server.url}/api/runs/{view['id']}/steps.ndjson")
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.text.count("\n") == view["steps"]
    assert [step["index"] for step in server.steps(view["id"])] == list(range(view["steps"]))
