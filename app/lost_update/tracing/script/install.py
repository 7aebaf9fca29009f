"""Everything that tracing changes in a process of a script, in one list."""

import os
from importlib import import_module
from typing import Final

from lost_update.model.ops import Op
from lost_update.tracing.script import executions, stream
from lost_update.tracing.script.boot import PLAN
from lost_update.tracing.script.stream import PROCESS

PARTS: Final = (
    *("life", "memory", "shareable"),
    *("locks", "events", "pipes", "queues", "pools", "executors", "managers"),
)
"""The modules beside this one that change something: each has a function `install`."""


def change() -> None:
    """Change all that tracing changes."""
    for part in PARTS:
        import_module(f"lost_update.tracing.script.{part}").install()


def _install_with_gates(directory: str) -> None:
    from lost_update.tracing.script.gates import STANDING, Gates
    from lost_update.tracing.script.holding import planned

    with Gates():
        change()
    STANDING.gate = planned(directory)


def install(directory: str, parent: int | None) -> None:
    """Trace this process into that directory. `parent` is the number of the process that has started it, if any."""
    PROCESS.open(directory, parent)
    stream.follow_forks()
    executions.follow_executions()
    if os.path.exists(f"{directory}/{PLAN}"):
        _install_with_gates(directory)
    else:
        change()
    if parent is None:
        PROCESS.describe(name="MainProcess", role="main")
        stream.note(Op.START, 0, 0, PROCESS.pid)
