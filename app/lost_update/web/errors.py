"""The one form of every error: `{"error": {"code", "message", "hint"}}`, and how each exception becomes one.

Where a browser asks for a page to show, it gets the same as a page.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import TypedDict

from lost_update.execution.failures import log, refused
from lost_update.sources.request import Refusal
from lost_update.web.pages.problem import accepts_html, write_problem
from lost_update.web.proxies import to_root
from lost_update.web.requests import note_of
from lost_update.wording import cause

ERRORS: Final = {
    400: "The request cannot be read, or it names a host that this server is not.",
    403: "A page of another site may not do this, the run or room is another's, or the server is for one person alone.",
    404: "There is no such run, recording or room: it never existed, or it is gone. Or there is no such format.",
    405: "This address does not take this method.",
    408: "The request was not complete in time.",
    409: "This cannot be done now. The message says why.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body is not JSON.",
    422: "The request is refused: it is not as described, it makes no sense, or it cannot end within the limits.",
    429: "Too many of this kind wait already, or go on. `Retry-After` says when there is room.",
    431: "The headers are too large.",
    500: "The server failed. This is a bug in Lost Update. The message names the line of the log that says more.",
    503: "The server is shutting down, has as many viewers as it may have, got something from the machine no more, or "
    "cannot reach the others of its service.",
}
"""What each status of an error means. No others are answered."""

HINTS: Final = {
    400: "Send JSON in the body.",
    404: "Check the address. Runs are kept for a while only.",
    405: "Use another method. The Allow header lists the possible ones.",
}

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

USUAL_HINT: Final = "Check the request."

STATUS_OF: Final = {
    "not_yours": 403,
    "not_your_room": 403,
    "no_seat": 403,
    "no_such_room": 404,
    "nothing_asked_for": 404,
    "not_now": 409,
    "one_person_alone": 403,
    "closing": 503,
    "too_many_viewers": 503,
    "replicas_away": 503,
    "replica_silent": 503,
    "not_runnable": 409,
    "not_replayable": 409,
    "not_possible": 409,
    "not_over": 409,
    "no_such_format": 404,
    "no_such_run": 404,
    "no_such_recording": 404,
    "not_kept": 409,
    "too_much_pinned": 409,
}
"""Refusals that are not about the request itself, which is 422."""


class Problem(TypedDict):
    """What is wrong: `code` for programs; `message`, and `hint`, which says what to do, for people."""

    code: str
    message: str
    hint: str


class ErrorAnswer(TypedDict):
    """The one form of every error."""

    error: Problem


class NoSuchRun(Refusal):
    """No run of that id is remembered."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            "no_such_run",
            f"There is no run {run_id[:40]!a}: it never existed, or it has expired.",
            "Start a new one. The runs that are kept are listed at /api/runs.",
        )


def error(
    asked: Scope,
    status: int,
    code: str,
    message: str,
    hint: str,
    *,
    headers: Mapping[str, str] | None = None,
    way_out: str | None = "",
) -> Response:
    """A response in the form of an error; as a page, where that was asked for.

    `way_out` is an address to go on at, if our own will not do; None where there is none. A message may repeat what was
    sent. Half of a surrogate pair is valid in JSON, and cannot be encoded as it stands.
    """
    note_of(asked).code = code
    message = message.encode(errors="backslashreplace").decode()
    if accepts_html(Headers(scope=asked)):
        return write_problem(status, message, hint, root=to_root(asked), headers=headers, way_out=way_out)
    answer = ErrorAnswer(error=Problem(code=code, message=message, hint=hint))
    return JSONResponse(answer, status, headers)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer, for its description. Each refers to the one description of that error."""
    return {
        status: {"$ref": f"#/components/responses/Error{status}", "description": ERRORS[status]} for status in statuses
    }


def install(app: FastAPI) -> None:
    """Answer every exception in the form of an error."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _pass_on)


def fault(asked: Scope, unexpected: Exception) -> Response:
    """The answer to a request that failed by an error which nobody expected."""
    if (of_the_machine := refused(unexpected)) is not None:
        message = f"This cannot be done now: {of_the_machine}."
        return error(asked, 503, "no_room", message, "Try again when other runs have ended, or raise that limit.")
    message = f"The server failed. This is a bug in Lost Update. The line {log(unexpected)} of its log says where."
    return error(asked, 500, "internal", message, "Please report it, with that line.")


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    if refusal.retry_after_seconds is not None:
        headers = {"Retry-After": str(refusal.retry_after_seconds)}
        return error(request.scope, 429, refusal.code, refusal.message, refusal.hint, headers=headers)
    return error(request.scope, STATUS_OF.get(refusal.code, 422), refusal.code, refusal.message, refusal.hint)


async def _invalid(request: Request, invalid: Exception) -> Response:
    assert isinstance(invalid, RequestValidationError)
    problems = invalid.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return error(request.scope, 422, "broken_json", "The body is not JSON.", "Send one JSON object, such as {}.")
    message = "; ".join(f"{_field(problem['loc'])}: {cause(problem)}" for problem in problems[:5])
    return error(
        request.scope,
        422,
        "bad_request",
        f"{message}.",
        "Correct these fields. A field that is left out takes its default.",
    )


async def _http(request: Request, http: Exception) -> Response:
    assert isinstance(http, HTTPException)
    status = HTTPStatus(http.status_code)
    code = status.phrase.lower().replace(" ", "_")
    message = "There is nothing at this address." if status == HTTPStatus.NOT_FOUND else f"{http.detail}."
    headers = dict(http.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(_allowed(request))
    return error(request.scope, status, code, message, HINTS.get(status, USUAL_HINT), headers=headers)


def _allowed(request: Request) -> list[str]:
    """The methods that this address takes. A route names only its own, and an address may have several."""
    routes = request.app.routes
    asked = [{**request.scope, "method": method} for method in METHODS]
    found = [each["method"] for each in asked if any(route.matches(each)[0] is Match.FULL for route in routes)]
    # The routes of FastAPI do not know that HEAD is answered wherever GET is.
    return [*found, "HEAD"] if "GET" in found and "HEAD" not in found else found


async def _pass_on(_request: Request, unexpected: Exception) -> Response:
    """Leave it to `faults`, the layer around everything; Starlette would answer in a form of its own."""
    raise unexpected


def _field(location: Sequence[Any]) -> str:
    """The name of the field, in ASCII, whatever was sent as a name."""
    return ascii(".".join(str(part) for part in location[1:]))[1:61].rstrip("'") or "body"
