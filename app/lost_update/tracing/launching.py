"""Processes that a traced process starts by itself, as every program that uses `multiprocessing` does.

    server                          main (one thread where it forks)            P1, P2, …
      │ a Slot for each of P1…Pn,
      │ each with a Queue ────────▶ Process(target=work)  takes the next Slot
      │ ◀── Queue of main ───────── start(): launch ──────────────────────────▶ run(): start
      │ ◀── Queue of P1 ─────────────────────────────────────────────────────── … exit; end of file
      │ ◀── Queue of main ───────── join(): wait, join with the exit code ◀──── (ended)

The server makes the Queues, because they cannot travel back. `main` closes its copy of a Queue's writing end as soon
as the process that writes to it has started, so that the end of that process means end of file, however it ended.

In an untraced run it is the same, since only so does the server know of these processes. But nothing that they do is
recorded, and a Pool is the plain one.
"""

import os
import sys
from dataclasses import dataclass
from multiprocessing import connection, context, parent_process
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from typing import Any, Final, Literal

from lost_update.model.ops import Op
from lost_update.tracing import lifecycle, pool
from lost_update.tracing.pace import Pace
from lost_update.tracing.recorder import RECORDER, Batch, Shown

_caller = sys._getframe

StartMethod = Literal["fork", "forkserver", "spawn"]

BEAT_SECONDS: Final = 0.01
"""How often a process without threads says, while it waits, that it has nothing to send."""


@dataclass(frozen=True)
class Slot:
    """A place for a process to be launched: its name, its number as a target, and all that it needs to record."""

    process: str
    target: int
    queue: "Queue[Batch]"
    shown: Shown
    pace: Pace
    may_fail: bool
    traced: bool


class Launches:
    """The free slots of this process, which launches others. There is one, `LAUNCHES`; it is empty elsewhere."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._taken = 0

    def offer(self, slots: "list[Slot]") -> None:
        """These are the slots, in the order in which they are to be taken."""
        self._slots = slots

    def take(self) -> Slot | None:
        """The next slot; None where there are no more, and nobody records what such a process does."""
        if self._taken == len(self._slots):
            return None
        self._taken += 1
        return self._slots[self._taken - 1]

    def leave_to(self, own: Slot) -> None:
        """In a process that was forked: close what it inherited and others write to."""
        for slot in self._slots:
            if slot is not own and not slot.queue._writer.closed:  # type: ignore[attr-defined]
                slot.queue._writer.close()  # type: ignore[attr-defined]
        self._slots, self._taken = [], 0

    def close(self) -> None:
        """Close what was not taken."""
        for slot in self._slots[self._taken :]:
            slot.queue._writer.close()  # type: ignore[attr-defined]


LAUNCHES: Final = Launches()


class _Launched(BaseProcess):
    """Adds the recording to a plain Process: that it was launched, and in the process itself all that it does."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.slot = LAUNCHES.take()

    def start(self) -> None:
        """As `multiprocessing`'s."""
        if self.slot is None:
            super().start()
            return
        if RECORDER.gate is not None:
            RECORDER.gate(Op.LAUNCH, self.slot.target)
        RECORDER.is_busy = True  # half a launch would leave somebody behind whom nobody knows
        try:
            RECORDER.note(Op.LAUNCH, self.slot.target, RECORDER.nearest_line(_caller(1)))
            super().start()
            self.slot.queue._writer.close()  # type: ignore[attr-defined]
        finally:
            RECORDER.is_busy = False

    def run(self) -> None:
        """As `multiprocessing`'s, in the new process."""
        if self.slot is None:
            super().run()
            return
        slot = self.slot
        LAUNCHES.leave_to(slot)
        gate = slot.pace.gate_of(slot.process)
        with lifecycle.recorded(slot.queue, slot.shown, gate, traced=slot.traced, may_fail=slot.may_fail):
            lifecycle.begin()
            RECORDER.send()  # at once: until the server knows the pid it cannot end this process
            super().run()


class _Joined(_Launched):
    """Adds that it is waited for."""

    def join(self, timeout: float | None = None) -> None:
        """As `multiprocessing`'s; only a join that waits until the end is a step."""
        if timeout is not None or self.slot is None:
            super().join(timeout)
            return
        line = RECORDER.nearest_line(_caller(1))
        if self.is_alive():
            RECORDER.note(Op.WAIT, self.slot.target, line)
            _wait_for(self)
        super().join()
        RECORDER.note(Op.JOIN, self.slot.target, line, self.exitcode)


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
        if self.slot is None:
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
        lifecycle.go_on_with_threads(traced=False)
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
