"""`/api/runs/{run_id}/grants`: steps that processes are let take, one by one."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from lost_update.execution.registry import Registry
from lost_update.sources.request import GrantRequest
from lost_update.web import errors
from lost_update.web.answers import Granted
from lost_update.web.api.shared import RunId, in_json
from lost_update.web.errors import NoSuchRun


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
        run = registry.get(run_id)
        if run is None:
            raise NoSuchRun(run_id)
        index = await asyncio.wrap_future(run.grant(request.process))
        return in_json(Granted(step=run.step(index), run=run.view()))
