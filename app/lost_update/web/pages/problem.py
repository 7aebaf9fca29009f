"""The page that says what went wrong, and what to do, where a browser has asked for one and there is none."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

from lost_update.web.pages.rendering import Page, write

PROBLEM: Final = Page(
    name="problem",
    title="Not here",
    description="What went wrong, and what to do.",
    sheets=("problem",),
)


def accepts_html(headers: Headers) -> bool:
    """Whether a browser asks for a page to show, and not a script or a program for an answer."""
    return "text/html" in headers.get("accept", "")


def write_problem(
    status: int,
    message: str,
    hint: str,
    *,
    root: str,
    headers: Mapping[str, str] | None = None,
    way_out: str | None = "",
) -> HTMLResponse:
    """The page of a problem. `way_out` is an address that works, if the one that was asked for cannot, or None."""
    context = {"status": status, "message": message, "hint": hint, "way_out": way_out}
    return write(PROBLEM, context, root=root, status=status, headers=headers)
