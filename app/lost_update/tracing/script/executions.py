"""Follows what `multiprocessing` starts by executing Python anew: spawned processes, and the fork server.

Such a process knows of the trace by its environment alone (boot). The variables are there while it is started, and at
no other time, so that the script never sees them.
"""

import os
from typing import Any

from lost_update.tracing.script.boot import environment
from lost_update.tracing.script.declarations import PROCESS
from lost_update.tracing.script.patching import replace


class _Environment:
    """The variables are set within a `with` of it, and only there."""

    def __init__(self, added: dict[str, str]) -> None:
        self.added = added
        self.before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self.before = {name: os.environ.get(name) for name in self.added}
        os.environ.update(self.added)

    def __exit__(self, *_: object) -> None:
        for name, value in self.before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _is_a_process_of_the_script(arguments: Any) -> bool:
    return any(
        isinstance(argument, str)
        and argument.startswith(("from multiprocessing.spawn ", "from multiprocessing.forkse"))
        for argument in arguments
    )


def install() -> None:
    """Trace what `multiprocessing` starts by executing Python anew: spawned processes and the fork server."""
    from multiprocessing import util

    plain = util.spawnv_passfds

    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> int:
        if not PROCESS.is_on or not _is_a_process_of_the_script(args):
            return plain(path, args, passfds)
        with _Environment(environment(PROCESS.directory, parent=PROCESS.take_number())):
            return plain(path, args, passfds)

    replace(util, "spawnv_passfds", spawnv_passfds)
