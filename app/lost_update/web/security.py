"""What every request must pass, and what every response carries. Plain ASGI, so that streams stay streams.

A page on another site can post to a server on localhost, and CORS does not stop DNS rebinding. So:

- `Host` must be an address, `localhost`, or a name that `LOST_UPDATE_ALLOWED_HOSTS` allows: rebinding needs a name.
- Methods that change something are for our own pages and for programs: `Sec-Fetch-Site` must be `same-origin` or
  absent, and where it is absent, `Origin` must be absent or name this server.
- A body is JSON and small; it is read here, before anything else happens. Only a recording that somebody brings along
  may be larger, and of another type: a few of them at a time, since each is in memory.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web.errors import error
from lost_update.web.proxies import ROUTE

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

FILE_TYPES: Final = ("application/x-ndjson", "text/html", "application/octet-stream")
"""Of a recording that somebody brings along. A form of another site can send none of them."""

FILES_AT_ONCE: Final = 2
"""Bodies of such recordings that are read at the same time."""

NAME_PASSED_ON: Final = "have it pass on the name that the browser asked for (nginx: proxy_set_header Host $http_host)"

FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What proxies add. Whoever adds it, the address at which the request came in may be of no use to the browser."""


def response_headers(frame_hosts: tuple[str, ...]) -> dict[str, str]:
    """What every response carries. Pages of these hosts may show ours in a frame."""
    framing = " ".join(frame_hosts) or "'none'"
    headers = {
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
                f"frame-ancestors {framing}",
            )
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    # It knows no hosts, only nobody and ourselves, and old browsers would obey it.
    return headers if frame_hosts else {**headers, "X-Frame-Options": "DENY"}


class HeadersAlone:
    """Wraps the application: answers HEAD as it answers GET, and ends with the headers.

    What would have followed is not made: as soon as the answer is complete, the server says that the client has gone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a HEAD as a GET of which nobody reads the body."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        is_complete = False

        async def send_headers(message: Message) -> None:
            nonlocal is_complete
            if is_complete:
                return
            await send(message if message["type"] == "http.response.start" else {"type": "http.response.body"})
            is_complete = message["type"] == "http.response.body"

        await self._app({**scope, "method": "GET"}, receive, send_headers)


class Safety:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._response_headers = response_headers(settings.frame_hosts)
        self._files = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on with its body read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._response_headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refuse_host(scope, headers)
        if refusal is None and scope["method"] not in SAFE_METHODS:
            refusal = self._refuse_origin(scope, headers) or self._refuse_type(scope, headers)
        if refusal is None:
            brings = _brings_a_file(scope)
            limit = self._settings.max_import if brings else self._settings.max_body
            if brings and self._files == FILES_AT_ONCE:
                refusal = _too_many_files(scope)
            else:
                self._files += brings
                try:
                    body = await self._read(headers, receive, limit)
                    if body is not None:
                        await self._app(scope, _replay(body, receive), send_with_headers)
                        return
                except ClientDisconnect:
                    return
                finally:
                    self._files -= brings
                refusal = error(scope, 413, "too_large", f"The body is over {limit:,} bytes.", "Send a smaller one.")
        await refusal(scope, receive, send_with_headers)

    def _refuse_host(self, scope: Scope, headers: Headers) -> Response | None:
        name = _host_name(headers.get("host", ""))
        # These files hold nothing private, and the page that explains the refusal needs them.
        is_open = scope[ROUTE].startswith("/static/") and scope["method"] in SAFE_METHODS
        if is_open or name == "localhost" or _is_address(name) or _is_allowed(name, self._settings.allowed_hosts):
            return None
        return error(
            scope,
            400,
            "unknown_host",
            f"This server does not answer to the name {name[:60]!a}." if name else "The request names no host.",
            "Use its address or localhost, or allow the name in LOST_UPDATE_ALLOWED_HOSTS. If you did not ask for this "
            f"name, a proxy in front of the server did: {NAME_PASSED_ON}.",
            way_out=None if any(each in headers for each in FORWARDED) else _own_address(scope),
        )

    def _refuse_origin(self, scope: Scope, headers: Headers) -> Response | None:
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin", "").lower()
        own = f"{scope['scheme']}://{headers.get('host', '')}".lower()
        if site == "same-origin" or (site is None and origin in ("", own)):
            return None
        hint = "Use the page of this server itself."
        if site is None:  # the browser trusts the connection too little to say where the page comes from
            hint += (
                f" If this is its page, a proxy in front of it changed {origin[:100]!a} to {own[:100]!a}: "
                f"{NAME_PASSED_ON} and X-Forwarded-Proto, and name its address in LOST_UPDATE_TRUSTED_PROXIES."
            )
        return error(scope, 403, "cross_site", "Another site's page may not do this.", hint)

    def _refuse_type(self, scope: Scope, headers: Headers) -> Response | None:
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if not has_body or kind == "application/json":
            return None
        if _brings_a_file(scope):
            hint = f"Send it with one of these as Content-Type: {', '.join(FILE_TYPES)}."
            return None if kind in FILE_TYPES else error(scope, 415, "no_file", "The body is no recording.", hint)
        return error(scope, 415, "not_json", "The body must be JSON.", "Send it with Content-Type: application/json.")

    async def _read(self, headers: Headers, receive: Receive, limit: int) -> bytes | None:
        """The whole body, or None where it is too large. Raises `ClientDisconnect` if the rest will never come."""
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            return None
        body = bytearray()
        more = announced != "0" or "transfer-encoding" in headers
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                return None
        return bytes(body)


def _brings_a_file(scope: Scope) -> bool:
    return bool(scope["method"] == "POST" and scope[ROUTE] == "/api/recordings")


def _too_many_files(scope: Scope) -> Response:
    return error(
        scope,
        429,
        "too_many_files",
        f"{FILES_AT_ONCE} recordings are being opened already.",
        "Try again in a moment.",
        headers={"Retry-After": "2"},
    )


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


def _is_allowed(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether the name is one of these, or lies below one that begins with a dot or with `*.`."""
    return any(
        name == pattern or (pattern[0] in "*." and name.endswith(pattern.removeprefix("*"))) for pattern in patterns
    )


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
