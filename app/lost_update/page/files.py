"""The files that pages are made of, as they lie in the package, and what each script needs."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

import lost_update


def folder(name: str) -> Path:
    """`templates` or `static`: inside the package in a wheel, at the root in a checkout."""
    package = Path(lost_update.__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent.parent / name


_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC_IMPORT: Final = re.compile(r"""^(?:import|export)\b[^"';(]*["'](\.[^"']+)["']""", re.MULTILINE)
_LATER_IMPORT: Final = re.compile(r"""\bimport\(["'](\.[^"']+)["']\)""")


@cache
def modules(entry: str, *, later: bool = False) -> list[str]:
    """The script and all that it imports, directly or not: a browser can request all of them together.

    What is imported only where it is needed, by `import(…)`, is among them if `later` asks for it.
    """
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            at_once, only_then = _imported_by(name)
            waiting += [*at_once, *(only_then if later else [])]
    return sorted(found)


def imported_later(script: str) -> list[str]:
    """What that script imports only where it is needed, by itself."""
    return _imported_by(script)[1]


def named(importer: str, relative: str) -> str:
    """What a script imports by a relative address, as a path among the scripts."""
    return normpath(join(dirname(importer), relative))


@cache
def _imported_by(script: str) -> tuple[list[str], list[str]]:
    """What it imports at once, and what only where it is needed."""
    code = _COMMENT.sub("", (folder("static") / "js" / script).read_text(encoding="utf-8"))
    at_once, only_then = (
        [named(script, relative) for relative in pattern.findall(code)] for pattern in (_STATIC_IMPORT, _LATER_IMPORT)
    )
    return at_once, only_then


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
