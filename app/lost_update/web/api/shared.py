"""What the resources share: the run that an address names, and an answer in JSON."""

from typing import Annotated

import orjson
from fastapi import Path
from starlette.responses import Response

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.web.errors import NoSuchRun

RunId = Annotated[str, Path(description="The `id` of a run.")]


def find(registry: Registry, run_id: str) -> Run:
    """The run of that id, or else raise `NoSuchRun`."""
    run = registry.get(run_id)
    if run is None:
        raise NoSuchRun(run_id)
    return run


def in_json(content: object, status: int = 200) -> Response:
    """An answer of that content."""
    return Response(orjson.dumps(content), status, media_type="application/json")
