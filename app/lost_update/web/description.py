"""The interface described for programs, as OpenAPI 3.1: `/openapi.json`, and the same on standard output.

    python -m lost_update.web.description > openapi.json

What an operation takes and answers stands here in one table; what its shapes are is read off the types that the code
itself uses. Nothing is checked while serving: answers are written straight to bytes, and the tests hold every one of
them against this. A route of `lost_update.web.api` that is not in the table fails a test.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, TypedDict

import orjson
from pydantic import BaseModel

from lost_update import __version__
from lost_update.explorer.explore import Answer
from lost_update.runs.encoding import Columns
from lost_update.runs.exploring import ExploreRequest
from lost_update.runs.fixing import FixRequest, Verdict
from lost_update.runs.request import Grant, RunRequest
from lost_update.runs.view import Granted, RunView
from lost_update.steps import FIELDS_OF, Op, Step
from lost_update.web.errors import ErrorAnswer
from lost_update.web.schemas import Schema, Schemas

JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
LINES: Final = "application/x-ndjson"
PYTHON: Final = "text/x-python"


class Health(TypedDict):
    """The server is well."""

    status: Literal["ok"]


ABOUT: Final = """\
Starts real processes, records every step that they take, and says what came of it. A *run* is one execution of a
scenario; its *steps* come as a stream, or as lines once it has ended.

Every error has one form, `ErrorAnswer`; so has the answer to an address (404) or a method (405) that is not described
here. More fields may be added to answers; requests must have no fields but these.
"""

TAGS: Final = {
    "runs": "Start runs, look at them, stop them, and let their processes take steps.",
    "interleavings": "Everything that could happen, worked out.",
    "server": "The server itself.",
}

ERRORS: Final = {
    400: "The request cannot be read, or the server does not answer to the name of that host.",
    403: "Another site's page may not do this.",
    404: "There is no such run: it never was, or it has expired.",
    405: "There is no such method here.",
    409: "It cannot be done as things stand; the message says why.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The request is refused: it is not as described, makes no sense, or cannot end within the limits.",
    429: "Too many runs are waiting already.",
    500: "The server failed: a fault of Lost Update.",
    503: "The server shuts down, or serves as many viewers as it may.",
}
"""What each status of an error means. No others are answered."""


def _header(name: str, about: str, kind: str = "string") -> Schema:
    return {name: {"description": about, "required": True, "schema": {"type": kind}}}


HEADERS: Final[Mapping[int, Schema]] = {
    405: _header("Allow", "The methods that there are."),
    429: _header("Retry-After", "Seconds to wait.", "integer"),
}
"""What else such an error carries."""

ALWAYS: Final = (400, 413, 500)
"""Errors that every request may meet, and below those of methods that change something."""
WHEN_UNSAFE: Final = (403, 415)
WITH_A_BODY: Final = (422,)
WITH_A_RUN: Final = (404,)

EVENTS_ABOUT: Final = """\
Server-Sent Events: first what has happened, then what happens. Each event is one JSON object in `data`; the schema says
which events there are. `steps` and `end` have an id, `RUN-NEXT`: sent as `Last-Event-ID`, or in `after`, it makes
the stream go on there with no gap and no repeat. Any other id means from the start. After `end` the stream closes.
"""


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    `answers` says in words what comes back, and `shape` as a type, or as a schema where it is not JSON. `errors` are
    those that do not already follow from the method, the address and the body.
    """

    method: str
    path: str
    id: str
    tag: str
    summary: str
    answers: str
    shape: Any
    status: int = 200
    media_type: str = JSON
    takes: type[BaseModel] | None = None
    errors: tuple[int, ...] = ()
    description: str = ""
    parameters: tuple[Schema, ...] = ()
    headers: Schema = field(default_factory=dict)

    @property
    def all_errors(self) -> Iterable[int]:
        """Every status of an error that it may answer."""
        return sorted(
            {
                *ALWAYS,
                *(WHEN_UNSAFE if self.method != "get" else ()),
                *(WITH_A_BODY if self.takes else ()),
                *(WITH_A_RUN if "{run_id}" in self.path else ()),
                *self.errors,
            }
        )


def _event(name: str, about: str, data: Schema, *, has_id: bool = True) -> Schema:
    """One event as an object of its fields, as OpenAPI 3.2 has it; `data` is text that holds JSON."""
    properties: Schema = {"event": {"type": "string", "const": name}}
    if has_id:
        properties["id"] = {"type": "string", "description": "`RUN-NEXT`: the run, and the index of the next step."}
    properties["data"] = {"type": "string", "contentMediaType": JSON, "contentSchema": data}
    return {"type": "object", "description": about, "properties": properties, "required": list(properties)}


def _listed(items: list[str]) -> Schema:
    """What a sequence of such items is, whatever stands between them: OpenAPI 3.1 has no other word for it."""
    named = [{"$ref": f"#/components/schemas/{item}"} for item in items]
    return {"type": "array", "items": named[0] if len(named) == 1 else {"oneOf": named}}


