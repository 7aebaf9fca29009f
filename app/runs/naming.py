"""Gives what a scenario shares its names: those of the parameters that the workers receive it by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import SynchronizedBase
from typing import Any

from app.runs.encoding import Names
from app.tracing.locks import Lock, RLock
from app.tracing.shared import Value


@dataclass
class Shared:
    """What one run shares: the `cells`, by name, and the names of all targets."""

    names: Names
    cells: dict[str, Any] = field(default_factory=dict)


def name_shared(processes: Sequence[str], arguments: Sequence[dict[str, Any]]) -> Shared:
    """Name everything in the workers' arguments.

    What all workers share is called as their parameter: `lock`. Where each has one of its own they are called
    `locks[0]`, `locks[1]`, … A Value's inner lock is called `number.get_lock()`, as one gets at it.
    """
    targets = [""]
    shared = Shared(Names(processes, targets))
    for parameter in arguments[0]:
        things = list({id(handed[parameter]): handed[parameter] for handed in arguments}.values())
        for position, thing in enumerate(things):
            name = parameter if len(things) == 1 else f"{parameter}s[{position}]"
            if isinstance(thing, SynchronizedBase):
                shared.cells[name] = thing
            if isinstance(thing, Value):
                thing.name(len(targets))
                targets.append(name)
                _name_lock(thing.get_lock(), f"{name}.get_lock()", targets)
            _name_lock(thing, name, targets)
    return shared


def _name_lock(thing: Any, name: str, targets: list[str]) -> None:
    if isinstance(thing, Lock | RLock):
        thing.target = len(targets)
        targets.append(name)
