"""How a page is written: one Jinja environment, one base template, and what a row of the table of pages says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader
from jinja2.ext import Extension
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

import lost_update
from lost_update import __version__
from lost_update.execution.registry import Registry

Context = Mapping[str, Any]
"""What a page shows: words and numbers for its template, and data for its scripts."""

EVERYWHERE: Final = ("tokens", "base", "shell", "layout")
"""The sheets that every page has."""

START_SHEETS: Final = ("start", "stage")
"""The sheets of the page Race before there are any runs: the others come with the first."""

RUN_SHEETS: Final = ("controls", "scoreboard", "stage", "panels", "transport")
"""The sheets of a page that shows runs."""


def no_context(_registry: Registry) -> Context:
    """The context of a page whose template says everything."""
    return {}


def no_request_context(_registry: Registry, _request: Request) -> Context:
    """The context of a page that does not depend on the request."""
    return {}


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
    """Computed once, when the server starts."""
    request_context: Callable[[Registry, Request], Context] = no_request_context
    """Computed for each request. With a `problem`, the page says that nothing exists at its address; with an
    `elsewhere`, what is asked for is shown at that address, counted from the application's root."""
    embeds: tuple[str, ...] = ()
    """What of its context its scripts get, as JSON."""
    later: tuple[str, ...] = ()
    """Scripts that it fetches when it has been seen: then it asks for all that these need at once."""

    @property
    def modules(self) -> list[str]:
        """The page's scripts that it needs at once."""
        return modules(self.entry)

    @property
    def entry(self) -> str:
        """The script that it begins with."""
        return f"pages/{self.name}/main.js"

    @property
    def template(self) -> str:
        """The file that its words are in."""
        return f"pages/{self.name}.html"


def folder(name: str) -> Path:
    """`templates` or `static`: inside the package in a wheel, at the root in a checkout."""
    package = Path(lost_update.__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent.parent / name


_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC_IMPORT: Final = re.compile(r"""^(?:import|export)\b[^"';(]*["'](\.[^"']+)["']""", re.MULTILINE)


@cache
def modules(entry: str) -> list[str]:
    """The script and all that it imports, directly or not: a browser can request all of them together.

    What is imported only where it is needed, by `import(…)`, is not among them.
    """
    scripts = (folder("static") / "js").resolve()
    found: dict[Path, None] = {}
    waiting = [scripts / entry]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found[file] = None
            code = _COMMENT.sub("", file.read_text(encoding="utf-8"))
            waiting += [(file.parent / name).resolve() for name in _STATIC_IMPORT.findall(code)]
    return sorted(file.relative_to(scripts).as_posix() for file in found)


class Dense(Extension):
    """Removes the indentation of templates: no page depends on it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The template without it."""
        return re.sub(r"\n[ ]+", "\n", source)


def prose(text: str) -> Markup:
    """A text in which `backticks` mark code, as HTML."""
    pieces = (
        Markup('<code class="prose-code">{}</code>').format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(text.split("`"))
    )
    return Markup("").join(pieces)


@cache
def environment() -> Environment:
    """The Jinja environment of all pages. It leaves out white space, because pages must stay small."""
    found = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Dense],
    )
    found.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    found.filters["prose"] = prose
    found.globals["version"] = __version__
    return found


def write(
    page: Page, context: Context, *, root: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page as an answer. `root` is the way from its address to the application's root: `./`, `../`."""
    embedded = {name: context[name] for name in page.embeds}
    ahead = modules(context["ahead"]) if context.get("ahead") else []
    at_once = {*page.modules, *chain.from_iterable(map(modules, context.get("at_once", ())))}
    if page.later:
        embedded["modules"] = {script: sorted(set(modules(script)) - at_once) for script in page.later}
    whole = {
        "problem": None,
        "traced": None,
        "recorded": (),
        "ahead": None,
        **context,
        "page": page,
        "root": root,
        "embedded": embedded,
        "sheets": (*EVERYWHERE, *context.get("sheets", page.sheets)),
        "modules": [*ahead, *sorted(at_once - {*ahead})],
    }
    return HTMLResponse(environment().get_template(page.template).render(whole), status, headers)
