"""A recording as the interface shows it: the run view. Pure."""

from typing import NotRequired

from typing_extensions import TypedDict

from lost_update.model.recording import (
    Blocked,
    NextView,
    ProcessView,
    Recording,
    RequestView,
    Status,
    Summary,
)
from lost_update.model.sources import Code
from lost_update.model.targets import Kind, Target


class TargetView(TypedDict):
    """A target of a run. `guards`: it is the lock inside that shared object; `owner`: only that process has it.

    A lock that `is_reentrant` may be acquired again by its holder, and released by nobody else; another one by anybody.
    """

    name: str
    kind: Kind
    guards: NotRequired[str]
    is_reentrant: NotRequired[bool]
    owner: NotRequired[str]


class RunView(TypedDict):
    """A run. `reason` says, in one sentence, why it failed or was stopped. `steps` is how many there are so far.

    `targets` are what its steps are about, each declared before the first step that needs it.
    `place` counts the runs that are to start up to this one; only a queued run has one. `runnable` and `next` are about
    the pace `step`: who can take a step now, and what each would do. `adds` says by how much each cell grows if nothing
    is lost, and `deadlock` who waits for what, where that ended it. `code` is the code shown; `sources` are the files
    that its processes have declared beside it, each before the first step that names it.
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
    sources: NotRequired[list[Code]]
    deadlock: NotRequired[list[Blocked]]


def run_view(recording: Recording) -> RunView:
    """The run as it stands, in figures that belong together."""
    header, snapshot = recording.header, recording.snapshot
    code, *others = snapshot.names.sources
    view = RunView(
        id=header["id"],
        status=snapshot.status,
        reason=snapshot.reason,
        request=header["request"],
        processes=list(snapshot.processes),
        targets=[_target_view(target) for target in snapshot.names.declared],
        runnable=list(snapshot.runnable),
        steps=snapshot.steps,
        summary=snapshot.summary,
        adds=header["adds"],
        code=code,
    )
    if others:
        view["sources"] = others
    if snapshot.next is not None:
        view["next"] = list(snapshot.next)
    if snapshot.place is not None:
        view["place"] = snapshot.place
    if snapshot.deadlock is not None:
        view["deadlock"] = list(snapshot.deadlock)
    return view


def _target_view(target: Target) -> TargetView:
    view = TargetView(name=target.name, kind=target.kind)
    if target.guards is not None:
        view["guards"] = target.guards
    if target.is_reentrant:
        view["is_reentrant"] = True
    if target.owner is not None:
        view["owner"] = target.owner
    return view
