"""A run from its preparation to its end: everything here happens in the run's own thread.

    any thread                 the run's thread                                processes
    ──────────                 ────────────────                                ───────
                               prepare: make what is shared, name it
                               start ────────────────────────────────────────▶ a process each
                             ┌ wait, until the deadline at the longest ◀─────── steps, ends
    Stop, Grant ── Inbox ───▶│ act on what came: Collector, Stepping ─────────▶ grants, SIGTERM, SIGKILL
    viewers ◀── Recording ───┤ publish a new snapshot
                             └ again, until every process has ended
                               check the accounts against the memory
                               close everything, publish `finished`, `failed` or `stopped`

The collector and the stepping return what happened and what is to be done; only this file acts on it. A run ends early
when it is stopped, at its deadline, when a process dies, when every process that is alive waits for ever, or when its
schedule cannot be followed.

In a deadlock no process is asked to end: SIGTERM would unwind a `with`, release its lock, and let the others go on. All
are killed, and nothing of the program runs any more. When a process has died, the others have a moment to come to where
they can go no further, so that the run can say which would now wait for ever, and for what.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic, perf_counter_ns
from typing import Any

from lost_update import wording
from lost_update.analysis import deadlock_words
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiter
from lost_update.analysis.summary import last_step_ms, open_accounts, so_far
from lost_update.execution import failures, summary
from lost_update.execution.collector import Appended, Collector, Received
from lost_update.execution.deadline import Deadline, Stop
from lost_update.execution.inbox import Inbox
from lost_update.execution.preparation import Prepared, prepare
from lost_update.execution.stepping import (
    Deadlocked,
    Decision,
    Grant,
    GrantRefused,
    NotRunnable,
    OpenGate,
    ScheduleFailed,
    Stepping,
    StepTaken,
)
from lost_update.execution.supervisor import Context, RunProcess, Supervisor
from lost_update.model.encoding import Names
from lost_update.model.ops import Op
from lost_update.model.recording import Blocked, NextView, ProcessState, ProcessView, Recording, Snapshot, Status
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest


@dataclass(frozen=True)
class Ending:
    """How and why a run ends early."""

    status: Status
    reason: str
    deadlock: tuple[Blocked, ...] | None = None


class Lifecycle:
    """Owns whatever a run needs while it lives, and writes its recording."""

    def __init__(
        self,
        request: RunRequest,
        context: Context,
        settings: Settings,
        recording: Recording,
        inbox: Inbox[Stop | Grant],
    ) -> None:
        self._request = request
        self._context = context
        self._recording = recording
        self._log = recording.log
        self._inbox = inbox
        self._snapshot = recording.snapshot
        self._supervisor = Supervisor(context)
        self._accounts: dict[int, Account] = {}
        self._deadline = Deadline(settings, request.pace, monotonic())
        self._stepping: Stepping | None = None
        self._ending: Ending | None = None
        self._death: str | None = None
        """Who died first and how: a sentence without its full stop."""
        self._answers: list[StepTaken | GrantRefused] = []

    def run(self) -> None:
        """Run from the first process to the last. Whatever happens, no process is left."""
        try:
            self._inbox.open()
            self._run_to_the_end()
        except Exception as error:
            self._ending = self._ending or Ending("failed", failures.reason(error))
        finally:
            self._close()

    def _run_to_the_end(self) -> None:
        request = self._request
        prepared = prepare(request, self._snapshot.names, self._context)
        shared = prepared.shared
        self._accounts = open_accounts(shared.names)
        self._publish(replace(self._snapshot, names=shared.names, summary=so_far(self._accounts.values(), self._log)))
        self._supervisor.start(prepared.jobs)
        if request.pace == "step":
            self._stepping = Stepping(len(self._supervisor.processes), shared.names, request.schedule or [])
        collector = Collector(self._supervisor, self._log, self._accounts, shared, traced=request.traced)
        while collector.is_open:
            self._act(collector)
        self._note_deaths(collector)  # the very last steps may report more of them
        if self._death is not None:
            self._end_early("failed", f"{self._death}.")
        self._close_accounts(prepared, collector.start_ns)

    def _act(self, collector: Collector) -> None:
        """Wait for something to happen, and do what it asks for."""
        received = collector.receive(self._patience(), [self._inbox])
        if received.declared or received.has_new_source:  # before any of their steps is in the log
            self._publish(self._snapshot_now(collector))
        self._answer_requests()
        if isinstance(due := self._deadline.due(monotonic()), Stop):
            self._end_early("stopped", due.reason)
        elif due:
            self._supervisor.kill()
        self._note_deaths(collector)
        if self._stepping is not None:
            self._steer(self._stepping, received)
        appended = collector.append(self._stepping.at_gates() if self._stepping is not None else ())
        if self._stepping is not None:
            self._note_logged(self._stepping, appended)
        if appended.deadlock:
            self._end_in_deadlock(appended.deadlock)
        self._publish(self._snapshot_now(collector))
        self._answer()

    def _note_deaths(self, collector: Collector) -> None:
        for process in collector.deaths():
            if self._death is None:
                who = process.name if process.pid is None else f"{process.name} (pid {process.pid})"
                self._death = f"{who} {process.death}"
                self._deadline.someone_died(monotonic())

    def _patience(self) -> float | None:
        """For how many seconds there is nothing to do unless something comes; None for no limit."""
        moments = [self._deadline.at, self._stepping.patience_ends() if self._stepping is not None else None]
        first = min((moment for moment in moments if moment is not None), default=None)
        return None if first is None else max(first - monotonic(), 0.0)

    def _answer_requests(self) -> None:
        """Do what other threads have asked for."""
        for request in self._inbox.take():
            if isinstance(request, Stop):
                self._end_early("stopped", request.reason)
            elif self._stepping is not None:
                self._stepping.ask(request, monotonic())
            else:
                self._answers.append(GrantRefused(request, "The processes have not started yet."))

    def _steer(self, stepping: Stepping, received: Received) -> None:
        """Let processes go on as the schedule and the grants say."""
        for number in received.declared:
            stepping.process_declared(number, self._snapshot.names)
        for number, would in received.at_gate:
            stepping.process_at_gate(number, would)
        for number in received.ended:
            stepping.process_ended(number)
        for decision in stepping.decide(monotonic()):
            self._carry_out(decision)

    def _carry_out(self, decision: Decision) -> None:
        match decision:
            case OpenGate(process):
                self._supervisor.let_step(process)
            case Deadlocked(waiters):
                self._end_in_deadlock(waiters)
            case ScheduleFailed(reason):
                self._end_early("failed", reason)
            case GrantRefused():
                self._answers.append(decision)

    def _note_logged(self, stepping: Stepping, appended: Appended) -> None:
        for number, index in appended.gated():
            granted = stepping.step_logged(number, index)
            if granted is not None:
                self._deadline.step_granted(monotonic())
                self._answers.append(granted)

    def _answer(self) -> None:
        """Answer the grants, now that the snapshot shows what came of them."""
        answers, self._answers = self._answers, []
        for answer in answers:
            if isinstance(answer, StepTaken):
                answer.grant.answer.set_result(answer.index)
            else:
                answer.grant.answer.set_exception(NotRunnable(answer.reason))

    def _end_in_deadlock(self, waiters: Sequence[Waiter]) -> None:
        """Nothing of the program runs from now on. Where a process died, that is the reason."""
        processes = self._supervisor.processes
        is_unexplained = any(process.lost_steps and process.exitcode != 0 for process in processes)
        if self._ending is not None or (self._death is None and is_unexplained):
            return  # it ends already, or is about to be told how one of them died
        names = self._snapshot.names
        ended = {process.name: process.reported_exitcode is None for process in processes if process.is_silent}
        words = deadlock_words.sentence(waiters, names, ended, self._death)
        self._ending = Ending("failed", words, tuple(deadlock_words.blocked(waiters, names)))
        self._supervisor.kill()
        self._deadline.killed()
        if self._stepping is not None:
            self._stepping.stop()

    def _end_early(self, status: Status, reason: str) -> None:
        """The first reason counts. Processes that do not end in time are killed."""
        if self._ending is None:
            died = self._death is not None
            self._ending = Ending("failed", f"{self._death}.") if died else Ending(status, reason)
            self._supervisor.terminate()
            self._deadline.ending(monotonic())

    def _close_accounts(self, prepared: Prepared, start_ns: int | None) -> None:
        """The final figures: compared with the memory or, for an untraced run, read from it."""
        if self._request.traced:
            someone_died = any(process.lost_steps for process in self._supervisor.processes)
            figures = summary.final(
                self._accounts.values(), prepared.shared, last_step_ms(self._log), someone_died=someone_died
            )
            if self._ending and figures["unrecorded"]:
                missing = f"{wording.counted(figures['unrecorded'], 'write was', 'writes were')} not recorded."
                self._ending = replace(self._ending, reason=f"{self._ending.reason[:-1]}; {missing}")
        else:
            duration_ms = (perf_counter_ns() - (start_ns or perf_counter_ns())) / 1e6
            figures = summary.untraced(
                self._request, prepared.shared, prepared.initial, duration_ms, done=self._ending is None
            )
        self._snapshot = replace(self._snapshot, summary=figures)

    def _close(self) -> None:
        """Close everything, publish how the run ended, and answer all grants that still wait."""
        unread = self._inbox.close()
        try:
            self._supervisor.close()
            self._log.trim()
        except Exception as error:
            self._ending = self._ending or Ending("failed", failures.reason(error))
        ending = self._ending
        self._publish(
            replace(
                self._snapshot,
                processes=tuple(map(ended, self._snapshot.processes)),
                status=ending.status if ending else "finished",
                reason=ending.reason if ending else None,
                deadlock=ending.deadlock if ending else None,
                steps=len(self._log),
                runnable=(),
                next=None,
            )
        )
        if self._stepping is not None:
            self._answers += self._stepping.close()
        self._answers += [
            GrantRefused(request, "The run has ended.") for request in unread if isinstance(request, Grant)
        ]
        self._answer()

    def _publish(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._recording.publish(snapshot)

    def _snapshot_now(self, collector: Collector) -> Snapshot:
        names, ending = collector.names, self._ending
        return replace(
            self._snapshot,
            names=names,
            processes=self._processes_now(collector),
            reason=ending.reason if ending else None,
            deadlock=ending.deadlock if ending else None,
            start_ns=collector.start_ns,
            steps=len(self._log),
            summary=so_far(self._accounts.values(), self._log),
            **self._moves_now(names),
        )

    def _processes_now(self, collector: Collector) -> tuple[ProcessView, ...]:
        """What nothing has happened to stays the very same: to compare it with itself takes no time."""
        before = {view["name"]: view for view in self._snapshot.processes}
        has_started = collector.start_ns is not None
        if not collector.is_open:
            before = {name: ended(view) for name, view in before.items()}
        for process, op in zip(self._supervisor.processes, collector.last_ops, strict=True):
            state = _state(process, op, has_started=has_started)
            known = before.get(process.name)
            if known is None or (known["state"], known["pid"], known["exitcode"]) != (
                state,
                process.pid,
                process.exitcode,
            ):
                before[process.name] = _process_view(process, state)
        return tuple(before.values())

    def _moves_now(self, names: Names) -> dict[str, Any]:
        """Who can move, and what each would do: worked out anew only where it may have changed."""
        stepping = self._stepping
        if stepping is None or (self._snapshot.next is not None and self._snapshot.turn == stepping.turn):
            return {}
        return {"runnable": stepping.runnable(), "next": _next_views(stepping, names), "turn": stepping.turn}


def _next_views(stepping: Stepping, names: Names) -> tuple[NextView, ...]:
    targets = names.targets
    return tuple(
        NextView(process=name, op=would.op.word, target=targets[would.target], line=would.line, obstacle=obstacle)
        for name, (would, obstacle) in stepping.next_steps().items()
    )


def ended(view: ProcessView) -> ProcessView:
    """A process when the run is over, even if it was never started."""
    return {**view, "state": "ended"}


def _process_view(process: RunProcess, state: ProcessState) -> ProcessView:
    parent = process.parent.name if process.parent else None
    return ProcessView(name=process.name, pid=process.pid, exitcode=process.exitcode, state=state, parent=parent)


def _state(process: RunProcess, last_op: Op | None, *, has_started: bool) -> ProcessState:
    if process.exitcode is not None or process.is_silent:
        return "ended"
    if not has_started or process.pid is None:
        return "starting"
    return "blocked" if last_op == Op.WAIT else "running"
