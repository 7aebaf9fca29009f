"""What is known of a run at one moment, and how the interface shows it. Pure.

    the run's thread ── a new Snapshot, in one assignment ──▶ Run ── run_view(snapshot) ──▶ any thread

A snapshot never changes, so that whoever reads one gets figures that belong together, and waits for nobody.
"""

from dataclasses import dataclass, field
from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from lost_update.analysis.accounts import CellSummary
from lost_update.analysis.deadlock_words import Blocked
from lost_update.model.encoding import Names, OpWord, Step
from lost_update.model.targets import Kind, Target
from lost_update.scenarios.lock_placement import InsertionPoint
from lost_update.sources.code import Code
from lost_update.sources.request import RunRequest

Status = Literal["queued", "running", "finished", "failed", "stopped"]
ProcessState = Literal["starting", "running", "blocked", "ended"]


class RequestView(TypedDict):
    """The run request as it is kept: what was left out is filled in. What the scenario does not take is None."""

    scenario: str
    processes: int
    iterations: int
    guard: str
    start_method: str | None
    call: str | None
    chunksize: int | None
    pace: str
    step_ms: int
    seed: int
    schedule: list[str] | None
    acquire: InsertionPoint | None
    release: InsertionPoint | None
    traced: bool


class ProcessView(TypedDict):
    """One process of a run. `pid` is None until it was started, `exitcode` until it has ended."""

    name: str
    pid: int | None
    exitcode: int | None
    state: ProcessState


class TargetView(TypedDict):
    """A target of a run. `guards`: it is the lock inside that shared object; `owner`: only that process has it."""

    name: str
    kind: Kind
    guards: NotRequired[str]
    owner: NotRequired[str]


class NextView(TypedDict):
    """What a process would do next, at the pace `step`; `obstacle` says why it cannot, where it cannot."""

    process: str
    op: OpWord
    target: str
    line: int
    obstacle: str | None


class Summary(TypedDict):
    """The figures of a run: so far while it runs, for good when it has ended."""

    cells: list[CellSummary]
    duration_ms: float
    unrecorded: int
    consistent: bool


class RunView(TypedDict):
    """A run. `reason` says, in one sentence, why it failed or was stopped. `steps` is how many there are so far.

    `targets` are what its steps are about, each declared before the first step that needs it.
    `place` counts the runs that are to start up to this one; only a queued run has one. `runnable` and `next` are about
    the pace `step`: who can take a step now, and what each would do. `adds` says by how much each cell grows if nothing
    is lost, and `deadlock` who waits for what, where that ended it.
    """

    id: str
    status: Status
    reason: str | None
    place: NotRequired[int]
    request: RequestView
    processes: list[ProcessView]
    targets: list[TargetView]
    runnable: list[str]
    next: NotRequired[list[NextView]]
    steps: int
    summary: Summary
    adds: dict[str, int]
    code: Code
    deadlock: NotRequired[list[Blocked]]


class Granted(TypedDict):
    """The step that a process was granted, and the run after it."""

    step: Step
    run: RunView


NOTHING_YET: Summary = Summary(cells=[], duration_ms=0.0, unrecorded=0, consistent=True)


@dataclass(frozen=True)
class Snapshot:
    """What is known of a run at one moment. Nobody changes it or what it holds.

    Two of them are equal where a view shows the same, but for how many steps there are and the figures made of them.
    `next` is None but for a run of the pace `step` whose processes have been started, until it is over. `turn` grows
    whenever it may have changed. `start_ns` is when the processes began, on the clock of all processes of the machine.
    """

    names: Names = field(compare=False)
    processes: tuple[ProcessView, ...]
    status: Status = "queued"
    reason: str | None = None
    deadlock: tuple[Blocked, ...] | None = None
    place: int | None = None
    start_ns: int | None = field(default=None, compare=False)
    steps: int = field(default=0, compare=False)
    summary: Summary = field(default_factory=lambda: NOTHING_YET, compare=False)
    runnable: tuple[str, ...] = ()
    next: tuple[NextView, ...] | None = None
    turn: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing about the run will change any more."""
        return self.status in ("finished", "failed", "stopped")


def run_view(run_id: str, request: RunRequest, code: Code, snapshot: Snapshot) -> RunView:
    """A run as the interface shows it."""
    view = RunView(
        id=run_id,
        status=snapshot.status,
        reason=snapshot.reason,
        request=cast(RequestView, request.model_dump()),
        processes=list(snapshot.processes),
        targets=[target_view(target) for target in snapshot.names.declared],
        runnable=list(snapshot.runnable),
        steps=snapshot.steps,
        summary=snapshot.summary,
        adds=request.program.adds(request.processes, request.iterations),
        code=code,
    )
    if snapshot.next is not None:
        view["next"] = list(snapshot.next)
    if snapshot.place is not None:
        view["place"] = snapshot.place
    if snapshot.deadlock is not None:
        view["deadlock"] = list(snapshot.deadlock)
    return view


def target_view(target: Target) -> TargetView:
    """The declaration as the interface shows it."""
    view = TargetView(name=target.name, kind=target.kind)
    if target.guards is not None:
        view["guards"] = target.guards
    if target.owner is not None:
        view["owner"] = target.owner
    return view
