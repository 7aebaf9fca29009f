"""What must be so of a run whose processes start others, however it ended, and what more where nothing went wrong."""

from typing import Any

from lost_update.execution.run import Run
from lost_update.model.encoding import steps as steps_of
from lost_update.model.view import RunView
from tests.recomputing import recompute
from tests.serving import ended, is_alive, until

WHOLE_SECONDS = 170
"""A hundred times a new Python takes its time, most of all beside other tests."""


def steps_in(run: Run) -> list[dict[str, Any]]:
    """Every step of it."""
    return [dict(step) for step in steps_of(run.recording.log.rows(0, len(run.recording.log)), 0, run.recording.names)]


def check_family(view: RunView, steps: list[dict[str, Any]]) -> None:
    """Every process was launched by its parent before it took a step, and exited, if it did, before it was joined."""
    parents = {process["name"]: process["parent"] for process in view["processes"]}
    assert parents["main"] is None
    seen = {"main"}
    exits = [step["process"] for step in steps if step["op"] == "exit"]
    exited = set()
    for step in steps:
        assert step["process"] in seen, step
        if step["op"] == "launch":
            assert parents[step["target"]] == step["process"]
            seen.add(step["target"])
        elif step["op"] == "exit":
            exited.add(step["process"])
        elif step["op"] == "join":
            assert step["target"] in exited or step["target"] not in exits, step
    assert seen == set(parents)


def check_figures(view: RunView, steps: list[dict[str, Any]], writes: int) -> None:
    """The figures are those of the steps, and everybody wrote."""
    assert view["summary"]["consistent"]
    assert view["summary"]["unrecorded"] == 0
    (cell,) = view["summary"]["cells"]
    found = recompute(steps, "number", 0)
    assert (cell["writes"], cell["lost"], cell["final"]) == (writes, found.lost, found.final)
    assert cell["final"] == writes - found.lost


def check_all_gone(view: RunView) -> None:
    """Everybody is known to have ended, and has."""
    assert {process["state"] for process in view["processes"]} == {"ended"}
    pids = [process["pid"] for process in view["processes"] if process["pid"]]
    until(lambda: [pid for pid in pids if is_alive(pid)], lambda alive: not alive)


def check_a_whole_family(run: Run, children: int) -> None:
    """Everybody of it took each of their steps, and it ended well."""
    view, steps = ended(run, WHOLE_SECONDS).view(), steps_in(run)
    assert (view["status"], view["reason"]) == ("finished", None)
    names = [process["name"] for process in view["processes"]]
    assert sorted(names) == sorted(["main", *(f"P{number}" for number in range(1, children + 1))])
    check_family(view, steps)
    check_figures(view, steps, children)
    by_op = {op: len([step for step in steps if step["op"] == op]) for op in ("start", "exit", "launch", "join")}
    assert by_op == {"start": children + 1, "exit": children + 1, "launch": children, "join": children}
    check_all_gone(view)
