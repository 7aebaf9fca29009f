"""The walkthrough: `/walkthrough`, and `/walkthrough/CHAPTER/STEP` with one step open.

All chapters are in every answer, so that the page moves through them without asking again, is readable without scripts,
and prints as a handout. Which step is open is the only difference.
"""

from typing import Any, Final

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from lost_update import __version__
from lost_update.runs.registry import Registry
from lost_update.runs.request import RunRequest
from lost_update.runs.source import Code, code_of
from lost_update.walkthrough.content import Guess, Step, read
from lost_update.web.offer import offer
from lost_update.web.pages import folder, modules

ENTRY: Final = "pages/walkthrough/main.js"


def prose(text: str) -> Markup:
    """A text in which `backticks` mark code, as HTML."""
    pieces = (
        Markup('<code class="prose-code">{}</code>').format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(text.split("`"))
    )
    return Markup("").join(pieces)


def code_shown(step: Step) -> list[Code]:
    """The code of the runs that the step names, each only once."""
    requests = (RunRequest.model_validate(step.runs[number - 1]) for number in step.code)
    return list({code["text"]: code for code in (code_of(request.variant.functions) for request in requests)}.values())


def program_of(name: str, step: Step) -> dict[str, Any]:
    """What the page's script needs of a step; the words are in the page already."""
    question = step.question
    return {
        "name": name,
        "runs": step.runs,
        "repeat": step.repeat,
        "right": question.right if question else None,
        "result": question.result if isinstance(question, Guess) else None,
        "look": [{"at": sight.at, "run": sight.run} for sight in step.look],
    }


def routes(registry: Registry) -> APIRouter:
    """The pages of the walkthrough."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    templates.env.filters["prose"] = prose
    templates.env.trim_blocks = templates.env.lstrip_blocks = True  # a page for a whole course is long enough
    chapters = read()
    steps = {(chapter.slug, step.slug): step for chapter in chapters for step in chapter.steps}
    first_of = {chapter.slug: chapter.steps[0].slug for chapter in chapters}
    context: dict[str, Any] = {
        "version": __version__,
        "catalogue": offer(registry.settings),
        "modules": modules(ENTRY),
        "entry": ENTRY,
        "chapters": chapters,
        "code": {address: code_shown(step) for address, step in steps.items()},
        "programs": [
            program_of("/".join(address), step) for address, step in steps.items()
        ],
    }

    def render(request: Request, current: tuple[str, str] | None = None, problem: str = "") -> Response:
        here = {**context, "current": current, "problem": problem}
        return templates.TemplateResponse(request, "walkthrough.html", here, status_code=404 if problem else 200)

    @router.get("/walkthrough")
    async def overview(request: Request) -> Response:
        return render(request)

    @router.get("/walkthrough/{chapter}")
    async def first_step(request: Request, chapter: str) -> Response:
        if chapter not in first_of:
            return render(request, problem=f"The walkthrough has no chapter {chapter[:40]!a}.")
        return render(request, (chapter, first_of[chapter]))

    @router.get("/walkthrough/{chapter}/{step}")
    async def one_step(request: Request, chapter: str, step: str) -> Response:
        if (chapter, step) not in steps:
            return render(request, problem=f"The walkthrough has no step {f'{chapter}/{step}'[:60]!a}.")
        return render(request, (chapter, step))

    return router
