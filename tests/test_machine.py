"""What the machine refuses is told apart from what is our fault, and the run, the answer and the command line say so.

The limits are real ones where they can be: a user of its own with 30 processes and threads, 256 open files. And each
call by which a start asks the machine for something is made to fail in turn, the first, the second, to the last.
"""

import errno
import gc
import mmap
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from itertools import count
from multiprocessing import heap, util
from operator import not_
from pathlib import Path
from typing import Any

import psutil
import pytest

from lost_update.execution.registry import Registry
from lost_update.execution.supervisor import RunProcess, Supervisor, new_context
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.tracing import scenario_process
from lost_update.tracing.machine import DESCRIPTORS, MEMORY, PROCESSES, SPACE, Shortage, shortage_of
from tests import dying_fork_server
from tests.checking import check_it_is_over, check_no_fault_shows
from tests.serving import RunningServer, ended, is_alive, serving, serving_by, until
from tests.streaming import events
from tests.variants import FULL, one_in

MOST_PROCESSES = 30
MOST_FILES = 256
NOBODY = 54_321
"""A user who has no other processes, so that a limit counts ours alone."""

ASKED_AT_ONCE: list[dict[str, Any]] = [
    {"processes": 4, "pace": "slow", "step_ms": 20},
    {"scenario": "pool", "iterations": 20, "processes": 3},
] * 5


@pytest.mark.parametrize(
    ("error", "shortage"),
    [
        (RuntimeError("can't start new thread"), PROCESSES),
        (BlockingIOError(errno.EAGAIN, "fork"), PROCESSES),
        (OSError(errno.EMFILE, "pipe"), DESCRIPTORS),
        (OSError(errno.ENFILE, "pipe"), DESCRIPTORS),
        (MemoryError(), MEMORY),
        (OSError(errno.ENOMEM, "mmap"), MEMORY),
        (OSError(errno.ENOSPC, "sem_open"), SPACE),
        (ExceptionGroup("of a stream", [ValueError(), MemoryError()]), MEMORY),
        (RuntimeError("can't start"), None),
        (OSError(errno.ENOENT, "open"), None),
        (ValueError(), None),
    ],
    ids=repr,
)
def test_an_error_of_the_machine_is_known_by_its_number(error: Exception, shortage: Shortage | None) -> None:
    assert shortage_of(error) == shortage


@contextmanager
def serving_within(limit: str, errors: Path) -> Iterator[RunningServer]:
    """A server under a limit of `prlimit`, run by a user of its own: root may exceed some limits."""
    command = ["prlimit", limit]
    if os.getuid() == 0:
        # Python and this project may lie where only root may look.
        kept = "+dac_override,+dac_read_search"
        user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        command += ["setpriv", *user, f"--inh-caps={kept}", f"--ambient-caps={kept}"]
    command += [sys.executable, "-m", "lost_update", "serve", "--port", "0", "--no-open"]
    with serving_by(command, errors) as server:
        yield server


