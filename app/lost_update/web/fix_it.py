"""The page of the puzzle: `/fix-it`. Where the lock stands is in its address; the verdict comes from `/api/fix`."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from lost_update import __version__
from lost_update.runs.fixing import FixRequest
from lost_update.runs.registry import Registry
from lost_update.scenarios.placed import LINES, NAME, SCENARIO, SLOTS
from lost_update.web.offer import offer
from lost_update.web.pages import folder, modules

ENTRY: Final = "pages/fix-it/main.js"

WORDS: Final = {
    "before_loop": "before the loop",
    "before_read": "before the read",
    "before_add": "before the addition",
    "before_write": "before the write",
    "after_write": "after the write",
    "after_loop": "after the loop",
}
"""The places, as people are told of them."""


def routes(registry: Registry) -> APIRouter:
    """The page over one registry."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    templates.env.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    catalogue = offer(registry.settings)
    # The page needs the one scenario alone, and has no panels below its arena.
    scenarios = [{**each, "panels": []} for each in catalogue["scenarios"] if each["name"] == SCENARIO.name]
    usual = FixRequest()
    context: dict[str, Any] = {
        "version": __version__,
        "catalogue": {**catalogue, "scenarios": scenarios},
        "modules": modules(ENTRY),
        "entry": ENTRY,
        "head": f"def {NAME}(number, lock, iterations):",
        "slots": [{"name": slot, "words": WORDS[slot], "lines": LINES[slot]} for slot in SLOTS],
        "usual": {"processes": usual.processes, "iterations": usual.iterations},
    }

    @router.get("/fix-it")
    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "fix-it.html", context)

    return router
