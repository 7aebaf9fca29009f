"""Processes that compute. One is made ready before anybody asks, with all that it needs imported.

    get_ready() ─▶ one is started, imports and waits    take() ─▶ the one that waits, or else a new one
                   (none where one waits already)                 whoever takes it uses it once and ends it
    close()     ─▶ the one that waits is killed

To import what the explorer needs takes longer than most of its answers. The one that waits takes memory meanwhile, so
there is one at most, and none before somebody is expected to ask.
"""

import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from lost_update.execution import computation_process
from lost_update.execution.failures import refused
from lost_update.execution.supervisor import Context, end_process, start_process


class ComputationProcess(NamedTuple):
    """A process that waits for a function and its arguments, which come over the connection."""

    process: BaseProcess
    connection: "Connection[Any, Any]"

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        with self.connection:  # until it is closed, the pid is this process's
            end_process(self.process)


class ReadyProcesses:
    """Owns the process that waits. `modules` are what each of them imports. Safe to use from any thread."""

    def __init__(self, context: Context, modules: Sequence[str]) -> None:
        self._context = context
        self._modules = tuple(modules)
        self._lock = threading.Lock()
        self._waiting: ComputationProcess | None = None
        self._is_closed = False

    def take(self) -> ComputationProcess:
        """A process to compute in. It belongs to whoever takes it. It may still be importing."""
        with self._lock:
            taken, self._waiting = self._waiting, None
        if taken is not None and not _has_ended(taken):
            return taken
        if taken is not None:
            taken.end()
        return self._start()

    def get_ready(self) -> None:
        """Have one that waits. Where the machine allows no more processes, the next who asks waits for its import."""
        with self._lock:
            if self._waiting is not None or self._is_closed:
                return
            try:
                self._waiting = self._start()
            except Exception as error:
                if refused(error) is None:
                    raise

    def close(self) -> None:
        """End the one that waits; from now on there is none."""
        with self._lock:
            self._is_closed = True
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.end()

    def _start(self) -> ComputationProcess:
        arguments = (self._modules,)
        return ComputationProcess(*start_process(self._context, computation_process.main, arguments, "computation"))


def _has_ended(one: ComputationProcess) -> bool:
    """Whether the system has killed it while it waited: it says nothing before it is asked, except its end."""
    return one.connection.poll()
