"""The processes of one run, and the one way to start, signal and close them.

    Supervisor (server)                                               process
      RunProcess.os_process ── Process.start() ─────────────────────▶ tracing.scenario_process.main
      RunProcess.control    ── the common start time, grants ───────▶
                            ◀── registrations ─────────────────────── of the processes that it starts itself
      RunProcess.reader     ◀── batches of steps ────────────────────

Each process has a control and a pipe of its own: one that is killed inside `send` silences no other.

The server closes its copy of each pipe's writing end, so that the end of a process, even in the middle of a message,
is the end of the file. `multiprocessing` keeps its list of children without a lock, and a start in one thread
looks after the children of another; so everything that touches a Process happens under `_children`. Only the threads
of runs take that lock. Looking at a run does not.

A process that another one launches (tracing.registration) is no child of the server. Its two ends are all that the
server has of it, and its pid once it has sent it. It lives until the end of its pipe, and a signal ends it too; one
that was sent before its pid was known is sent again then.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, Final

from lost_update.tracing import process_lifecycle, scenario_process
from lost_update.tracing.registration import Request
from lost_update.tracing.scenario_process import Job

Context = ForkServerContext | SpawnContext

_children: Final = threading.Lock()


def new_context() -> Context:
    """How processes are started: never by a plain fork of the threaded server."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(scenario_process.PRELOADED)
    return forking


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """Within this, processes may be started and looked after.

    Ctrl-C goes to all of them at once. A process ignores it from its first line on, and it is held back until then:
    a new process inherits the signals that its parent has blocked. The fork server is started within this, too.
    """
    with _children:
        resource_tracker.ensure_running()  # its own start would end the blocking
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def warm_up(context: Context) -> None:
    """Start and end one process that does nothing: the forkserver's first start is its slowest."""
    with _starting():
        process = context.Process(target=print, args=("",), kwargs={"end": ""})
        process.start()
    connection.wait([process.sentinel])
    with _children:
        _join(process)


def start_process(context: Context, target: Callable[..., None], arguments: tuple[Any, ...], name: str) -> BaseProcess:
    """Start a process that belongs to no run; it has SIGINT blocked."""
    with _starting():
        process: BaseProcess = context.Process(target=target, args=arguments, name=name, daemon=True)
        process.start()
    return process


def end_process(process: BaseProcess) -> None:
    """Kill a process that belongs to no run, and wait for its end."""
    with _children:
        process.kill()
    connection.wait([process.sentinel])
    with _children:
        _join(process)


@dataclass
class RunProcess:
    """A process of a run, as the server sees it. `exitcode` as in `multiprocessing`: negative for a signal.

    One that another process launches, its `parent`, has no `os_process`. Steps say that it was launched, and give its
    pid and its exit code.
    """

    name: str
    reader: "Connection[Any, Any]"
    control: "Connection[Any, Any]"
    os_process: BaseProcess | None = None
    parent: "RunProcess | None" = None
    pid: int | None = None
    exitcode: int | None = None
    may_fail: bool = False
    may_launch: bool = False
    was_launched: bool = False
    reported_exitcode: int | None = None
    """The exit code that it sent, last of all; it may still take a while to end."""
    is_silent: bool = False
    """Whether its pipe is at its end."""

    @property
    def ancestors(self) -> "list[RunProcess]":
        """Its parent, the parent of that one, and so on; the last was started by the server."""
        return [] if self.parent is None else [self.parent, *self.parent.ancestors]

    @property
    def death(self) -> str | None:
        """How it ended badly, as the end of a sentence; None for a process that lives or has done its job."""
        has_lived = self.was_launched or (self.os_process is None and self.pid is not None)
        if has_lived and self.is_silent and self.exitcode is None:
            return "was killed"
        code = self.reported_exitcode if self.exitcode is None else self.exitcode
        if not code or (self.may_fail and code == process_lifecycle.FAILED):
            return None
        if code == process_lifecycle.STOPPED:
            return "was asked to end by SIGTERM"
        if code > 0:
            return f"ended with exit code {code}"
        return f"was killed by {_signal_name(-code)}"

    @property
    def lost_steps(self) -> bool:
        """Whether it may have died with steps that it had not sent."""
        has_lived = self.os_process is not None or self.was_launched or self.pid is not None
        return has_lived and self.is_silent and self.reported_exitcode is None


