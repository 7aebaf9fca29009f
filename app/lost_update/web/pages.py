"""The page: `/`, and `/runs/ID` on one run."""

import re
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2.ext import Extension
from starlette.responses import Response
from starlette.templating import Jinja2Templates

import lost_update
from lost_update import __version__
from lost_update.runs.registry import Registry
from lost_update.runs.view import RunView
from lost_update.web.errors import NoSuchRun
from lost_update.web.offer import offer

MOST_RUNS: Final = 3
"""Races side by side."""

ENTRY: Final = "pages/race/main.js"

_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC_IMPORT: Final = re.compile(r"""^(?:import|export)\b[^"';(]*["'](\.[^"']+)["']""", re.MULTILINE)


def folder(name: str) -> Path:
    """`templates` or `static`: inside the package in a wheel, at the root in a checkout."""
    package = Path(lost_update.__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent.parent / name


def modules(entry: str) -> list[str]:
    """The script and what it imports, and so on: a browser can ask for all at once and need not discover one by one.

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
    """Leaves out the indentation of templates in which no text stands as it is written."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The template without it."""
        return re.sub(r"\n[ ]+", "\n", source)


def routes(registry: Registry) -> APIRouter:
    """The pages over one registry."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    # The page must stay light.
    templates.env.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    templates.env.add_extension(Dense)
    offered = offer(registry.settings)
    scripts = modules(ENTRY)

    def render(request: Request, runs: list[RunView], problem: Any = None) -> Response:
        context = {
            "version": __version__,
            "catalogue": offered,
            "modules": scripts,
            "entry": ENTRY,
            "runs": runs,
            "problem": problem,
        }
        return templates.TemplateResponse(request, "page.html", context, status_code=404 if problem else 200)

    @router.get("/")
    async def page(request: Request, runs: str = "") -> Response:
        asked = [registry.get(run_id) for run_id in runs.split(",")[:MOST_RUNS]]
        return render(request, [run.view() for run in asked if run])

    @router.get("/runs/{run_id}")
    async def page_on_run(request: Request, run_id: str) -> Response:
        run = registry.get(run_id)
        if run is None:
            missing = NoSuchRun(run_id)
            return render(request, [], problem={"code": missing.code, "message": missing.message, "hint": missing.hint})
        return render(request, [run.view()])

    return router
