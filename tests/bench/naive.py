"""The event stream as one writes it first: an event a step, made anew for every viewer, who looks for more by himself.

It stands on the same runs and logs, on sse-starlette and uvicorn, and even encodes with orjson.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.encoding import steps
from lost_update.model.log import PIECE

LOOK_AGAIN_SECONDS = 0.02


class NaiveServer(uvicorn.Server):
    """Serves the runs of a registry that has another owner."""

    def __init__(self, registry: Registry) -> None:
        async def watch(request: Request) -> EventSourceResponse:
            run = registry.get(request.path_params["run_id"])
            assert run is not None
            return EventSourceResponse(_events(run), sep="\n")

        application = Starlette(routes=[Route("/api/runs/{run_id}/events", watch)])
        super().__init__(uvicorn.Config(application, log_level="warning", access_log=False))


async def _events(run: Run) -> AsyncIterator[dict[str, Any]]:
    cursor = 0
    while True:
        is_over = run.is_over
        end = min(len(run.recording.log), cursor + PIECE)
        for step in steps(run.recording.log.rows(cursor, end), cursor, run.recording.names):
            yield {"event": "step", "id": str(step["index"]), "data": orjson.dumps(step).decode()}
        if cursor != end:
            cursor = end
            await asyncio.sleep(0)
        elif is_over:
            yield {"event": "end", "data": orjson.dumps(run.view()).decode()}
            return
        else:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
