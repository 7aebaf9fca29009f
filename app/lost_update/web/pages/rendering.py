"""How a page is written for its address: one base template, and what a row of the table of pages says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.page.templates import EVERYWHERE, environment
from lost_update.page.together import part, whole

Context = Mapping[str, Any]
"""What a page shows: words and numbers for its template, and data for its scripts."""

Found = Mapping[str, Recording]
"""The runs that a request names, by their ids, as far as they are known. They may be without their steps."""


def no_context(_registry: Registry) -> Context:
    """The context of a page whose template says everything."""
    return {}


def no_request_context(_found: Found, _request: Request) -> Context:
    """The context of a page that does not depend on the request."""
    return {}


def no_runs(_request: Request) -> list[str]:
    """What a page that is about no run asks for."""
    return []


@dataclass(frozen=True)
class Page:
    """A page. Its template is `templates/pages/NAME.html`, its scripts begin at `static/js/pages/NAME/main.js`."""

    name: str
    title: str
    """In the title bar, before the name of the project; the first page has only that name."""
    description: str
    path: str = ""
    """Empty for a page that has no address of its own, such as the page of an error."""
    also: tuple[str, ...] = ()
    """Further paths, with their parameters."""
    link: str = ""
    """What the navigation calls it, where it leads there."""
    sheets: tuple[str, ...] = ()
    context: Callable[[Registry], Context] = no_context
    """Computed once, when the page is first asked for."""
    named: Callable[[Request], list[str]] = no_runs
    """The ids of the runs that a request names."""
    request_context: Callable[[Found, Request], Context] = no_request_context
    """Computed for each request. With a `problem`, the page says that nothing exists at its address; with an
    `elsewhere`, what is asked for is shown at that address, counted from the application's root."""
    embeds: tuple[str, ...] = ()
    """What of its context its scripts get, as JSON."""
    later: tuple[str, ...] = ()
    """Scripts that it fetches when it has been seen: then it asks for all that these need at once."""

    explores: bool = False
    """Whether it asks the explorer something as soon as it is open, so that a process should be ready for that."""

    @property
    def entry(self) -> str:
        """The script that it begins with."""
        return f"pages/{self.name}/main.js"

    @property
    def template(self) -> str:
        """The file that its words are in."""
        return f"pages/{self.name}.html"


def write(
    page: Page, context: Context, *, root: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page as an answer. `root` is the way from its address to the application's root: `./`, `../`."""
    embedded = {name: context[name] for name in page.embeds}
    at_once = context.get("at_once", ())
    if page.later:
        embedded["later"] = {script: part(page.entry, script) for script in page.later if script not in at_once}
    given = {
        "problem": None,
        "traced": None,
        "has_rooms": True,
        "recorded": (),
        **context,
        "page": page,
        "root": root,
        "embedded": embedded,
        "sheets": (*EVERYWHERE, *context.get("sheets", page.sheets)),
        "scripts": [
            *map(whole, context.get("ahead", ())),
            *(part(page.entry, script) for script in at_once),
            whole(page.entry),
        ],
    }
    return HTMLResponse(environment().get_template(page.template).render(given), status, headers)
