"""What ran, in words: the title of a recording. Pure."""

import shlex
from typing import Final

from lost_update.model.recording import Header, RequestView
from lost_update.wording import counted, number

_GUARDS: Final = {
    "none": "without a lock",
    "lock": "with acquire and release",
    "with": "with a lock",
    "get_lock": "with get_lock()",
    "separate_locks": "with a lock each",
    "write_only": "with only the write locked",
    "crossed_locks": "with two locks, crossed",
    "forgotten_release": "with a lock never released",
    "placed": "with the lock as it was placed",
    "owner": "with an owner",
    "sum": "with a sum at the end",
}


def title_of(header: Header) -> str:
    """`2 processes, 10 times each, without a lock`, or the command of a script: `python tally.py 3`."""
    if "command" in header:
        return shlex.join(["python", *header["command"]])
    return _of_scenario(header["request"])


def _of_scenario(request: RequestView) -> str:
    scenario, call, method = request["scenario"], request["call"], request["start_method"]
    parts = [counted(request["processes"], "process", "processes")]
    if call is not None:
        parts += [counted(request["iterations"], "task", "tasks"), f"by {call}"]
    elif scenario.startswith("queue") or method is not None:
        parts.append(counted(request["iterations"], "round", "rounds"))
        parts += [f"started by {method}"] if method is not None else []
    else:
        times = "once" if request["iterations"] == 1 else f"{number(request['iterations'])} times"
        parts += [f"{times} each", _GUARDS.get(request["guard"], f"guard {request['guard']}")]
    words = ", ".join(parts if request["traced"] else [*parts, "not recorded"])
    return words if scenario == "value" else f"{scenario}: {words}"
