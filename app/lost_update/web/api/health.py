"""`/healthz`: whether the server is well."""

from fastapi import APIRouter
from starlette.responses import Response

from lost_update.web.answers import Health
from lost_update.web.api.shared import in_json


def add_to(router: APIRouter) -> None:
    """The route that monitors ask."""

    @router.get(
        "/healthz",
        operation_id="health",
        tags=["server"],
        summary="Ask whether the server is well",
        response_description="It is.",
        response_model=Health,
    )
    async def health() -> Response:
        return in_json(Health(status="ok"))