@FULL
@pytest.mark.processes
@pytest.mark.skipif(os.getuid() != 0, reason="another user's limit counts all that the user runs")
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_ten_runs_at_once_under_thirty_processes_and_threads_all_end_and_so_does_the_server(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with serving_within(f"--nproc={MOST_PROCESSES}:{MOST_PROCESSES}", errors) as server:
        fork_server = fork_server_of(server)
        before = server.start(pace="slow", step_ms=50, iterations=100)
        until(lambda: server.view(before)["steps"])
        with ThreadPoolExecutor(len(ASKED_AT_ONCE)) as clients:
            answers = list(clients.map(lambda request: server.post(**request), ASKED_AT_ONCE))
        assert {answer.status_code for answer in answers} <= {201, 503}
        runs = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        assert runs
        until(lambda: [server.view(run_id)["status"] for run_id in runs], lambda them: "failed" in them)
        for run_id in runs:
            view = server.stop(run_id)
            if view["steps"]:
                check_it_is_over(server, view)
            if view["status"] == "failed":
                assert "no more processes or threads (its limits: pids.max, ulimit -u)" in view["reason"], view
        assert server.run(iterations=10)["status"] == "finished"
        assert server.stop(before)["status"] == "stopped", "it went on as if nothing had been"
        assert fork_server.is_running()
        asked_to_end = time.monotonic()
    assert time.monotonic() - asked_to_end < 5
    check_no_fault_shows(errors.read_text())


REFUSED: dict[str, tuple[Any, str, OSError, Shortage]] = {
    "a pipe": (os, "pipe", OSError(errno.EMFILE, "Too many open files"), DESCRIPTORS),
    "a pair of sockets": (socket, "socketpair", OSError(errno.EMFILE, "Too many open files"), DESCRIPTORS),
    "a socket": (socket, "socket", OSError(errno.EMFILE, "Too many open files"), DESCRIPTORS),
    "another descriptor": (os, "dup", OSError(errno.EMFILE, "Too many open files"), DESCRIPTORS),
    "a semaphore": (
        sys.modules["_multiprocessing"],
        "SemLock",
        OSError(errno.ENOSPC, "No space left on device"),
        SPACE,
    ),
    "shared memory": (tempfile, "mkstemp", OSError(errno.ENOSPC, "No space left on device"), SPACE),
    "room in shared memory": (os, "posix_fallocate", OSError(errno.ENOSPC, "No space left on device"), SPACE),
    "a mapping": (mmap, "mmap", OSError(errno.ENOMEM, "Cannot allocate memory"), MEMORY),
    "a fork server": (util, "spawnv_passfds", BlockingIOError(errno.EAGAIN, "Try again"), PROCESSES),
}
"""By what a run asks for while it starts: the call, how it fails, and what the run must say."""

STARTED = (
    {"iterations": 2, "guard": "with"},
    {"scenario": "queue-workers", "iterations": 2},
)


class Refusing:
    """Stands for a call, and fails the one of that number that the thread of a run makes."""

    def __init__(self, call: Callable[..., Any], number: int, error: OSError) -> None:
        self._call = call
        self._left = count(number, -1)
        self._error = error
        self.has_refused = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Make the call, or fail."""
        if threading.current_thread().name.startswith("run ") and next(self._left) == 0:
            self.has_refused = True
            raise type(self._error)(*self._error.args)
        return self._call(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        """What else is asked of a class that was replaced."""
        return getattr(self._call, name)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library drops half a pair open
@pytest.mark.parametrize("request_", STARTED, ids=lambda request: request.get("scenario", "value"))
@pytest.mark.parametrize("what", REFUSED)
def test_whatever_is_refused_at_whatever_moment_of_a_start_the_run_fails_and_says_what(
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    what: str,
    request_: dict[str, Any],
) -> None:
    owner, name, error, shortage = REFUSED[what]
    for number in count():
        with monkeypatch.context() as patched:
            patched.setattr(heap.BufferWrapper, "_heap", heap.Heap())
            if what == "a fork server":
                kill_fork_server()
            refusing = Refusing(getattr(owner, name), number, error)
            patched.setattr(owner, name, refusing)
            view = ended(registry.submit(RunRequest(**request_))).view()
        if what == "a fork server":
            ended(registry.submit(RunRequest(iterations=1)))
        if not refusing.has_refused:
            assert view["status"] == "finished", view
            break
        assert view["status"] == "failed", view
        assert view["reason"] == f"It could not go on: the machine gave this server no {shortage.what}.", view
        assert {process["state"] for process in view["processes"]} == {"ended"}
    assert number > 0 or request_ is not STARTED[0], "nothing of the kind is asked for"
    assert caplog.messages == [], "it is no fault of ours"
    until(processes_of_the_fork_server, not_)
    gc.collect()  # half a pair complains when it goes: here, and not in some test that comes later


def fork_servers() -> list[psutil.Process]:
    """That of this process, if it lives."""
    children = [each for each in psutil.Process().children() if is_alive(each)]
    return [each for each in children if "multiprocessing.forkserver" in " ".join(each.cmdline())]


def processes_of_the_fork_server() -> list[psutil.Process]:
    """All that it has started and that live."""
    return [each for fork_server in fork_servers() for each in fork_server.children() if is_alive(each)]


def kill_fork_server() -> None:
    """Leaves a zombie, which the next start takes away."""
    for process in fork_servers():
        process.kill()
        until(partial(is_alive, process), not_)


def fork_server_of(server: RunningServer) -> psutil.Process:
    """The process that starts the processes of a server's runs."""
    children = psutil.Process(server.pid).children()
    (found,) = [each for each in children if "multiprocessing.forkserver" in " ".join(each.cmdline())]
    return found


@pytest.mark.processes
@pytest.mark.parametrize("how", one_in(2, [signal.SIGKILL, signal.SIGTERM]), ids=["killed", "asked to end"])
def test_when_the_fork_server_has_died_live_runs_say_so_and_the_next_one_runs(
    tmp_path: Path, how: signal.Signals
) -> None:
    errors = tmp_path / "stderr"
    with serving(errors=errors) as server:
        run_id = server.start(pace="slow", step_ms=20, iterations=100)
        until(lambda: server.view(run_id)["steps"])
        fork_server_of(server).send_signal(how)
        view = server.finished(run_id)
        check_it_is_over(server, view)
        assert view["status"] == "failed"
        assert "was lost: the fork server that had started it was killed" in view["reason"]
        assert server.run(iterations=10)["status"] == "finished"
    check_no_fault_shows(errors.read_text())


@pytest.mark.processes
def test_a_process_that_does_not_obey_is_killed_though_its_fork_server_is_gone() -> None:
    with serving() as server:
        run_id = server.start(pace="slow", step_ms=20, iterations=100)
        until(lambda: server.view(run_id)["steps"])
        os.kill(server.view(run_id)["processes"][0]["pid"], signal.SIGSTOP)
        fork_server_of(server).kill()
        check_it_is_over(server, server.finished(run_id))


@pytest.mark.processes
def test_a_run_is_over_when_those_are_gone_too_that_only_its_pipes_told_of() -> None:
    supervisor = Supervisor(context := new_context())
    with subprocess.Popen(["sleep", "0.2"]) as lingering:
        reader, control = context.Pipe(duplex=False)
        supervisor.processes.append(RunProcess("P1", reader, control, pid=lingering.pid, is_silent=True))
        supervisor.close()
        assert not is_alive(psutil.Process(lingering.pid))
        assert reader.closed
        assert control.closed


@pytest.mark.processes
@pytest.mark.parametrize("scenario", ["value", "pool"])
def test_a_process_that_the_fork_server_made_and_could_not_name_any_more_is_in_nobodys_way(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "pid"
    monkeypatch.setenv(dying_fork_server.WHERE, str(left))
    monkeypatch.setattr(scenario_process, "PRELOADED", [*scenario_process.PRELOADED, dying_fork_server.__name__])
    kill_fork_server()
    try:
        with closing(Registry(Settings())) as registry:
            left.touch()
            view = ended(registry.submit(RunRequest(scenario=scenario))).view()
            assert view["status"] == "finished", view
            until(lambda: not psutil.pid_exists(int(left.read_text())))
    finally:
        kill_fork_server()


def limit_of_a_process(server: RunningServer, runs: list[str]) -> tuple[int, int] | None:
    """Of open files, for a process of one of the runs; None while there is none that lives."""
    for run_id in runs:
        for process in server.view(run_id)["processes"]:
            with suppress(psutil.NoSuchProcess):
                if process["pid"] and process["state"] != "ended":
                    return psutil.Process(process["pid"]).rlimit(psutil.RLIMIT_NOFILE)
    return None


@FULL
@pytest.mark.processes
def test_as_many_processes_and_viewers_are_admitted_as_there_are_descriptors_for(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with (
        serving_by(
            ["prlimit", f"--nofile=64:{MOST_FILES}", sys.executable, "-m", "lost_update", "serve", "--port", "0"],
            errors,
        ) as server,
        ExitStack() as streams,
    ):
        server.ask("GET", "/healthz")  # its first answer brings the contract; a run would be over in the meantime
        runs = [server.start(processes=8, pace="slow", step_ms=10, iterations=20) for _ in range(6)]
        states = {server.view(run_id)["status"] for run_id in runs}
        assert states == {"running", "queued"}, "the others wait until there is room"
        assert until(lambda: limit_of_a_process(server, runs)) == (64, MOST_FILES), "a process has what it would have"
        assert psutil.Process(server.pid).rlimit(psutil.RLIMIT_NOFILE) == (MOST_FILES, MOST_FILES)
        with suppress(AssertionError):  # the last one is refused
            for _ in range(MOST_FILES):
                next(streams.enter_context(closing(events(server, runs[-1]))))
        refused = server.ask("GET", f"/api/runs/{runs[-1]}/events")
        assert f"the limit of open files, which is {MOST_FILES} (ulimit -n)" in refused.json()["error"]["hint"]
        for run_id in runs:
            assert server.finished(run_id)["status"] == "finished"
    check_no_fault_shows(errors.read_text())


def can_mount() -> bool:
    """Whether this user may give a process a shared memory of its own."""
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", "/dev/shm"]
    if not shutil.which("unshare"):
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@FULL
@pytest.mark.processes
@pytest.mark.skipif(not can_mount(), reason="needs the right to mount")
def test_where_shared_memory_is_full_the_run_says_so_and_the_server_goes_on(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    serve = f"{sys.executable} -m lost_update serve --port 0"
    script = f"mount -t tmpfs -o size=32k tmpfs /dev/shm && exec {serve}"
    with serving_by(["unshare", "--mount", "sh", "-c", script], errors) as server:
        assert server.run(iterations=5)["status"] == "finished"
        full = Path(f"/proc/{server.pid}/root/dev/shm/full")
        with suppress(OSError), full.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(mmap.PAGESIZE))
        view = server.run(iterations=5, guard="lock")
        assert view["status"] == "failed", view
        assert SPACE.what in view["reason"]
        full.unlink()
        assert server.run(iterations=5, guard="lock")["status"] == "finished"
    check_no_fault_shows(errors.read_text())
