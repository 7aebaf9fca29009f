"""The one form of every error: `{"error": {"code", "message", "hint"}}`, and how each exception becomes one."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from typing_extensions import TypedDict

from lost_update.runs.registry import Full
from lost_update.runs.request import Refusal

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

HINTS: Final = {
    400: "Send a body that is JSON.",
    404: "Look at the address. Runs are listed at /api/runs; old ones expire.",
    405: "Use another method: the Allow header names those that there are.",
}

STATUS_OF: Final = {
    "closing": 503,
    "too_many_viewers": 503,
    "not_runnable": 409,
    "not_replayable": 409,
    "no_such_run": 404,
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
            f"There is no run {run_id[:40]!a}: it never was, or it has expired.",
            "Start a new one. Runs that are remembered are listed at /api/runs.",
        )


def error(status: int, code: str, message: str, hint: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A response in the form of an error."""
    answer = ErrorAnswer(error=Problem(code=code, message=message, hint=hint))
    return JSONResponse(answer, status, headers)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Errors that a route may answer, for its description; what they are like stands there only once."""
    return {
        status: {"$ref": f"#/components/responses/Error{status}", "description": ERRORS[status]} for status in statuses
    }


def install(app: FastAPI) -> None:
    """Answer every exception in the form of an error."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    if isinstance(refusal, Full):
        headers = {"Retry-After": str(refusal.retry_after_seconds)}
        return error(429, refusal.code, refusal.message, refusal.hint, headers)
    return error(STATUS_OF.get(refusal.code, 422), refusal.code, refusal.message, refusal.hint)


async def _invalid(_request: Request, invalid: Exception) -> JSONResponse:
    assert isinstance(invalid, RequestValidationError)
    problems = invalid.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return error(422, "broken_json", "The body is not JSON.", "Send one JSON object, as in {}.")
    message = "; ".join(f"{_field(problem['loc'])}: {_cause(problem)}" for problem in problems[:5])
    return error(422, "bad_request", f"{message}.", "Correct what is named; what is left out takes its default.")


async def _http(_request: Request, http: Exception) -> JSONResponse:
    assert isinstance(http, HTTPException)
    status = HTTPStatus(http.status_code)
    hint = HINTS.get(status, "Look at the request again.")
    return error(status, status.phrase.lower().replace(" ", "_"), f"{http.detail}.", hint, http.headers)


async def _fault(_request: Request, _error: Exception) -> JSONResponse:
    return error(
        500,
        "internal",
        "The server failed: a fault of Lost Update.",
        "Its log has the details; please report it.",
    )


def _field(location: Sequence[Any]) -> str:
    """The name of the field, in ASCII, whatever somebody sent as a name."""
    return ascii(".".join(str(part) for part in location[1:]))[1:61].rstrip("'") or "body"


def _cause(problem: Mapping[str, Any]) -> str:
    cause: str = {
        "extra_forbidden": "is not a field of this request",
        "model_attributes_type": "must be one JSON object",
    }.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return cause[0].lower() + cause[1:]
