"""The interface for programs, ours in the browser among them: `/api/...` and `/healthz`.

`lost_update.web.description` says of each what it takes and answers, and `/openapi.json` says so to programs.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lost_update.exports.replay import NotReplayable, replay
from lost_update.runs.encoding import lines_json
from lost_update.runs.encoding import steps as steps_of
from lost_update.runs.exploring import ExploreRequest
from lost_update.runs.fixing import FixRequest
from lost_update.runs.registry import Registry
from lost_update.runs.request import MAX_SCHEDULE, Grant, Refusal, RunRequest
from lost_update.runs.run import Run
from lost_update.runs.view import Granted
from lost_update.web.description import Health, document_json
from lost_update.web.errors import NoSuchRun
from lost_update.web.stream import Viewers

LONGEST_LOG = 2 * MAX_SCHEDULE
"""Steps that one may look through for a schedule: there are at most as many others, and those are of the lives."""

SEND_TIMEOUT_SECONDS = 30
"""A viewer who takes nothing for this long is let go."""


def routes(registry: Registry, viewers: Viewers) -> APIRouter:
    """The routes over one registry."""
    router = APIRouter()
    exploring = asyncio.Lock()  # Who has to wait for others here takes no thread meanwhile: runs need them.

    def find(run_id: str) -> Run:
        run = registry.get(run_id)
        if run is None:
            raise NoSuchRun(run_id)
        return run

    @router.get("/openapi.json", include_in_schema=False)
    async def describe() -> Response:
        return Response(document_json(), media_type="application/json")

    @router.get("/healthz")
    async def health() -> Response:
        return _json(Health(status="ok"))

    @router.post("/api/runs")
    async def start(request: RunRequest) -> Response:
        return _json((await run_in_threadpool(registry.submit, request)).view(), 201)

    @router.get("/api/runs")
    async def list_runs() -> Response:
        return _json([run.view() for run in registry.newest_first()])

    @router.get("/api/runs/{run_id}")
    async def show(run_id: str) -> Response:
        return _json(find(run_id).view())

    @router.delete("/api/runs/{run_id}")
    async def stop(run_id: str) -> Response:
        run = find(run_id)
        await run_in_threadpool(registry.stop, run, "It was stopped on request.")
        await run_in_threadpool(run.join)
        return _json(run.view())

    @router.post("/api/runs/{run_id}/grants")
    async def grant(run_id: str, request: Grant) -> Response:
        run = find(run_id)
        step = await run_in_threadpool(run.grant, request.process)
        return _json(Granted(step=step, run=run.view()))

    @router.post("/api/explore")
    async def explore(request: ExploreRequest) -> Response:
        async with exploring:
            return _json(await run_in_threadpool(registry.explore, request))

    @router.post("/api/fix")
    async def fix(request: FixRequest) -> Response:
        async with exploring:
            return _json(await run_in_threadpool(registry.fix, request))

    @router.get("/api/runs/{run_id}/events")
    async def watch(
        run_id: str,
        last_event_id: Annotated[str, Header()] = "",
        after: Annotated[str, Query()] = "",
    ) -> EventSourceResponse:
        run = find(run_id)
        viewers.refuse_more()
        return EventSourceResponse(viewers.watch(run, last_event_id or after), send_timeout=SEND_TIMEOUT_SECONDS)

    @router.get("/api/runs/{run_id}/steps.ndjson")
    async def steps(run_id: str) -> StreamingResponse:
        return StreamingResponse(_lines(find(run_id)), media_type="application/x-ndjson")

    @router.get("/api/runs/{run_id}/replay.py")
    async def take_away(run_id: str) -> Response:
        run = find(run_id)
        headers = {"Content-Disposition": f'attachment; filename="test_replay_{run.id}.py"'}
        return Response(await run_in_threadpool(_replay, run), media_type="text/x-python", headers=headers)

    return router


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


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


async def _lines(run: Run) -> AsyncIterator[bytes]:
    """Every step that there is now, piece by piece."""
    end = len(run.log)
    cursor = 0
    while cursor < end:
        start, cursor = run.log.piece_after(cursor)
        yield lines_json(run.log.rows(start, cursor), start, run.names)
        await asyncio.sleep(0)
