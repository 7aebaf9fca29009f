"""The page Script: `/script/ID`, a run of a person's own script. `lost-update trace` opens it."""

import shlex
from typing import Final

from starlette.requests import Request

from lost_update.execution.registry import Registry
from lost_update.model.ops import table
from lost_update.model.recording import Recording
from lost_update.model.view import ScriptRunView, is_of_script, script_run_view
from lost_update.web.pages.rendering import Context, Found

MOST_EMBEDDED: Final = 400
"""With more targets than this, what is shared comes with the steps only: ten thousand cells are a megabyte of page."""


def context(_registry: Registry) -> Context:
    """The table of ops, to read the steps by."""
    return {"ops": table()}


def named(request: Request) -> list[str]:
    """The run in the address."""
    return [request.path_params["run_id"]]


def request_context(found: Found, request: Request) -> Context:
    """The run that the address names."""
    run_id = request.path_params["run_id"]
    recording = found.get(run_id)
    if recording is None:
        message = f"There is no run {run_id[:40]!a}: it never was, or it has been removed."
        hint = "What lost-update trace shows is kept for a while only. Trace it again."
        return {"run": None, "problem": {"message": message, "hint": hint}}
    if not is_of_script(recording):
        return {"run": None, "elsewhere": f"runs/{recording.id}"}
    view = script_run_view(recording)
    return {"run": _light(view), "command": shlex.join(view["command"]), "script": name_of(view["command"])}


def address_of(recording: Recording) -> str:
    """The page on that run, from the root of the application."""
    return f"script/{recording.id}"


def name_of(command: list[str]) -> str:
    """What people call the script: its file, or its module."""
    if command[:1] == ["-m"]:
        return command[1] if len(command) > 1 else "-m"
    return command[0].replace("\\", "/").rpartition("/")[2] if command else "script"


def _light(view: ScriptRunView) -> ScriptRunView:
    """What is enough to show the page at once."""
    if len(view["targets"]) <= MOST_EMBEDDED:
        return view
    wanted = {finding["target"] for finding in view["findings"]}
    cells = [cell for cell in view["summary"]["cells"] if cell["name"] in wanted]
    return {**view, "targets": [], "summary": {**view["summary"], "cells": cells}}
