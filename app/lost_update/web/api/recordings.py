"""`/api/recordings`: what is kept. Visitors list and change their own; who knows a run's address may look at it."""

import gzip
from collections.abc import Callable
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, field_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from typing_extensions import TypedDict

from lost_update.settings import MAX_NAME, MAX_SEARCH
from lost_update.sources.request import FromJSON, Refusal
from lost_update.store.card import Kept
from lost_update.store.store import NoneKept, NotKept, OfAnother, TooMuchPinned
from lost_update.web import errors
from lost_update.web.api.shared import in_json
from lost_update.web.known import Known
from lost_update.web.visitors import NotYours, owners

AT_ONCE: Final = 100
"""Recordings in one answer."""


FASTEST: Final = 1
"""Of the levels of gzip: numbers hardly become smaller by another."""


class Recordings(TypedDict):
    """Some of the recordings that a visitor keeps, newest first. `next` is where the older ones go on, as `before`.

    `bytes` is what all of theirs take, `budget` what those of all visitors may take. `max_import` is the most
    bytes of a file that is brought along. `why_not` says why nothing is kept now, and what to do; None where `is_kept`.
    """

    recordings: list[Kept]
    next: str | None
    bytes: int
    budget: int | None
    max_import: int
    is_kept: bool
    why_not: str | None


class RecordingChange(FromJSON):
    """What is to change about a recording: its name, whether it is pinned. What is left out stays as it is."""

    name: Annotated[str, Field(max_length=MAX_NAME)] | None = None
    is_pinned: bool | None = None

    @field_validator("name")
    @classmethod
    def _trim(cls, name: str | None) -> str | None:
        """An empty name is none."""
        return None if name is None else name.strip() or None


KeptId = Annotated[str, Path(description="The `id` of a recording, which is that of its run.")]


class NoSuchRecording(Refusal):
    """Nobody keeps a recording of that id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            "no_such_recording",
            f"There is no recording {run_id[:40]!a}: it was never kept, or it has been removed.",
            "Those that you keep are listed at /api/recordings.",
        )


def add_to(router: APIRouter, known: Known) -> None:
    """The routes to what is kept."""
    _add_list(router, known)
    _add_changes(router, known)


def _add_list(router: APIRouter, known: Known) -> None:
    @router.get(
        "/api/recordings",
        operation_id="listRecordings",
        tags=["recordings"],
        summary="List the recordings that you keep",
        description="Every word of `search` has to be in the name, in what ran, or in the kind of a finding. What was "
        "made by a command in a terminal is listed for whoever asks from the same machine.",
        response_description="The newest of them, or those before a place.",
        response_model=Recordings,
        responses=errors.responses(422),
    )
    async def list_recordings(
        asked: Request,
        search: Annotated[str, Query(max_length=MAX_SEARCH, description="Words to look for.")] = "",
        before: Annotated[
            str, Query(pattern=r"^[0-9]{0,18}$", description="The `next` of the answer before this one.")
        ] = "",
    ) -> Response:
        place = int(before) if before else None
        compressed = "gzip" in asked.headers.get("Accept-Encoding", "")
        listed = await run_in_threadpool(_list, known, owners(asked), search, place, compressed)
        headers = {"Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
        return Response(listed, media_type="application/json", headers=headers)


def _add_changes(router: APIRouter, known: Known) -> None:
    async def changed(run_id: str, change: Callable[[], Kept]) -> Response:
        return in_json(await run_in_threadpool(_refusing, run_id, change))

    @router.patch(
        "/api/recordings/{run_id}",
        operation_id="changeRecording",
        tags=["recordings"],
        summary="Rename or pin a recording",
        description="A name that is null or empty takes the given name away. What is pinned never expires.",
        response_description="The recording as it is now.",
        response_model=Kept,
        responses=errors.responses(403, 404, 409, 415, 422),
    )
    async def change(run_id: KeptId, request: RecordingChange, asked: Request) -> Response:
        return await changed(run_id, lambda: _apply(known, run_id, owners(asked), request))

    @router.delete(
        "/api/recordings/{run_id}",
        operation_id="deleteRecording",
        tags=["recordings"],
        summary="Delete a recording",
        description="It is gone from lists and addresses at once. For ten minutes it can be restored, as long as the "
        "server goes on.",
        response_description="The recording, which is deleted now.",
        response_model=Kept,
        responses=errors.responses(403, 404, 409, 415),
    )
    async def delete(run_id: KeptId, asked: Request) -> Response:
        answer = await changed(run_id, lambda: known.store.delete(run_id, owners(asked)))
        if not await run_in_threadpool(known.store.is_there, run_id):
            await known.forget(run_id)
        return answer

    @router.post(
        "/api/recordings/{run_id}/restore",
        operation_id="restoreRecording",
        tags=["recordings"],
        summary="Bring back a deleted recording",
        response_description="The recording, which is there again.",
        response_model=Kept,
        responses=errors.responses(403, 404, 409, 415),
    )
    async def restore(run_id: KeptId, asked: Request) -> Response:
        return await changed(run_id, lambda: known.store.restore(run_id, owners(asked)))


def _list(known: Known, whose: tuple[str, ...], search: str, place: int | None, compressed: bool) -> bytes:
    """The answer as it is sent. A hundred pictures are compressed here, in a thread, and not by the event loop."""
    store = known.store
    found = store.listing(whose, search, place, AT_ONCE)
    why_not = store.why_not
    answer = orjson.dumps(
        Recordings(
            recordings=found.kept,
            next=None if found.before is None else str(found.before),
            bytes=found.size,
            budget=store.budget,
            max_import=known.registry.settings.max_import,
            is_kept=why_not is None,
            why_not=why_not,
        )
    )
    return gzip.compress(answer, FASTEST, mtime=0) if compressed else answer


def _apply(known: Known, run_id: str, whose: tuple[str, ...], request: RecordingChange) -> Kept:
    kept: Kept | None = None
    if request.is_pinned is not None:
        kept = known.store.pin(run_id, whose, request.is_pinned)
    if "name" in request.model_fields_set:
        kept = known.store.rename(run_id, whose, request.name)
    return known.store.own(run_id, whose) if kept is None else kept


def _refusing(run_id: str, change: Callable[[], Any]) -> Any:
    """What the change answers, or else why it was not made."""
    try:
        return change()
    except NoneKept:
        raise NoSuchRecording(run_id) from None
    except OfAnother:
        raise NotYours(
            "Another visitor keeps this recording, so only they can change it. You may watch it.",
            "Take it away as a file, and open that: then it is yours.",
        ) from None
    except NotKept as why:
        raise Refusal("not_kept", str(why), "The run can be watched for as long as this server remembers it.") from None
    except TooMuchPinned:
        raise Refusal(
            "too_much_pinned",
            "Half of all that may be kept here is pinned already, and what is pinned never leaves.",
            "Take the pin off another recording, or raise LOST_UPDATE_KEEP_BYTES.",
        ) from None
