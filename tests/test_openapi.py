"""`/openapi.json`: it is what it claims to be, it describes the whole interface, and every answer is as it says.

`tests.serving.RunningServer` holds each answer against it, here as in all other tests. Here every kind of answer is
asked for at least once.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import anyio
import httpx
import pytest
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from openapi_spec_validator import OpenAPIV31SpecValidator

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.web import api, openapi
from lost_update.web.errors import ERRORS
from lost_update.web.openapi import document_json
from lost_update.web.server import create_app
from lost_update.web.service import service
from tests.chapters import EVERY, MAY_BLOCK, short
from tests.contract import MOST_OF_EACH_OP, Contract, Schema, contract_in, sample
from tests.serving import RunningServer, serving, until
from tests.variants import FULL, one_of_each

pytestmark = pytest.mark.processes

BY_HAND = {"pace": "step", "iterations": 1}
FOR_LONG = {"pace": "slow", "step_ms": 200, "iterations": 100, "processes": 8}


@pytest.fixture(scope="module")
def small() -> Iterator[RunningServer]:
    """A server that has room for one large run, one that waits, one viewer and a small exploration."""
    with serving(
        LOST_UPDATE_MAX_LIVE_PROCESSES="9",
        LOST_UPDATE_MAX_WAITING_RUNS="1",
        LOST_UPDATE_MAX_VIEWERS="1",
        LOST_UPDATE_EXPLORE_STATES="50",
    ) as server:
        yield server


# The document


@cache
def document() -> Schema:
    """It is made once. Nobody here changes it."""
    return openapi.document()


@FULL
def test_it_is_served_like_everything_else_and_is_json(server: RunningServer) -> None:
    response = httpx.get(f"{server.url}/openapi.json")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json() == document()
    assert httpx.get(f"{server.url}/openapi.json", headers={"Host": "evil.example"}).status_code == 400


def test_it_is_valid_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def operations(described: Schema) -> dict[str, Schema]:
    """What is said of each method of each address, such as `get /healthz`."""
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_it_describes_every_route_as_the_server_has_it(registry: Registry) -> None:
    """Their paths and methods, what stands in the address and in headers, and what bodies are."""
    router = api.routes(service(registry, Explorations(Settings())))
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    answering = {f"{method.lower()} {route.path}" for route in routes for method in route.methods or ()}
    assert set(operations(document())) == answering

    def taken(described: Schema) -> dict[str, Any]:
        return {
            name: (
                sorted((one["in"], one["name"].lower()) for one in operation.get("parameters", [])),
                operation.get("requestBody"),
            )
            for name, operation in operations(described).items()
        }

    assert taken(document()) == taken(get_openapi(title="", version="", routes=routes))


def test_the_routes_that_serve_are_those_that_are_described(registry: Registry) -> None:
    """They only say nothing of their answers, and so nothing is made for that before somebody asks."""

    def of_class(route_class: type[APIRoute]) -> list[APIRoute]:
        made = api.routes(service(registry, Explorations(Settings())), route_class).routes
        return [route for route in made if isinstance(route, APIRoute)]

    serving_ones, described_ones = of_class(api.ServedRoute), of_class(APIRoute)
    assert all(isinstance(route, api.ServedRoute) and route.response_model is None for route in serving_ones)
    assert any(route.response_model is not None for route in described_ones)

    def kept(route: APIRoute) -> tuple[object, ...]:
        bodies = [(body.name, body.field_info.annotation) for body in route.dependant.body_params]
        return route.path, route.methods, route.endpoint.__code__, route.operation_id, route.status_code, bodies

    assert [*map(kept, serving_ones)] == [*map(kept, described_ones)]


@FULL
def test_it_is_printed_without_a_server_and_nothing_else_is() -> None:
    command = [sys.executable, "-W", "error", "-m", "lost_update.web.openapi"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=True)
    assert (done.stdout, done.stderr) == (document_json(), b"")


def test_every_operation_has_a_name_a_summary_and_a_tag_of_its_own() -> None:
    described = list(operations(document()).values())
    names = [operation["operationId"] for operation in described]
    assert len(set(names)) == len(names)
    assert all(name.isalpha() and name[0].islower() for name in names)
    assert len({operation["summary"] for operation in described}) == len(described)
    assert {tag for operation in described for tag in operation["tags"]} == {tag["name"] for tag in document()["tags"]}


def test_errors_have_one_form_which_is_ours() -> None:
    text = document_json().decode()
    assert "HTTPValidationError" not in text
    for response in document()["components"]["responses"].values():
        assert response["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}


def test_every_operation_names_the_errors_that_follow_from_what_it_is() -> None:
    for name, operation in operations(document()).items():
        expected = {"400", "403", "408", "413", "414", "431", "500"}
        expected |= set() if name.startswith("get ") else {"415"}
        takes_several = any(one["schema"]["type"] == "array" for one in operation.get("parameters", []))
        limits = [{"maxLength", "pattern", "minimum"} & one["schema"].keys() for one in operation.get("parameters", [])]
        expected |= {"422"} if "requestBody" in operation or takes_several or any(limits) else set()
        expected |= {"404"} if "{run_id}" in name or "{code}" in name or takes_several else set()
        named = {status for status in operation["responses"] if int(status) >= 400}
        assert expected <= named <= expected | {"409", "429", "503"}, name
        for status in named:
            assert operation["responses"][status]["$ref"] == f"#/components/responses/Error{status}"


@pytest.mark.parametrize(
    ("shape", "promised"),
    [
        ("RunView", "id status reason request processes runnable steps summary"),
        ("ProcessView", "name pid exitcode state"),
        ("Summary", "cells duration_ms unrecorded consistent"),
        ("CellSummary", "name initial expected final writes lost"),
        ("RequestView", "scenario processes iterations guard pace step_ms seed schedule traced"),
        ("Step", "index t_ns process op"),
        ("Columns", "index t_ns process op"),
        ("Granted", "step run"),
        ("FirstLine", "lost_update header"),
        ("LastLine", "end"),
        ("Exploration", "exhausted interleavings states outcomes deadlocks"),
        ("Outcome", "final interleavings probability schedule"),
        ("Problem", "code message hint"),
        ("ErrorAnswer", "error"),
        ("Health", "status"),
    ],
)
def test_what_the_contract_promises_is_required(shape: str, promised: str) -> None:
    assert set(promised.split()) <= set(document()["components"]["schemas"][shape]["required"])


def test_a_step_has_the_fields_of_the_contract() -> None:
    fields = set(document()["components"]["schemas"]["Step"]["properties"])
    assert fields >= {"index", "t_ns", "process", "op", "target", "value", "version", "base", "lost", "line"}


@pytest.mark.parametrize(("shape", "most"), [("RunRequest", 32), ("ExploreRequest", 8)])
def test_a_request_says_how_many_processes_it_takes(shape: str, most: int) -> None:
    processes = document()["components"]["schemas"][shape]["properties"]["processes"]
    assert (processes["type"], processes["minimum"], processes["maximum"]) == ("integer", 1, most)


def test_requests_refuse_other_fields_and_answers_may_grow() -> None:
    schemas = document()["components"]["schemas"]
    bodies = [operation["requestBody"] for operation in operations(document()).values() if "requestBody" in operation]
    in_json = [body["content"]["application/json"] for body in bodies if "application/json" in body["content"]]
    assert len(in_json) == len(bodies) - 1, "only a recording that somebody brings is of another type"
    requests = {content["schema"]["$ref"].rpartition("/")[2] for content in in_json}
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    of_rooms = {f"{name}Request" for name in ("Shown", "Question", "Turn", "Vote", "Game", "Press")}
    of_runs = {"RunRequest", "ExploreRequest", "FixRequest", "GrantRequest", "RecordingChange"}
    assert closed == requests == of_runs | of_rooms


def test_nothing_is_described_as_just_anything() -> None:
    assert vague(document()) == []
    assert vague({"schema": {"type": "object", "additionalProperties": {"type": "array", "items": {}}}}) == [{}]
    assert vague({"properties": {"schema": {"description": "Whatever."}}}) == [{"description": "Whatever."}]


def vague(told: object, where: str = "") -> list[object]:
    """The schemas that stand in there and let everything pass."""
    if isinstance(told, list):
        return [found for each in told for found in vague(each, where)]
    is_schema = where in ("schema", "items", "additionalProperties", "contentSchema", "of many")
    if not isinstance(told, dict):
        return [told] if is_schema and told is not False else []
    if is_schema and not told.keys() & {"type", "$ref", "anyOf", "oneOf", "const", "enum"}:
        return [told]
    if where in ("properties", "schemas"):
        return [found for each in told.values() for found in vague(each, "of many")]
    return [found for name, each in told.items() for found in vague(each, "of many" if name in OF_MANY else name)]


OF_MANY = ("anyOf", "oneOf", "allOf")
"""Keywords of a schema below which a list of schemas stands."""


# Runs


@pytest.mark.parametrize("name", one_of_each(lambda name: name.rpartition("-")[0], EVERY))
def test_a_run_its_events_and_its_steps(server: RunningServer, name: str) -> None:
    run_id = server.start(**short(name))
    for path in (f"/api/runs/{run_id}/events", f"/api/events?run={run_id}"):
        told = server.ask("GET", path).text
        assert "event: end\n" in told
        assert "event: steps\n" in told
    view = server.view(run_id)
    assert view["status"] == "finished" or name in MAY_BLOCK
    assert len(server.steps(run_id)) == view["steps"] > 0


def test_a_deadlock(server: RunningServer) -> None:
    view = server.run(guard="forgotten_release")
    assert view["status"] == "failed"
    assert view["deadlock"]


def test_an_untraced_run(server: RunningServer) -> None:
    view = server.run(scenario="array", traced=False, iterations=5)
    assert (view["status"], view["steps"]) == ("finished", 0)
    assert "event: end\n" in server.ask("GET", f"/api/runs/{view['id']}/events").text


def test_floats_where_cells_are_floats(server: RunningServer) -> None:
    view = server.run(scenario="array", iterations=5)
    assert {type(cell["final"]) for cell in view["summary"]["cells"]} == {float}
    assert float in {type(step.get("value")) for step in server.steps(view["id"])}


def test_a_run_with_a_process_that_was_killed(server: RunningServer) -> None:
    run_id = server.start(**FOR_LONG)
    running = until(lambda: server.view(run_id), lambda view: all(one["pid"] for one in view["processes"]))
    os.kill(running["processes"][0]["pid"], signal.SIGKILL)
    view = server.finished(run_id)
    assert (view["status"], view["processes"][0]["exitcode"]) == ("failed", -signal.SIGKILL)


def test_runs_that_run_wait_are_refused_and_are_stopped(small: RunningServer) -> None:
    first, second = small.start(**FOR_LONG), small.start(**FOR_LONG)
    until(lambda: small.view(first), lambda view: view["status"] == "running" and view["steps"])
    queued = small.view(second)
    assert (queued["status"], queued["place"]) == ("queued", 1)
    full = small.post(**FOR_LONG)
    assert (full.status_code, int(full.headers["Retry-After"]) > 0) == (429, True)
    assert [view["id"] for view in small.ask("GET", "/api/runs").json()] == [second, first]
    with httpx.stream("GET", f"{small.url}/api/runs/{first}/events", timeout=20) as stream:
        told = stream.iter_text()  # kept, because the stream is closed when nobody iterates any more
        assert "event: run" in next(told)
        crowded = small.ask("GET", f"/api/runs/{first}/events")
        assert (crowded.status_code, crowded.json()["error"]["code"]) == (503, "too_many_viewers")
    assert small.ask("GET", f"/api/runs/{first}/replay.py").status_code == 409
    assert {small.stop(second)["status"], small.stop(first)["status"]} == {"stopped"}


def test_steps_by_hand(server: RunningServer) -> None:
    run_id = server.start(**BY_HAND, guard="lock")
    until(lambda: server.view(run_id), lambda view: view["runnable"] == ["P1", "P2"])
    grants = f"/api/runs/{run_id}/grants"
    granted = server.ask("POST", grants, json={"process": "P1"})
    assert (granted.status_code, granted.json()["step"]["op"]) == (200, "acquire")
    assert {each["obstacle"] is None for each in server.view(run_id)["next"]} == {True, False}
    refused = server.ask("POST", grants, json={"process": "P2"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_runnable")
    assert server.ask("POST", grants, json={"process": 2}).status_code == 422
    assert server.stop(run_id)["status"] == "stopped"


def test_a_run_taken_away(server: RunningServer) -> None:
    run_id = server.run(iterations=2)["id"]
    taken = server.ask("GET", f"/api/runs/{run_id}/replay.py")
    assert taken.status_code == 200
    assert taken.headers["content-type"].startswith("text/x-python")
    whole = server.ask("GET", f"/api/runs/{run_id}/export/ndjson")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "application/x-ndjson")
    page = server.ask("GET", f"/api/runs/{run_id}/export/html")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-disposition"] == f'attachment; filename="run-{run_id}.html"'
    assert "frame-ancestors" in page.headers["content-security-policy"]


# Everything that could happen


@pytest.mark.parametrize(
    ("wanted", "also"),
    [
        ({"iterations": 1}, {"graph"}),
        ({"iterations": 1, "guard": "crossed_locks"}, {"graph"}),
        ({"iterations": 10}, set()),
    ],
)
def test_interleavings_worked_out(server: RunningServer, wanted: dict[str, Any], also: set[str]) -> None:
    answer = server.ask("POST", "/api/explore", json=wanted).json()
    assert answer["exhausted"]
    assert bool(answer["deadlocks"]) == (wanted.get("guard") == "crossed_locks")
    assert set(answer) - {"exhausted", "interleavings", "states", "outcomes", "deadlocks"} == also


@FULL
def test_interleavings_that_are_too_many(small: RunningServer) -> None:
    answer = small.ask("POST", "/api/explore", json={"iterations": 50}).json()
    assert not answer["exhausted"]
    assert answer["known"]
    assert answer["estimate"]["outcomes"]


@pytest.mark.parametrize(
    ("ends", "placement"),
    [
        ("right", {"acquire": "before_read", "release": "after_write"}),
        ("wrong", {}),
        ("deadlock", {"acquire": "before_read"}),
        ("failure", {"release": "after_write"}),
    ],
)
def test_verdicts(server: RunningServer, ends: str, placement: dict[str, str]) -> None:
    assert server.ask("POST", "/api/fix", json=placement).json()["ends"] == ends


# The rest


def test_the_server_is_well(server: RunningServer) -> None:
    assert server.ask("GET", "/healthz").json() == {"status": "ok"}


REFUSED: list[tuple[int, str, str, dict[str, Any]]] = [
    (400, "GET", "/api/runs", {"headers": {"Host": "evil.example"}}),
    (403, "POST", "/api/runs", {"json": {}, "headers": {"Sec-Fetch-Site": "cross-site"}}),
    (403, "DELETE", "/api/runs/nothing", {"headers": {"Origin": "https://evil.example"}}),
    (404, "GET", "/nothing", {}),
    (404, "GET", "/api/runs/nothing", {}),
    (404, "DELETE", "/api/runs/nothing", {}),
    (404, "GET", "/api/runs/nothing/events", {}),
    (404, "GET", "/api/events?run=nothing", {}),
    (404, "GET", "/api/events", {}),
    (404, "GET", "/api/runs/nothing/steps.ndjson", {}),
    (404, "GET", "/api/runs/nothing/replay.py", {}),
    (404, "GET", "/api/runs/nothing/export/ndjson", {}),
    (404, "POST", "/api/runs/nothing/grants", {"json": {"process": "P1"}}),
    (405, "PUT", "/api/runs", {"json": {}}),
    (405, "POST", "/healthz", {}),
    (413, "POST", "/api/explore", {"content": b" " * 70_000, "headers": {"Content-Type": "application/json"}}),
    (415, "POST", "/api/fix", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
    (422, "POST", "/api/runs", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    (422, "POST", "/api/runs", {"json": {"colour": "red"}}),
    (422, "POST", "/api/runs", {"json": {"iterations": 100_000, "processes": 8}}),
    (422, "POST", "/api/explore", {"json": {"guard": "mutex"}}),
    (422, "POST", "/api/explore", {"json": {"guard": "placed"}}),
    (422, "POST", "/api/fix", {"json": {"acquire": "nowhere"}}),
]

OTHER_ERRORS = {408, 409, 414, 429, 431, 500, 503}
"""Each is asked for in a test of its own."""


@pytest.mark.parametrize(("status", "method", "path", "more"), REFUSED)
def test_errors(server: RunningServer, status: int, method: str, path: str, more: dict[str, Any]) -> None:
    assert server.ask(method, path, **more).status_code == status


def test_errors_of_a_server_that_shuts_down_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("as this test wants it")

    registry, explorations = Registry(Settings()), Explorations(Settings())
    registry.close()
    explorations.close()
    monkeypatch.setattr(registry, "newest_first", fail)
    transport = httpx.ASGITransport(
        create_app(service(registry, explorations), registry.settings), raise_app_exceptions=False
    )

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [
                await client.post("/api/runs", json={}),
                await client.post("/api/explore", json={}),
                await client.post("/api/fix", json={}),
                await client.get("/api/runs"),
            ]

    answers = anyio.run(ask)
    assert [answer.status_code for answer in answers] == [503, 503, 503, 500]
    for answer in answers:
        contract_in(document_json().decode()).check(answer)


def test_no_error_is_left_out_here() -> None:
    assert {status for status, *_ in REFUSED} | OTHER_ERRORS == set(ERRORS)


# What holds answers against it


@pytest.fixture(scope="module")
def view(server: RunningServer) -> dict[str, Any]:
    return server.run(iterations=2)


def changed(content: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(content))
    change(copied)
    return copied


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view.update(colour="red"),
        lambda view: view["summary"]["cells"][0].update(colour="red"),
        lambda view: view["request"].update(colour="red"),
        lambda view: view.pop("runnable"),
        lambda view: view["processes"][0].pop("state"),
        lambda view: view.update(steps="12"),
        lambda view: view.update(steps=None),
        lambda view: view.update(place=None),
        lambda view: view.update(status="done"),
        lambda view: view["adds"].update(number="2"),
        lambda view: view["code"]["bytecode"][3].update(line=None),
    ],
)
def test_a_view_that_is_not_as_described_is_noticed(
    server: RunningServer, view: dict[str, Any], change: Callable[[dict[str, Any]], object]
) -> None:
    server.contract.check_shape(view, "RunView")
    with pytest.raises(AssertionError, match="at "):
        server.contract.check_shape(changed(view, change), "RunView")


def test_steps_and_events_that_are_not_as_described_are_noticed(server: RunningServer, view: dict[str, Any]) -> None:
    contract = server.contract
    stream = contract.stream("/api/runs/{run_id}/events")
    with pytest.raises(AssertionError, match="colour"):
        contract.check_shape({"index": 0, "t_ns": 0, "process": "P1", "op": "start", "colour": "red"}, "Step")
    with pytest.raises(AssertionError, match="jump"):
        contract.check_shape({"index": 0, "t_ns": 0, "process": "P1", "op": "jump"}, "Step")
    with pytest.raises(AssertionError, match="not described"):
        contract.check_event({"event": "news", "data": "{}"}, stream)
    with pytest.raises(AssertionError, match="colour"):
        contract.check_event({"event": "end", "id": "x-1", "data": {**view, "colour": "red"}}, stream)
    with pytest.raises(AssertionError, match="id"):
        contract.check_event({"event": "end", "data": view}, stream)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (httpx.Response(418, json={}), "418"),
        (httpx.Response(200, text="[]"), "text/plain"),
        (httpx.Response(200, json={}), "array"),
    ],
)
def test_an_answer_of_another_kind_is_noticed(server: RunningServer, answer: httpx.Response, fault: str) -> None:
    answer.request = httpx.Request("GET", f"{server.url}/api/runs")
    with pytest.raises(AssertionError, match=fault):
        server.contract.check(answer)


def test_an_answer_without_its_header_is_noticed() -> None:
    problem = {"error": {"code": "full", "message": "Full.", "hint": "Wait."}}
    answer = httpx.Response(429, json=problem, request=httpx.Request("POST", "http://localhost/api/runs"))
    with pytest.raises(AssertionError, match="Retry-After"):
        Contract(document()).check(answer)
    answer.headers["Retry-After"] = "5"
    Contract(document()).check(answer)


def test_of_a_long_run_the_first_steps_of_each_op_are_compared() -> None:
    lines = [json.dumps({"op": op}, separators=(",", ":")) for op in ["read"] * 1000 + ["write"] * 3]
    assert len(sample(lines)) == MOST_OF_EACH_OP + 3
