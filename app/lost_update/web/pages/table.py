"""All pages. A new one is a row here, a template `templates/pages/NAME.html`, and a folder `static/js/pages/NAME/`."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from lost_update.execution.registry import Registry
from lost_update.web.pages import fix_it, interleavings, race, scheduler, walkthrough
from lost_update.web.pages.problem import PROBLEM
from lost_update.web.pages.rendering import FIRST, RACES, Context, Page, environment, write

PAGES: Final = (
    Page(
        name="race",
        path="/",
        also=("/runs/{run_id}",),
        link="Race",
        title="",
        description="Real processes race on one shared number. See which write erased which, and how a lock stops it.",
        sheets=FIRST,
        tells=race.tells,
        answers=race.answers,
        embeds=("catalogue", "runs", "first-loss"),
    ),
    Page(
        name="walkthrough",
        path="/walkthrough",
        also=("/walkthrough/{chapter}", "/walkthrough/{chapter}/{step}"),
        link="Walkthrough",
        title="Walkthrough",
        description="Eight chapters on processes that share: each step asks, runs real processes, "
        "and shows what happened.",
        sheets=(*RACES, "projector", "walkthrough", "handout"),
        tells=walkthrough.tells,
        answers=walkthrough.answers,
        embeds=("catalogue", "programs"),
    ),
    Page(
        name="scheduler",
        path="/scheduler",
        link="Scheduler",
        title="Scheduler",
        description="You are the scheduler: real processes wait before each step, and you decide who goes on.",
        sheets=(*RACES, "scheduler"),
        tells=scheduler.tells,
        embeds=("catalogue", "goals"),
    ),
    Page(
        name="interleavings",
        path="/interleavings",
        link="Interleavings",
        title="Interleavings",
        description="Every interleaving of processes that share a number: what can come of it, how probable it is, "
        "and real processes that follow any schedule.",
        sheets=(*RACES, "distribution", "interleavings"),
        tells=interleavings.tells,
        embeds=("catalogue", "usual"),
    ),
    Page(
        name="fix-it",
        path="/fix-it",
        link="Fix it",
        title="Fix it",
        description="Place a lock’s acquire and release in a worker’s code: every interleaving is tried, "
        "and real processes follow the one that breaks it.",
        sheets=(*RACES, "fix-it"),
        tells=fix_it.tells,
        embeds=("catalogue", "usual"),
    ),
    PROBLEM,
)

environment().globals["navigation"] = [page for page in PAGES if page.link]


def routes(registry: Registry) -> APIRouter:
    """All pages over one registry."""
    router = APIRouter()
    for page in PAGES:
        if page.path:
            _add(router, registry, page)
    return router


def _add(router: APIRouter, registry: Registry, page: Page) -> None:
    told: Context = page.tells(registry)

    async def answer(request: Request) -> Response:
        asked = page.answers(registry, request)
        return write(page, {**told, **asked}, status=404 if asked.get("problem") else 200)

    for path in (page.path, *page.also):
        router.add_route(path, answer, include_in_schema=False)
