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
that was sent before its pid was known is sent again then. It is the same with the server's own children from the moment
at which their fork server has died, which alone could tell when and how they end.
"""

import contextlib
import errno
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, forkserver, popen_forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

from lost_update.execution.shared_memory import reserve_shared_memory
from lost_update.tracing import process_lifecycle, scenario_process
from lost_update.tracing.machine import SHORTAGES
from lost_update.tracing.registration import Request
from lost_update.tracing.scenario_process import Job

Context = ForkServerContext | SpawnContext
S = TypeVar("S")

_children: Final = threading.Lock()

_LAUNCH: Final = vars(popen_forkserver.Popen)["_launch"].__code__

START_TRIES: Final = 3
"""How often a process is asked of the fork server. It may die at any moment, and is started again by the next try."""

RETRY_SECONDS: Final = 0.02
"""How long a fork server takes to die, or some process to end for whose place another one waits."""

LAST_MOMENT_SECONDS: Final = 1.0
"""What processes that say nothing any more may take together to be gone, before a run is over without them."""

EXIT_CODE_NOT_KNOWN: Final = 255
"""What `multiprocessing` takes for the exit code of a process whose fork server has died. No process of ours has it."""


def new_context() -> Context:
    """How processes are started: never by a plain fork of the threaded server. What they share has room before."""
    reserve_shared_memory()
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


def start_fork_server(context: Context) -> None:
    """Have it started, without waiting: it imports what processes need while this process imports what it needs."""
    if isinstance(context, ForkServerContext):
        with _starting(), contextlib.suppress(OSError):  # what the machine refuses is told when the first run starts
            forkserver.ensure_running()


def warm_up(context: Context) -> None:
    """Start and end one process that does nothing: the forkserver's first start is its slowest."""

    def attempt() -> BaseProcess:
        process = context.Process(target=print, args=("",), kwargs={"end": ""})
        process.start()
        return process

    process = _started(attempt)
    connection.wait([process.sentinel])
    with _children:
        _join(process)


def start_process(
    context: Context, target: Callable[..., None], arguments: tuple[Any, ...], name: str
) -> "tuple[BaseProcess, Connection[Any, Any]]":
    """Start a process that belongs to no run; it has SIGINT blocked. `target` is called with the other end of the
    connection, and with the arguments.
    """

    def attempt() -> "tuple[BaseProcess, Connection[Any, Any]]":
        with contextlib.ExitStack() as unless_started:
            ours, theirs = map(unless_started.enter_context, context.Pipe())
            process = context.Process(target=target, args=(theirs, *arguments), name=name, daemon=True)
            process.start()
            theirs.close()
            unless_started.pop_all()
        return process, ours

    return _started(attempt)


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
    is_orphaned: bool = False
    """Whether the fork server that started it has died. Nobody can tell how it ends, unless it does so itself."""

    @property
    def is_followed(self) -> bool:
        """Whether its end will be known by its sentinel, together with its exit code."""
        return self.os_process is not None and not self.is_orphaned

    @property
    def ancestors(self) -> "list[RunProcess]":
        """Its parent, the parent of that one, and so on; the last was started by the server."""
        return [] if self.parent is None else [self.parent, *self.parent.ancestors]

    @property
    def death(self) -> str | None:
        """How it ended badly, as the end of a sentence; None for a process that lives or has done its job."""
        if self.is_orphaned and self.reported_exitcode is None:
            return "was lost: the fork server that had started it was killed"
        has_lived = self.was_launched or (self.os_process is None and self.pid is not None)
        if has_lived and self.is_silent and self.exitcode is None:
            return "was killed"
        code = self.reported_exitcode if self.exitcode is None else self.exitcode
        if not code or (self.may_fail and code == process_lifecycle.FAILED):
            return None
        return _bad_end(code)

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
            self.processes.append(_started(partial(self._start, job)))

    def take_in(self, name: str, request: Request, parent: RunProcess) -> RunProcess:
        """`parent` is about to start a process, which will be called so."""
        assert request.ends is not None
        process = RunProcess(name, *request.ends, parent=parent, may_fail=request.may_fail, may_launch=True)
        self.processes.append(process)
        return process

    def know_pid(self, process: RunProcess, pid: int) -> None:
        """A process has begun. Whatever was asked of all before is asked of a launched one now."""
        process.pid = pid
        if self._last_signal is not None and not process.is_followed:
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
            process.os_process.join()
            if process.os_process.exitcode == EXIT_CODE_NOT_KNOWN:
                process.is_orphaned = True
                process.exitcode = process.reported_exitcode
                if self._last_signal is not None:
                    _signal_launched(process, self._last_signal)
            else:
                process.exitcode = process.os_process.exitcode
                process.os_process.close()

    def close(self) -> None:
        """Kill what still lives, take in every exit code, close every pipe."""
        self.kill()
        for process in self.processes:
            child = process.os_process
            if child is not None and process.is_followed and process.exitcode is None:
                connection.wait([child.sentinel])
                self.reap(process)
            if child is not None and process.is_orphaned:
                child.close()  # until now it held what tells the process that the server lives
            process.control.close()
            process.reader.close()
        _wait_until_gone([process.pid for process in self.processes if process.pid and not process.is_followed])
        self.processes = []

    def _start(self, job: Job) -> RunProcess:
        may_launch = job.launching is not None
        with contextlib.ExitStack() as unless_started:
            reader, records = map(unless_started.enter_context, self._context.Pipe(duplex=False))
            control, its_control = map(unless_started.enter_context, self._context.Pipe())
            # A daemon may have no children.
            process: BaseProcess = self._context.Process(
                target=scenario_process.main, args=(job, records, its_control), name=job.process, daemon=not may_launch
            )
            process.start()
            records.close()
            its_control.close()
            unless_started.pop_all()
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
                child = process.os_process
                if child is None or process.is_orphaned:
                    _signal_launched(process, number)
                elif process.exitcode is None:
                    _signal_child(process, child, number)


