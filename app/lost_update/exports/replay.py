"""A run as a test: a file for pytest in which new real processes take the same steps in the same order. Pure.

The schedule is all that is needed: which process took each step that must be let. Starting, waiting and ending happen
by themselves. What is asserted is what the run came to: each cell's final value and how many updates were lost, and who
waited for what in a deadlock that ended it.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from lost_update.exports.not_possible import NotPossible
from lost_update.model.ops import GATED, Op
from lost_update.model.recording import Recording
from lost_update.settings import MAX_SCHEDULE

WIDTH: Final = 96
"""Of the schedule's lines."""

LEFT_OUT: Final = ("pace", "step_ms", "seed", "schedule", "traced")
"""Fields of a request that do not say what its processes do."""


class NotReplayable(NotPossible):
    """The run cannot be repeated by a schedule; the message says why, in one sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why, "Take away a run of a shared counter or array that came to its end.")


def write(recording: Recording) -> Iterator[bytes]:
    """The test as bytes."""
    yield replay(recording, MAX_SCHEDULE).encode()


def check(recording: Recording) -> None:
    """Raise `NotReplayable` where the run cannot be repeated."""
    _refuse(recording)
    _schedule(recording, MAX_SCHEDULE)


def replay(recording: Recording, longest: int) -> str:
    """The text of the test. A schedule may have up to `longest` steps. Raises `NotReplayable`."""
    _refuse(recording)
    schedule = _schedule(recording, longest)
    arguments = _arguments(recording.header["request"])
    return TEST.format(
        id=recording.id,
        name=re.sub(r"\W", "_", recording.id),
        ends=_ends(recording),
        schedule=textwrap.fill(" ".join(schedule), WIDTH),
        arguments="".join(f"            {name}={value!r},\n" for name, value in arguments),
        assertions="\n".join(f"    assert {line}" for line in _assertions(recording)),
    )


def _schedule(recording: Recording, longest: int) -> list[str]:
    """Who took each step that must be let, in the order of the steps.

    A release that fails has been let, too, and has left no trace but this: no lock was released.
    """
    code = recording.names.sources[0]["text"].splitlines()
    releases = [number for number, line in enumerate(code, 1) if line.strip().endswith(".release()")]
    rows = recording.log.rows(0, len(recording.log))
    was_let = np.isin(rows["op"], GATED) | ((rows["op"] == Op.FAIL) & np.isin(rows["line"], releases))
    processes = rows["process"][was_let].tolist()
    if len(processes) > longest:
        raise NotReplayable(f"The run took {len(processes):,} steps; a schedule has at most {longest:,}.")
    return [recording.names.processes[process] for process in processes]


def _refuse(recording: Recording) -> None:
    if "command" in recording.header:
        raise NotReplayable("A script cannot be taken step by step.")
    request, snapshot = recording.header["request"], recording.snapshot
    if not recording.header["steppable"]:
        raise NotReplayable(f"The scenario {request['scenario']} cannot be taken step by step.")
    if not snapshot.is_over:
        raise NotReplayable("The run still goes on.")
    if not request["traced"]:
        raise NotReplayable("The run was not traced: its steps are not known.")
    if snapshot.status != "finished" and not snapshot.deadlock:
        raise NotReplayable("The run was ended before its processes had done what they do.")
    if snapshot.summary["unrecorded"] or not snapshot.summary["consistent"]:
        raise NotReplayable("Not all steps of the run are known.")


def _arguments(request: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((name, value) for name, value in request.items() if value is not None and name not in LEFT_OUT)


def _ends(recording: Recording) -> str:
    """As it stands in a docstring, which no name may close."""
    if recording.snapshot.deadlock:
        return "to its deadlock"
    finals = ", ".join(f"{cell['name']} = {cell['final']}" for cell in recording.snapshot.summary["cells"])
    return f"to {finals}".replace('"', "'").replace("\\", "/")


def _assertions(recording: Recording) -> list[str]:
    end = recording.snapshot.end
    cells = end["summary"]["cells"]
    return [
        f'view["status"] == {end["status"]!r}, view["reason"]',
        f'view.get("deadlock") == {end.get("deadlock")!r}',
        f"finals == { ({cell['name']: cell['final'] for cell in cells})!r}",
        f"lost == { ({cell['name']: cell['lost'] for cell in cells})!r}",
    ]


TEST: Final = '''"""Leads new real processes through the steps of run {id}, {ends}.

Run it with pytest where Lost Update is installed.
"""

from lost_update.execution.registry import Registry
from lost_update.sources.request import RunRequest
from lost_update.settings import Settings

SCHEDULE = """
{schedule}
"""


def test_run_{name}():
    registry = Registry(Settings())
    try:
        request = RunRequest(
{arguments}            pace="step",
            schedule=SCHEDULE.split(),
        )
        run = registry.submit(request)
        run.join()
    finally:
        registry.close()
    view = run.view()
    cells = view["summary"]["cells"]
    finals = {{cell["name"]: cell["final"] for cell in cells}}
    lost = {{cell["name"]: cell["lost"] for cell in cells}}
{assertions}
'''
