"""`/api/runs/{run_id}/…`: a recording to take away: its steps, all of it in some format, a test that repeats it."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from typing_extensions import TypedDict

from lost_update.exports.formats import FORMATS, Format
from lost_update.exports.ndjson import DetailsLine, FirstLine, LastLine, ProcessLine, SourceLine, TargetLine
from lost_update.exports.not_possible import NotPossible
from lost_update.exports.replay import NotReplayable, replay
from lost_update.model.encoding import Step
from lost_update.model.recording import Recording
from lost_update.settings import MAX_SCHEDULE
from lost_update.sources.request import Refusal
from lost_update.web import errors
from lost_update.web.api.shared import RunId, in_json
from lost_update.web.downloads import COLUMNS_TYPE, Download, Downloads
from lost_update.web.known import Known
from lost_update.web.visitors import visitor

NAMED: Final = {
    "Content-Disposition": {"description": "The name of the file.", "required": True, "schema": {"type": "string"}}
}

ENCODED: Final = {
    "Content-Encoding": {
        "description": "`gzip`, where the request accepts it.",
        "required": False,
        "schema": {"type": "string"},
    }
}

FormatName = Annotated[
    str,
    Path(
        alias="format",
        description=f"One of these: {', '.join(FORMATS)}.",
        json_schema_extra={"enum": list(FORMATS)},
    ),
]

AnyLine = FirstLine | SourceLine | ProcessLine | TargetLine | DetailsLine | Step | LastLine


def _described() -> dict[str, Any]:
    """What is answered in every format that is no JSON, by its type: several may share one."""
    found: dict[str, Any] = {}
    for each in FORMATS.values():
        if each.name != "ndjson":
            schema = found.setdefault(each.media_type, {"schema": {"type": "string", "description": ""}})["schema"]
            schema["description"] = f"{schema['description']} As `{each.name}`: {each.about}".strip()
    return found


class Lines(Download):
    """JSON objects, one a line."""

    media_type = "application/x-ndjson"


class BinaryColumns(Download):
    """Steps as typed arrays."""

    media_type = COLUMNS_TYPE


class PythonFile(Response):
    """A file of Python."""

    media_type = "text/x-python"


NOT_OVER: Final = "The run still goes on."


class ExportView(TypedDict):
    """A format: for whom it is, and the name of the file. `why_not`: this run cannot be had in it; one sentence."""

    name: str
    about: str
    media_type: str
    file: str
    why_not: str | None


def add_to(router: APIRouter, known: Known, downloads: Downloads) -> None:
    """A route for each form that a run can be taken away in."""
    _add_formats(router, known, downloads)

    @router.get(
        "/api/runs/{run_id}/steps.ndjson",
        operation_id="listSteps",
        tags=["runs"],
        summary="Fetch every step of a run",
        response_class=Lines,
        status_code=200,
        response_description="Every step that there is by now, one JSON object a line, in log order.",
        responses={200: {"model": list[Step]}, **errors.responses(404, 429)},
    )
    async def steps(run_id: RunId, asked: Request) -> Lines:
        recording = await known.whole(run_id)
        return Lines(downloads.steps(recording), downloads.enter(visitor(asked)))

    @router.get(
        "/api/runs/{run_id}/columns",
        operation_id="readColumns",
        tags=["runs"],
        summary="Fetch the steps of a run that has ended as binary columns",
        description="What the page itself reads. Its first frame says the version, the byte order and the fields; the "
        "whole format stands in the module `lost_update.model.binary`. Refused while the run goes on.",
        response_class=BinaryColumns,
        status_code=200,
        response_description="Every step, a column a field, some thousand steps at a time.",
        responses={200: {"headers": ENCODED}, **errors.responses(404, 409, 429)},
    )
    async def columns(run_id: RunId, asked: Request) -> BinaryColumns:
        compressed = "gzip" in asked.headers.get("Accept-Encoding", "")
        headers = {"Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
        parts = await _columns(known, downloads, run_id, compressed=compressed)
        return BinaryColumns(parts, downloads.enter(visitor(asked)), headers=headers)

    @router.get(
        "/api/runs/{run_id}/replay.py",
        operation_id="replayRun",
        tags=["runs"],
        summary="Take a run away as a test",
        response_class=PythonFile,
        response_description="A file for pytest that leads new real processes through the same steps.",
        responses={200: {"headers": NAMED}, **errors.responses(404, 409)},
    )
    async def take_away(run_id: RunId) -> PythonFile:
        recording = await known.whole(run_id)
        headers = _named(FORMATS["pytest"], recording)
        return PythonFile(await run_in_threadpool(_replay, recording), headers=headers)


def _add_formats(router: APIRouter, known: Known, downloads: Downloads) -> None:
    @router.get(
        "/api/runs/{run_id}/export",
        operation_id="listExports",
        tags=["runs"],
        summary="List the formats in which a run can be taken away",
        description="For whom each of them is, and why this run cannot be had in it, where it cannot.",
        response_model=list[ExportView],
        response_description="Every format that there is.",
        responses=errors.responses(404),
    )
    async def formats(run_id: RunId) -> Response:
        return in_json(await run_in_threadpool(_views, await known.whole(run_id)))

    @router.get(
        "/api/runs/{run_id}/export/{format}",
        operation_id="exportRun",
        tags=["runs"],
        summary="Take a recording away",
        description="A run that has ended, as a file. Refused while the run goes on, and where the format cannot show "
        "this run. The formats:\n\n" + "\n".join(f"- `{each.name}`: {each.about}" for each in FORMATS.values()),
        response_class=Lines,
        status_code=200,
        response_description="As `ndjson`: the header, the declarations, every step and the end, an object a line.",
        responses={
            200: {"model": list[AnyLine], "headers": NAMED, "content": _described()},
            **errors.responses(404, 409, 429),
        },
    )
    async def export(run_id: RunId, format_name: FormatName, asked: Request) -> Download:
        recording = await known.whole(run_id)
        found = FORMATS.get(format_name)
        if found is None:
            raise Refusal(
                "no_such_format",
                f"There is no format {format_name[:40]!a}.",
                f"Choose one of these: {', '.join(FORMATS)}.",
            )
        why_not = await run_in_threadpool(_why_not, found, recording)
        if why_not is not None:
            raise why_not
        parts, leave = downloads.parts(found.write(recording)), downloads.enter(visitor(asked))
        return Download(parts, leave, headers=_named(found, recording), media_type=found.media_type)


def _views(recording: Recording) -> list[ExportView]:
    return [_view(each, recording) for each in FORMATS.values()]


def _view(wanted: Format, recording: Recording) -> ExportView:
    why_not = _why_not(wanted, recording)
    return ExportView(
        name=wanted.name,
        about=wanted.about,
        media_type=wanted.media_type,
        file=wanted.file_name(recording),
        why_not=None if why_not is None else why_not.message,
    )


def _why_not(wanted: Format, recording: Recording) -> Refusal | None:
    """Why this recording cannot be had in that format, if so."""
    if not recording.is_over:
        return Refusal("not_over", NOT_OVER, "Take it away when it has ended, or stop it.")
    try:
        wanted.check(recording)
    except NotPossible as reason:
        return Refusal("not_possible", str(reason), reason.hint)
    return None


def _named(taken: Format, recording: Recording) -> dict[str, str]:
    """The header that tells a browser the name of the file."""
    return {"Content-Disposition": f'attachment; filename="{taken.file_name(recording)}"'}


async def _columns(known: Known, downloads: Downloads, run_id: str, *, compressed: bool) -> AsyncIterator[bytes]:
    """The columns as they are kept, where they are; else they are made."""
    kept = await known.kept_columns(run_id) if compressed else None
    if kept is not None:
        return downloads.as_it_is(kept)
    recording = await known.whole(run_id)
    if not recording.is_over:
        raise Refusal("not_over", NOT_OVER, "Watch its events, or ask again when it has ended.")
    return downloads.columns(recording, compressed=compressed)


def _replay(recording: Recording) -> str:
    try:
        return replay(recording, MAX_SCHEDULE)
    except NotReplayable as reason:
        raise Refusal("not_replayable", str(reason), reason.hint) from None
