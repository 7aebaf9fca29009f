"""The interface described for programs, as OpenAPI 3.1: `/openapi.json`, and the same on standard output.

    python -m lost_update.web.openapi > openapi.json

FastAPI and pydantic make it from the routes (`lost_update.web.api`) and from the types of their requests and answers.
Only the form of errors is added here. Nothing is checked while serving: answers are written straight to bytes, and the
tests hold every one of them against this.
"""

import re
import sys
from functools import cache
from typing import Any, Final

import orjson
from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.responses import Response

from lost_update import __version__
from lost_update.execution.explorations import ExploreRequest
from lost_update.execution.fix_it import FixRequest
from lost_update.sharing import requests
from lost_update.sources.request import GrantRequest, RunRequest
from lost_update.web import api
from lost_update.web.api.recordings import RecordingChange
from lost_update.web.errors import ERRORS, ErrorAnswer
from lost_update.web.service import Service

Schema = dict[str, Any]

ABOUT: Final = """\
Starts real processes, records every step that they take, and says what came of it. A *run* is one execution of a
scenario; its *steps* come as a stream, or as lines once it has ended.

Every error has one form, `ErrorAnswer`; so has the answer to an address (404) or a method (405) that is not described
here. More fields may be added to answers; requests must have no fields but these.
"""

TAGS: Final = {
    "runs": "Start runs, look at them, stop them, and let their processes take steps.",
    "recordings": "What is kept of runs: list it, name it, pin it, delete it and bring it back.",
    "rooms": "A class that follows one presenter from its own devices, answers questions, and is the processes.",
    "interleavings": "Everything that could happen, worked out.",
    "server": "The server itself.",
}

REQUESTS: Final = (
    RunRequest,
    GrantRequest,
    ExploreRequest,
    FixRequest,
    RecordingChange,
    requests.ShownRequest,
    requests.QuestionRequest,
    requests.TurnRequest,
    requests.VoteRequest,
    requests.GameRequest,
    requests.PressRequest,
)

HEADERS: Final = {
    405: {"Allow": {"description": "The methods that there are.", "required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}},
}
"""What else such an error carries."""


def routes() -> APIRouter:
    """The route of the description itself."""
    router = APIRouter(include_in_schema=False, route_class=api.ServedRoute)

    @router.get("/openapi.json")
    def describe() -> Response:  # on a thread, because the first time takes a while
        return Response(document_json(), media_type="application/json")

    return router


def document() -> Schema:
    """The whole description."""
    nobody: Any = None  # Routes that are only read need nothing to ask.
    made = get_openapi(
        title="Lost Update",
        version=__version__,
        description=ABOUT,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": ".", "description": "Where this description lies, under whatever path that is."}],
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
        routes=api.routes(Service(*[nobody] * 7)).routes,
    )
    _drop_the_usual_error(made)
    _describe_each_event(made)
    schemas = {**made["components"]["schemas"], **_of_pydantic(*REQUESTS, ErrorAnswer)}
    responses = {f"Error{status}": _error(status) for status in ERRORS}
    components = {"schemas": dict(sorted(schemas.items())), "responses": responses}
    return {**made, "paths": _tidied(made["paths"]), "components": _tidied(components)}


@cache
def document_json() -> bytes:
    """`document` as it is sent."""
    return orjson.dumps(document())


def _of_pydantic(*shapes: Any) -> Schema:
    """The schemas of these as pydantic makes them.

    FastAPI loses every default that is null, makes floats of limits, and knows no shape that is no route's model.
    """
    _, made = TypeAdapter.json_schemas(
        [(shape, "validation", TypeAdapter(shape)) for shape in shapes], ref_template="#/components/schemas/{model}"
    )
    found: Schema = made["$defs"]
    return found


def _drop_the_usual_error(made: Schema) -> None:
    """FastAPI adds its own form of error to each route that takes something and declares no 422."""
    for operations in made["paths"].values():
        for operation in operations.values():
            if "content" in operation["responses"].get("422", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)


def _describe_each_event(made: Schema) -> None:
    """What is said of a stream of events is said of each of them. FastAPI takes all that is not JSON for a text."""
    for operations in made["paths"].values():
        for operation in operations.values():
            stream = operation["responses"].get("200", {}).get("content", {}).get("text/event-stream")
            if stream is not None:
                del stream["schema"]["type"]


def _error(status: int) -> Schema:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    headers = {"headers": HEADERS[status]} if status in HEADERS else {}
    return {"description": ERRORS[status], "content": content, **headers}


def _tidied(made: Any) -> Any:
    """Without the titles that are only the names again, and with docstrings in the words of JSON."""
    if isinstance(made, list):
        return [_tidied(each) for each in made]
    if not isinstance(made, dict):
        return made
    tidy = {name: _tidied(value) for name, value in made.items() if name != "title" or isinstance(value, dict)}
    if isinstance(made.get("description"), str):
        tidy["description"] = re.sub(r"\bNone\b", "null", made["description"])
    return tidy


if __name__ == "__main__":
    sys.stdout.buffer.write(document_json())
