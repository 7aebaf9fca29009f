"""A file beside the code shown in which processes take steps: each declares it when it first needs it."""

from pathlib import Path
from typing import Any

from lost_update.tracing.recorder import RECORDER, Shown

NAME = "tests/elsewhere.py"


def add_one(number: Any) -> None:
    number.value += 1


def declare() -> None:
    """Declare this file, whole, in the process that calls it."""
    text = Path(__file__).read_text()
    source: Any = {"file": NAME, "name": "", "text": text, "python": "3.11", "bytecode": []}
    RECORDER.declare_source(source, Shown(__file__, ((1, text.count("\n"), 0),)))
