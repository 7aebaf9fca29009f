"""Scripts and styles as they travel: as they are written, but without their comments, which are half of a script.

Every line keeps its place, so what a browser says of a line is true of the file. Only comments go that stand on lines
of their own, and the types that stand within a line: for these no parser is needed. A test holds every script that is
sent against the one that is written, token by token.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}

_BLOCK: Final = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_LINE: Final = re.compile(r"^[ \t]*//[^\n]*$", re.MULTILINE)
_TYPE: Final = re.compile(r"""/\*\* @\w+ (?:(?!\*/)[^\n"'`])*\*/ ?""")


def without_comments(text: str, suffix: str) -> str:
    """A script or a style sheet without most of its comments, line by line."""
    text = _BLOCK.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    return _TYPE.sub("", _LINE.sub("", text)) if suffix == ".js" else text


class LightFiles(StaticFiles):
    """Files of a folder; scripts and styles without their comments."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or that the browser has it already."""
        path = Path(full_path)
        if path.suffix not in MEDIA_TYPES:
            return super().file_response(full_path, stat_result, scope, status_code)
        content, tag = _prepared(path, stat_result.st_mtime_ns)
        headers: Mapping[str, str] = {"etag": tag}
        response = Response(content, status_code, headers, MEDIA_TYPES[path.suffix])
        return (
            NotModifiedResponse(response.headers)
            if self.is_not_modified(response.headers, Headers(scope=scope))
            else response
        )


@lru_cache(maxsize=512)
def _prepared(path: Path, _changed_ns: int) -> tuple[bytes, str]:
    """What is sent of a file as it is now, and its tag."""
    content = without_comments(path.read_text(encoding="utf-8"), path.suffix).encode()
    return content, f'"{sha256(content).hexdigest()[:32]}"'
