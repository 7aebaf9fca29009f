"""A fork that the machine refuses must not end the fork server, and with it every process that it has started.

    server                           fork server                     process
      │ ── Process.start() ─────────▶ os.fork() ───────────────────▶ …
      │ ◀─ its pid ───────────────────┤
      │ ── Process.start() ─────────▶ os.fork() ╳ refused
      │ ◀─ end of file ───────────────┤ goes on

`multiprocessing.forkserver.main` lets an error of `os.fork` end it. A fork server imports this module before anything
else, and from then on its `os.fork` closes what came with a request that is refused, and raises the one error that
`main` passes over. Nothing else imports this module, because to import it is to replace `os.fork`.

A new process gets back the limit of descriptors that the server was started with. The fork server needs the raised one.
"""

import errno
import os
import resource
import sys
from multiprocessing import forkserver
from typing import Any, Final

from lost_update.tracing.machine import SOFT_LIMIT

_fork: Final = os.fork


def _fork_or_go_on() -> int:
    """As `os.fork`. In the new process `os.fork` is the real one again."""
    try:
        pid = _fork()
    except OSError as error:
        request = sys._getframe(1)
        if request.f_code is not forkserver.main.__code__:
            raise
        came: dict[str, Any] = request.f_locals
        for descriptor in (came["child_r"], came["child_w"], *came["fds"]):
            os.close(descriptor)
        raise OSError(errno.ECONNABORTED, f"no process could be forked: {error}") from None
    if pid == 0:
        os.fork = _fork
        if SOFT_LIMIT in os.environ:
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(os.environ.pop(SOFT_LIMIT)), hard))
    return pid


os.fork = _fork_or_go_on