class Supervisor:
    """Owns the processes of one run, for one thread. `close()` leaves nothing behind, whatever happened before."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._last_signal: int | None = None
        self.processes: list[RunProcess] = []

    def start(self, jobs: Sequence[Job]) -> None:
        """Start a process for each job. They wait for `begin`."""
        for job in jobs:
            with _starting():
                self.processes.append(self._start(job))

    def take_in(self, name: str, request: Request, parent: RunProcess) -> RunProcess:
        """`parent` is about to start a process, which will be called so."""
        assert request.ends is not None
        process = RunProcess(name, *request.ends, parent=parent, may_fail=request.may_fail, may_launch=True)
        self.processes.append(process)
        return process

    def know_pid(self, process: RunProcess, pid: int) -> None:
        """A process has begun. Whatever was asked of all before is asked of a launched one now."""
        process.pid = pid
        if self._last_signal is not None and process.os_process is None:
            _signal_launched(process, self._last_signal)

    def begin(self, start_ns: int) -> None:
        """Let all of them begin at `start_ns`."""
        for process in self.processes:
            send(process, start_ns)

    def let_step(self, number: int) -> None:
        """Let one process take its next step, at the pace `step`."""
        send(self.processes[number], None)

    def terminate(self) -> None:
        """Ask every process to end between two steps."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End every process at once. None sees another's end: they are all suspended first."""
        self._signal(signal.SIGSTOP)
        self._signal(signal.SIGKILL)

    @property
    def has_killed(self) -> bool:
        """Whether it has killed all that were alive."""
        return self._last_signal == signal.SIGKILL

    def reap(self, process: RunProcess) -> None:
        """Take in the exit code of a process whose sentinel has said that it ended."""
        assert process.os_process is not None
        with _children:
            process.exitcode = _join(process.os_process)

    def close(self) -> None:
        """Kill what still lives, take in every exit code, close every pipe."""
        self.kill()
        for process in self.processes:
            if process.os_process is not None and process.exitcode is None:
                connection.wait([process.os_process.sentinel])
                self.reap(process)
            process.control.close()
            process.reader.close()
        self.processes = []

    def _start(self, job: Job) -> RunProcess:
        reader, records = self._context.Pipe(duplex=False)
        control, its_control = self._context.Pipe()
        may_launch = job.launching is not None
        with records, its_control:
            # A daemon may have no children.
            process: BaseProcess = self._context.Process(
                target=scenario_process.main, args=(job, records, its_control), name=job.process, daemon=not may_launch
            )
            process.start()
        return RunProcess(
            job.process,
            reader,
            control,
            process,
            pid=process.pid,
            may_fail=job.may_fail,
            may_launch=may_launch,
        )

    def _signal(self, number: int) -> None:
        self._last_signal = number
        with _children:
            for process in self.processes:
                if process.os_process is None:
                    _signal_launched(process, number)
                elif process.exitcode is None and process.os_process.exitcode is None and process.pid is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process.pid, number)


def send(process: RunProcess, message: object) -> None:
    """Send a message to a process."""
    with contextlib.suppress(OSError):  # It is dead already: its pipe ends, and its sentinel says so.
        process.control.send(message)


def _signal_launched(process: RunProcess, number: int) -> None:
    """Signal a process that is no child of the server's; while its pipe is open its pid is its own."""
    if process.pid is not None and not process.is_silent:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _join(process: BaseProcess) -> int:
    process.join()
    exitcode = process.exitcode
    process.close()
    assert exitcode is not None
    return exitcode


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
