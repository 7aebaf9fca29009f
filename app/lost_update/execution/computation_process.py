"""What runs in the process of one computation. This module imports little: the server imports it too.

server                             process
──────                             ──────
the names of modules ────────────▶ main(): imports them, and waits
a function, its arguments ───────▶ calls it; what takes long goes on at the lowest priority
                            ◀───── what it tells meanwhile, in case that it gets no further in time
                            ◀───── what it returned
SIGKILL ─────────────────────────▶ ends immediately: it shares nothing and has started no process
╳ (gone) ────────────────────────▶ its watcher thread ends it
"""

import contextlib
import os
import signal
import sys
from importlib import import_module
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from types import FrameType
from typing import Any, Final

LOWEST_PRIORITY: Final = 19
"""For `os.nice`: runs and other answers come first, however many computations there are."""

SHORT_SECONDS: Final = 0.2
"""CPU time of a function at normal priority. A short answer must not have to wait until the machine is idle.

After it the function gets nothing at all while others need every core, so what is to be told is told before.
"""


def main(server: "Connection[Any, Any]", modules: tuple[str, ...]) -> None:
    """Import the modules. Then call the function that the server sends, and send back what it returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the server started it with this one blocked
    Thread(target=_end_with_the_server, name="watcher", daemon=True).start()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy would start threads for what is not done here, and they spin
    for name in modules:
        import_module(name)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the server is gone
        function, arguments, tells = server.recv()
        more = {"tell": lambda answer: server.send((answer, False))} if tells else {}
        signal.signal(signal.SIGPROF, _give_way)
        signal.setitimer(signal.ITIMER_PROF, SHORT_SECONDS)
        server.send((function(*arguments, **more), True))
        server.poll(None)  # wait for the server to close the pipe: until then it may kill this pid


def _give_way(_signal: int, _frame: FrameType | None) -> None:
    """Compute only when no other process needs the core. On Linux `nice` alone still delays others by milliseconds."""
    os.nice(LOWEST_PRIORITY)
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _end_with_the_server() -> None:
    server = parent_process()
    assert server is not None
    connection.wait([server.sentinel])
    os._exit(1)
