"""`/api/runs/{run_id}/grants`: steps that processes are let take, one by one."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from lost_update.sharing.replicas import Granted
from lost_update.sources.request import GrantRequest
from lost_update.web import errors
from lost_update.web.api.shared import RunId, in_json
from lost_update.web.known import Known
from lost_update.web.visitors import check_owner


def add_to(router: APIRouter, known: Known) -> None:
    """The route that lets a process take a step."""

    @router.post(
        "/api/runs/{run_id}/grants",
        operation_id="grantStep",
        tags=["runs"],
        summary="Let a process take its next step",
        description=(
            "For a run of the pace `step`, and the visitor that started it. Refused for a process that waits for a "
            "lock or has ended, and while a schedule is still followed."
        ),
        response_description="The step that it took, and the run after it.",
        response_model=Granted,
        responses=errors.responses(403, 404, 409, 415, 422, 429),
    )
    async def grant(run_id: RunId, request: GrantRequest, asked: Request) -> Response:
        check_owner(asked, await known.owner_of(run_id))
        return in_json(await known.grant(run_id, request.process))
