"""The shapes in which the interface shows a run."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from lost_update.analysis.accounts import CellSummary
from lost_update.analysis.deadlock_words import Blocked
from lost_update.model.encoding import OpWord, Step
from lost_update.model.targets import Kind, Target
from lost_update.scenarios.lock_placement import Slot
from lost_update.sources.code import Code

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
    acquire: Slot | None
    release: Slot | None
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
    """The step that a process was let take, and the run after it."""

    step: Step
    run: RunView


def target_view(target: Target) -> TargetView:
    """The declaration as the interface shows it."""
    view = TargetView(name=target.name, kind=target.kind)
    if target.guards is not None:
        view["guards"] = target.guards
    if target.owner is not None:
        view["owner"] = target.owner
    return view
