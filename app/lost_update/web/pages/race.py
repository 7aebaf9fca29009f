"""The page Race: `/`, and `/runs/ID` on one run."""

from typing import Any, Final

from starlette.requests import Request

from lost_update.execution.registry import Registry
from lost_update.exports.ndjson import read
from lost_update.model.encoding import columns
from lost_update.model.recording import OVER
from lost_update.model.view import RunView, is_of_script, run_view
from lost_update.page.catalogue_view import catalogue_view
from lost_update.page.files import folder
from lost_update.page.templates import RUN_SHEETS, START_SHEETS
from lost_update.settings import MAX_RUNS_SIDE_BY_SIDE
from lost_update.web.pages import script
from lost_update.web.pages.rendering import Context, Found

LOSS: Final = "pages/race/recorded-loss.js"
RACES: Final = "pages/race/races.js"
"""What the page fetches when it has been seen; with runs to show, at once."""

APART_FROM: Final = 500_000
"""A run that has ended with so many steps is built by a worker beside the page. A worker costs its start."""

AHEAD: Final = "shell/ahead.js"
"""What runs before all other scripts, where there are such runs: it begins to build them."""

PANELS: Final = {
    **{name: f"charts/{name}.js" for name in ("value", "timeline", "map", "lineage", "distribution")},
    **{name: f"views/{name}.js" for name in ("code", "anatomy")},
}
"""The script of each panel that an address may name."""


def context(registry: Registry) -> Context:
    """What can be run here, and the recorded loss that is shown before anything runs."""
    offered = catalogue_view(registry.settings)
    return {
        "first-loss": _first_loss(),
        "apart": APART_FROM,
        "catalogue": {**offered, "scenarios": [each for each in offered["scenarios"] if each["listed"]]},
    }


def _first_loss() -> dict[str, Any]:
    """The recording as the page's stream would bring it. The page needs the source, and not what Python makes of it."""
    file = folder("templates") / "recorded" / "first-loss.ndjson"
    with file.open("rb") as lines:
        recording = read(file.name, lines)
    view, log = run_view(recording), recording.log
    return {
        "run": {**view, "code": {**view["code"], "bytecode": []}},
        "columns": columns(log.rows(0, len(log)), 0, recording.names),
    }


def named(request: Request) -> list[str]:
    """The run in the path, or those that are to be shown side by side."""
    run_id = request.path_params.get("run_id")
    if run_id is not None:
        return [run_id]
    return [name for name in request.query_params.get("runs", "").split(",")[:MAX_RUNS_SIDE_BY_SIDE] if name]


def request_context(found: Found, request: Request) -> Context:
    """The runs that the address names, as far as they are still known."""
    run_id = request.path_params.get("run_id")
    if run_id is None:
        asked = [found[name] for name in named(request) if name in found]
        scripts = [script.address_of(recording) for recording in asked if is_of_script(recording)]
        if scripts:
            return {"runs": [], "elsewhere": scripts[0]}
        runs = [run_view(recording) for recording in asked]
        return _showing(request, runs) if runs else {"runs": [], "sheets": START_SHEETS}
    recording = found.get(run_id)
    if recording is None:
        message = f"There is no run {run_id[:40]!a}: it never was, or it has expired."
        return {"runs": [], "problem": {"message": message, "hint": "Runs are kept for a while only. Start a new one."}}
    if is_of_script(recording):
        return {"runs": [], "elsewhere": script.address_of(recording)}
    return _showing(request, [run_view(recording)])


def _showing(request: Request, runs: list[RunView]) -> Context:
    """A page that shows runs at once: all that it needs for that comes with it."""
    panel = PANELS.get(request.query_params.get("panel", ""))
    ended = [run for run in runs if run["status"] in OVER]
    return {
        "runs": runs,
        "sheets": (*START_SHEETS, *RUN_SHEETS),
        "at_once": (RACES, panel) if panel else (RACES,),
        "recorded": [run["id"] for run in ended],
        "ahead": (AHEAD,) if any(run["steps"] >= APART_FROM for run in ended) else (),
    }
