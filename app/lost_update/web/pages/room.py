"""The page of a room, as a phone shows it: `/room/CODE`; `/room` asks for the code. `/CODE` is quicker to type."""

from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse

from lost_update.execution.registry import Registry
from lost_update.goals.content import read
from lost_update.page.catalogue_view import catalogue_view
from lost_update.sharing.room import CODE, is_code
from lost_update.web.pages.rendering import Context, Found
from lost_update.web.proxies import to_root

GAME: Final = "pages/room/play.js"
PROJECTED: Final = "pages/room/projected.js"
"""What the page fetches when the presenter begins a game, or shows races."""

SHORT: Final = "/{code:room_code}"
"""Just the code. It is letters and digits in turn, so it is no other address of ours."""


class RoomCode(Convertor[str]):
    """A code in any case, in a path."""

    regex = "".join(f"[{among}{among.lower()}]" for among in CODE)

    def convert(self, value: str) -> str:
        """As it is kept."""
        return value.upper()

    def to_string(self, value: str) -> str:
        """As it stands on the screen."""
        return value


register_url_convertor("room_code", RoomCode())


def context(registry: Registry) -> Context:
    """What is needed to read any run, and what a class can be asked to bring about."""
    return {
        "catalogue": catalogue_view(registry.settings),
        "goals": [goal.model_dump() for goal in read()],
    }


def request_context(_found: Found, request: Request) -> Context:
    """The code, as it is kept; empty where the address has none that could be one.

    Whether there is such a room, the page finds out: it asks for a seat anyway.
    """
    code = request.path_params.get("code", "").upper()
    return {"code": code if is_code(code) else ""}


async def short(request: Request) -> RedirectResponse:
    """On to the page of that room."""
    return RedirectResponse(f"{to_root(request.scope)}room/{request.path_params['code']}", 303)
