"""The interface for programs, ours in the browser among them: `/api/...` and `/healthz`.

What is said at the routes is what `/openapi.json` says of them (`lost_update.web.openapi`). All of them answer with a
response that is made already, so the models there only describe: FastAPI checks nothing against them.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Header, Path, Query
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lost_update.explorer.explore import Answer
from lost_update.exports.replay import NotReplayable, replay
from lost_update.runs.encoding import Step, lines_json
from lost_update.runs.encoding import steps as steps_of
from lost_update.runs.exploring import ExploreRequest
from lost_update.runs.fixing import FixRequest, Verdict
from lost_update.runs.registry import Registry
from lost_update.runs.request import MAX_SCHEDULE, Grant, Refusal, RunRequest
from lost_update.runs.run import Run
from lost_update.runs.view import Granted, RunView
from lost_update.web import errors
from lost_update.web.errors import NoSuchRun
from lost_update.web.shapes import Event, Health
from lost_update.web.stream import Viewers

LONGEST_LOG = 2 * MAX_SCHEDULE
"""Steps that one may look through for a schedule: there are at most as many others, and those are of the lives."""

SEND_TIMEOUT_SECONDS = 30
"""A viewer who takes nothing for this long is let go."""

NAMED: Final = {
    "Content-Disposition": {"description": "The name of the file.", "required": True, "schema": {"type": "string"}}
}

RunId = Annotated[str, Path(description="The `id` of a run.")]

WATCHING: Final = """\
Server-Sent Events: first what has happened, then what happens. Each event is one JSON object in `data`; the schema says
which events there are. `steps` and `end` have an id, `RUN-NEXT`: sent as `Last-Event-ID`, or in `after`, it makes
the stream go on there with no gap and no repeat. Any other id means from the start. After `end` the stream closes.
"""


class Lines(StreamingResponse):
    """JSON objects, one a line."""

    media_type = "application/x-ndjson"


class PythonFile(Response):
    """A file of Python."""

    media_type = "text/x-python"


class Events(EventSourceResponse):
    """Server-Sent Events."""

    media_type = "text/event-stream"


def routes(registry: Registry, viewers: Viewers) -> APIRouter:
    """The routes over one registry."""
    router = APIRouter(responses=errors.answers(400, 413, 500))
    exploring = asyncio.Lock()  # Who has to wait for others here takes no thread meanwhile: runs need them.

    def find(run_id: str) -> Run:
        run = registry.get(run_id)
        if run is None:
            raise NoSuchRun(run_id)
        return run

    @router.get(
        "/healthz",
        operation_id="health",
        tags=["server"],
        summary="Ask whether the server is well",
        response_description="It is.",
        response_model=Health,
    )
    async def health() -> Response:
        return _json(Health(status="ok"))

    @router.post(
        "/api/runs",
        operation_id="startRun",
        tags=["runs"],
        summary="Start a run",
        response_description="The run, which has just been started or waits for its place.",
        response_model=RunView,
        status_code=201,
        responses=errors.answers(403, 415, 422, 429, 503),
    )
    async def start(request: RunRequest) -> Response:
        return _json((await run_in_threadpool(registry.submit, request)).view(), 201)

    @router.get(
        "/api/runs",
        operation_id="listRuns",
        tags=["runs"],
        summary="List all runs",
        response_description="All that are remembered, newest first.",
        response_model=list[RunView],
    )
    async def list_runs() -> Response:
        return _json([run.view() for run in registry.newest_first()])

    @router.get(
        "/api/runs/{run_id}",
        operation_id="showRun",
        tags=["runs"],
        summary="Look at a run",
        response_description="The run as it is now.",
        response_model=RunView,
        responses=errors.answers(404),
    )
    async def show(run_id: RunId) -> Response:
        return _json(find(run_id).view())

    @router.delete(
        "/api/runs/{run_id}",
        operation_id="stopRun",
        tags=["runs"],
        summary="Stop a run",
        response_description="The run, which is over now. One that was over already stays as it was.",
        response_model=RunView,
        responses=errors.answers(403, 404, 415),
    )
    async def stop(run_id: RunId) -> Response:
        run = find(run_id)
        await run_in_threadpool(registry.stop, run, "It was stopped on request.")
        await run_in_threadpool(run.join)
        return _json(run.view())

    @router.post(
        "/api/runs/{run_id}/grants",
        operation_id="grantStep",
        tags=["runs"],
        summary="Let a process take its next step",
        description="For runs of the pace `step`. Refused for a process that waits for a lock, or has ended.",
        response_description="The step that it took, and the run after it.",
        response_model=Granted,
        responses=errors.answers(403, 404, 409, 415, 422),
    )
    async def grant(run_id: RunId, request: Grant) -> Response:
        run = find(run_id)
        step = await run_in_threadpool(run.grant, request.process)
        return _json(Granted(step=step, run=run.view()))

    @router.get(
        "/api/runs/{run_id}/events",
        operation_id="watchRun",
        tags=["runs"],
        summary="Watch a run",
        description=WATCHING,
        response_class=Events,
        response_description="The events of the run, up to its end.",
        responses={200: {"model": list[Event]}, **errors.answers(404, 503)},
    )
    async def watch(
        run_id: RunId,
        last_event_id: Annotated[
            str,
            Header(
                alias="Last-Event-ID",
                description="The id of the last event that was seen. Browsers send it when they connect again.",
            ),
        ] = "",
        after: Annotated[str, Query(description="The same, for whoever cannot set a header.")] = "",
    ) -> Events:
        run = find(run_id)
        viewers.refuse_more()
        return Events(viewers.watch(run, last_event_id or after), send_timeout=SEND_TIMEOUT_SECONDS)

    @router.get(
        "/api/runs/{run_id}/steps.ndjson",
        operation_id="listSteps",
        tags=["runs"],
        summary="Fetch every step of a run",
        response_class=Lines,
        response_description="Every step that there is by now, one JSON object a line, in log order.",
        responses={200: {"model": list[Step]}, **errors.answers(404)},
    )
    async def steps(run_id: RunId) -> Lines:
        return Lines(_lines(find(run_id)))

    @router.get(
        "/api/runs/{run_id}/replay.py",
        operation_id="replayRun",
        tags=["runs"],
        summary="Take a run away as a test",
        response_class=PythonFile,
        response_description="A file for pytest that leads new real processes through the same steps.",
        responses={200: {"headers": NAMED}, **errors.answers(404, 409)},
    )
    async def take_away(run_id: RunId) -> PythonFile:
        run = find(run_id)
        headers = {"Content-Disposition": f'attachment; filename="test_replay_{run.id}.py"'}
        return PythonFile(await run_in_threadpool(_replay, run), headers=headers)

    @router.post(
        "/api/explore",
        operation_id="explore",
        tags=["interleavings"],
        summary="Work out every interleaving",
        response_description=(
            "Every outcome, or what was covered within the budget, and then what is known anyway and an estimate."
        ),
        response_model=Answer,
        responses=errors.answers(403, 415, 422),
    )
    async def explore(request: ExploreRequest) -> Response:
        async with exploring:
            return _json(await run_in_threadpool(registry.explore, request))

    @router.post(
        "/api/fix",
        operation_id="judgeFix",
        tags=["interleavings"],
        summary="Judge where a lock was placed",
        response_description="Whether it holds in every interleaving, or else a schedule that breaks it.",
        response_model=Verdict,
        responses=errors.answers(403, 415, 422),
    )
    async def fix(request: FixRequest) -> Response:
        async with exploring:
            return _json(await run_in_threadpool(registry.fix, request))

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
