"""A start that the machine refuses must not end the fork server, and with it every process that it has started.

    server                             fork server                     process
      │ ── Process.start() ───────────▶ recvfds(), os.fork() ────────▶ …
      │ ◀─ its pid ─────────────────────┤
      │ ── Process.start() ───────────▶ os.fork() ╳ refused
      │ ◀─ end of file ─────────────────┤ goes on
      │ ── Process.start() ╳ refused ─▶ recvfds() ╳ end of file
      │                                 ┤ goes on

`multiprocessing.forkserver.main` lets both errors end it. A fork server imports this module before anything else, and
from then on it raises, instead of them, the one error that `main` passes over. Nothing else imports this module: to
import it is to replace two functions of the library. A new process has the real ones again.

It also gets back the limit of descriptors that the server was started with. The fork server needs the raised one.
"""

import errno
import os
import resource
import sys
from multiprocessing import forkserver, reduction
from socket import socket
from typing import Any, Final

from lost_update.tracing.machine import SOFT_LIMIT

_fork: Final = os.fork
_recvfds: Final = reduction.recvfds


def _fork_or_go_on() -> int:
    """As `os.fork`."""
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
        reduction.recvfds = _recvfds
        if SOFT_LIMIT in os.environ:
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(os.environ.pop(SOFT_LIMIT)), hard))
    return pid


def _receive_or_go_on(sock: socket, size: int) -> list[int]:
    """As `reduction.recvfds`, which receives the ends of a new process."""
    try:
        return _recvfds(sock, size)
    except (EOFError, RuntimeError) as error:
        raise OSError(errno.ECONNABORTED, f"the request was broken off: {error}") from None


os.fork = _fork_or_go_on
reduction.recvfds = _receive_or_go_on
