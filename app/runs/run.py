"""One run's life: prepare, start, watch, reap.

    any thread                  the run's own thread                        workers
    ──────────                  ────────────────────                        ───────
    start() ──────────────────▶ prepare: make what is shared, name it
                                start ────────────────────────────────────▶ a process each
                                collect (Collector) ◀───────── Queues ───── steps
    stop(reason) ── SIGTERM, and after a grace SIGKILL ───────────────────▶ end
                                check the accounts against the memory
                                close everything, say `finished`, `failed` or `stopped`

The time limit is a timer that calls `stop`. When a worker dies, the run stops the others and has failed: what the
dead one held may never be released.
"""

import secrets
import threading
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, Final, Literal, NotRequired, TypedDict

from app.analysis.summary import Account, CellSummary
from app.runs.collector import Collector
from app.runs.crew import Context, Crew, Worker
from app.runs.encoding import Names
from app.runs.log import Log
from app.runs.naming import Shared, name_shared
from app.runs.request import RunRequest
from app.runs.source import Code, code_of
from app.settings import Settings
from app.steps import Op
from app.tracing.context import TracedObjects
from app.tracing.shared import Value
from app.tracing.worker import Job

Status = Literal["queued", "running", "finished", "failed", "stopped"]
ProcessState = Literal["starting", "running", "blocked", "ended"]

ID_BYTES: Final = 6


class ProcessView(TypedDict):
    """One process of a run view."""

    name: str
    pid: int | None
    exitcode: int | None
    state: ProcessState


class Summary(TypedDict):
    """The figures of a run: so far while it runs, for good when it has ended."""

    cells: list[CellSummary]
    duration_ms: float
    unrecorded: int
    consistent: bool


class RunView(TypedDict):
    """A run, as the interface shows it."""

    id: str
    status: Status
    reason: str | None
    place: NotRequired[int]
    request: dict[str, Any]
    processes: list[ProcessView]
    runnable: list[str]
    steps: int
    summary: Summary
    code: Code


