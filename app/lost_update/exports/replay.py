"""A run as a test: a file for pytest in which new real processes take the same steps in the same order. Pure.

The schedule is all that is needed: which process took each step that must be let. Starting, waiting and ending happen
by themselves. What is asserted is what the run came to: each cell's final value and how many updates were lost, and who
waited for what in a deadlock that ended it.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lost_update.model.ops import GATED, Op

_GRANTED: Final = frozenset(op.word for op in GATED)
"""What a process does only when it is let."""

WIDTH: Final = 96
"""Of the schedule's lines."""

LEFT_OUT: Final = ("pace", "step_ms", "seed", "schedule", "traced")
"""Fields of a request that do not say what its processes do."""


class NotReplayable(Exception):
    """The run cannot be repeated by a schedule; the message says why, in one sentence."""


def replay(view: Mapping[str, Any], steps: Iterable[Mapping[str, Any]], longest: int) -> str:
    """The text of the test. A schedule may have up to `longest` steps. Raises `NotReplayable`.

    The run must be of a scenario that can be taken step by step: that is for the caller to know.
    """
    _refuse(view)
    code = view["code"]["text"].splitlines()
    schedule = [step["process"] for step in steps if step["op"] in _GRANTED or _is_failed_release(step, code)]
    if len(schedule) > longest:
        raise NotReplayable(f"The run took {len(schedule):,} steps; a schedule has at most {longest:,}.")
    return TEST.format(
        id=view["id"],
        ends=_ends(view),
        schedule=textwrap.fill(" ".join(schedule), WIDTH),
        arguments="".join(f"            {name}={value!r},\n" for name, value in _arguments(view["request"])),
        assertions="\n".join(f"    assert {line}" for line in _assertions(view)),
    )


def _is_failed_release(step: Mapping[str, Any], code: Sequence[str]) -> bool:
    """Whether it failed in a step that it was let take, and that has left no trace but this: no lock was released."""
    return step["op"] == Op.FAIL.word and "line" in step and code[step["line"] - 1].strip().endswith(".release()")


def _refuse(view: Mapping[str, Any]) -> None:
    if view["status"] in ("queued", "running"):
        raise NotReplayable("The run still goes on.")
    if not view["request"]["traced"]:
        raise NotReplayable("The run was not traced: nobody knows its steps.")
    if view["status"] != "finished" and not view.get("deadlock"):
        raise NotReplayable("The run was ended before its processes had done what they do.")
    if view["summary"]["unrecorded"] or not view["summary"]["consistent"]:
        raise NotReplayable("Not all steps of the run are known.")


def _arguments(request: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((name, value) for name, value in request.items() if value is not None and name not in LEFT_OUT)


def _ends(view: Mapping[str, Any]) -> str:
    if view.get("deadlock"):
        return "to its deadlock"
    return "to " + ", ".join(f"{cell['name']} = {cell['final']}" for cell in view["summary"]["cells"])


def _assertions(view: Mapping[str, Any]) -> list[str]:
    cells = view["summary"]["cells"]
    return [
        f'view["status"] == {view["status"]!r}, view["reason"]',
        f'view.get("deadlock") == {view.get("deadlock")!r}',
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


def test_run_{id}():
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
