"""Runs a command that cannot outlive the test run that started it: `python -m tests.leash COMMAND…`.

    test run                        the command                     watcher
    ────────                        ───────────                     ───────
    Popen(stdin=PIPE) ────────────▶ this module: fork, fork ──────▶ reads the pipe, and waits
                                    exec COMMAND (the same pid)
    ends, however it ends: its end of the pipe is closed ─────────▶ end of file: the command and all that it
                                                                    started are ended, where they still live

The watcher is no child of ours, so that it is not counted among what a server started.
"""

import os
import subprocess
import sys
from typing import Any

import psutil

GRACE_SECONDS = 5
"""How long the command may take to end by itself."""


def on_a_leash(command: list[str], **options: Any) -> "subprocess.Popen[str]":
    """Start a command that ends with this process, however this process ends. `options` are those of `Popen`.

    It ends, too, when its `stdin` is closed, and then at the latest after `GRACE_SECONDS`.
    """
    leashed = [sys.executable, "-m", "tests.leash", *command]
    return subprocess.Popen(leashed, stdin=subprocess.PIPE, text=True, start_new_session=True, **options)


def main() -> None:
    """Leave a watcher behind and become the command."""
    command = psutil.Process()
    if os.fork() == 0:
        if os.fork() == 0:
            os.setsid()
            _watch(command)
        os._exit(0)
    os.wait()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.execvp(sys.argv[1], sys.argv[1:])


def _watch(command: psutil.Process) -> None:
    # The reader of what the command prints must see its end, whether or not a watcher is left.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    while os.read(0, 1024):
        pass
    if command.is_running():
        family = [command, *command.children(recursive=True)]
        command.terminate()
        psutil.wait_procs([command], GRACE_SECONDS)
        for process in family:
            if process.is_running():
                process.kill()


if __name__ == "__main__":
    main()