OPERATIONS: Final = (
    Operation(
        "get",
        "/healthz",
        id="health",
        tag="server",
        summary="Ask whether the server is well",
        answers="It is.",
        shape=Health,
    ),
    Operation(
        "post",
        "/api/runs",
        id="startRun",
        tag="runs",
        summary="Start a run",
        answers="The run, which has just been started or waits for its place.",
        shape=RunView,
        status=201,
        takes=RunRequest,
        errors=(429, 503),
    ),
    Operation(
        "get",
        "/api/runs",
        id="listRuns",
        tag="runs",
        summary="List all runs",
        answers="All that are remembered, newest first.",
        shape=list[RunView],
    ),
    Operation(
        "get",
        "/api/runs/{run_id}",
        id="showRun",
        tag="runs",
        summary="Look at a run",
        answers="The run as it is now.",
        shape=RunView,
    ),
    Operation(
        "delete",
        "/api/runs/{run_id}",
        id="stopRun",
        tag="runs",
        summary="Stop a run",
        answers="The run, which is over now. One that was over already stays as it was.",
        shape=RunView,
    ),
    Operation(
        "post",
        "/api/runs/{run_id}/grants",
        id="grantStep",
        tag="runs",
        summary="Let a process take its next step",
        answers="The step that it took, and the run after it.",
        shape=Granted,
        takes=Grant,
        errors=(409,),
        description="For runs of the pace `step`. Refused for a process that waits for a lock, or has ended.",
    ),
    Operation(
        "get",
        "/api/runs/{run_id}/events",
        id="watchRun",
        tag="runs",
        summary="Watch a run",
        answers="The events of the run, up to its end.",
        shape=_listed(["RunEvent", "StepsEvent", "EndEvent"]),
        media_type=EVENTS,
        errors=(503,),
        description=EVENTS_ABOUT,
        parameters=(
            {
                "name": "Last-Event-ID",
                "in": "header",
                "description": "The id of the last event that was seen. Browsers send it when they connect again.",
                "schema": {"type": "string", "default": ""},
            },
            {
                "name": "after",
                "in": "query",
                "description": "The same, for whoever cannot set a header.",
                "schema": {"type": "string", "default": ""},
            },
        ),
    ),
    Operation(
        "get",
        "/api/runs/{run_id}/steps.ndjson",
        id="listSteps",
        tag="runs",
        summary="Fetch every step of a run",
        answers="Every step that there is by now, one JSON object a line, in log order.",
        shape=_listed(["Step"]),
        media_type=LINES,
    ),
    Operation(
        "get",
        "/api/runs/{run_id}/replay.py",
        id="replayRun",
        tag="runs",
        summary="Take a run away as a test",
        answers="A file for pytest that leads new real processes through the same steps.",
        shape={"type": "string"},
        media_type=PYTHON,
        errors=(409,),
        headers=_header("Content-Disposition", "The name of the file."),
    ),
    Operation(
        "post",
        "/api/explore",
        id="explore",
        tag="interleavings",
        summary="Work out every interleaving",
        answers="Every outcome, or what was covered within the budget, and then what is known anyway and an estimate.",
        shape=Answer,
        takes=ExploreRequest,
    ),
    Operation(
        "post",
        "/api/fix",
        id="judgeFix",
        tag="interleavings",
        summary="Judge where a lock was placed",
        answers="Whether it holds in every interleaving, or else a schedule that breaks it.",
        shape=Verdict,
        takes=FixRequest,
    ),
)


def document() -> Schema:
    """The whole description."""
    schemas = Schemas()
    error = schemas.of(ErrorAnswer)
    for kind in (RunView, Columns, Step):
        schemas.of(kind)
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, schemas)
    components = schemas.by_name
    run, steps = schemas.of(RunView), schemas.of(Columns)
    components["RunEvent"] = _event("run", "The run has changed; new steps alone are no change.", run, has_id=False)
    components["StepsEvent"] = _event("steps", "The next steps, in log order.", steps)
    components["EndEvent"] = _event("end", "The run is over: its final view, the last event.", run)
    _name_ops(components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lost Update",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": ".", "description": "Where this description lies, under whatever path that is."}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {_error_name(status): _error(status, error) for status in ERRORS},
        },
    }


@cache
def document_json() -> bytes:
    """`document` as it is sent."""
    return orjson.dumps(document())


def _described(operation: Operation, schemas: Schemas) -> Schema:
    answer = operation.shape if isinstance(operation.shape, dict) else schemas.of(operation.shape)
    success: Schema = {"description": operation.answers, "content": {operation.media_type: {"schema": answer}}}
    if operation.headers:
        success["headers"] = operation.headers
    described: Schema = {"operationId": operation.id, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        described["description"] = operation.description
    parameters = [*([RUN_ID] if "{run_id}" in operation.path else []), *operation.parameters]
    if parameters:
        described["parameters"] = parameters
    if operation.takes:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas.of(operation.takes)}}}
    errors = {str(status): {"$ref": f"#/components/responses/{_error_name(status)}"} for status in operation.all_errors}
    return {**described, "responses": {str(operation.status): success, **errors}}


RUN_ID: Final = {
    "name": "run_id",
    "in": "path",
    "required": True,
    "description": "The `id` of a run.",
    "schema": {"type": "string"},
}


def _error_name(status: int) -> str:
    return f"Error{status}"


def _error(status: int, schema: Schema) -> Schema:
    described: Schema = {"description": ERRORS[status], "content": {JSON: {"schema": schema}}}
    if status in HEADERS:
        described["headers"] = HEADERS[status]
    return described


def _name_ops(components: dict[str, Schema]) -> None:
    """Say which ops there are, and what a step of each carries: the types know of words only."""
    words = [op.word for op in Op]
    for name in ("Step", "NextView"):
        components[name]["properties"]["op"]["enum"] = words
    components["Columns"]["properties"]["op"]["items"]["enum"] = words
    carried = "\n".join(f"- `{op.word}`: {', '.join(FIELDS_OF[op]) or 'nothing more'}" for op in Op)
    components["Step"]["description"] += (
        "\n`line` counts within the code shown. What else a step carries depends on its op; the `value` of an object "
        f"that is moved only where it is an integer:\n\n{carried}"
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(document_json())
