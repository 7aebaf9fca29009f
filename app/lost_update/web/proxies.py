"""Behind other people's machines: what a proxy in front says of a request, when it is believed, and where we lie.

    browser  https://school.example/user/ada/proxy/8123/walkthrough
       │
     proxy   takes /user/ada/proxy/8123 away, or leaves it; says X-Forwarded-Proto, -For and -Prefix, or nothing
       │
    Proxies  scheme and client as a trusted proxy says; `path` with the prefix before it, as ASGI has it
       │
    application

Pages and redirects name every address relative to their own, and the scripts know where they came from. So all of it
works under any path, even where nobody has told us which. A prefix has to be known only where the proxy leaves it, to
find the route behind it; and for the path of cookies.
"""

import re
from typing import Final
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lost_update.settings import PREFIX, Settings

ROUTE: Final = "lost_update.route"
"""In the scope: the path as it was sent, without the prefix. A mount within the application changes `root_path`."""


class Proxies:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = ProxyHeadersMiddleware(app, list(settings.trusted_proxies))  # type: ignore[arg-type]
        self._root_path = settings.root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the browser made it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # type: ignore[arg-type]
            return
        placed = _placed(scope, self._prefix_said(scope) or self._root_path)

        async def send_near(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "://" in headers.get("location", ""):  # ours are relative
                    headers["location"] = _other_slash(placed)
            await send(message)

        await self._app(placed, receive, send_near)  # type: ignore[arg-type]

    def _prefix_said(self, scope: Scope) -> str:
        """The prefix that the proxy has taken away, as it says; empty where it says none, or is not trusted."""
        client = scope.get("client")
        if client is None or client[0] not in self._app.trusted_hosts:
            return ""
        said = Headers(scope=scope).get("x-forwarded-prefix", "").strip().rstrip("/")
        return said if re.fullmatch(PREFIX, said) else ""


def to_root(scope: Scope) -> str:
    """The way from the address that was asked for to the root of the application: `./`, `../`, `../../`."""
    return "../" * (scope[ROUTE].count("/") - 1) or "./"


def _placed(scope: Scope, prefix: str) -> Scope:
    """The scope with the prefix in its paths, whether the proxy has left it there or not."""
    sent: str = scope["raw_path"].decode("ascii")
    path, before = unquote(sent), unquote(prefix)
    if path == before or path.startswith(f"{before}/"):
        # As many segments as the prefix has: it need not be quoted as we would.
        segments = sent.split("/")[prefix.count("/") + 1 :]
        route = "".join(f"/{segment}" for segment in segments)
    else:
        route = sent
    return {
        **scope,
        "root_path": prefix,
        "path": prefix + unquote(route),
        "raw_path": (prefix + route).encode("ascii"),
        ROUTE: route,
    }


def _other_slash(scope: Scope) -> str:
    """Where Starlette redirects to, which names the whole address: the same path with a slash less, or one more."""
    path = scope["raw_path"].decode("ascii")
    bare = path.rstrip("/")
    name = bare.rpartition("/")[2]
    slashes = len(path) - len(bare)
    query = scope["query_string"].decode("latin-1")
    return ("../" * slashes + name if slashes else f"./{name}/") + (f"?{query}" if query else "")
