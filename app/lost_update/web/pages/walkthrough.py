"""The walkthrough: `/walkthrough`, and `/walkthrough/CHAPTER/STEP` with one step open.

All chapters are in every answer, so that the page moves through them without asking again, is readable without scripts,
and prints as a handout. Which step is open is the only difference.
"""

from functools import cache
from typing import Any

from starlette.requests import Request

from lost_update.execution.registry import Registry
from lost_update.model.sources import Code
from lost_update.page.catalogue_view import catalogue_view
from lost_update.sources.code import code_of
from lost_update.sources.request import RunRequest
from lost_update.walkthrough.content import Chapter, ChapterStep, Guess, read
from lost_update.web.pages.rendering import Context, Found


@cache
def chapters() -> tuple[Chapter, ...]:
    """The whole course."""
    return tuple(read())


def steps() -> dict[tuple[str, str], ChapterStep]:
    """Its steps, by their addresses: that of the chapter, and their own within it."""
    return {(chapter.slug, step.slug): step for chapter in chapters() for step in chapter.steps}


def code_shown(step: ChapterStep) -> list[Code]:
    """The code of the runs that the step names, each only once."""
    requests = (RunRequest.model_validate(step.runs[number - 1]) for number in step.code)
    return list({code["text"]: code for code in (code_of(request.variant.functions) for request in requests)}.values())


def program_of(address: tuple[str, str], step: ChapterStep) -> dict[str, Any]:
    """What a script needs of a step: its words are in the page already."""
    question = step.question
    return {
        "name": "/".join(address),
        "runs": step.runs,
        "repeat": step.repeat,
        "right": question.right if question else None,
        "result": question.result if isinstance(question, Guess) else None,
        "look": [{"at": sight.at, "run": sight.run} for sight in step.look],
    }


def context(registry: Registry) -> Context:
    """The words of all steps for people, and what they run for the scripts."""
    return {
        "catalogue": catalogue_view(registry.settings),
        "chapters": chapters(),
        "code": {address: code_shown(step) for address, step in steps().items()},
        "programs": [program_of(address, step) for address, step in steps().items()],
    }


def request_context(_found: Found, request: Request) -> Context:
    """Which step is open: none, the one that is named, or the first of the chapter that is named."""
    chapter, step = request.path_params.get("chapter"), request.path_params.get("step")
    if chapter is None:
        return {"current": None}
    for address in steps():
        if address[0] == chapter and step in (None, address[1]):
            return {"current": address}
    missing = f"chapter {chapter[:40]!a}" if step is None else f"step {f'{chapter}/{step}'[:60]!a}"
    problem = {"message": f"The walkthrough has no {missing}.", "hint": "All of its chapters are here."}
    return {"current": None, "problem": problem}
