"""Everything that is known of a run, live or kept: its header, its declarations, its steps, and how it stands or ended.

    a live run ── publish(Snapshot), log.append ──┐
    a file that was read back ────────────────────┼──▶ Recording ──▶ views, streams, analysis, exports, pages
                                                  │      header      what was executed; never changes
                                                  │      log         the steps, in order
                                                  │      snapshot    the declarations, and how it stands

One thread writes, any may read: a snapshot is replaced in one assignment and never changes, so that a reader gets
figures that belong together, and never waits.
"""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, NotRequired, cast

from typing_extensions import TypedDict

from lost_update.model.described import Text
from lost_update.model.encoding import Names, OpWord
from lost_update.model.findings import Finding
from lost_update.model.log import Log
from lost_update.model.targets import Held, Number

Status = Literal["queued", "running", "finished", "failed", "stopped"]
OVER: Final = ("finished", "failed", "stopped")
"""Of a run with one of these nothing will change any more."""

ProcessState = Literal["starting", "running", "blocked", "ended"]


PLAIN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""What ids and names of processes are like: they stand in addresses, in names of files and in code that is exported."""


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
    acquire: str | None
    release: str | None
    traced: bool


_SHORT: Final = r"^[A-Za-z0-9 ._+-]{0,60}$"


class Made(TypedDict):
    """When a run was made, in UTC; on which system; by which Python, and which Lost Update."""

    at: Annotated[str, Text(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
    system: Annotated[str, Text(_SHORT)]
    python: Annotated[str, Text(_SHORT)]
    lost_update: Annotated[str, Text(_SHORT)]


class Header(TypedDict):
    """What was executed: the `request` of a scenario, or the `command` of a script.

    `adds` says by how much each cell grows if nothing is lost; of a script nobody knows. `steppable`: it can be taken
    step by step, so that a schedule is enough to repeat it. `is_steered`: processes were held to bring a race about.
    `made` is missing in older recordings.
    """

    id: Annotated[str, Text(PLAIN)]
    request: NotRequired[RequestView]
    command: NotRequired[list[str]]
    adds: dict[str, int]
    steppable: bool
    is_steered: NotRequired[bool]
    made: NotRequired[Made]


class ProcessView(TypedDict):
    """One process of a run. `pid` is None until it was started, `exitcode` until it has ended.

    `parent` is the process that starts it; None where the server does. It is listed before its first step. In a script
    `does` is the function that it runs.
    """

    name: str
    pid: int | None
    exitcode: int | None
    state: ProcessState
    parent: str | None
    does: NotRequired[str]


class NotSeen(TypedDict):
    """What a script shares, or may share, where nobody traces it: named once, with the first line that did so."""

    what: str
    file: str | None
    line: int


class NextView(TypedDict):
    """What a process would do next, at the pace `step`; `obstacle` says why it cannot, where it cannot."""

    process: str
    op: OpWord
    target: str
    line: int
    obstacle: str | None


class CellSummary(TypedDict):
    """The figures of one cell. `final` is None until the run has ended.

    `expected` and `lost` are None where nobody can know them: a process died with writes that it had not sent. Then
    `lost_at_least` says what is certain, and `unrecorded` how many such writes there are.
    """

    name: str
    initial: Number
    expected: Number | None
    final: Number | None
    writes: int
    lost: int | None
    lost_at_least: NotRequired[int]
    unrecorded: NotRequired[int]


class Summary(TypedDict):
    """The figures of a run: so far while it runs, for good when it has ended."""

    cells: list[CellSummary]
    duration_ms: float
    unrecorded: int
    consistent: bool


class ScriptCellSummary(TypedDict):
    """The figures of one cell of a script, which may hold anything. `updates` is how many writes had read it before.

    `expected` is None, too, where some update is no addition, as the code shows.
    """

    name: str
    initial: Held | None
    expected: Number | None
    final: Held | None
    writes: int
    updates: int
    lost: int | None
    lost_at_least: NotRequired[int]


class ScriptSummary(TypedDict):
    """The figures of a script's run."""

    cells: list[ScriptCellSummary]
    duration_ms: float
    unrecorded: int
    consistent: bool


class Blocked(TypedDict):
    """A process that waits for ever. `held_by` is None where no process has it, as with a queue that stays empty."""

    process: str
    waits_for: str
    held_by: str | None


class End(TypedDict):
    """How a run ended, and what it came to. `deadlock` says who waits for what, where that ended it."""

    status: Status
    reason: str | None
    processes: list[ProcessView]
    summary: Summary | ScriptSummary
    deadlock: NotRequired[list[Blocked]]
    findings: NotRequired[list[Finding]]
    not_seen: NotRequired[list[NotSeen]]


NOTHING_YET: Final = Summary(cells=[], duration_ms=0.0, unrecorded=0, consistent=True)


@dataclass(frozen=True)
class Snapshot:
    """How a run stands at one moment, and what had been declared by then. Neither it nor what it holds ever changes.

    Two of them are equal where a view shows the same, except for the number of steps and the figures made of them.
    `next` is None except for a run of the pace `step`, from the start of its processes until it is over. `turn` grows
    whenever it may have changed. `findings` are those of a script, `not_seen` what of it was not traced. `start_ns` is
    when the processes began, on the clock of all processes of the machine.
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
    findings: tuple[Finding, ...] | None = None
    not_seen: tuple[NotSeen, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing about the run will change any more."""
        return self.status in OVER

    @property
    def end(self) -> End:
        """How the run ended. Only of one that is over."""
        end = End(status=self.status, reason=self.reason, processes=list(self.processes), summary=self.summary)
        if self.deadlock is not None:
            end["deadlock"] = list(self.deadlock)
        if self.findings is not None:
            end["findings"] = list(self.findings)
            end["not_seen"] = list(self.not_seen)
        return end


def at_the_end(names: Names, end: End, steps: int) -> Snapshot:
    """The last snapshot of a run that ended like this, after so many steps."""
    return Snapshot(
        names,
        tuple(end["processes"]),
        status=end["status"],
        reason=end["reason"],
        deadlock=tuple(end["deadlock"]) if "deadlock" in end else None,
        steps=steps,
        summary=cast(Summary, end["summary"]),
        findings=tuple(end["findings"]) if "findings" in end else None,
        not_seen=tuple(end.get("not_seen", ())),
    )


class Recording:
    """What viewers, analysis and exports take. Written by one thread at a time, read by any."""

    def __init__(self, header: Header, snapshot: Snapshot, log: Log | None = None) -> None:
        self.header = header
        self.snapshot = snapshot
        self.log = Log() if log is None else log
        self.revision = 0
        """Counts the changes of the run view, except those that new steps make."""

    @property
    def id(self) -> str:
        """How it is called everywhere."""
        return self.header["id"]

    @property
    def names(self) -> Names:
        """What the numbers in the log stand for."""
        return self.snapshot.names

    @property
    def is_over(self) -> bool:
        """Whether nothing will be added to it any more."""
        return self.snapshot.is_over

    def publish(self, snapshot: Snapshot) -> None:
        """Show this from now on. Viewers are woken where more has changed than the steps and their figures."""
        before, self.snapshot = self.snapshot, snapshot
        if snapshot != before or len(snapshot.names.sources) != len(before.names.sources):
            self.revision += 1
            self.log.notify()
