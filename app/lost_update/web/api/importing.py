"""`POST /api/recordings`: a recording that somebody brings along, as a file."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lost_update.exports.ndjson import Unreadable
from lost_update.model.recording import Recording
from lost_update.model.view import RunView, ScriptRunView
from lost_update.sources.request import Refusal
from lost_update.store.importing import Limits, beside, recording_of
from lost_update.web import errors
from lost_update.web.api.shared import view_in_json
from lost_update.web.errors import NoSuchRun
from lost_update.web.known import Known
from lost_update.web.security import FILE_TYPES
from lost_update.web.visitors import visitor

NAME: Final = "The file"
"""Nobody told its name, and whoever opens it knows it."""

BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of an export, `ndjson` or `html`.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILE_TYPES},
    }
}


def add_to(router: APIRouter, known: Known) -> None:
    """The route that takes a file."""
    turn = asyncio.Lock()

    @router.post(
        "/api/recordings",
        operation_id="importRecording",
        tags=["recordings"],
        summary="Open a recording from a file",
        description="An `ndjson` or `html` export, of this server or of another. Nothing in it is executed, and its "
        "figures are worked out anew. It belongs to whoever brings it. Where its id is taken by another recording, it "
        "is given a new one.",
        response_description="The run that it is a recording of.",
        response_model=RunView | ScriptRunView,
        status_code=201,
        responses=errors.responses(403, 413, 415, 422, 429),
        openapi_extra=BODY,
    )
    async def bring(asked: Request) -> Response:
        limits = Limits.of(known.registry.settings)
        data = await asked.body()
        async with turn:  # one at a time: it takes a core
            recording = await run_in_threadpool(_read, data, limits)
            recording = await _beside_what_is_there(known, recording)
        await known.bring(recording, visitor(asked))
        return view_in_json(recording, 201)


def _read(data: bytes, limits: Limits) -> Recording:
    try:
        return recording_of(NAME, data, limits)
    except Unreadable as why:
        raise Refusal("no_recording", str(why), "Open a file that Lost Update has exported.") from None


async def _beside_what_is_there(known: Known, recording: Recording) -> Recording:
    try:
        there = await known.whole(recording.id)
    except NoSuchRun:
        return recording
    return await run_in_threadpool(beside, recording, there)
