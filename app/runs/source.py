"""The code that a run shows: read from the function that ran."""

import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import app


class Code(TypedDict):
    """A function's source. Steps count their lines within `text`, from 1."""

    file: str
    name: str
    text: str


@cache
def code_of(function: Callable[..., Any]) -> Code:
    """The source of `function`, and where it stands: the file as seen from the project."""
    project = Path(app.__file__).parent.parent
    file = Path(inspect.getsourcefile(function) or "").relative_to(project)
    return Code(file=file.as_posix(), name=function.__name__, text=textwrap.dedent(inspect.getsource(function)))
