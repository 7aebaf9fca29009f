"""An error that nobody expected is one line in the log with an id, and an answer in the form of any other error."""

import asyncio
import errno
import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web import errors
from lost_update.web.faults import Faults
from lost_update.web.security import response_headers

REQUEST: Scope = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "headers": [],
    "http_version": "1.1",
    "scheme": "http",
    "server": ("localhost", 80),
    "client": ("127.0.0.1", 1),
}


def asked(app: ASGIApp) -> list[Message]:
    """What it sends."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Faults(app, Settings())(dict(REQUEST), receive, send))
    return sent


def failing(error: Exception) -> FastAPI:
    """An application whose only page fails."""
    app = FastAPI(openapi_url=None)
    errors.install(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    return app


def problem_in(sent: list[Message]) -> dict[str, Any]:
    """The error that was answered."""
    found: dict[str, Any] = json.loads(sent[1]["body"])["error"]
    return found


def test_a_fault_of_ours_is_one_line_in_the_log_whose_id_the_answer_names(caplog: pytest.LogCaptureFixture) -> None:
    sent = asked(failing(ZeroDivisionError("two\nlines")))
    assert sent[0]["status"] == 500
    (line,) = caplog.messages
    assert "\n" not in line
    assert "ZeroDivisionError" in line
    assert "test_faults.py:" in line, "it says where"
    assert f"The line {line.split()[1].rstrip(':')} of its log" in problem_in(sent)["message"]
    names = {name.decode() for name, _ in sent[0]["headers"]}
    assert {name.lower() for name in response_headers(())} <= names


@pytest.mark.parametrize(
    ("error", "limit"),
    [(RuntimeError("can't start new thread"), "pids.max"), (OSError(errno.EMFILE, "no"), "ulimit -n")],
)
def test_what_the_machine_refuses_is_no_fault_and_names_the_limit(
    caplog: pytest.LogCaptureFixture, error: Exception, limit: str
) -> None:
    sent = asked(failing(error))
    assert sent[0]["status"] == 503
    assert limit in problem_in(sent)["message"]
    assert caplog.messages == []


def test_an_answer_that_has_begun_is_only_broken_off(caplog: pytest.LogCaptureFixture) -> None:
    async def break_off(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    assert [message["type"] for message in asked(break_off)] == ["http.response.start"]
    assert len(caplog.messages) == 1


def test_half_of_a_surrogate_pair_in_a_message_can_be_answered() -> None:
    response = errors.error({**REQUEST}, 422, "bad", "There is no \ud800.", "Send another.")
    assert json.loads(bytes(response.body))["error"]["message"] == "There is no \\ud800."
