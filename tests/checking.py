"""What must be so of a run that has ended and of the server that ran it, however the run ended."""

import re
from collections import Counter
from typing import Any

import psutil

from lost_update.execution import failures
from lost_update.wording import number
from tests.recomputing import recompute
from tests.serving import END_STATES, RunningServer, descendants, is_alive, until

Steps = list[dict[str, Any]]
View = dict[str, Any]


def check_it_is_over(server: RunningServer, view: View) -> Steps:
    """No process is left, all are known to have ended, and the figures are those of the steps. Returns the steps."""
    assert view["status"] in END_STATES, view
    assert not [process for process in view["processes"] if process["pid"] and is_alive(process["pid"])], view
    assert {process["state"] for process in view["processes"]} == {"ended"}, view
    assert view["runnable"] == []
    assert view["summary"]["consistent"], view
    steps = server.steps(view["id"])
    assert view["steps"] == len(steps), view
    unrecorded = view["summary"]["unrecorded"]
    if unrecorded:
        assert re.search(rf"\b{number(unrecorded)} writes? (was|were) not recorded", view["reason"]), view
    for cell in view["summary"]["cells"]:
        written = [step["version"] for step in steps if step["op"] == "write" and step["target"] == cell["name"]]
        if view["request"]["traced"]:
            assert cell["writes"] == len(written), view
        if not view["request"]["traced"] or unrecorded:
            continue
        found = recompute(steps, cell["name"], cell["initial"])
        assert (cell["writes"], cell["lost"]) == (found.writes, found.lost), view
        assert (cell["expected"], cell["final"]) == (found.expected, found.final), view
    return steps


def check_a_deadlock(server: RunningServer, view: View) -> int:
    """The run was recognised as a deadlock, every process that waits is named, and none is left.

    Returns when the last of them began to wait, in nanoseconds since the run began.
    """
    steps = check_it_is_over(server, view)
    assert view["status"] == "failed", view
    assert view["reason"].startswith("Deadlock: "), view
    waiting, waits_ns = all_wait(steps, [process["name"] for process in view["processes"]])
    assert view["deadlock"] == waiting, (view["deadlock"], waiting)
    for one in waiting:
        assert f"{one['process']} waits for " in view["reason"], view
    return waits_ns


def all_wait(steps: Steps, processes: list[str]) -> tuple[list[dict[str, Any]], int]:
    """Who waits for which lock, and who has it, once all live processes wait for one that is held; and since when.

    Found from the steps alone, in the plainest way. What comes after that moment is not looked at.
    """
    alive, waits, held = set(processes), dict[str, str](), Counter[tuple[str, str]]()
    for step in steps:
        process, target = step["process"], step.get("target", "")
        waits.pop(process, None)
        if step["op"] == "wait":
            waits[process] = target
        elif step["op"] == "exit":
            alive.discard(process)
        elif step["op"] in ("acquire", "release"):
            held[process, target] += 1 if step["op"] == "acquire" else -1
        holders = {lock: holder for (holder, lock), times in held.items() if times > 0}
        if alive and alive <= waits.keys() and {waits[each] for each in alive} <= holders.keys():
            return [
                {"process": each, "waits_for": waits[each], "held_by": holders[waits[each]]}
                for each in processes
                if each in alive
            ], step["t_ns"]
    raise AssertionError("somebody could have gone on")


def all_have_begun(view: View) -> bool:
    """Whether every process of the run has a pid and does something, or it is over already."""
    states = {process["state"] for process in view["processes"]}
    return view["status"] in END_STATES or (view["steps"] > 0 and states <= {"running", "blocked"})


def everybody_has_a_pid(view: View) -> bool:
    """Whether every process of the run is known by its pid."""
    return all(process["pid"] for process in view["processes"])


def holdings(server: RunningServer) -> dict[str, int]:
    """What the server holds of the machine."""
    process = psutil.Process(server.pid)
    mapped = [each.path for each in process.memory_maps(grouped=False)]
    return {
        "processes": len(descendants(server.pid)),
        "threads": process.num_threads(),
        "descriptors": process.num_fds(),
        "shared memory": sum(path.startswith("/dev/shm/") for path in mapped),
    }


def resident(server: RunningServer) -> int:
    """The server's resident memory, in bytes."""
    size: int = psutil.Process(server.pid).memory_info().rss
    return size


def check_it_holds_no_more(server: RunningServer, before: dict[str, int]) -> None:
    """The server holds at most what it held before; the last run's thread may be a moment from its end."""
    until(lambda: holdings(server), lambda now: all(now[what] <= count for what, count in before.items()))


def check_no_fault_shows(errors: str) -> None:
    """What the server and all that it started have said on the terminal holds no fault.

    A process whose launcher is killed while it launches it cannot even be told what to do, and Python says so.
    """
    assert "leaked" not in errors, errors
    assert failures.FAULT not in [line.partition(" ")[0] for line in errors.splitlines()], errors
    for fault in errors.split("Traceback (most recent call last):")[1:]:
        assert "reduction.pickle.load(from_parent)" in fault, fault
