"""What the resources share: the recording that an address names, and an answer in JSON."""

from typing import Annotated

import orjson
from fastapi import Path
from starlette.responses import Response

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.web.errors import NoSuchRun

RunId = Annotated[str, Path(description="The `id` of a run.")]


def find(registry: Registry, run_id: str) -> Recording:
    """The recording of that run, or else raise `NoSuchRun`."""
    recording = registry.recording(run_id)
    if recording is None:
        raise NoSuchRun(run_id)
    return recording


def view_in_json(recording: Recording, status: int = 200) -> Response:
    """The run as it stands."""
    return in_json(view_of(recording), status)


def in_json(content: object, status: int = 200) -> Response:
    """An answer of that content."""
    return Response(orjson.dumps(content), status, media_type="application/json")
