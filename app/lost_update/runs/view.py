"""The shapes in which the interface shows a run."""

from typing import Any, Literal, NotRequired, TypedDict

from lost_update.analysis.summary import CellSummary
from lost_update.runs.deadlock import Blocked
from lost_update.runs.source import Code

Status = Literal["queued", "running", "finished", "failed", "stopped"]
ProcessState = Literal["starting", "running", "blocked", "ended"]


class ProcessView(TypedDict):
    """One process of a run. `pid` is None until it was started, `exitcode` until it has ended."""

    name: str
    pid: int | None
    exitcode: int | None
    state: ProcessState


class NextView(TypedDict):
    """What a process would do next, at the pace `step`; `obstacle` says why it cannot, where it cannot."""

    process: str
    op: str
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
    """A run. `place` counts the runs that are to start up to this one; only a queued run has one.

    `adds` says by how much each cell grows if nothing is lost, and `deadlock` who waits for what, where that ended it.
    """

    id: str
    status: Status
    reason: str | None
    place: NotRequired[int]
    request: dict[str, Any]
    processes: list[ProcessView]
    runnable: list[str]
    next: NotRequired[list[NextView]]
    steps: int
    summary: Summary
    adds: dict[str, int]
    code: Code
    deadlock: NotRequired[list[Blocked]]
