"""The source files of a run: the declaration of one. Imports nothing of ours.

A source is declared before the first step that needs it, and numbered from 1 in that order. That of a scenario, the
code shown, is the first, and its steps need not name it. A step in a file that its process declared names that file.
"""

from typing_extensions import TypedDict


class BytecodeInstruction(TypedDict):
    """One instruction of the interpreter, and the line of `Code.text` that it belongs to."""

    line: int
    name: str
    argument: str


class Code(TypedDict):
    """Functions' source, and what the Python that ran it makes of it. Lines count within `text`, from 1."""

    file: str
    name: str
    text: str
    python: str
    bytecode: list[BytecodeInstruction]
