"""One run as other modules see it: its recording, and what may be asked of it from any thread.

    any thread                                  the run's thread (Lifecycle)
    ──────────                                  ────────────────────────────
    start() ──────────────────────────────────▶ from the first process to the last
    stop(reason), grant(process) ── Inbox ────▶
    recording ◀─── snapshots and steps ────────

Looking at a run needs only its recording and no lock, however busy the run's thread is.
"""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from time import monotonic
from typing import Final, cast

from lost_update.execution import failures
from lost_update.execution.admission import Full
from lost_update.execution.deadline import Stop
from lost_update.execution.inbox import Inbox
from lost_update.execution.made import made_here
from lost_update.execution.memory import give_back_memory
from lost_update.execution.run_lifecycle import Lifecycle, ended
from lost_update.execution.stepping import Grant, NotRunnable, number_of
from lost_update.execution.supervisor import Context
from lost_update.model.encoding import Names, Step, steps
from lost_update.model.recording import Header, ProcessView, Recording, RequestView, Snapshot, Status
from lost_update.model.view import RunView, run_view
from lost_update.settings import MAX_WAITING_GRANTS, Settings
from lost_update.sources.code import code_of
from lost_update.sources.request import RunRequest

ID_BYTES: Final = 6

OVERHEAD_BYTES: Final = 16 * 1024
"""What a recording takes in memory besides its log, roughly."""

START_SECONDS: Final = 0.3
STEPS_PER_SECOND: Final = 100_000
"""How long processes take to start, and how fast they go at the pace `free` on a busy machine: only for estimates."""


