"""`/api/runs`: start runs, look at them, stop them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from lost_update.model.view import RunView, ScriptRunView
from lost_update.sources.request import RunRequest
from lost_update.web import errors
from lost_update.web.api.shared import RunId, in_json, view_in_json
from lost_update.web.known import Known
from lost_update.web.visitors import check_owner, visitor


def add_to(router: APIRouter, known: Known) -> None:
    """The routes to runs as a whole."""

    @router.post(
        "/api/runs",
        operation_id="startRun",
        tags=["runs"],
        summary="Start a run",
        response_description="The run, which has just been started or waits for its place.",
        response_model=RunView,
        status_code=201,
        responses=errors.responses(403, 415, 422, 429),
    )
    async def start(request: RunRequest, asked: Request) -> Response:
        return view_in_json(await known.start(request, visitor(asked)), 201)

    @router.get(
        "/api/runs",
        operation_id="listRuns",
        tags=["runs"],
        summary="List all runs",
        response_description="All that are remembered, newest first; then those of scripts that are shown here.",
        response_model=list[RunView | ScriptRunView],
    )
    async def list_runs() -> Response:
        return in_json(await known.all_views())

    @router.get(
        "/api/runs/{run_id}",
        operation_id="showRun",
        tags=["runs"],
        summary="Look at a run",
        response_description="The run as it is now.",
        response_model=RunView | ScriptRunView,
        responses=errors.responses(404),
    )
    async def show(run_id: RunId) -> Response:
        return view_in_json(await known.outline(run_id))

    @router.delete(
        "/api/runs/{run_id}",
        operation_id="stopRun",
        tags=["runs"],
        summary="Stop a run",
        description="For the visitor that started it. A script is not stopped from here: it is in a terminal.",
        response_description="The run, which is over now. One that was over already stays as it was.",
        response_model=RunView | ScriptRunView,
        responses=errors.responses(403, 404, 415),
    )
    async def stop(run_id: RunId, asked: Request) -> Response:
        check_owner(asked, await known.owner_of(run_id))
        return in_json(await known.stop(run_id))
