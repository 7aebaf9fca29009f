"""Who asks: a visitor is known by the cookie that a page has set, or else by the address of the client.

    page ─▶ sets the cookie, a random id, where the browser has sent none
    run  ◀─ belongs to the visitor of the cookie; to the client's address, where the request that started it had none

So two people behind one address each own what they start on the page, and a program that knows nothing of cookies may
stop what it has started from the same machine.
"""

import re
import secrets
from typing import Final

from fastapi import Request
from starlette.responses import Response

from lost_update.execution.run import Run
from lost_update.sources.request import Refusal

COOKIE: Final = "lost-update-visitor"
ID_BYTES: Final = 16
_ID: Final = re.compile(r"[\w-]{22}", re.ASCII)
"""What `secrets.token_urlsafe(ID_BYTES)` makes. Anything else under this name is no cookie of ours."""


class NotYours(Refusal):
    """The run is another visitor's."""

    def __init__(self) -> None:
        super().__init__(
            "not_yours",
            "Another visitor started this run, so only they can stop it or step it. You may watch it.",
            "Start one of your own. A program that sends no cookie owns what it starts from its address.",
        )


def visitor(request: Request) -> str:
    """The owner of what this request starts."""
    found = _id_in(request)
    return _address(request) if found is None else f"visitor {found}"


def check_owner(request: Request, run: Run) -> None:
    """Raise `NotYours` where the run was started by another visitor and from another address."""
    if run.owner not in (visitor(request), _address(request)):
        raise NotYours


def introduce(request: Request, page: Response) -> None:
    """Give the browser its cookie with a page, where it has none."""
    if _id_in(request) is None:
        page.set_cookie(
            COOKIE,
            secrets.token_urlsafe(ID_BYTES),
            path=f"{request.scope.get('root_path', '')}/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )


def _id_in(request: Request) -> str | None:
    found = request.cookies.get(COOKIE, "")
    return found if _ID.fullmatch(found) else None


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else 'unknown'}"
