"""Scripts, sheets and the icon: read once, made ready to travel once, and sent from memory.

    file, or several scripts together ─▶ comments away ─▶ gzip at its best ─▶ kept, with its ETag, until a file changes

No build step: what the browser gets is the file as it is written, line by line, except that a line which is comment
alone is empty. A page asks for its scripts together (page.together), and what is sent names the map that says which
line of which file each line is, so an error on the page names the line of the file.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.page import together
from lost_update.page.files import without_comments
from lost_update.settings import Settings
from lost_update.web.proxies import ROUTE
from lost_update.web.requests import STATIC, note_of
from lost_update.web.security import response_headers

PREFIX: Final = "/static/"

MAP: Final = ".map"

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    MAP: "application/json",
}
"""All that is served. A folder may hold other files; they are for nobody."""

_PARTS: Final = frozenset({".js", ".css"})

OF_PARTS: Final = ("Cross-Origin-Resource-Policy", "X-Content-Type-Options")
"""What is said with a script or a sheet: all else is about pages, and about workers, whose script speaks for itself.
A page has many of them, so what they carry counts."""


@dataclass(frozen=True)
class _Made:
    """What is at an address: the files that it is made of, how, and what is said with it."""

    files: list[Path]
    content: Callable[[], str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ready:
    """A file as it travels: each of its answers is ready, headers and all."""

    changed: tuple[int, ...]
    etag: str
    plain: tuple[Message, Message]
    compressed: tuple[Message, Message]
    unchanged: tuple[Message, Message]


class StaticFiles:
    """Wraps the application: answers for the files of one folder, and passes on whatever else is asked for.

    A page asks for several of them at once, so nothing else stands before them: they are open to all, under any name of
    the server, and a request for one has nothing to say. Used by the event loop's thread alone.
    """

    def __init__(self, app: ASGIApp, directory: Path, settings: Settings) -> None:
        self._app = app
        self._directory = directory.resolve()
        self._settings = settings
        self._ready: dict[str, _Ready] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass it on."""
        is_asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope[ROUTE].startswith(PREFIX)
        ready = self._find(scope[ROUTE].removeprefix(PREFIX)) if is_asked else None
        if ready is None:
            await self._app(scope, receive, send)
            return
        note_of(scope).route = STATIC
        start, body = _answer(ready, Headers(scope=scope))
        await send({**start, "headers": list(start["headers"])})
        await send(body if scope["method"] == "GET" else {"type": "http.response.body"})

    def _find(self, name: str) -> _Ready | None:
        """What is at that address, made ready if it is new or has changed."""
        known = self._ready.get(name)
        try:
            found = self._at(name)
            if known is None and not all(file.resolve().is_relative_to(self._directory) for file in found.files):
                return None
            changed = tuple(file.stat().st_mtime_ns for file in found.files)
            if known is None or known.changed != changed:
                known = self._ready[name] = self._made_ready(name, found, changed)
        except (OSError, ValueError, KeyError):
            return None  # there is none, it is a folder, or it is not for anybody
        return known

    def _at(self, name: str) -> _Made:
        if not name.startswith(together.FOLDER):
            file = self._directory / name
            return _Made([file], lambda: without_comments(file.read_text(encoding="utf-8"), file.suffix))
        address = name.removesuffix(MAP)
        files = [self._directory / "js" / script for script in together.names_at(address)]
        if address != name:
            return _Made(files, lambda: orjson.dumps(together.source_map(address)).decode())
        return _Made(files, lambda: together.text(address), {"SourceMap": f"{PurePosixPath(name).name}{MAP}"})

    def _made_ready(self, name: str, found: _Made, changed: tuple[int, ...]) -> _Ready:
        file = PurePosixPath(name)
        media_type = _TYPES[file.suffix]
        plain = found.content().encode()
        etag = f'"{sha256(plain).hexdigest()[:20]}"'
        carried = response_headers(self._settings.frame_hosts)
        if file.suffix in _PARTS and not file.stem.endswith("-worker"):
            carried = {name: carried[name] for name in OF_PARTS}
        headers = {**carried, "Cache-Control": "no-cache", "ETag": etag, "Vary": "Accept-Encoding", **found.headers}
        return _Ready(
            changed,
            etag,
            _messages(200, {**headers, "Content-Type": media_type}, plain),
            _messages(
                200,
                {**headers, "Content-Type": media_type, "Content-Encoding": "gzip"},
                gzip.compress(plain, mtime=0),
            ),
            _messages(304, headers, b""),
        )


def _messages(status: int, headers: dict[str, str], body: bytes) -> tuple[Message, Message]:
    if status == 200:
        headers = {**headers, "Content-Length": str(len(body))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}, {
        "type": "http.response.body",
        "body": body,
    }


def _answer(ready: _Ready, asked: Headers) -> tuple[Message, Message]:
    if ready.etag in asked.get("If-None-Match", ""):
        return ready.unchanged
    return ready.compressed if "gzip" in asked.get("Accept-Encoding", "") else ready.plain