class Run:
    """One execution of a scenario. `request` must have a seed; `ended` is called, by the run's thread, at the end."""

    def __init__(
        self, request: RunRequest, context: Context, settings: Settings, ended: Callable[["Run"], None]
    ) -> None:
        self.id = secrets.token_hex(ID_BYTES)
        self.request = request
        self.log = Log()
        self.status: Status = "queued"
        self.reason: str | None = None
        self.place: int | None = None
        self.revision = 0
        """Counts the changes of the run view, those aside that new steps make."""
        self.names = Names([f"P{number}" for number in range(1, request.processes + 1)])
        self._context = context
        self._settings = settings
        self._ended = ended
        self._over = threading.Event()
        self._timers: list[threading.Timer] = []
        self._changing = threading.Lock()
        self._crew = Crew(context)
        self._collector: Collector | None = None
        self._accounts: dict[int, Account] = {}
        self._outcome: Status | None = None
        self._processes = [
            ProcessView(name=name, pid=None, exitcode=None, state="starting") for name in self.names.processes
        ]
        self._summary = Summary(cells=[], duration_ms=0.0, unrecorded=0, consistent=True)
        self._code = code_of(request.round.work)

    @property
    def is_over(self) -> bool:
        """Whether nothing about this run will change any more."""
        return self.status in ("finished", "failed", "stopped")

    def start(self) -> None:
        """Start the processes, in a thread of the run's own."""
        self.status = "running"
        self.place = None
        self._change()
        threading.Thread(target=self._live, name=f"run {self.id}").start()

    def stop(self, reason: str) -> None:
        """End the run early, from any thread. Its workers end between two steps; what they did stays in the log."""
        self._end_early("stopped", reason)

    def give_up(self, reason: str) -> None:
        """Stop a run that still waits for its place."""
        self.reason = reason
        self._finish("stopped")

    def join(self) -> None:
        """Wait until the run is over and everything it started is closed.

        Not for the thread: until Python 3.12 a `Thread.join` that Ctrl-C interrupts takes the thread for ended.
        """
        self._over.wait()

    def put_at(self, place: int) -> None:
        """Say how many runs, this one included, are to start before the next one behind it."""
        if place != self.place:
            self.place = place
            self._change()

    def view(self) -> RunView:
        """The run as the interface shows it."""
        accounts = list(self._accounts.values())  # before `is_over` is asked: they are let go after it is true
        view = RunView(
            id=self.id,
            status=self.status,
            reason=self.reason,
            request=self.request.model_dump(),
            processes=self._processes,
            runnable=[],
            steps=len(self.log),
            summary=self._summary if self.is_over else self._so_far(accounts),
            code=self._code,
        )
        if self.place is not None:
            view["place"] = self.place
        return view

    def _live(self) -> None:
        try:
            self._run_to_the_end()
        except Exception as error:
            self._outcome = self._outcome or "failed"
            self.reason = self.reason or f"The run could not be carried out: {error!r}. This is a fault of Lost Update."
            raise
        finally:
            self._cancel_timers()
            self._crew.close()
            self.log.trim()
            self._finish(self._outcome or "finished")

    def _run_to_the_end(self) -> None:
        request = self.request
        objects: Any = TracedObjects(self._context) if request.traced else self._context
        arguments = request.program.share(objects, request.guard, request.processes)
        shared = name_shared(self.names.processes, arguments)
        self.names = shared.names
        self._accounts = _accounts(shared)
        initial = {name: cell.get_obj().value for name, cell in shared.cells.items()}
        jobs = [
            Job(name, request.round.work, handed, request.iterations, request.pacing, request.traced)
            for name, handed in zip(self.names.processes, arguments, strict=True)
        ]
        limit = self._settings.max_seconds
        self._after(limit, lambda: self.stop(f"It reached the limit of {limit:g} s."))
        self._crew.start(jobs)
        self._collector = Collector(self._crew, self.log, self._accounts, self.names)
        self._collector.collect(self._note_changes, self._fail)
        self._note_changes()
        if request.traced:
            self._summary = self._check(shared)
        else:
            began = self._collector.start_ns or perf_counter_ns()
            self._summary = self._compare(shared, initial, (perf_counter_ns() - began) / 1e6)

    def _check(self, shared: Shared) -> Summary:
        """Hold the accounts against the memory itself."""
        someone_died = any(worker.death for worker in self._crew.workers)
        cells = []
        unrecorded = 0
        for account in self._accounts.values():
            cell: Value = shared.cells[account.name]
            bits, versions = cell.memory()
            final = cell.decode(bits)
            unrecorded += account.close(final, versions, someone_died=someone_died)
            cells.append(account.summary(final))
        consistent = not any(account.broken for account in self._accounts.values())
        if unrecorded and self.reason:
            self.reason = f"{self.reason[:-1]}; {unrecorded} of the writes went unrecorded."
        return Summary(cells=cells, duration_ms=self._last_ns() / 1e6, unrecorded=unrecorded, consistent=consistent)

    def _compare(self, shared: Shared, initial: dict[str, Any], duration_ms: float) -> Summary:
        """The figures of an untraced run: what its code was to add, beside what is in memory."""
        done = self.request.processes * self.request.iterations if self._outcome is None else None
        cells = []
        for name, cell in shared.cells.items():
            final = cell.get_obj().value
            expected = None if done is None else initial[name] + done * self.request.program.per_round
            lost = None if expected is None else (expected - final) // self.request.program.per_round
            cells.append(
                CellSummary(
                    name=name, initial=initial[name], expected=expected, final=final, writes=done or 0, lost=lost
                )
            )
        return Summary(cells=cells, duration_ms=duration_ms, unrecorded=0, consistent=True)

    def _so_far(self, accounts: list[Account]) -> Summary:
        return Summary(
            cells=[account.summary(None) for account in accounts],
            duration_ms=self._last_ns() / 1e6,
            unrecorded=0,
            consistent=not any(account.broken for account in accounts),
        )

    def _last_ns(self) -> int:
        length = len(self.log)
        return int(self.log.rows(length - 1, length)["t_ns"][0]) if length else 0

    def _fail(self, worker: Worker) -> None:
        self._end_early("failed", f"{worker.name} (pid {worker.pid}) {_how_it_died(worker)}.")

    def _end_early(self, outcome: Status, reason: str) -> None:
        """The first reason counts. Workers that do not end in time are killed."""
        with self._changing:
            if self._outcome is not None or self.is_over:
                return
            self._outcome = outcome
            self.reason = reason
        self._crew.terminate()
        self._after(self._settings.grace_seconds, self._crew.kill)

    def _note_changes(self) -> None:
        """Bring the view of the processes up to date; tell whoever watches if it changed."""
        collector = self._collector
        assert collector is not None
        processes = [
            ProcessView(
                name=worker.name,
                pid=worker.pid,
                exitcode=worker.exitcode,
                state=_state(worker, collector.start_ns is not None, op),
            )
            for worker, op in zip(self._crew.workers, collector.last_ops, strict=True)
        ]
        if processes != self._processes:
            self._processes = processes
            self._change()

    def _finish(self, status: Status) -> None:
        """Keep the figures; let go of everything else."""
        self.place = None
        self.status = status
        self._accounts = {}
        self._collector = None
        self._crew = Crew(self._context)
        self._change()
        self._ended(self)
        self._over.set()

    def _change(self) -> None:
        self.revision += 1
        self.log.tell()

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _cancel_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []


def _accounts(shared: Shared) -> dict[int, Account]:
    return {
        cell.target: Account(name, cell.decode(cell.memory()[0]))
        for name, cell in shared.cells.items()
        if isinstance(cell, Value)
    }


def _state(worker: Worker, has_started: bool, last_op: Op | None) -> ProcessState:
    if worker.exitcode is not None:
        return "ended"
    if not has_started:
        return "starting"
    return "blocked" if last_op == Op.WAIT else "running"


def _how_it_died(worker: Worker) -> str:
    death = worker.death or ""
    return f"was killed by {death}" if death.startswith("SIG") else f"ended with {death}"