class Run:
    """One execution of a scenario, which a visitor has started: its `owner`, of whom nothing else is known here.

    `request` must have a seed; `ended` is called, by the run's thread, at the end.
    """

    def __init__(
        self, request: RunRequest, owner: str, context: Context, settings: Settings, ended: Callable[["Run"], None]
    ) -> None:
        self.id = secrets.token_hex(ID_BYTES)
        self.request = request
        self.owner = owner
        self._context = context
        self._settings = settings
        self._ended = ended
        self._inbox = Inbox[Stop | Grant]()
        self._room_for_grants = threading.BoundedSemaphore(MAX_WAITING_GRANTS)
        self.over: Future[None] = Future()
        """Done when the run is over and everything it started is closed. It cannot be cancelled."""
        self._began: float | None = None
        self.over.set_running_or_notify_cancel()
        extra = request.variant.extra
        own = request.process_names
        names = Names(
            [*([] if extra and extra.launches else own), *([extra.name] if extra else [])],
            sources=[code_of(request.variant.functions)],
        )
        parent = extra.name if extra and extra.launches else None
        views = [ProcessView(name=name, pid=None, exitcode=None, state="starting", parent=parent) for name in own]
        if extra:
            views.append(ProcessView(name=extra.name, pid=None, exitcode=None, state="starting", parent=None))
        self.recording = Recording(_header(self.id, request), Snapshot(names, tuple(views)))
        """Written by the run's thread; while the run waits in the queue, by the registry."""

    @property
    def total_processes(self) -> int:
        """How many processes it may have: as many as it was asked for, and more where it has started more by now."""
        alive = sum(process["state"] != "ended" for process in self.recording.snapshot.processes)
        return max(self.request.total_processes, alive)

    @property
    def live_processes(self) -> int:
        """How many processes of the machine it has now."""
        processes = self.recording.snapshot.processes
        return sum(process["pid"] is not None and process["state"] != "ended" for process in processes)

    @property
    def seconds(self) -> float:
        """How long ago it was started; 0 while it waits."""
        return 0.0 if self._began is None else monotonic() - self._began

    @property
    def expected_seconds(self) -> float:
        """About how long it will live: at the pace `step`, for as long as nobody takes a step."""
        if self.request.pace == "step":
            return self._settings.max_idle_seconds
        taken = START_SECONDS + self.request.expected_seconds + self.request.expected_steps / STEPS_PER_SECOND
        return min(taken, self._settings.max_seconds)

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return memory_of(self.recording)

    @property
    def is_over(self) -> bool:
        """Whether nothing about this run will change any more."""
        return self.recording.is_over

    def start(self) -> None:
        """Start the processes, in a thread of the run's own."""
        self._began = monotonic()
        self.recording.publish(replace(self.recording.snapshot, status="running", place=None))
        try:
            threading.Thread(target=self._live, name=f"run {self.id}").start()
        except Exception as error:  # the machine allows no more threads, as a rule
            self._end_without_processes("failed", failures.reason(error))

    def stop(self, reason: str) -> None:
        """End the run early, from any thread. Its processes end between two steps; what they did stays in the log."""
        self._inbox.put(Stop(reason))

    def give_up(self, reason: str) -> None:
        """Stop a run that still waits for its place."""
        self._end_without_processes("stopped", reason)

    def join(self) -> None:
        """Wait until the run is over and everything it started is closed.

        Not for the thread: until Python 3.12 a `Thread.join` that Ctrl-C interrupts takes the thread for ended.
        """
        self.over.result()

    def put_at(self, place: int) -> None:
        """Say how many runs, this one included, are to start before the next one behind it."""
        self.recording.publish(replace(self.recording.snapshot, place=place))

    def view(self) -> RunView:
        """The run as the interface shows it."""
        return run_view(self.recording)

    def grant(self, process: str) -> "Future[int]":
        """Let a process take its next step, at the pace `step`. Comes to the index of that step, or to `NotRunnable`.

        Raises `NotRunnable` where that is known at once, and `Full` where too many wait already. Never blocks.
        """
        if self.request.pace != "step":
            raise NotRunnable(f"This run has the pace {self.request.pace}: its processes do not wait for you.")
        snapshot = self.recording.snapshot
        if snapshot.next is None:
            raise NotRunnable("The run has ended." if snapshot.is_over else "The processes have not started yet.")
        number_of(process, snapshot.names)
        if not self._room_for_grants.acquire(blocking=False):
            raise Full(MAX_WAITING_GRANTS, "grants of this run", 0)
        grant = Grant(process)
        grant.answer.add_done_callback(lambda _answered: self._room_for_grants.release())
        if not self._inbox.put(grant):
            grant.answer.set_exception(NotRunnable("The run has ended."))
        return grant.answer

    def step(self, index: int) -> Step:
        """The step of that index, which is in the log."""
        return steps(self.recording.log.rows(index, index + 1), index, self.recording.names)[0]

    def _live(self) -> None:
        try:
            Lifecycle(self.request, self._context, self._settings, self.recording, self._inbox).run()
        except Exception as error:  # where not even its end could be told
            self._publish_end("failed", failures.reason(error))
        finally:
            give_back_memory(len(self.recording.log))
            self._say_that_it_ended()

    def _end_without_processes(self, status: Status, reason: str) -> None:
        self._inbox.close()
        self._publish_end(status, reason)
        self._say_that_it_ended()

    def _publish_end(self, status: Status, reason: str) -> None:
        snapshot = self.recording.snapshot
        processes = tuple(map(ended, snapshot.processes))
        self.recording.publish(replace(snapshot, processes=processes, status=status, reason=reason, place=None))

    def _say_that_it_ended(self) -> None:
        try:
            self._ended(self)
        finally:
            self.over.set_result(None)


def memory_of(recording: Recording) -> int:
    """About how much memory it takes: its log, and what there is besides."""
    return recording.log.nbytes + OVERHEAD_BYTES


def _header(run_id: str, request: RunRequest) -> Header:
    return Header(
        id=run_id,
        request=cast(RequestView, request.model_dump()),
        adds=request.program.adds(request.processes, request.iterations),
        steppable=request.variant.stage == "cells",
        made=made_here(),
    )
