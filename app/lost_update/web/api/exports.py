"""`/api/runs/{run_id}/…`: a run to take away, as its steps one a line, or as a test that repeats it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.exports.replay import NotReplayable, replay
from lost_update.model.encoding import Step, lines_json
from lost_update.model.encoding import steps as steps_of
from lost_update.settings import MAX_SCHEDULE
from lost_update.sources.request import Refusal
from lost_update.web import errors
from lost_update.web.api.shared import RunId, find

LONGEST_LOG = 2 * MAX_SCHEDULE
"""Steps that one may look through for a schedule: there are at most as many others, and those are of the lives."""

LINES_AT_ONCE = 512
"""Of a log that is sent. Making them takes about 2 ms, and so long everybody else waits."""

NAMED: Final = {
    "Content-Disposition": {"description": "The name of the file.", "required": True, "schema": {"type": "string"}}
}


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
        return Lines(_lines(find(registry, run_id)))

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
        run = find(registry, run_id)
        headers = {"Content-Disposition": f'attachment; filename="test_replay_{run.id}.py"'}
        return PythonFile(await run_in_threadpool(_replay, run), headers=headers)


async def _lines(run: Run) -> AsyncIterator[bytes]:
    """Every step that there is now, some at a time."""
    end = len(run.log)
    for start in range(0, end, LINES_AT_ONCE):
        yield lines_json(run.log.rows(start, min(start + LINES_AT_ONCE, end)), start, run.names)
        await asyncio.sleep(0)


def _replay(run: Run) -> str:
    try:
        if run.request.variant.stage != "cells":
            raise NotReplayable(f"The scenario {run.request.scenario} cannot be taken step by step.")
        if len(run.log) > LONGEST_LOG:
            raise NotReplayable(f"The run took {len(run.log):,} steps; a schedule has at most {MAX_SCHEDULE:,}.")
        return replay(run.view(), steps_of(run.log.rows(0, len(run.log)), 0, run.names), MAX_SCHEDULE)
    except NotReplayable as reason:
        raise Refusal(
            "not_replayable", str(reason), "Take away a run of a shared counter or array that came to its end."
        ) from None
