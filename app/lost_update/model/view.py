"""A recording as the interface shows it: the run view. Pure."""

from typing import NotRequired, cast

from typing_extensions import TypedDict

from lost_update.model.findings import Finding
from lost_update.model.recording import (
    Blocked,
    NextView,
    NotSeen,
    ProcessView,
    Recording,
    RequestView,
    ScriptSummary,
    Status,
    Summary,
)
from lost_update.model.sources import Code
from lost_update.model.targets import Kind, Target


class TargetView(TypedDict):
    """A target of a run. `guards`: it is the lock inside that shared object; `owner`: only that process has it.

    A lock that `is_reentrant` may be acquired again by its holder, and released by nobody else; another one by anybody.
    In a script: `whole` is what a cell is a part of, `what` the class as people call it, `made` the number of the
    source and the line where it was made, `amount` how many may hold a semaphore or meet at a barrier, and `has_lock`
    says that each single access takes the lock of its object.
    """

    name: str
    kind: Kind
    guards: NotRequired[str]
    is_reentrant: NotRequired[bool]
    owner: NotRequired[str]
    whole: NotRequired[str]
    what: NotRequired[str]
    made: NotRequired[tuple[int, int]]
    amount: NotRequired[int]
    has_lock: NotRequired[bool]


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


class ThreadView(TypedDict):
    """A thread of a script's process that takes steps. Its steps name it where a step names its process."""

    name: str
    process: str


class ScriptRunView(TypedDict):
    """A run of a person's own script. `command` is its own: the script, or `-m` and the module, and the arguments.

    `is_steered`: processes were held to bring a race about. `sources` are its files, each before the first step in it.
    `not_seen` is what was shared where nobody traces it.
    """

    id: str
    status: Status
    reason: str | None
    command: list[str]
    is_steered: bool
    processes: list[ProcessView]
    threads: list[ThreadView]
    targets: list[TargetView]
    runnable: list[str]
    steps: int
    summary: ScriptSummary
    findings: list[Finding]
    not_seen: list[NotSeen]
    sources: list[Code]
    deadlock: NotRequired[list[Blocked]]


def view_of(recording: Recording) -> RunView | ScriptRunView:
    """The run as it stands, in figures that belong together."""
    return script_run_view(recording) if is_of_script(recording) else run_view(recording)


def is_of_script(recording: Recording) -> bool:
    """Whether a person's own script was executed, and not a scenario."""
    return "command" in recording.header


def script_run_view(recording: Recording) -> ScriptRunView:
    """The same of a script."""
    header, snapshot = recording.header, recording.snapshot
    names = snapshot.names
    view = ScriptRunView(
        id=header["id"],
        status=snapshot.status,
        reason=snapshot.reason,
        command=header["command"],
        is_steered=header.get("is_steered", False),
        processes=list(snapshot.processes),
        threads=[
            ThreadView(name=names.processes[lane], process=names.processes[owner])
            for lane, owner in names.owners.items()
        ],
        targets=[_target_view(target) for target in names.declared],
        runnable=[],
        steps=snapshot.steps,
        summary=cast(ScriptSummary, snapshot.summary),
        findings=list(snapshot.findings or ()),
        not_seen=list(snapshot.not_seen),
        sources=list(names.sources),
    )
    if snapshot.deadlock is not None:
        view["deadlock"] = list(snapshot.deadlock)
    return view


def run_view(recording: Recording) -> RunView:
    """The run of a scenario as it stands."""
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
    if target.whole is not None:
        view["whole"] = target.whole
    if target.what is not None:
        view["what"] = target.what
    if target.made is not None:
        view["made"] = target.made
    if target.amount is not None:
        view["amount"] = target.amount
    if target.has_lock:
        view["has_lock"] = True
    return view
