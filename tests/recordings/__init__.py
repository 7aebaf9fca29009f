"""Runs kept as files, for tests that only look at what happened: which there are, and what each must show.

    NAME.ndjson    {"run": the run view}
                   a step
                   a step …

Real processes made each of them: `python -m tests.recordings` makes all anew, `python -m tests.recordings NAME…` some.
They are never edited by hand. The id of a recorded run is its name.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

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


def deadlocked_after(writes: int) -> Wanted:
    """Everybody waits for ever, and before that there was something to see."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return "deadlock" in view and sum(step["op"] == "write" for step in steps) >= writes

    return is_so


def many_wait(least: int) -> Wanted:
    """So many at least wait for what one held when it ended."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return len(view.get("deadlock", ())) >= least

    return is_so


def stopped_after(op: str) -> Wanted:
    """Somebody ended it early, when somebody had done something already."""

    def is_so(view: View, steps: list[Step]) -> bool:
        return view["status"] == "stopped" and any(step["op"] == op for step in steps)

    return is_so


def dies_in_view(view: View, steps: list[Step]) -> bool:
    """One update of two, told in as few steps as there can be: both read, one writes, the other writes over it.

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
class Recording:
    """What a run is asked to be, and what it must have come to: until it has, it is made again."""

    request: dict[str, Any]
    is_wanted: Wanted = ended_well
    stop_after: int | None = None
    """Somebody stops the run once it has taken so many steps."""


def _slowly(guard: str, iterations: int, **more: Any) -> dict[str, Any]:
    return {"guard": guard, "iterations": iterations, "pace": "slow", "step_ms": 3, **more}


RECORDINGS: Final[dict[str, Recording]] = {
    # What the page shows before anything runs: see tests/recordings/shown.js.
    "first-loss": Recording(_slowly("none", 1), dies_in_view),
    "race-none": Recording(_slowly("none", 10), lost_in(cells=1, each=4)),
    "race-with": Recording(_slowly("with", 10), lost_nothing),
    "race-three-processes": Recording(_slowly("none", 8, processes=3), lost_in(cells=1, each=4)),
    "race-four-processes": Recording(_slowly("none", 30, processes=4, step_ms=1), lost_in(cells=1, each=20)),
    "race-five-processes": Recording(_slowly("none", 12, processes=5), lost_in(cells=1, each=12)),
    "race-eight-processes": Recording({"guard": "none", "processes": 8, "iterations": 30}, lost_in(cells=1)),
    "race-lucky": Recording({"guard": "none", "iterations": 1}, lost_nothing),
    "race-alone": Recording(_slowly("none", 10, processes=1), lost_nothing),
    "race-stopped": Recording(_slowly("none", 200), stopped_after("write"), stop_after=60),
    "race-untraced": Recording({"guard": "with", "iterations": 50, "traced": False}, lost_nothing),
    "array-none": Recording(_slowly("none", 4, scenario="array"), lost_in(cells=2)),
    "array-with": Recording(_slowly("with", 4, scenario="array"), lost_nothing),
    "get-lock": Recording(_slowly("get_lock", 5), lost_nothing),
    "separate-locks": Recording(_slowly("separate_locks", 6), lost_in(cells=1)),
    "write-only": Recording(_slowly("write_only", 6), lost_in(cells=1)),
    "forgotten-release": Recording(_slowly("forgotten_release", 5), deadlocked_after(writes=1)),
    "crossed-locks": Recording(_slowly("crossed_locks", 10), deadlocked_after(writes=2)),
    "raising-lock": Recording(_slowly("lock", 4, scenario="raising"), deadlocked_after(writes=1)),
    "raising-six": Recording(_slowly("lock", 4, scenario="raising", processes=6), many_wait(4)),
    "raising-with": Recording(_slowly("with", 4, scenario="raising"), ended_well),
    **{
        f"processes-{method}": Recording(
            {"scenario": "processes", "start_method": method, "processes": 3, "iterations": 4}
        )
        for method in ("fork", "forkserver", "spawn")
    },
    "queue-fifo": Recording({"scenario": "queue-fifo", "iterations": 6}),
    "queue-workers": Recording({"scenario": "queue-workers"}),
    **{
        f"pool-{call.replace('_', '-')}": Recording({"scenario": "pool", "call": call, "pace": "slow", "step_ms": 5})
        for call in ("map", "apply", "map_async", "apply_async")
    },
    **{
        f"sharing-{guard}": Recording({"scenario": "sharing", "guard": guard, "iterations": 20}, lost_nothing)
        for guard in ("with", "owner", "sum")
    },
    "sharing-untraced": Recording({"scenario": "sharing", "guard": "owner", "iterations": 8, "traced": False}),
    "processes-stopped": Recording({"scenario": "processes", "iterations": 200}, stopped_after("start"), stop_after=5),
    "queue-fifo-stopped": Recording(
        {"scenario": "queue-fifo", "iterations": 200, "pace": "slow", "step_ms": 20}, stopped_after("get"), stop_after=8
    ),
    "pool-stopped": Recording(
        {"scenario": "pool", "iterations": 40, "pace": "slow", "step_ms": 20}, stopped_after("task_end"), stop_after=55
    ),
}
"""Every recording there is, by its name: letters, digits and dashes."""


def file_of(name: str, folder: Path = FOLDER) -> Path:
    """Where a recording is kept."""
    return folder / f"{name}.ndjson"


@cache
def load(name: str, folder: Path = FOLDER) -> tuple[View, list[Step]]:
    """The run view and the steps of a recording."""
    head, *lines = file_of(name, folder).read_text(encoding="utf-8").splitlines()
    return json.loads(head)["run"], [json.loads(line) for line in lines]
