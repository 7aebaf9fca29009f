"""The page: `/`, and `/runs/ID` on one run."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

import app
from app.runs.registry import Registry
from app.runs.request import MAX_ITERATIONS, MAX_PROCESSES, MAX_STEP_MS, MIN_STEP_MS
from app.runs.view import RunView
from app.scenarios.catalogue import GUARDS, PACES, SCENARIOS
from app.settings import Settings
from app.web.errors import NoSuchRun

DEMONSTRATION: Final = {
    "scenario": "value",
    "processes": 2,
    "iterations": 10,
    "guard": "with",
    "pace": "slow",
    "step_ms": 120,
}
"""What the page offers to start: it must teach at once, on any machine."""


MOST_RUNS: Final = 2
"""Races side by side."""

ONLY_TYPES: Final = "types.js"


def folder(name: str) -> Path:
    """`templates` or `static`: inside the package in a wheel, beside it in a checkout."""
    package = Path(app.__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def catalogue(settings: Settings) -> dict[str, Any]:
    """Everything that the page offers, as plain data."""
    return {
        "scenarios": [
            {"name": each.name, "title": each.title, "about": each.about, "guards": list(each.rounds)}
            for each in SCENARIOS.values()
        ],
        "guards": [vars(guard) for guard in GUARDS.values()],
        "paces": [vars(pace) for pace in PACES.values()],
        "demonstration": DEMONSTRATION,
        "limits": {
            "processes": min(MAX_PROCESSES, settings.max_live_workers),
            "iterations": MAX_ITERATIONS,
            "steps": settings.max_steps,
            "seconds": settings.max_seconds,
            "step_ms": [MIN_STEP_MS, MAX_STEP_MS],
        },
    }


def modules() -> list[str]:
    """The page's scripts, so that a browser can ask for all at once and need not discover one by one."""
    scripts = folder("static") / "js"
    return sorted(file.relative_to(scripts).as_posix() for file in scripts.rglob("*.js") if file.name != ONLY_TYPES)


def routes(registry: Registry) -> APIRouter:
    """The pages over one registry."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder("templates"))
    offered = catalogue(registry.settings)
    scripts = modules()

    def render(request: Request, runs: list[RunView], problem: Any = None) -> Response:
        context = {
            "version": app.__version__,
            "catalogue": offered,
            "modules": scripts,
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
