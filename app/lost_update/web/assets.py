"""The scripts and styles, sent without what only their readers need: comments and white space.

The files stay as they are written, and what a browser gets is made from them when it first asks: nothing has to be
built before, and a change is seen with the next reload.
"""

import mimetypes
from collections.abc import Callable
from functools import lru_cache
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

import rcssmin
import rjsmin
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

_SHORTEN: Final[dict[str, Callable[[str], str]]] = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}

MOST_KEPT: Final = 256
"""Shortened files: more than there are, so that each is shortened once, and again only after a change."""


class Assets(StaticFiles):
    """Static files, scripts and styles among them shortened."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The answer with one file."""
        path = Path(full_path)
        if path.suffix not in _SHORTEN:
            return super().file_response(full_path, stat_result, scope, status_code)
        media_type, _ = mimetypes.guess_type(path)
        response = Response(shortened(path, stat_result.st_mtime_ns), status_code, media_type=media_type)
        # The file's own time and size tell one version from another, as they do for all other files.
        named = FileResponse(path, stat_result=stat_result).headers
        response.headers.update({name: named[name] for name in ("etag", "last-modified")})
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response


@lru_cache(MOST_KEPT)
def shortened(path: Path, _changed_ns: int) -> bytes:
    """The file as it is sent. It is read again when its time of change is another."""
    return _SHORTEN[path.suffix](path.read_text(encoding="utf-8")).encode()
