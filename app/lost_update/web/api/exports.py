"""`/api/runs/{run_id}/…`: a recording to take away: its steps, all of it in some format, a test that repeats it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lost_update.execution.registry import Registry
from lost_update.exports.formats import FORMATS
from lost_update.exports.ndjson import FirstLine, LastLine, ProcessLine, TargetLine, step_lines
from lost_update.exports.replay import NotReplayable, replay
from lost_update.model.encoding import Step
from lost_update.model.recording import Recording
from lost_update.settings import MAX_SCHEDULE
from lost_update.sources.request import Refusal
from lost_update.web import errors
from lost_update.web.api.shared import RunId, find

NAMED: Final = {
    "Content-Disposition": {"description": "The name of the file.", "required": True, "schema": {"type": "string"}}
}

FormatName = Annotated[
    str,
    Path(
        alias="format",
        description=f"One of these: {', '.join(FORMATS)}.",
        json_schema_extra={"enum": list(FORMATS)},
    ),
]


class Lines(StreamingResponse):
    """JSON objects, one a line."""

    media_type = "application/x-ndjson"


class PythonFile(Response):
    """A file of Python."""

    media_type = "text/x-python"


def add_to(router: APIRouter, registry: Registry) -> None:
    """A route for each form that a run can be taken away in."""

    @router.get(
        "/api/runs/{run_id}/steps.ndjson",
        operation_id="listSteps",
        tags=["runs"],
        summary="Fetch every step of a run",
        response_class=Lines,
        response_description="Every step that there is by now, one JSON object a line, in log order.",
        responses={200: {"model": list[Step]}, **errors.responses(404)},
    )
    async def steps(run_id: RunId) -> Lines:
        return Lines(_one_after_the_other(step_lines(find(registry, run_id))))

    @router.get(
        "/api/runs/{run_id}/export/{format}",
        operation_id="exportRun",
        tags=["runs"],
        summary="Take a recording away",
        description="All that is known of a run that has ended, as a file. Refused while the run goes on.",
        response_class=Lines,
        response_description="As `ndjson`: the header, the declarations, every step and the end, an object a line.",
        responses={
            200: {"model": list[FirstLine | ProcessLine | TargetLine | Step | LastLine], "headers": NAMED},
            **errors.responses(404, 409),
        },
    )
    async def export(run_id: RunId, format_name: FormatName) -> StreamingResponse:
        recording = find(registry, run_id)
        found = FORMATS.get(format_name)
        if found is None:
            raise Refusal(
                "no_such_format",
                f"There is no format {format_name[:40]!a}.",
                f"Choose one of these: {', '.join(FORMATS)}.",
            )
        if not recording.is_over:
            raise Refusal("not_over", "The run still goes on.", "Take it away when it has ended, or stop it.")
        headers = {"Content-Disposition": f'attachment; filename="run-{recording.id}{found.suffix}"'}
        return StreamingResponse(
            _one_after_the_other(found.write(recording)), headers=headers, media_type=found.media_type
        )

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
        recording = find(registry, run_id)
        headers = {"Content-Disposition": f'attachment; filename="test_replay_{recording.id}.py"'}
        return PythonFile(await run_in_threadpool(_replay, recording), headers=headers)


async def _one_after_the_other(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The parts, each made when the one before it has been taken, with room for others in between."""
    for part in parts:
        yield part
        await asyncio.sleep(0)


def _replay(recording: Recording) -> str:
    try:
        return replay(recording, MAX_SCHEDULE)
    except NotReplayable as reason:
        raise Refusal(
            "not_replayable", str(reason), "Take away a run of a shared counter or array that came to its end."
        ) from None
