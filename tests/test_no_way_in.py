"""A server never runs a person's code: there is no way to hand it any. Only `lost-update trace`, in a terminal, does.

Walks every route that the application has, and everything that `/openapi.json` says requests may carry.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.web import api, openapi
from lost_update.web.openapi import document
from lost_update.web.pages import page_table
from lost_update.web.security import FILE_TYPES
from lost_update.web.service import service
from tests.serving import CLIENT, RunningServer

KNOWN = {
    "POST /api/runs",
    "POST /api/runs/{run_id}/grants",
    "POST /api/explore",
    "POST /api/fix",
    "DELETE /api/runs/{run_id}",
    "PATCH /api/recordings/{run_id}",
    "DELETE /api/recordings/{run_id}",
    "POST /api/recordings/{run_id}/restore",
    "POST /api/recordings",
    "POST /api/rooms",
    "DELETE /api/rooms/{code}",
    "POST /api/rooms/{code}/seats",
    "PUT /api/rooms/{code}/shown",
    "POST /api/rooms/{code}/questions",
    "PATCH /api/rooms/{code}/questions/{number}",
    "DELETE /api/rooms/{code}/questions/{number}",
    "POST /api/rooms/{code}/votes",
    "POST /api/rooms/{code}/game",
    "PATCH /api/rooms/{code}/game",
    "DELETE /api/rooms/{code}/game",
    "POST /api/rooms/{code}/presses",
}
"""All that changes anything. Whoever adds one decides here that it takes no program."""

WORDS = {"scenario", "guard", "start_method", "call", "pace", "acquire", "release", "process"}
"""Fields that are a text: each names one of a few things that the server itself offers."""

SHAPES = {
    "schedule": "names of processes, in the order in which they are to take steps",
    "name": "what a recording is called",
    "goal": "the slug of a goal of the scheduler",
    "path": "an address of this server's own pages, that a presenter shows",
    "title": "what that page is called",
    "runs": "ids of runs",
    "text": "a question to a class",
    "detail": "a sentence under it",
    "chips": "answers to it",
    "options": "answers to it",
    "answer": "one of those",
    "truth": "one of those",
    "right": "some of those",
    "kind": "number or choice",
    "state": "open, closed or revealed",
}
"""Fields that are another text. It is kept and shown as it is, by the room that it was sent to."""

SUSPICIOUS = ("file", "path", "code", "source", "script", "command", "module", "text", "upload", "program", "url")


def routes(registry: Registry) -> Iterator[Any]:
    """Every route of the application."""
    made = service(registry, Explorations(Settings()))
    yield from api.routes(made).routes
    yield from openapi.routes().routes
    yield from page_table.routes(made.known, made.explorations).routes


@pytest.mark.processes
def test_only_these_requests_change_anything(registry: Registry) -> None:
    found = set()
    for route in routes(registry):
        assert not isinstance(route, Mount)
        assert isinstance(route, APIRoute | Route), f"{route} is no plain route"
        methods = (route.methods or {"GET"}) - {"GET", "HEAD"}
        found |= {f"{method} {route.path}" for method in methods}
    assert found == KNOWN


def test_the_interface_describes_no_others() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in document()["paths"].items()
        for method in operations
        if method not in ("get", "head")
    }
    assert described == KNOWN


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies that requests may have: the address, and the shape."""
    schemas = document()["components"]["schemas"]
    for path, operations in document()["paths"].items():
        for operation in operations.values():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                if path == "/api/recordings":  # a recording as a file: read as data, held to its form, never executed
                    assert kind in FILE_TYPES
                    continue
                assert kind == "application/json", f"{path} takes {kind}"
                yield path, schemas[content["schema"]["$ref"].rpartition("/")[2]]


def test_no_request_has_a_field_for_a_path_a_file_or_the_text_of_a_program() -> None:
    found = list(bodies())
    assert len(found) >= 4
    for path, schema in found:
        assert schema["additionalProperties"] is False, f"{path} takes fields that are not described"
        for name, field in schema["properties"].items():
            assert name in SHAPES or not any(word in name for word in SUSPICIOUS), f"{path} takes {name}"
            kinds = kinds_of(field)
            if "string" in kinds:
                assert name in WORDS or name in SHAPES, f"{path} takes any text as {name}"
            assert kinds <= {"string", "integer", "number", "boolean", "null", "array"}, f"{path}: {name}"


def kinds_of(field: dict[str, Any]) -> set[str]:
    """The kinds of JSON that a field may hold."""
    if "$ref" in field:
        return kinds_of(document()["components"]["schemas"][field["$ref"].rpartition("/")[2]])
    if "anyOf" in field:
        return {kind for each in field["anyOf"] for kind in kinds_of(each)}
    kind = field.get("type")
    own = (
        {kind} if isinstance(kind, str) else {type(value).__name__.replace("str", "string") for value in field["enum"]}
    )
    return own | (kinds_of(field["items"]) if "items" in field else set())


def test_no_parameter_of_an_address_names_a_file() -> None:
    names = {
        parameter["name"]
        for operations in document()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    }
    of_rooms = {"code", "number", "room", "Room-Key", "Room-Seat"}
    assert names <= of_rooms | {"run_id", "format", "run", "after", "Last-Event-ID", "search", "before", "address"}


@pytest.mark.processes
@pytest.mark.parametrize(
    "extra", [{"command": ["evil.py"]}, {"script": "print(1)"}, {"code": "print(1)"}, {"file": "/etc/passwd"}]
)
def test_a_program_that_is_sent_all_the_same_is_refused(server: RunningServer, extra: dict[str, Any]) -> None:
    answer = server.post(iterations=1, **extra)
    assert answer.status_code == 422
    assert next(iter(extra)) in answer.json()["error"]["message"]


@pytest.mark.processes
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "text/x-python", "application/x-www-form-urlencoded"]
)
def test_nothing_is_taken_that_is_not_json(server: RunningServer, kind: str) -> None:
    for path in ("/api/runs", "/api/explore", "/script/x", "/"):
        answer = CLIENT.post(server.url + path, content=b"--x", headers={"Content-Type": kind})
        assert answer.status_code in (405, 415), path
