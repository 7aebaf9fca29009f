"""The code that a run shows: read from the function that ran, as people write it and as Python executes it."""

import dis
import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import app

SILENT = {"CACHE", "EXTENDED_ARG", "NOP", "PRECALL", "RESUME"}
"""Instructions that only serve the interpreter: they do nothing that the code says."""


class Instruction(TypedDict):
    """One instruction of the interpreter, and the line of `Code.text` that it belongs to."""

    line: int
    name: str
    argument: str


class Code(TypedDict):
    """A function's source, and what the Python that ran it makes of it. Lines count within `text`, from 1."""

    file: str
    name: str
    text: str
    python: str
    bytecode: list[Instruction]


@cache
def code_of(function: Callable[..., Any]) -> Code:
    """The source of `function`, and where it stands: the file as seen from the project."""
    project = Path(app.__file__).parent.parent
    file = Path(inspect.getsourcefile(function) or "").relative_to(project)
    return Code(
        file=file.as_posix(),
        name=function.__name__,
        text=textwrap.dedent(inspect.getsource(function)),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        bytecode=bytecode_of(function),
    )


def bytecode_of(function: Callable[..., Any]) -> list[Instruction]:
    """What the interpreter executes for `function`, in order; clean-up that belongs to no line is left out."""
    first = inspect.getsourcelines(function)[1]
    return [
        Instruction(line=one.positions.lineno - first + 1, name=one.opname, argument=one.argrepr)
        for one in dis.get_instructions(function)
        if one.positions is not None and one.positions.lineno is not None and one.opname not in SILENT
    ]
