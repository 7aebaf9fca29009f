"""The page on which one is the scheduler: `/scheduler`. What its address asks for is for its script to read."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from lost_update import __version__
from lost_update.goals.content import read
from lost_update.runs.registry import Registry
from lost_update.web.offer import offer
from lost_update.web.pages import Dense, folder, modules

ENTRY: Final = "pages/scheduler/main.js"

SCENARIO: Final = "value"

PANELS: Final = ("timeline", "lineage", "code", "anatomy")
"""The others are about other paces."""

MOST_ITERATIONS: Final = 20
"""Each is three presses or more."""


def desk(registry: Registry) -> dict[str, Any]:
    """The one scenario of the catalogue that is offered here, as far as it is."""
    offered = offer(registry.settings)
    scenario = next(each for each in offered["scenarios"] if each["name"] == SCENARIO)
    scenario = {
        **scenario,
        "panels": [name for name in PANELS if name in scenario["panels"]],
        "iterations": {**scenario["iterations"], "usual": 1, "most": MOST_ITERATIONS},
    }
    return {**offered, "scenarios": [scenario], "paces": [each for each in offered["paces"] if each["name"] == "step"]}


def routes(registry: Registry) -> APIRouter:
    """The page over one registry."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    templates.env.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    templates.env.add_extension(Dense)
    context = {
        "version": __version__,
        "catalogue": desk(registry),
        "goals": [goal.model_dump() for goal in read()],
        "modules": modules(ENTRY),
        "entry": ENTRY,
    }

    @router.get("/scheduler")
    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "scheduler.html", context)

    return router
