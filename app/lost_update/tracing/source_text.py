"""Code that stands in no module: put together as a text, shown as that text, and compiled from it wherever it runs.

A function that was made from a text cannot be sent to another process; its text can.
"""

import linecache
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any


@dataclass(frozen=True)
class Source:
    """The text of one function, its name, and what to call the file that it would stand in."""

    file: str
    name: str
    text: str


Work = Callable[..., None] | Source
"""What a worker does: a function of some module, or one that is compiled in the worker."""


@cache
def _compiled(source: Source) -> FunctionType:
    # `inspect` and tracebacks find the lines of a file that is none here.
    linecache.cache[source.file] = (len(source.text), None, source.text.splitlines(keepends=True), source.file)
    made: dict[str, Any] = {"__name__": __name__}
    exec(compile(source.text, source.file, "exec", dont_inherit=True), made)
    function = made[source.name]
    assert isinstance(function, FunctionType)
    return function


def function_of(work: Work) -> FunctionType:
    """The function itself. The same source gives the same function."""
    if isinstance(work, Source):
        return _compiled(work)
    assert isinstance(work, FunctionType)
    return work
