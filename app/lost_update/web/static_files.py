"""Scripts, sheets and the icon: read once, made ready to travel once, and sent from memory.

    file ─▶ comments away ─▶ gzip at its best ─▶ kept, with its ETag, until the file changes

No build step: what the browser gets is the file as it is written, line by line, except that a line which is comment
alone is empty. Each line keeps its number, so an error on the page names the line of the file.
"""

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lost_update.web.proxies import ROUTE

PREFIX: Final = "/static/"

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""All that is served. A folder may hold other files; they are for nobody."""

_BLOCK: Final = r"/\*(?:(?!\*/).)*\*/"
_COMMENTS: Final = {
    ".js": re.compile(rf"^[ \t]*(?:{_BLOCK}|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE),
    ".css": re.compile(rf"^[ \t]*{_BLOCK}[ \t]*$", re.DOTALL | re.MULTILINE),
}
"""Comments that have their lines for themselves. A test holds that nothing else goes."""


def without_comments(text: str, suffix: str) -> str:
    """The text, every line in its place; those that are nothing but comment are empty."""
    pattern = _COMMENTS.get(suffix)
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text) if pattern else text


@dataclass(frozen=True)
class _Ready:
    """A file as it travels."""

    changed: int
    media_type: str
    etag: str
    plain: bytes
    compressed: bytes


class StaticFiles:
    """Wraps the application: answers for the files of one folder, and passes on whatever else is asked for.

    Used by the event loop's thread alone.
    """

    def __init__(self, app: ASGIApp, directory: Path) -> None:
        self._app = app
        self._directory = directory.resolve()
        self._ready: dict[str, _Ready] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass it on."""
        name = scope[ROUTE].removeprefix(PREFIX) if scope["type"] == "http" else ""
        is_asked = scope["type"] == "http" and scope["method"] == "GET" and scope[ROUTE].startswith(PREFIX)
        ready = self._find(name) if is_asked else None
        await (self._app if ready is None else _answer(Headers(scope=scope), ready))(scope, receive, send)

    def _find(self, name: str) -> _Ready | None:
        """The file of that name, made ready if it is new or has changed."""
        file = self._directory / name
        known = self._ready.get(name)
        try:
            if known is None and not file.resolve().is_relative_to(self._directory):
                return None
            changed = file.stat().st_mtime_ns
            if known is None or known.changed != changed:
                known = self._ready[name] = _made_ready(file, changed)
        except (OSError, ValueError, KeyError):
            return None  # there is none, it is a folder, or it is not for anybody
        return known


def _made_ready(file: Path, changed: int) -> _Ready:
    media_type = _TYPES[file.suffix]
    plain = without_comments(file.read_text(encoding="utf-8"), file.suffix).encode()
    etag = f'"{sha256(plain).hexdigest()[:20]}"'
    return _Ready(changed, media_type, etag, plain, gzip.compress(plain, mtime=0))


def _answer(asked: Headers, ready: _Ready) -> Response:
    headers = {"ETag": ready.etag, "Vary": "Accept-Encoding"}
    if ready.etag in asked.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    is_compressed = "gzip" in asked.get("Accept-Encoding", "")
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(ready.compressed if is_compressed else ready.plain, headers=headers, media_type=ready.media_type)
