"""What a page needs to show a game of a room: the goals, and how the scenarios are drawn that are played.

Any page may have to, so no page carries it: a presenter's page fetches it when there is a game to choose or to show.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lost_update.goals.content import read
from lost_update.page.catalogue_view import catalogue_view
from lost_update.settings import Settings

PATH: Final = "/games.json"

PLAYED: Final = ("crowd", "value")
"""A class, as many as there are; and the scenario of the goals."""


def answer_with(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """What answers there."""

    @cache
    def content() -> bytes:
        offered = catalogue_view(settings)
        catalogue = {**offered, "scenarios": [each for each in offered["scenarios"] if each["name"] in PLAYED]}
        return orjson.dumps({"catalogue": catalogue, "goals": [goal.model_dump() for goal in read()]})

    async def answer(_request: Request) -> Response:
        return Response(content(), media_type="application/json")

    return answer
