"""What the resources share: how an address names a run, an answer in JSON, and how the run of a game is stopped."""

from contextlib import suppress
from typing import Annotated

import orjson
from fastapi import Path
from starlette.responses import Response

from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.sharing.games import Game
from lost_update.web.errors import NoSuchRun
from lost_update.web.known import Known

RunId = Annotated[str, Path(description="The `id` of a run.")]


def view_in_json(recording: Recording, status: int = 200) -> Response:
    """The run as it stands."""
    return in_json(view_of(recording), status)


def in_json(content: object, status: int = 200) -> Response:
    """An answer of that content."""
    return Response(orjson.dumps(content), status, media_type="application/json")


async def stop_run_of(game: Game | None, known: Known) -> None:
    """Stop the run of a game that nobody plays any more. It may be gone already."""
    if game is not None:
        with suppress(NoSuchRun):
            await known.stop(game["run"])
