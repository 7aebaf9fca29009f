"""Declares what a scenario shares: its kinds, and its names: the parameters that it is handed as."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from typing import Any, Final

from lost_update.model.encoding import Names
from lost_update.model.process_names import next_process_name
from lost_update.model.sources import Code
from lost_update.model.steps import NO_TARGET
from lost_update.model.targets import Target
from lost_update.tracing.array import Array
from lost_update.tracing.locks import Lock, RLock
from lost_update.tracing.queues import Queue
from lost_update.tracing.shared import Value

POOL: Final = "pool"
"""The name of the one pool that a process of the run may make."""


@dataclass
class Shared:
    """What one run shares: its traced `cells`, and what reads each cell, by name; the declarations of all targets.

    `unavailable` tells of a lock or queue, by its number, whether the memory says that nobody can have it now.
    """

    names: Names
    cells: dict[str, Value] = field(default_factory=dict)
    readers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    unavailable: dict[int, Callable[[], bool]] = field(default_factory=dict)

    @property
    def launched(self) -> dict[str, int]:
        """The processes that are targets too, because another launches them: their numbers by name."""
        return {target.name: number for number, target in self.names.numbered() if target.kind == "process"}

    def declare_process(self) -> int:
        """One more process, called by the first number that no other has. Returns its number as a target."""
        names = self.names
        name = next_process_name(set(names.processes))
        self.names = replace(names, processes=[*names.processes, name])
        if name not in self.launched:
            self.names = replace(self.names, declared=[*names.declared, Target(name, "process")])
        return self.launched[name]

    def declare_source(self, source: Code) -> int:
        """A source file of the run, whoever says so first. Returns its number."""
        files = self.names.files
        if source["file"] in files:
            return files.index(source["file"])
        self.names = replace(self.names, sources=[*self.names.sources, source])
        return len(files)

    @property
    def pool(self) -> int:
        """The number of the pool, or of none."""
        return next((number for number, target in self.names.numbered() if target.kind == "pool"), NO_TARGET)


def name_shared(
    processes: Sequence[str],
    arguments: Sequence[dict[str, Any]],
    launched: Sequence[str] = (),
    *,
    makes_a_pool: bool = False,
) -> Shared:
    """Declare everything in the processes' arguments, and what one of them makes: processes that it launches, a pool.

    What all processes share is called as their parameter: `lock`. Where each has one of its own they are called
    `locks[0]`, `locks[1]`, … The elements of an Array are `numbers[0]`, `numbers[1]`, … The inner lock of either is
    called as one gets at it: `number.get_lock()`.
    """
    declared: list[Target] = []
    shared = Shared(Names(processes, declared))
    handed = list(zip(processes, arguments, strict=True))
    for parameter in dict.fromkeys(parameter for _, each in handed for parameter in each):
        given = [(process, each[parameter]) for process, each in handed if parameter in each]
        things = list({id(thing): thing for _, thing in given}.values())
        for position, thing in enumerate(things):
            if len(things) == 1:
                _declare(thing, parameter, None, shared, declared)
                continue
            holders = [process for process, its in given if its is thing]
            owner = holders[0] if len(holders) == 1 else None
            _declare(thing, f"{parameter}s[{position}]", owner, shared, declared)
    declared += [Target(process, "process") for process in launched]
    if makes_a_pool:
        declared.append(Target(POOL, "pool"))
    return shared


def _declare(thing: Any, name: str, owner: str | None, shared: Shared, declared: list[Target]) -> None:
    if isinstance(thing, Value):
        _declare_cells([thing], [name], shared, declared)
        _declare_lock(thing.get_lock(), Target(f"{name}.get_lock()", "lock", guards=name), shared, declared)
    elif isinstance(thing, Array):
        _declare_cells(thing.cells, (f"{name}[{index}]" for index in range(len(thing))), shared, declared)
        _declare_lock(thing.get_lock(), Target(f"{name}.get_lock()", "lock", guards=name), shared, declared)
    elif isinstance(thing, SynchronizedArray):
        for index in range(len(thing)):
            shared.readers[f"{name}[{index}]"] = partial(thing.get_obj().__getitem__, index)
    elif isinstance(thing, Synchronized):
        shared.readers[name] = partial(getattr, thing.get_obj(), "value")
    elif isinstance(thing, Queue):
        declared.append(Target(name, "queue", owner=owner))
        thing.target = len(declared)
        shared.unavailable[thing.target] = thing.is_empty
    else:
        _declare_lock(thing, Target(name, "lock", owner=owner), shared, declared)


def _declare_cells(cells: Sequence[Value], names: Iterable[str], shared: Shared, declared: list[Target]) -> None:
    for cell, name in zip(cells, names, strict=True):
        declared.append(Target(name, "cell", initial=cell.now(), holds=cell.holds))
        cell.name(len(declared))
        shared.cells[name] = cell
        shared.readers[name] = cell.now


def _declare_lock(thing: Any, target: Target, shared: Shared, declared: list[Target]) -> None:
    if isinstance(thing, Lock | RLock):
        declared.append(target._replace(is_reentrant=isinstance(thing, RLock)))
        thing.target = len(declared)
        shared.unavailable[thing.target] = thing.is_held
