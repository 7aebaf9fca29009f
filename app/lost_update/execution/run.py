"""One run as everybody else holds it: its log, what is known of it, and what may be asked of it from any thread.

    any thread                                  the run's thread (Lifecycle)
    ──────────                                  ────────────────────────────
    start() ──────────────────────────────────▶ from the first process to the last
    stop(reason), grant(process) ── Inbox ────▶
    view() ◀────── Snapshot, one assignment ───
    the log ◀───── steps ──────────────────────

Nobody waits for a lock to look at a run, however busy its thread is.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lost_update.execution.deadline import Stop
from lost_update.execution.inbox import Inbox
from lost_update.execution.lifecycle import Lifecycle
from lost_update.execution.stepping import Grant, NotRunnable, number_of
from lost_update.execution.supervisor import Context
from lost_update.execution.view import ProcessView, RunView, Snapshot, Status, run_view
from lost_update.model.encoding import Names, Step, steps
from lost_update.model.log import Log
from lost_update.settings import Settings
from lost_update.sources.code import code_of
from lost_update.sources.request import Refusal, RunRequest

ID_BYTES: Final = 6


class Run:
    """One execution of a scenario. `request` must have a seed; `ended` is called, by the run's thread, at the end."""

    def __init__(
        self, request: RunRequest, context: Context, settings: Settings, ended: Callable[["Run"], None]
    ) -> None:
        self.id = secrets.token_hex(ID_BYTES)
        self.request = request
        self.log = Log()
        self.revision = 0
        """Counts the changes of the run view, those aside that new steps make."""
        self._context = context
        self._settings = settings
        self._ended = ended
        self._inbox = Inbox[Stop | Grant]()
        self._over = threading.Event()
        self._code = code_of(request.variant.functions)
        extra = request.variant.extra
        own = request.process_names
        names = Names([*([] if extra and extra.launches else own), *([extra.name] if extra else [])])
        parent = extra.name if extra and extra.launches else None
        views = [ProcessView(name=name, pid=None, exitcode=None, state="starting", parent=parent) for name in own]
        if extra:
            views.append(ProcessView(name=extra.name, pid=None, exitcode=None, state="starting", parent=None))
        self.snapshot = Snapshot(names, tuple(views))
        """What is known now. Replaced by the run's thread; while the run waits, by whoever admits runs."""

    @property
    def names(self) -> Names:
        """What the numbers in the log stand for."""
        return self.snapshot.names

    @property
    def workers(self) -> int:
        """How many processes it starts."""
        return self.request.workers

    @property
    def is_over(self) -> bool:
        """Whether nothing about this run will change any more."""
        return self.snapshot.is_over

    def start(self) -> None:
        """Start the processes, in a thread of the run's own."""
        self._publish(replace(self.snapshot, status="running", place=None))
        try:
            threading.Thread(target=self._live, name=f"run {self.id}").start()
        except RuntimeError as error:  # the system allows no more threads
            self._end_without_processes("failed", f"It could not be started: {error}.")

    def stop(self, reason: str) -> None:
        """End the run early, from any thread. Its workers end between two steps; what they did stays in the log."""
        self._inbox.put(Stop(reason))

    def give_up(self, reason: str) -> None:
        """Stop a run that still waits for its place."""
        self._end_without_processes("stopped", reason)

    def join(self) -> None:
        """Wait until the run is over and everything it started is closed.

        Not for the thread: until Python 3.12 a `Thread.join` that Ctrl-C interrupts takes the thread for ended.
        """
        self._over.wait()

    def put_at(self, place: int) -> None:
        """Say how many runs, this one included, are to start before the next one behind it."""
        self._publish(replace(self.snapshot, place=place))

    def view(self) -> RunView:
        """The run as the interface shows it."""
        return run_view(self.id, self.request, self._code, self.snapshot)

    def grant(self, process: str) -> Step:
        """Let a process take its next step, at the pace `step`, and return that step. Raises `Refusal`."""
        try:
            index = self._index_of_granted(process)
        except NotRunnable as reason:
            raise Refusal(
                "not_runnable", str(reason), "The run's `runnable` names the processes that can move."
            ) from None
        return steps(self.log.rows(index, index + 1), index, self.names)[0]

    def _index_of_granted(self, process: str) -> int:
        if self.request.pace != "step":
            raise NotRunnable(f"This run has the pace {self.request.pace}: its processes do not wait for you.")
        snapshot = self.snapshot
        if snapshot.next is None:
            raise NotRunnable("The run has ended." if snapshot.is_over else "The processes have not started yet.")
        number_of(process, snapshot.names)
        grant = Grant(process)
        if not self._inbox.put(grant):
            raise NotRunnable("The run has ended.")
        return grant.answer.result()

    def _live(self) -> None:
        try:
            Lifecycle(
                self.request,
                self._context,
                self._settings,
                log=self.log,
                inbox=self._inbox,
                snapshot=self.snapshot,
                publish=self._publish,
            ).run()
        finally:
            self._say_that_it_ended()

    def _end_without_processes(self, status: Status, reason: str) -> None:
        self._inbox.close()
        self._publish(replace(self.snapshot, status=status, reason=reason, place=None))
        self._say_that_it_ended()

    def _say_that_it_ended(self) -> None:
        self._ended(self)
        self._over.set()

    def _publish(self, snapshot: Snapshot) -> None:
        """Show this from now on. Whoever watches is woken where more has changed than the steps and their figures."""
        before, self.snapshot = self.snapshot, snapshot
        if snapshot != before:
            self.revision += 1
            self.log.tell()
