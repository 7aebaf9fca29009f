"""Who may ask at all, where a server is for one person alone: `lost-update trace` shows that person's own source.

    http://127.0.0.1:8000/script/ID?key=SECRET   as the terminal prints it
      │  303, sets a cookie (HttpOnly, SameSite=Strict)
      ▼
    http://127.0.0.1:8000/script/ID              as the address bar and the history keep it
      │  every request from now on carries the cookie; one that carries neither gets 403
      ▼
    application

Other users of the machine, and programs of theirs, can reach its loopback addresses too: an address is no secret.
"""

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web.errors import error
from lost_update.web.proxies import ROUTE

PARAMETER: Final = "key"

OPEN: Final = "/static/"
"""These files are the same on every server, and the page that explains the refusal needs them."""


def cookie_name(key: str) -> str:
    """Cookies know hosts and no ports: two servers of one machine must not take each other's."""
    return f"lost-update-access-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


class Access:
    """Wraps the application. Without a key to it, it passes everything on."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._key = settings.access_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, let a browser in, or refuse."""
        if scope["type"] != "http" or self._key is None or scope[ROUTE].startswith(OPEN):
            await self._app(scope, receive, send)
            return
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get(PARAMETER)
        if given is not None and _is_same(given, self._key):
            answer: ASGIApp = self._let_in(scope) if scope["method"] == "GET" else self._app
        elif _is_same(_cookie(scope, cookie_name(self._key)), self._key):
            answer = self._app
        else:
            answer = _refusal(scope, is_wrong=given is not None)
        await answer(scope, receive, send)

    def _let_in(self, scope: Scope) -> Response:
        """The same address without the key: it stays in no history, and travels to nobody."""
        assert self._key is not None
        query = [
            pair
            for pair in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            if pair[0] != PARAMETER
        ]
        name = scope["raw_path"].decode("ascii").rpartition("/")[2]
        answer = RedirectResponse((f"./{name}") + (f"?{urlencode(query)}" if query else ""), 303)
        answer.set_cookie(
            cookie_name(self._key),
            self._key,
            path=f"{scope.get('root_path', '')}/",
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="strict",
        )
        return answer


def _refusal(scope: Scope, *, is_wrong: bool) -> Response:
    return error(
        scope,
        403,
        "no_access",
        "The key in this address is not the key of this server."
        if is_wrong
        else "This page is for the person who started it.",
        "Open the whole address that the terminal shows, with its key. If you have just done so, load this page again.",
        way_out=None,
    )


def _cookie(scope: Scope, name: str) -> str:
    try:
        found = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_same(given: str, key: str) -> bool:
    """Takes as long whether much of it is right or nothing."""
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), key.encode())
