"""Code that is in no module: made as a text, shown as that text, and compiled from it in each process that runs it.

A function that was made from a text cannot be sent to another process; its text can.
"""

import linecache
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any


@dataclass(frozen=True)
class SourceText:
    """The text of one function, its name, and a name for the file that it would be in."""

    file: str
    name: str
    text: str


Work = Callable[..., None] | SourceText
"""What a process does: a function of some module, or one that it compiles itself."""


@cache
def _compiled(source: SourceText) -> FunctionType:
    # Here `inspect` and tracebacks find the lines, although there is no such file.
    linecache.cache[source.file] = (len(source.text), None, source.text.splitlines(keepends=True), source.file)
    made: dict[str, Any] = {"__name__": __name__}
    exec(compile(source.text, source.file, "exec", dont_inherit=True), made)
    function = made[source.name]
    assert isinstance(function, FunctionType)
    return function


def function_of(work: Work) -> FunctionType:
    """The function itself. The same source gives the same function."""
    if isinstance(work, SourceText):
        return _compiled(work)
    assert isinstance(work, FunctionType)
    return work
