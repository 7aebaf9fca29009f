"""Processes that a traced process starts by itself, as every program that uses `multiprocessing` does.

    main                                            P1, P2, …
      start(): register (tracing.registration)
      launch ─────────────────────────────────────▶ run(): start
      │                                               … the program's code; it may start others in the same way
      join(): wait, join with the exit code ◀──────── exit (ended)

In an untraced run it is the same, since only so does the server know of these processes. But nothing that they do is
recorded, and a Pool is the plain one.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing import connection, context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, Literal

from lost_update.model.ops import Op
from lost_update.model.steps import NO_TARGET
from lost_update.tracing import pool, process_lifecycle
from lost_update.tracing.recorder import RECORDER
from lost_update.tracing.registration import Options, Registered, register

_caller = sys._getframe

StartMethod = Literal["fork", "forkserver", "spawn"]

BEAT_SECONDS: Final = 0.01
"""How often a process without threads says, while it waits, that it has nothing to send."""


class Launcher:
    """Registers with the server the processes that this process starts. There is one, `LAUNCHER`.

    Before `begin` the server could not learn of them: a process that is started then is a plain one.
    """

    def __init__(self) -> None:
        self._control: Connection[Any, Any] | None = None
        self._options: Options | None = None
        self._launching = threading.Lock()

    @property
    def has_begun(self) -> bool:
        """Whether the server learns of the processes that this one starts."""
        return self._control is not None

    def begin(self, control: "Connection[Any, Any]", options: Options) -> None:
        """Register them on `control`. A process that was forked leaves behind what it inherited."""
        inherited = self._control
        self.__init__()  # type: ignore[misc]
        if inherited is not None:
            inherited.close()
        self._control = control
        self._options = options

    @contextlib.contextmanager
    def launch(self) -> Iterator[Registered]:
        """Within this, start the process that was registered.

        One at a time: a process that is forked meanwhile would inherit the ends of another. SIGTERM waits until it is
        over: half a launch would leave a process behind that the server does not know.
        """
        assert self._control is not None
        assert self._options is not None
        with self._launching:
            RECORDER.is_busy = True
            try:
                with register(self._control, self._options) as registered:
                    yield registered
            finally:
                RECORDER.is_busy = False


LAUNCHER: Final = Launcher()


class _Launched(BaseProcess):
    """Adds recording to a plain Process: its launch in the parent, and its steps in the process itself."""

    registered: Registered | None = None

    def start(self) -> None:
        """As `multiprocessing`'s."""
        if not LAUNCHER.has_begun or self._popen is not None:  # type: ignore[attr-defined]
            super().start()
            return
        if RECORDER.gate is not None:
            RECORDER.gate(Op.LAUNCH, NO_TARGET)
        line = RECORDER.nearest_line(_caller(1))
        with LAUNCHER.launch() as self.registered:
            RECORDER.note(Op.LAUNCH, self.registered.target, line)
            RECORDER.send()  # at once: should this process be killed, its launches are known
            is_forked = self._start_method == "fork"  # type: ignore[attr-defined]
            with process_lifecycle.COURIER.paused() if is_forked else contextlib.nullcontext():
                super().start()

    def run(self) -> None:
        """As `multiprocessing`'s, in the new process."""
        if self.registered is None:
            super().run()
            return
        name, options = self.registered.name, self.registered.options
        records, control = self.registered.records, self.registered.control
        LAUNCHER.begin(control, options)
        gate = options.pace.gate_of(name, control)
        with process_lifecycle.recorded(records, options.shown, gate, traced=options.traced, may_fail=options.may_fail):
            process_lifecycle.begin()
            RECORDER.send()  # at once: until the server knows the pid it cannot end this process
            super().run()


class _Joined(_Launched):
    """Adds that it is waited for."""

    def join(self, timeout: float | None = None) -> None:
        """As `multiprocessing`'s; only a join that waits until the end is a step."""
        if timeout is not None or self.registered is None:
            super().join(timeout)
            return
        line = RECORDER.nearest_line(_caller(1))
        if self.is_alive():
            RECORDER.note(Op.WAIT, self.registered.target, line)
            _wait_for(self)
        super().join()
        RECORDER.note(Op.JOIN, self.registered.target, line, self.exitcode)


def _wait_for(process: BaseProcess) -> None:
    """Wait for its end, and go on telling the server so: nothing else does where there is no other thread."""
    server = parent_process()
    assert server is not None
    while True:
        ended = connection.wait([process.sentinel, server.sentinel], BEAT_SECONDS)
        if process.sentinel in ended:
            return
        if ended:
            os._exit(1)
        RECORDER.send()


class ForkedProcess(_Joined, context.ForkProcess):
    """`fork`: the new process is a copy of this one."""


class ForkServedProcess(_Joined, context.ForkServerProcess):
    """`forkserver`: a small server process, started first, is copied."""


class SpawnedProcess(_Joined, context.SpawnProcess):
    """`spawn`: a new Python is started."""


class PoolProcess(_Launched, context.ForkProcess):
    """A worker of a Pool. The Pool makes them all before it starts its threads, while it is safe to fork."""

    def start(self) -> None:
        """As `multiprocessing`'s. A worker that died is not replaced: its task is lost, and the run is over."""
        if threading.current_thread() is not threading.main_thread():
            raise SystemExit  # ends the thread of the Pool that looks after its workers
        super().start()


class PoolContext(context.ForkContext):
    """What a Pool starts its workers with."""

    Process = PoolProcess


class ForkContext(context.ForkContext):
    """`get_context("fork")`, traced."""

    Process = ForkedProcess

    def Pool(  # noqa: N802 - multiprocessing's name
        self, processes: int | None = None, *arguments: Any, **named: Any
    ) -> Any:
        """As `multiprocessing.Pool`, traced."""
        return pool.Pool(processes, *arguments, context=PoolContext(), **named)


class UntracedForkContext(context.ForkContext):
    """`get_context("fork")` for an untraced run."""

    Process = ForkedProcess

    def Pool(self, *arguments: Any, **named: Any) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Pool`."""
        made = PoolContext().Pool(*arguments, **named)
        process_lifecycle.go_on_with_threads(traced=False)
        return made


class ForkServerContext(context.ForkServerContext):
    """`get_context("forkserver")`, traced."""

    Process = ForkServedProcess


class SpawnContext(context.SpawnContext):
    """`get_context("spawn")`, traced."""

    Process = SpawnedProcess


_CONTEXTS: Final[dict[str, type[context.BaseContext]]] = {
    "fork": ForkContext,
    "forkserver": ForkServerContext,
    "spawn": SpawnContext,
}


def context_for(start_method: StartMethod, preload: list[str], *, traced: bool) -> Any:
    """`multiprocessing` as the code that launches processes is handed it. `preload` is for the fork server."""
    made: Any = _CONTEXTS[start_method]() if traced or start_method != "fork" else UntracedForkContext()
    if start_method == "forkserver":
        made.set_forkserver_preload(preload)
    return made
