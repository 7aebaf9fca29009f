"""Runs kept as files, for tests that only look at what happened: which there are, and what each must show.

    NAME.ndjson ── lost_update.exports.ndjson ──▶ recorded(NAME): a Recording
                                              └─▶ load(NAME): its run view and its steps

Real processes made each of them: `python -m tests.recordings` makes all anew, `python -m tests.recordings NAME…` some.
They are never edited by hand. The id of a recorded run is its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # Every process of those that make recordings imports this module again.
    from lost_update.model.recording import Recording

FOLDER: Final = Path(__file__).parent

Step = dict[str, Any]
View = dict[str, Any]
Wanted = Callable[[View, list[Step]], bool]


def ended_well(view: View, steps: list[Step]) -> bool:
    """What is asked for at least: every process came to its end."""
    return bool(view["status"] == "finished")


def lost_in(cells: int, each: int = 1) -> Wanted:
    """At least so many updates were lost for good in at least so many cells."""

    def is_so(view: View, steps: list[Step]) -> bool:
        enough = [cell for cell in view["summary"]["cells"] if cell["lost"] >= each]
        return ended_well(view, steps) and len(enough) >= cells

    return is_so


def lost_nothing(view: View, steps: list[Step]) -> bool:
    """Every update is in the counter."""
    return ended_well(view, steps) and not any(cell["lost"] for cell in view["summary"]["cells"])


def erased_at_once(least: int) -> Wanted:
    """One write at least has erased so many updates."""

    def is_so(view: View, steps: list[Step]) -> bool:
        lost = [step["lost"] for step in steps if step["op"] == "write"]
        return any(after - before >= least for before, after in pairwise(lost))

    return is_so


def waiting_at_once(least: int) -> Wanted:
    """At some moment so many wait for the lock."""

    def is_so(view: View, steps: list[Step]) -> bool:
        waiting = set[str]()
        for step in steps:
            if step["op"] == "wait":
                waiting.add(step["process"])
            elif step["op"] == "acquire":
                waiting.discard(step["process"])
            if len(waiting) >= least:
                return True
        return False

    return is_so


def all_of(*wanted: Wanted) -> Wanted:
    """All of these."""
    return lambda view, steps: all(is_so(view, steps) for is_so in wanted)


def deadlocked_after(writes: int) -> Wanted:
    """All processes wait for ever, and before that there was something to see."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return "deadlock" in view and sum(step["op"] == "write" for step in steps) >= writes

    return is_so


def many_wait(least: int) -> Wanted:
    """So many at least wait for what one held when it ended."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return len(view.get("deadlock", ())) >= least

    return is_so


def stopped_after(op: str) -> Wanted:
    """It was ended early, when some steps had been taken already."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return view["status"] == "stopped" and any(step["op"] == op for step in steps)

    return is_so


def dies_in_view(view: View, steps: list[Step]) -> bool:
    """One update of two is lost in as few steps as there can be: both read, one writes, the other writes over it.

    The one whose write is lost writes before the other has written, and who reads first loses: the order that
    a first look follows most easily.
    """
    told = [(step["process"], step["op"]) for step in steps if "value" in step]
    first, last = ("P1", "P2")
    return lost_in(cells=1)(view, steps) and told == [
        (first, "read"),
        (last, "read"),
        (first, "modify"),
        (first, "write"),
        (last, "modify"),
        (last, "write"),
    ]


@dataclass(frozen=True)
class Asked:
    """What a run is asked to be, and what it must have come to: until it has, it is made again."""

    request: dict[str, Any]
    is_wanted: Wanted = ended_well
    stop_after: int | None = None
    """The run is stopped once it has taken so many steps."""


def _slowly(guard: str, iterations: int, **more: Any) -> dict[str, Any]:
    return {"guard": guard, "iterations": iterations, "pace": "slow", "step_ms": 3, **more}


def _class_of(processes: int, guard: str, iterations: int) -> dict[str, Any]:
    return _slowly(guard, iterations, scenario="crowd", processes=processes, step_ms=8)


