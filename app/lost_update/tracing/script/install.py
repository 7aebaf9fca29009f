"""Everything that tracing changes in a process of a script, in one list."""

import os
from importlib import import_module
from typing import Final

from lost_update.model.ops import Op
from lost_update.tracing.script import life, stream
from lost_update.tracing.script.boot import PLAN
from lost_update.tracing.script.on_import import on_import, watch_imports
from lost_update.tracing.script.stream import PROCESS

CHANGES: Final = (
    ("multiprocessing.process", "life", "follow_processes"),
    ("multiprocessing.util", "life", "follow_cleaning_up"),
    ("multiprocessing.spawn", "life", "follow_preparation"),
    ("multiprocessing.popen_fork", "life", "follow_forked"),
    ("multiprocessing.popen_forkserver", "life", "follow_served"),
    ("multiprocessing.util", "executions", "install"),
    ("multiprocessing.sharedctypes", "memory", "install"),
    ("multiprocessing.shared_memory", "shareable", "install"),
    ("multiprocessing.shared_memory", "not_seen", "follow_attaching"),
    ("mmap", "not_seen", "follow_mapping"),
    ("multiprocessing.synchronize", "locks", "install"),
    ("multiprocessing.synchronize", "events", "install"),
    ("multiprocessing.connection", "pipes", "install"),
    ("multiprocessing.queues", "queues", "install"),
    ("multiprocessing.pool", "pools", "install"),
    ("multiprocessing.managers", "managers", "install"),
    ("concurrent.futures._base", "futures", "install"),
    ("concurrent.futures.process", "executors", "install"),
)
"""Which module is changed, and by which function of which module beside this one. Each when it has been imported."""


def follow() -> None:
    """Change all that tracing changes, as it is imported."""
    life.install()
    watch_imports()
    for name, part, function in CHANGES:
        on_import(name, lambda part=part, function=function: _change(part, function))  # type: ignore[misc]


def _change(part: str, function: str) -> None:
    getattr(import_module(f"lost_update.tracing.script.{part}"), function)()


def change() -> None:
    """Change all that tracing changes, at once."""
    follow()
    for name, _, _ in CHANGES:
        import_module(name)


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
    if os.path.exists(f"{directory}/{PLAN}"):
        _install_with_gates(directory)
    else:
        follow()
    if parent is None:
        PROCESS.describe(name="MainProcess", role="main")
        stream.note(Op.START, 0, 0, PROCESS.pid)