def _started(attempt: Callable[[], S]) -> S:
    """What `attempt` returns, which starts a process. Raises OSError where the machine refuses what that takes.

    It is called again where the fork server has died, and makes anew all that it hands to the process. For the fork
    server may have died between the fork and the moment at which it says so. Then there is a process of which nobody
    knows: it ends as soon as it sees that its ends are closed, and is in nobody's way until then.
    """
    with _starting():
        for _ in range(START_TRIES):
            try:
                return attempt()
            except (EOFError, ConnectionError):  # the fork server has died, or could not fork
                time.sleep(RETRY_SECONDS)
            except Exception as error:
                _close_what_is_left_of(error)
                raise
    raise OSError(errno.EAGAIN, "the fork server could start no process")


def _close_what_is_left_of(error: Exception) -> None:
    """Close what `multiprocessing` leaves open where it is refused one descriptor after it has got others.

    The fork server may have started a process already, which would wait for ever for what it is to do.
    """
    for frame, _ in traceback.walk_tb(error.__traceback__):
        left = frame.f_locals
        if frame.f_code is forkserver.ForkServer.connect_to_new_process.__code__ and "child_r" not in left:
            descriptors = [left[name] for name in ("parent_r", "child_w") if name in left]
        elif frame.f_code is _LAUNCH and "w" in left and left["self"].finalizer is None:
            descriptors = [left["w"], left["self"].sentinel]
        else:
            continue
        for descriptor in descriptors:
            os.close(descriptor)


def send(process: RunProcess, message: object) -> None:
    """Send a message to a process."""
    with contextlib.suppress(OSError):  # It is dead already: its pipe ends, and its sentinel says so.
        process.control.send(message)


def _signal_launched(process: RunProcess, number: int) -> None:
    """Signal a process that the server cannot wait for; while its pipe is open its pid is its own."""
    if not process.is_silent:
        _signal_now(process, number)


def _signal_child(process: RunProcess, child: BaseProcess, number: int) -> None:
    """Signal a child of the server's, unless it has ended. Its fork server may have died a moment ago."""
    if child.exitcode == EXIT_CODE_NOT_KNOWN:
        _signal_launched(process, number)
    elif child.exitcode is None:
        _signal_now(process, number)


def _signal_now(process: RunProcess, number: int) -> None:
    if process.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _wait_until_gone(pids: Sequence[int]) -> None:
    """Wait for processes that are no children of the server, and whose pipes are at their ends: for their last moment.

    A system without descriptors of processes does not tell when that is over.
    """
    if not hasattr(os, "pidfd_open"):
        return
    until = time.monotonic() + LAST_MOMENT_SECONDS
    for pid in pids:
        with contextlib.suppress(OSError):  # it is gone
            ending = os.pidfd_open(pid)
            try:
                connection.wait([ending], max(until - time.monotonic(), 0))
            finally:
                os.close(ending)


def _join(process: BaseProcess) -> int:
    process.join()
    exitcode = process.exitcode
    process.close()
    assert exitcode is not None
    return exitcode


def _bad_end(code: int) -> str:
    if code == process_lifecycle.STOPPED:
        return "was asked to end by SIGTERM"
    if code in SHORTAGES:
        return f"could not go on: the machine gave it no {SHORTAGES[code].what}"
    return f"ended with exit code {code}" if code > 0 else f"was killed by {_signal_name(-code)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
