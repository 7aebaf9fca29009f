"""The processes of a script, as the machine sees them: who is alive, and an end for all of them together.

The script starts them, so that nobody here can wait for them. A process is known by its pid and by when it began; both
together are its own for ever.
"""

import contextlib
import os
import signal
from pathlib import Path
from typing import Final, NamedTuple

_ENDED: Final = "ZX"
"""States in which a process runs no more, though its parent has not taken notice yet."""


class Stat(NamedTuple):
    """What `/proc` says of a process. `began` is in ticks of the machine's clock; `exit_status` as `wait` gives it."""

    state: str
    parent: int
    began: int
    exit_status: int | None


def stat_of(pid: int) -> Stat | None:
    """What the machine says of that process; None where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    status = int(fields[49]) if len(fields) > 49 else None
    return Stat(fields[0], int(fields[1]), int(fields[19]), status)


class ProcessTree:
    """Whoever was seen among the processes of a script."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._began: dict[int, int] = {}
        self.exit_codes: dict[int, int] = {}
        """Of processes that have ended, as far as it could be seen: below zero for a signal."""
        self.know(root)

    def know(self, pid: int) -> None:
        """That process is one of them."""
        if pid not in self._began and (stat := stat_of(pid)) is not None:
            self._began[pid] = stat.began

    def is_alive(self, pid: int) -> bool:
        """Whether that process runs, or could run."""
        stat = stat_of(pid)
        if stat is None or stat.began != self._began.setdefault(pid, stat.began):
            return False
        if stat.state in _ENDED:
            if stat.exit_status is not None:
                self.exit_codes.setdefault(pid, _exit_code(stat.exit_status))
            return False
        return True

    def kill(self) -> None:
        """End all of them at once: they are all suspended first, so that none sees another's end."""
        everybody = self._everybody()
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in everybody | self._everybody():
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
                    if number == signal.SIGKILL:
                        self.exit_codes.setdefault(pid, -number)  # perhaps nobody is left who could tell

    def _everybody(self) -> set[int]:
        """Those that are known and alive, and their children, and the children of these."""
        found = {pid for pid in self._began if self.is_alive(pid)}
        new = set(found)
        while new:
            new = {child for pid in new for child in _children(pid)} - found
            found |= new
        return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                children += map(int, (thread / "children").read_text().split())
    return children


def _exit_code(status: int) -> int:
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
