"""What the documents that are made by measuring have in common: when, where and by which command, and their words."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

HELD = {True: "yes", False: "**no**", None: "–"}
"""Whether a target was met; None where there is none."""


def made_by(command: str) -> str:
    """The first sentence: the command, the day, the Python and the machine."""
    return (
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}, with Python {platform.python_version()} "
        f"on {platform.system()}, {os.cpu_count()} cores."
    )


def put(document: Path, name: str, text: str) -> None:
    """Put this between the marks of that name in a document, and leave the rest of it."""
    begin, end = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    written = document.read_text()
    before, after = written.index(begin) + len(begin), written.index(end)
    document.write_text(f"{written[:before]}\n{text}\n{written[after:]}")
