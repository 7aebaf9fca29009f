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

from lost_update.sources.request import Refusal
from lost_update.store.store import OF_THIS_MACHINE

COOKIE: Final = "lost-update-visitor"
ID_BYTES: Final = 16
COOKIE_SECONDS: Final = 400 * 24 * 3600
"""How long a browser remembers who it is: what is kept for it would otherwise be nobody's when it is closed. Browsers
allow no longer time."""

_ID: Final = re.compile(r"[\w-]{22}", re.ASCII)
"""What `secrets.token_urlsafe(ID_BYTES)` makes. Anything else under this name is no cookie of ours."""


class NotYours(Refusal):
    """The run is another visitor's."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(
            "not_yours",
            message or "Another visitor started this run, so only they can stop it or step it. You may watch it.",
            hint or "Start one of your own. A program that sends no cookie owns what it starts from its address.",
        )


def visitor(request: Request) -> str:
    """The owner of what this request starts."""
    found = _id_in(request)
    return address_of(request) if found is None else f"visitor {found}"


LOOPBACK: Final = ("address ::1", "address ::ffff:127.0.0.1")
"""The same machine, where a server listens by IPv6."""


def owners(request: Request) -> tuple[str, ...]:
    """Everybody that this visitor is: whose runs and recordings are theirs, and who may change them.

    Whoever asks from this machine itself has what commands in its terminal have made, too.
    """
    address = address_of(request)
    found = [visitor(request), address, *([OF_THIS_MACHINE] if address in LOOPBACK else [])]
    return tuple(dict.fromkeys(found))


def check_owner(request: Request, owner: str | None) -> None:
    """Raise `NotYours` where a run was started by this visitor, who is another one and comes from another address."""
    if owner is not None and owner not in owners(request):
        raise NotYours


def introduce(request: Request, page: Response) -> None:
    """Give the browser its cookie with a page, where it has none."""
    if _id_in(request) is None:
        page.set_cookie(
            COOKIE,
            secrets.token_urlsafe(ID_BYTES),
            max_age=COOKIE_SECONDS,
            path=f"{request.scope.get('root_path', '')}/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )


def _id_in(request: Request) -> str | None:
    found = request.cookies.get(COOKIE, "")
    return found if _ID.fullmatch(found) else None


def address_of(request: Request) -> str:
    """Where this request comes from, as an owner without a cookie is called."""
    return f"address {request.client.host if request.client else 'unknown'}"
