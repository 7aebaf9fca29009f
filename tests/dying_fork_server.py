"""Preloaded by a fork server that is to die at the worst moment: it has forked, and cannot tell the new process's pid.

It does so for the next process after a file has appeared, and leaves the pid of that process in it.
"""

import os
import signal
from pathlib import Path
from typing import Final

from lost_update.tracing import fork_server

WHERE: Final = "DIES_AFTER_FORKING"
"""The variable that names the file. It exists, and is empty, when the fork server is to die."""

_fork: Final = fork_server._fork


def _fork_and_die() -> int:
    pid = _fork()
    file = Path(os.environ[WHERE])
    if pid and file.exists() and not file.read_text():
        file.write_text(str(pid))
        os.kill(os.getpid(), signal.SIGKILL)
    return pid


if WHERE in os.environ:
    fork_server._fork = _fork_and_die  # type: ignore[misc]
