"""What every request must pass, and what every response carries. Plain ASGI, so that streams stay streams.

A page on another site can post to a server on localhost, and CORS does not stop DNS rebinding. So:

- `Host` must be an address, `localhost`, or a name that `LOST_UPDATE_ALLOWED_HOSTS` allows: rebinding needs a name.
- Methods that change something are for our own pages and for programs: `Sec-Fetch-Site` must be `same-origin` or
  absent, and where it is absent, `Origin` must be absent or name this server.
- A body is JSON and small; it is read here, before anything else happens.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web.errors import error

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

RESPONSE_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Safety:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on with its body read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in RESPONSE_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refuse_host(scope, headers)
        if refusal is None and scope["method"] not in SAFE_METHODS:
            refusal = self._refuse_origin(scope, headers) or self._refuse_type(scope, headers)
        if refusal is None:
            body = await self._read(headers, receive)
            if body is None:
                limit = self._settings.max_body
                refusal = error(scope, 413, "too_large", f"The body is over {limit:,} bytes.", "Send a smaller one.")
            else:
                await self._app(scope, _replay(body, receive), send_with_headers)
                return
        await refusal(scope, receive, send_with_headers)

    def _refuse_host(self, scope: Scope, headers: Headers) -> Response | None:
        name = _host_name(headers.get("host", ""))
        # These files hold nothing private, and the page that explains the refusal needs them.
        is_open = scope["path"].startswith("/static/") and scope["method"] in SAFE_METHODS
        if is_open or name == "localhost" or name in self._settings.allowed_hosts or _is_address(name):
            return None
        return error(
            scope,
            400,
            "unknown_host",
            f"This server does not answer to the name {name[:60]!a}.",
            "Use its address or localhost, or name it in LOST_UPDATE_ALLOWED_HOSTS.",
            way_out=_own_address(scope),
        )

    def _refuse_origin(self, scope: Scope, headers: Headers) -> Response | None:
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        own = f"{scope['scheme']}://{headers['host']}".lower()
        if site == "same-origin" or (site is None and (origin is None or origin.lower() == own)):
            return None
        return error(
            scope, 403, "cross_site", "Another site's page may not do this.", "Use the page of this server itself."
        )

    def _refuse_type(self, scope: Scope, headers: Headers) -> Response | None:
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if not has_body or kind == "application/json":
            return None
        return error(scope, 415, "not_json", "The body must be JSON.", "Send it with Content-Type: application/json.")

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """The whole body, or None where it is too large."""
        limit = self._settings.max_body
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            return None
        body = b""
        more = announced != "0" or "transfer-encoding" in headers
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                return None
        return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """The request once more, for the application: first its body, then all later messages."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _host_name(host: str) -> str:
    """The name in a Host header, without its port, in lower case; empty for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _own_address(scope: Scope) -> str:
    """An address of this server that works: the one at which the request came in."""
    host, port = scope.get("server") or ("localhost", None)
    name = f"[{host}]" if ":" in host else host
    return f"{scope['scheme']}://{name}{f':{port}' if port else ''}/"
