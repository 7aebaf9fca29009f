"""The page of the races: `/`, and `/runs/ID` on one run."""

import json

from starlette.requests import Request

from lost_update.execution.registry import Registry
from lost_update.settings import MAX_RUNS_SIDE_BY_SIDE
from lost_update.web.pages.catalogue_view import offer
from lost_update.web.pages.rendering import FIRST, RACES, Context, folder


def context(registry: Registry) -> Context:
    """What can be run here, and the recorded loss that is shown before anything runs."""
    offered = offer(registry.settings)
    recorded = json.loads((folder("templates") / "recorded" / "first-loss.json").read_text(encoding="utf-8"))
    return {
        "first-loss": recorded,
        "catalogue": {**offered, "scenarios": [each for each in offered["scenarios"] if each["listed"]]},
    }


def request_context(registry: Registry, request: Request) -> Context:
    """The runs that the address names, as far as they are still known."""
    run_id = request.path_params.get("run_id")
    if run_id is None:
        asked = [registry.get(name) for name in request.query_params.get("runs", "").split(",")[:MAX_RUNS_SIDE_BY_SIDE]]
        runs = [run.view() for run in asked if run]
        return {"runs": runs, "sheets": (*FIRST, *RACES) if runs else FIRST}
    run = registry.get(run_id)
    if run is None:
        message = f"There is no run {run_id[:40]!a}: it never was, or it has expired."
        return {"runs": [], "problem": {"message": message, "hint": "Runs are kept for a while only. Start a new one."}}
    return {"runs": [run.view()], "sheets": (*FIRST, *RACES)}