RECORDINGS: Final[dict[str, Asked]] = {
    # What the page shows before anything runs: see tests/recordings/shown.js.
    "first-loss": Asked(_slowly("none", 1), dies_in_view),
    "race-none": Asked(_slowly("none", 10), lost_in(cells=1, each=4)),
    "race-with": Asked(_slowly("with", 10), lost_nothing),
    "race-three-processes": Asked(_slowly("none", 8, processes=3), lost_in(cells=1, each=4)),
    "race-four-processes": Asked(_slowly("none", 30, processes=4, step_ms=1), lost_in(cells=1, each=20)),
    "race-five-processes": Asked(_slowly("none", 12, processes=5), lost_in(cells=1, each=12)),
    "race-eight-processes": Asked({"guard": "none", "processes": 8, "iterations": 30}, lost_in(cells=1)),
    "race-lucky": Asked({"guard": "none", "iterations": 1}, lost_nothing),
    "race-alone": Asked(_slowly("none", 10, processes=1), lost_nothing),
    "race-stopped": Asked(_slowly("none", 200), stopped_after("write"), stop_after=60),
    "race-untraced": Asked({"guard": "with", "iterations": 50, "traced": False}, lost_nothing),
    "crowd-nine": Asked(_class_of(9, "none", 3), lost_in(cells=1, each=9)),
    "crowd-twelve": Asked(_class_of(12, "with", 2), all_of(lost_nothing, waiting_at_once(9))),
    "crowd-twenty": Asked(_class_of(20, "none", 2), lost_in(cells=1, each=20)),
    "crowd-thirty-two": Asked(_class_of(32, "none", 3), all_of(lost_in(cells=1, each=32), erased_at_once(3))),
    "crowd-under-lock": Asked(_class_of(32, "get_lock", 2), all_of(lost_nothing, waiting_at_once(30))),
    "array-none": Asked(_slowly("none", 4, scenario="array"), lost_in(cells=2)),
    "array-lock": Asked(_slowly("lock", 4, scenario="array"), lost_nothing),
    "array-with": Asked(_slowly("with", 4, scenario="array"), lost_nothing),
    "tutorial-lock": Asked(_slowly("lock", 3, scenario="tutorial", processes=4), lost_nothing),
    "get-lock": Asked(_slowly("get_lock", 5), lost_nothing),
    "separate-locks": Asked(_slowly("separate_locks", 6), lost_in(cells=1)),
    "write-only": Asked(_slowly("write_only", 6), lost_in(cells=1)),
    "forgotten-release": Asked(_slowly("forgotten_release", 5), deadlocked_after(writes=1)),
    "crossed-locks": Asked(_slowly("crossed_locks", 10), deadlocked_after(writes=2)),
    "raising-lock": Asked(_slowly("lock", 4, scenario="raising"), deadlocked_after(writes=1)),
    "raising-six": Asked(_slowly("lock", 4, scenario="raising", processes=6), many_wait(4)),
    "raising-with": Asked(_slowly("with", 4, scenario="raising"), ended_well),
    **{
        f"processes-{method}": Asked({"scenario": "processes", "start_method": method, "processes": 3, "iterations": 4})
        for method in ("fork", "forkserver", "spawn")
    },
    "queue-fifo": Asked({"scenario": "queue-fifo", "iterations": 6}),
    "queue-workers": Asked({"scenario": "queue-workers"}),
    **{
        f"pool-{call.replace('_', '-')}": Asked({"scenario": "pool", "call": call, "pace": "slow", "step_ms": 5})
        for call in ("map", "apply", "map_async", "apply_async")
    },
    **{
        f"sharing-{guard}": Asked({"scenario": "sharing", "guard": guard, "iterations": 20}, lost_nothing)
        for guard in ("with", "owner", "sum")
    },
    "sharing-untraced": Asked({"scenario": "sharing", "guard": "owner", "iterations": 8, "traced": False}),
    "processes-stopped": Asked({"scenario": "processes", "iterations": 200}, stopped_after("start"), stop_after=5),
    "queue-fifo-stopped": Asked(
        {"scenario": "queue-fifo", "iterations": 200, "pace": "slow", "step_ms": 20}, stopped_after("get"), stop_after=8
    ),
    "pool-stopped": Asked(
        {"scenario": "pool", "iterations": 40, "pace": "slow", "step_ms": 20}, stopped_after("task_end"), stop_after=55
    ),
}
"""Every recording there is, by its name: letters, digits and dashes."""


def kind_of(name: str) -> tuple[str, str]:
    """What was run, and whether it was stopped or not recorded: of a kind, the first shows nearly all."""
    first, *_, last = name.split("-")
    return first, last if last in ("stopped", "untraced") else ""


def file_of(name: str, folder: Path = FOLDER) -> Path:
    """Where a recording is kept."""
    return folder / f"{name}.ndjson"


def recorded(name: str, folder: Path = FOLDER) -> "Recording":
    """A recording, read from its file."""
    from lost_update.exports import ndjson

    file = file_of(name, folder)
    with file.open("rb") as lines:
        return ndjson.read(file.name, lines)


@cache
def load(name: str, folder: Path = FOLDER) -> tuple[View, list[Step]]:
    """The run view and the steps of a recording, as plain data."""
    return plain(recorded(name, folder))


def memory_of_log(recording: "Recording") -> bytes:
    """All that is in its log, as it lies in memory."""
    from lost_update.model.log import SLOTTED

    rows: bytes = recording.log.rows(0, len(recording.log)).view(SLOTTED).tobytes()
    return rows


def plain(recording: "Recording") -> tuple[View, list[Step]]:
    """What the interface says of a recording: its run view and its steps."""
    from lost_update.model.encoding import steps
    from lost_update.model.view import run_view

    rows = recording.log.rows(0, len(recording.log))
    return dict(run_view(recording)), [dict(step) for step in steps(rows, 0, recording.names)]
