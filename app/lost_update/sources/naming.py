"""Gives what a scenario shares its names: those of the parameters that the workers receive it by."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from typing import Any, Final

from lost_update.model.encoding import Names
from lost_update.tracing.array import Array
from lost_update.tracing.locks import Lock, RLock
from lost_update.tracing.queues import Queue
from lost_update.tracing.shared import Value

POOL: Final = "pool"
"""The name of the one pool that a process of the run may make."""


@dataclass
class Shared:
    """What one run shares: its traced `cells`, and what reads each cell, by name; the names of all targets."""

    names: Names
    cells: dict[str, Value] = field(default_factory=dict)
    readers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    queues: set[int] = field(default_factory=set)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each target, by its name."""
        return {name: number for number, name in enumerate(self.names.targets) if number}


def name_shared(processes: Sequence[str], arguments: Sequence[dict[str, Any]], launched: Sequence[str] = ()) -> Shared:
    """Name everything in the workers' arguments, and the processes that one of them launches: these are targets too.

    What all workers share is called as their parameter: `lock`. Where each has one of its own they are called
    `locks[0]`, `locks[1]`, … The elements of an Array are `numbers[0]`, `numbers[1]`, … The inner lock of either is
    called as one gets at it: `number.get_lock()`.
    """
    targets = [""]
    shared = Shared(Names(processes, targets, {}))
    for parameter in dict.fromkeys(parameter for handed in arguments for parameter in handed):
        given = [handed[parameter] for handed in arguments if parameter in handed]
        things = list({id(thing): thing for thing in given}.values())
        for position, thing in enumerate(things):
            _name(thing, parameter if len(things) == 1 else f"{parameter}s[{position}]", shared, targets)
    if launched:
        targets += [*launched, POOL]
    return shared


def _name(thing: Any, name: str, shared: Shared, targets: list[str]) -> None:
    if isinstance(thing, Value):
        _name_cells([thing], [name], shared, targets)
        _name_lock(thing.get_lock(), f"{name}.get_lock()", targets)
    elif isinstance(thing, Array):
        _name_cells(thing.cells, (f"{name}[{index}]" for index in range(len(thing))), shared, targets)
        _name_lock(thing.get_lock(), f"{name}.get_lock()", targets)
    elif isinstance(thing, SynchronizedArray):
        for index in range(len(thing)):
            shared.readers[f"{name}[{index}]"] = partial(thing.get_obj().__getitem__, index)
    elif isinstance(thing, Synchronized):
        shared.readers[name] = partial(getattr, thing.get_obj(), "value")
    elif isinstance(thing, Queue):
        thing.target = len(targets)
        shared.queues.add(thing.target)
        targets.append(name)
    else:
        _name_lock(thing, name, targets)


def _name_cells(cells: Sequence[Value], names: Iterable[str], shared: Shared, targets: list[str]) -> None:
    for cell, name in zip(cells, names, strict=True):
        cell.name(len(targets))
        shared.cells[name] = cell
        shared.readers[name] = cell.now
        if not cell.is_integer:
            shared.names.decode[cell.target] = cell.decoder
        targets.append(name)


def _name_lock(thing: Any, name: str, targets: list[str]) -> None:
    if isinstance(thing, Lock | RLock):
        thing.target = len(targets)
        targets.append(name)
