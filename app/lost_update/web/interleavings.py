"""The page of every interleaving: `/interleavings`. What can happen comes from `/api/explore`, what did from runs."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from lost_update import __version__
from lost_update.runs.exploring import MOST_ITERATIONS, ExploreRequest
from lost_update.runs.registry import Registry
from lost_update.web.offer import offer
from lost_update.web.pages import folder, modules

ENTRY: Final = "pages/interleavings/main.js"

SCENARIO: Final = "value"
"""The one whose guards can be explored."""


def routes(registry: Registry) -> APIRouter:
    """The page over one registry."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    catalogue = offer(registry.settings)
    # The page needs the one scenario alone, and must stay light; and it has no panels below its arena.
    scenarios = [{**each, "panels": []} for each in catalogue["scenarios"] if each["name"] == SCENARIO]
    catalogue = {**catalogue, "scenarios": scenarios}
    usual = ExploreRequest()
    context: dict[str, Any] = {
        "version": __version__,
        "catalogue": catalogue,
        "modules": modules(ENTRY),
        "entry": ENTRY,
        "usual": usual.model_dump(),
        "most": {"processes": catalogue["limits"]["processes"], "iterations": MOST_ITERATIONS},
    }

    @router.get("/interleavings")
    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "interleavings.html", context)

    return router
