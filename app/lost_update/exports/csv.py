"""A recording's steps as a table for spreadsheets and data frames: CSV as RFC 4180 has it, a line a step. Pure.

A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and computes it. Texts of a script are
not to be trusted, so such a text gets an apostrophe before it, by which a spreadsheet knows it for a text. Numbers stay
numbers. What does not apply to a step is empty, and so is the base of a blind write.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from lost_update.exports.batches import batches
from lost_update.model.encoding import Step
from lost_update.model.recording import Recording

COLUMNS: Final = tuple(Step.__annotations__)
"""Every field that a step may have."""

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(recording: Recording) -> Iterator[bytes]:
    """The table: first the names of the columns, then a line for each step, some at a time."""
    yield _lines([COLUMNS])
    for steps in batches(recording):
        yield _lines([[_cell(step.get(name)) for name in COLUMNS] for step in steps])


def _lines(rows: Any) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(errors="replace")


def _cell(value: Any) -> Any:
    if value is True:
        return "true"
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
