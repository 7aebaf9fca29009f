"""What the resources share: how an address names a run, and an answer in JSON."""

from typing import Annotated

import orjson
from fastapi import Path
from starlette.responses import Response

from lost_update.model.recording import Recording
from lost_update.model.view import view_of

RunId = Annotated[str, Path(description="The `id` of a run.")]


def view_in_json(recording: Recording, status: int = 200) -> Response:
    """The run as it stands."""
    return in_json(view_of(recording), status)


def in_json(content: object, status: int = 200) -> Response:
    """An answer of that content."""
    return Response(orjson.dumps(content), status, media_type="application/json")
