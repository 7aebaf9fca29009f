"""What runs in the process of one computation. Light: such a process is started anew for each.

server                             process, at the lowest priority
──────                             ──────
the function, its arguments ─────▶ main(): calls it
                            ◀───── what it returned
SIGKILL ─────────────────────────▶ ends at once: it shares nothing with anybody and has started nobody
╳ (gone) ────────────────────────▶ a thread of its own ends it
"""

import contextlib
import os
import signal
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, Final

LOWEST_PRIORITY: Final = 19
"""For `os.nice`: runs and answers come first, however many compute."""


def main(server: "Connection[Any, Any]") -> None:
    """Call the function that the server sends, and send back what it returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the server started it with this one blocked
    os.nice(LOWEST_PRIORITY)
    Thread(target=_end_with_the_server, name="watcher", daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the server is gone
        function, arguments = server.recv()
        server.send(function(*arguments))
        server.poll(None)  # until the server has let go of it: so long its pid must be its own


def _end_with_the_server() -> None:
    server = parent_process()
    assert server is not None
    connection.wait([server.sentinel])
    os._exit(1)
