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
dead one held may never be released. So it does when everybody who is alive waits for ever.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any, Final, cast

import numpy as np

from lost_update import wording
from lost_update.analysis import deadlock_words
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiter
from lost_update.analysis.deadlock_words import Blocked
from lost_update.execution import summary
from lost_update.execution.collector import Collector
from lost_update.execution.stepping import NotRunnable, Stepping
from lost_update.execution.supervisor import Context, Supervisor, Worker
from lost_update.execution.view import (
    NextView,
    ProcessState,
    ProcessView,
    RequestView,
    RunView,
    Status,
    Summary,
    target_view,
)
from lost_update.model.encoding import Names, Step, steps
from lost_update.model.log import Log
from lost_update.model.ops import Op
from lost_update.settings import Settings
from lost_update.sources.code import code_of, shown_of
from lost_update.sources.naming import Shared, name_shared
from lost_update.sources.request import Refusal, RunRequest
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.launching import Slot
from lost_update.tracing.source_text import Work
from lost_update.tracing.worker import Job, Launching

ID_BYTES: Final = 6


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
        extra = request.variant.extra
        own = [f"P{number}" for number in range(1, request.processes + 1)]
        self.names = Names([*own, extra.name] if extra else own)
        self._context = context
        self._settings = settings
        self._ended = ended
        self._over = threading.Event()
        self._timers: list[threading.Timer] = []
        self._timing = threading.Lock()
        self._may_set_timers = True
        self._changing = threading.Lock()
        self._supervisor = Supervisor(context)
        self._collector: Collector | None = None
        self._accounts: dict[int, Account] = {}
        self._outcome: Status | None = None
        self._deadlock: list[Blocked] | None = None
        self._stepping: Stepping | None = None
        self._idle: threading.Timer | None = None
        self._turn = 0
        self._processes = [
            ProcessView(name=name, pid=None, exitcode=None, state="starting") for name in self.names.processes
        ]
        self._summary = Summary(cells=[], duration_ms=0.0, unrecorded=0, consistent=True)
        self._code = code_of(request.variant.functions)

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
        stepping = self._stepping
        accounts = list(self._accounts.values())  # before `is_over` is asked: they are let go after it is true
        view = RunView(
            id=self.id,
            status=self.status,
            reason=self.reason,
            request=cast(RequestView, self.request.model_dump()),
            processes=self._processes,
            runnable=stepping.runnable() if stepping else [],
            targets=[target_view(target) for target in self.names.declared],
            steps=len(self.log),
            summary=self._summary if self.is_over else summary.so_far(accounts, self._last_ms()),
            adds=self.request.program.adds(self.request.processes, self.request.iterations),
            code=self._code,
        )
        if stepping is not None:
            view["next"] = _next_views(stepping, self.names)
        if self.place is not None:
            view["place"] = self.place
        if self._deadlock is not None:
            view["deadlock"] = self._deadlock
        return view

    def grant(self, process: str) -> Step:
        """Let a process take its next step, at the pace `step`, and return that step. Raises `Refusal`."""
        try:
            index = self._let(process)
        except NotRunnable as reason:
            raise Refusal(
                "not_runnable", str(reason), "The run's `runnable` names the processes that can move."
            ) from None
        return steps(self.log.rows(index, index + 1), index, self.names)[0]

    def _let(self, process: str) -> int:
        if self.request.pace != "step":
            raise NotRunnable(f"This run has the pace {self.request.pace}: its processes do not wait for you.")
        stepping = self._stepping
        if stepping is None:
            raise NotRunnable("The run has ended." if self.is_over else "The processes have not started yet.")
        index = stepping.grant(process)
        self._wait_for_a_grant()  # a grant that is refused is not a step
        return index

    def work_done(self) -> dict[str, dict[str, int]]:
        """How often each process has done what, by their names; its start and its end aside."""
        rows = self.log.rows(0, len(self.log))
        return {
            name: {
                op.word: count
                for op, count in zip(
                    Op, np.bincount(rows["op"][rows["process"] == number], minlength=len(Op)), strict=True
                )
                if count and not op.row.bounds_a_process
            }
            for number, name in enumerate(self.names.processes)
        }

    def _live(self) -> None:
        try:
            self._run_to_the_end()
        except Exception as error:
            self._outcome = self._outcome or "failed"
            self.reason = self.reason or f"The run failed: {error!r}. This is a bug in Lost Update: please report it."
            raise
        finally:
            self._cancel_timers()
            self._supervisor.close()
            self.log.trim()
            self._finish(self._outcome or "finished")

    def _run_to_the_end(self) -> None:
        request = self.request
        objects: Any = TracedObjects(self._context) if request.traced else self._context
        arguments = request.program.share(objects, request.variant_name, request.processes)
        launches = bool(request.variant.extra and request.variant.extra.launches)
        launched = self.names.processes[: request.processes] if launches else []
        makes_a_pool = bool(request.variant.extra and request.variant.extra.makes_a_pool)
        shared = name_shared(self.names.processes, arguments, launched, makes_a_pool=makes_a_pool)
        self.names = shared.names
        self._change()
        self._accounts = summary.open_accounts(shared)
        initial = {name: read() for name, read in shared.readers.items()}
        limit = self._settings.max_seconds
        if request.pace == "step":
            self._wait_for_a_grant()
        else:
            self._after(limit, lambda: self.stop(f"It was stopped after {limit:g} s, the longest that a run may last."))
        self._supervisor.start(self._jobs(arguments, shared, launched))
        if request.pace == "step":
            self._stepping = Stepping(self._supervisor.workers, self.names, request.schedule or [], self)
        self._collector = Collector(
            self._supervisor, self.log, self._accounts, shared, traced=request.traced, stepping=self._stepping
        )
        self._collector.collect(self)
        self.on_change()
        if request.traced:
            someone_died = any(worker.lost_steps for worker in self._supervisor.workers)
            accounts = self._accounts.values()
            self._summary = summary.final(accounts, shared, self._last_ms(), someone_died=someone_died)
            if self.reason and self._summary["unrecorded"]:
                self.reason = (
                    f"{self.reason[:-1]}; {wording.number(self._summary['unrecorded'])} writes were not recorded."
                )
        else:
            duration_ms = (perf_counter_ns() - (self._collector.start_ns or perf_counter_ns())) / 1e6
            self._summary = summary.untraced(request, shared, initial, duration_ms, done=self._outcome is None)

    def _jobs(self, arguments: list[dict[str, Any]], shared: Shared, launched: Sequence[str]) -> list[Job]:
        """What each process does that the server starts; the others are prepared for their launch."""
        request, variant = self.request, self.request.variant
        shown = shown_of(variant.functions)
        pacing = request.pacing

        def job(name: str, work: Work, handed: dict[str, Any], launching: Launching | None = None) -> Job:
            may_fail = variant.may_fail and launching is None
            return Job(name, work, handed, request.iterations, pacing, request.traced, shown, may_fail, launching)

        jobs = []
        slots = []
        for number, name in enumerate(self.names.processes[: request.processes]):
            if name not in launched:
                jobs.append(job(name, variant.role_of(number, request.processes).work, arguments[number]))
            else:
                queue, target = self._supervisor.queue(), shared.launched[name]
                slots.append(Slot(name, target, queue, shown, pacing, variant.may_fail, request.traced))
        extra = variant.extra
        if extra:
            handed = arguments[-1]
            if request.program.takes_chunks:
                handed = {**handed, "chunksize": request.chunksize}
            launching = None
            if extra.launches:
                launching = Launching(extra.start_method, slots, shared.pool, extra.has_threads)
            jobs.append(job(extra.name, extra.role.work, handed, launching))
        self._supervisor.expect(slots)
        return jobs

    def _last_ms(self) -> float:
        """When the last step was, in milliseconds from the start."""
        length = len(self.log)
        return int(self.log.rows(length - 1, length)["t_ns"][0]) / 1e6 if length else 0.0

    def on_death(self, worker: Worker) -> None:
        """A worker ended badly: so does the run."""
        who = worker.name if worker.pid is None else f"{worker.name} (pid {worker.pid})"
        self._end_early("failed", f"{who} {worker.death}.")

    def on_deadlock(self, waiters: Sequence[Waiter]) -> None:
        """Nobody will ever take a step again: say who waits for what, and end it."""
        ended = [worker.name for worker in self._supervisor.workers if worker.told is not None]
        waiting = deadlock_words.blocked(waiters, self.names)
        self._end_early("failed", deadlock_words.sentence(waiters, self.names, ended), waiting)

    def on_misleading(self, reason: str) -> None:
        """The schedule asks for a step that cannot be taken."""
        self._end_early("failed", reason)

    def _wait_for_a_grant(self) -> None:
        """From now on somebody has so long to let a process go on."""
        limit = self._settings.max_idle_seconds
        with self._changing:  # several may grant at once
            if self._idle is not None:
                self._idle.cancel()
            self._idle = self._after(limit, lambda: self.stop(f"It was stopped: nobody took a step for {limit:g} s."))

    def _end_early(self, outcome: Status, reason: str, waiting: list[Blocked] | None = None) -> None:
        """The first reason counts. Workers that do not end in time are killed."""
        with self._changing:
            if self._outcome is not None or self.is_over:
                return
            self._outcome = outcome
            self.reason = reason
            self._deadlock = waiting
        self._supervisor.terminate()
        self._after(self._settings.grace_seconds, self._supervisor.kill)

    def on_change(self) -> None:
        """Bring the view of the processes up to date; tell whoever watches if it changed."""
        collector = self._collector
        assert collector is not None
        ops = dict(zip([worker.name for worker in self._supervisor.workers], collector.last_ops, strict=True))
        workers = {worker.name: worker for worker in self._supervisor.workers}
        processes = [
            _process_view(workers[name], ops[name], has_started=collector.start_ns is not None)
            for name in self.names.processes
        ]
        turn = self._stepping.turn if self._stepping else 0
        if processes != self._processes or turn != self._turn:
            self._processes = processes
            self._turn = turn
            self._change()

    def _finish(self, status: Status) -> None:
        """Keep the figures; let go of everything else."""
        self.place = None
        self.status = status
        self._accounts = {}
        self._collector = None
        if self._stepping is not None:
            self._stepping.close()
            self._stepping = None
        self._supervisor = Supervisor(self._context)
        self._change()
        self._ended(self)
        self._over.set()

    def _change(self) -> None:
        self.revision += 1
        self.log.tell()

    def _after(self, seconds: float, action: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        with self._timing:  # whoever stops the run sets one while the run's own thread sets or cancels others
            if self._may_set_timers:
                self._timers = [each for each in self._timers if each.is_alive()] + [timer]
                timer.start()
        return timer

    def _cancel_timers(self) -> None:
        with self._timing:
            self._may_set_timers = False
            for timer in self._timers:
                timer.cancel()
            self._timers = []


def _next_views(stepping: Stepping, names: Names) -> list[NextView]:
    return [
        NextView(process=name, op=would.op.word, target=names.targets[would.target], line=would.line, obstacle=obstacle)
        for name, (would, obstacle) in stepping.next_steps().items()
    ]


def _process_view(worker: Worker, last_op: Op | None, *, has_started: bool) -> ProcessView:
    state = _state(worker, last_op, has_started=has_started)
    return ProcessView(name=worker.name, pid=worker.pid, exitcode=worker.exitcode, state=state)


def _state(worker: Worker, last_op: Op | None, *, has_started: bool) -> ProcessState:
    if worker.exitcode is not None or worker.is_silent:
        return "ended"
    if not has_started or worker.pid is None:
        return "starting"
    return "blocked" if last_op == Op.WAIT else "running"
