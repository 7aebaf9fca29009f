"""The code that a run shows: read from the functions that ran, as people write it and as Python executes it."""

import dis
import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import lost_update
from lost_update.model.sources import BytecodeInstruction, Code
from lost_update.tracing.recorder import Shown

BETWEEN = "\n\n"
"""What stands between two functions."""

SILENT = {"CACHE", "EXTENDED_ARG", "NOP", "PRECALL", "RESUME"}
"""Instructions that only the interpreter needs: nothing in the source text corresponds to them."""


@cache
def code_of(functions: tuple[Callable[..., Any], ...]) -> Code:
    """The source of `functions`, in that order, and where it is: the file's path, relative to the package's folder.

    Code that was compiled from a text is in no file, and has only the name that it was given.
    """
    root = Path(lost_update.__file__).parent.parent
    file = Path(inspect.getsourcefile(functions[0]) or "")
    if file.is_relative_to(root):
        file = file.relative_to(root)
    shown = shown_of(functions)
    return Code(
        file=file.as_posix(),
        name=", ".join(function.__name__ for function in functions),
        text=BETWEEN.join(textwrap.dedent(inspect.getsource(function)) for function in functions),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        bytecode=[instruction for function in functions for instruction in bytecode_of(function, shown)],
    )


@cache
def shown_of(functions: tuple[Callable[..., Any], ...]) -> Shown:
    """Which lines of which file the code shown is. The functions must stand in one file."""
    parts = []
    before = 0
    for function in functions:
        lines, first = inspect.getsourcelines(function)
        parts.append((first, first + len(lines) - 1, before))
        before += len(lines) + BETWEEN.count("\n")
    return Shown(functions[0].__code__.co_filename, tuple(parts))


def bytecode_of(function: Callable[..., Any], shown: Shown) -> list[BytecodeInstruction]:
    """What the interpreter executes for `function`, in order; clean-up that belongs to no line is left out."""
    return [
        BytecodeInstruction(line=shown.line(one.positions.lineno), name=one.opname, argument=_argument(one))
        for one in dis.get_instructions(function)
        if one.positions is not None and one.positions.lineno is not None and one.opname not in SILENT
    ]


def _argument(one: dis.Instruction) -> str:
    """What an instruction is about. For a function within the function that is its name alone.

    Python's own text has its address in memory too, and the full path of its file on this machine.
    """
    return f"<code object {one.argval.co_name}>" if isinstance(one.argval, CodeType) else one.argrepr
