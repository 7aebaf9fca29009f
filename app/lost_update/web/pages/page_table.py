"""All pages. A new one is a row here, a template `templates/pages/NAME.html`, and a folder `static/js/pages/NAME/`."""

from functools import cache
from typing import Final

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lost_update.execution.explorations import Explorations
from lost_update.page.templates import RUN_SHEETS, START_SHEETS, environment
from lost_update.web.known import Known
from lost_update.web.pages import fix_it, game_data, interleavings, race, room, scheduler, script, walkthrough
from lost_update.web.pages.problem import PROBLEM
from lost_update.web.pages.rendering import Context, Page, write
from lost_update.web.proxies import to_root
from lost_update.web.requests import note_of
from lost_update.web.visitors import introduce

PAGES: Final = (
    Page(
        name="race",
        path="/",
        also=("/runs/{run_id}",),
        link="Race",
        title="",
        description="Real processes race on one shared number. See which write erased which, and how a lock stops it.",
        sheets=START_SHEETS,
        context=race.context,
        named=race.named,
        request_context=race.request_context,
        embeds=("catalogue", "runs", "first-loss", "apart"),
        later=(race.LOSS, race.RACES),
    ),
    Page(
        name="walkthrough",
        path="/walkthrough",
        also=("/walkthrough/{chapter}", "/walkthrough/{chapter}/{step}"),
        link="Walkthrough",
        title="Walkthrough",
        description="Eight chapters on processes that share: each step asks, runs real processes, "
        "and shows what happened.",
        sheets=(*RUN_SHEETS, "projector", "walkthrough", "handout"),
        context=walkthrough.context,
        request_context=walkthrough.request_context,
        embeds=("catalogue", "programs"),
    ),
    Page(
        name="scheduler",
        path="/scheduler",
        link="Scheduler",
        title="Scheduler",
        description="You are the scheduler: real processes wait before each step, and you decide who goes on.",
        sheets=(*RUN_SHEETS, "scheduler"),
        context=scheduler.context,
        embeds=("catalogue", "goals"),
    ),
    Page(
        name="interleavings",
        path="/interleavings",
        link="Interleavings",
        title="Interleavings",
        description="Every interleaving of processes that share a number: what can come of it, how probable it is, "
        "and real processes that follow any schedule.",
        sheets=(*RUN_SHEETS, "distribution", "interleavings"),
        context=interleavings.context,
        embeds=("catalogue", "usual"),
        explores=True,
    ),
    Page(
        name="fix-it",
        path="/fix-it",
        link="Fix it",
        title="Fix it",
        description="Place a lock’s acquire and release in a worker’s code: every interleaving is tried, "
        "and real processes follow the one that breaks it.",
        sheets=(*RUN_SHEETS, "fix-it"),
        context=fix_it.context,
        embeds=("catalogue", "usual"),
        explores=True,
    ),
    Page(
        name="script",
        path="/script/{run_id}",
        title="Script",
        description="Your own program, traced: what its processes did to what they share, line by line, "
        "and what went wrong.",
        sheets=("script", "transport"),
        context=script.context,
        named=script.named,
        request_context=script.request_context,
        embeds=("ops", "run"),
    ),
    Page(
        name="recordings",
        path="/recordings",
        link="Recordings",
        title="Recordings",
        description="What has run here and is kept: look at it again, name it, take it away, open what others sent.",
        sheets=("recordings",),
    ),
    Page(
        name="room",
        path="/room",
        also=("/room/{code}",),
        title="Room",
        description="A class looks at one screen from its own devices: answer, be a process, follow the races.",
        sheets=("stage", "votes", "room"),
        context=room.context,
        request_context=room.request_context,
        embeds=("catalogue", "goals"),
        later=(room.GAME, room.PROJECTED),
    ),
    Page(
        name="recording",
        title="Recording",
        description="A run of real processes, recorded.",
        sheets=(*START_SHEETS, *RUN_SHEETS, "recording"),
    ),
    Page(
        name="run-it",
        title="Run it yourself",
        description="What a server adds to these pages, and how one is started.",
        sheets=("problem", "recording"),
    ),
    PROBLEM,
)

environment().globals["navigation"] = [page for page in PAGES if page.link]


def routes(known: Known, explorations: Explorations) -> APIRouter:
    """All pages over what is known of runs, and one queue of explorations."""
    router = APIRouter()
    for page in PAGES:
        if page.path:
            _add(router, known, explorations, page)
    router.add_route(room.SHORT, room.short, include_in_schema=False)
    router.add_route(game_data.PATH, game_data.answer_with(known.registry.settings), include_in_schema=False)
    return router


def _add(router: APIRouter, known: Known, explorations: Explorations, page: Page) -> None:
    @cache
    def shared() -> Context:
        return page.context(known.registry)

    async def answer(request: Request) -> Response:
        note_of(request.scope).route = page.path  # one name for all addresses of a page
        own = page.request_context(await known.outlines(page.named(request)), request)
        root = to_root(request.scope)
        if elsewhere := own.get("elsewhere"):
            return RedirectResponse(f"{root}{elsewhere}", 303)
        status = 404 if own.get("problem") else 200
        traced = next((recording.id for recording in known.registry.shown), None)
        has_rooms = known.registry.settings.access_key is None
        context = {"traced": traced, "has_rooms": has_rooms, **shared(), **own}
        written = write(page, context, root=root, status=status)
        introduce(request, written)
        if page.explores:
            written.background = BackgroundTask(explorations.get_ready)  # in a thread, when the page has been sent
        return written

    for path in (page.path, *page.also):
        router.add_route(path, answer, include_in_schema=False)
