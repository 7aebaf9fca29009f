"""`/api/runs/{run_id}/grants`: steps that processes are let take, one by one."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lost_update.execution.registry import Registry
from lost_update.execution.view import Granted
from lost_update.sources.request import GrantRequest
from lost_update.web import errors
from lost_update.web.api.shared import RunId, find, in_json


def add_to(router: APIRouter, registry: Registry) -> None:
    """The route that lets a process take a step."""

    @router.post(
        "/api/runs/{run_id}/grants",
        operation_id="grantStep",
        tags=["runs"],
        summary="Let a process take its next step",
        description="For runs of the pace `step`. Refused for a process that waits for a lock, or has ended.",
        response_description="The step that it took, and the run after it.",
        response_model=Granted,
        responses=errors.responses(403, 404, 409, 415, 422),
    )
    async def grant(run_id: RunId, request: GrantRequest) -> Response:
        run = find(registry, run_id)
        step = await run_in_threadpool(run.grant, request.process)
        return in_json(Granted(step=step, run=run.view()))
