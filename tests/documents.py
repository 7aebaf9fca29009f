"""What the documents that are made by measuring have in common: when, where and by which command, and their words."""

import os
import platform
from datetime import UTC, datetime

HELD = {True: "yes", False: "**no**", None: "–"}
"""Whether a target was met; None where there is none."""


def made_by(command: str) -> str:
    """The first sentence: the command, the day, the Python and the machine."""
    return (
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}, with Python {platform.python_version()} "
        f"on {platform.system()}, {os.cpu_count()} cores."
    )
