"""Carries out a scenario's code here, alone, on stand-ins for shared objects: what each line really does, in order.

Shares no code with the tracing. A shared number hands out numbers that know when something is added to them, so that
an addition is noted on the line that computes it, not where the new value is handed over.

    value = number.value          line 3: read
    value = value + 1             line 4: modify      (a trace would see it only on line 6, when the setter is entered)
    lock.acquire()                line 5: acquire
    number.value = value          line 6: write
"""

import queue
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.pool import ThreadPool
from types import FrameType
from typing import Any

from lost_update.scenarios.scenario import Scenario, Variant
from lost_update.tracing.recorder import Shown
from lost_update.tracing.scenario_process import parameters_of
from lost_update.tracing.source_text import function_of


class Blocked(Exception):
    """It would wait for ever: it is alone, and holds the lock itself."""


class Executed:
    """What a process did: every line that it came to, and each thing done to a cell or a lock, with its line."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self.lines: list[int] = []
        self.done: list[tuple[str, int]] = []
        self.is_over = False

    def note(self, what: str) -> None:
        """It happens now, on the line that the nearest code on show is on."""
        if not self.is_over:
            self.done.append((what, self._here(sys._getframe(1))))

    def carry_out(self, work: Callable[[], object]) -> None:
        """Do it, to its end or to where it would wait for ever, or fails."""

        def each_line(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line" and not self.is_over and (line := self._line(frame)):
                self.lines.append(line)
            return each_line

        before = sys.gettrace()
        sys.settrace(each_line)
        try:
            with suppress(Blocked, ValueError, RuntimeError):
                work()
        finally:
            sys.settrace(before)
            self.is_over = True

    def _here(self, frame: FrameType | None) -> int:
        while frame is not None:
            if line := self._line(frame):
                return line
            frame = frame.f_back
        return 0

    def _line(self, frame: FrameType) -> int:
        return self._shown.line(frame.f_lineno) if frame.f_code.co_filename == self._shown.file else 0


class Objects:
    """Stands in for `multiprocessing`, within one process. What is done to its objects is noted in `now`."""

    now: Executed
    Pool = ThreadPool
    Queue = queue.Queue

    def Value(self, _kind: Any, initial: Any) -> "Cell":  # noqa: N802 - multiprocessing's name
        return Cell(self, initial)

    def Array(self, _kind: Any, initial: Any) -> "Cells":  # noqa: N802 - multiprocessing's name
        return Cells(self, initial)

    def Lock(self) -> "Lock":  # noqa: N802 - multiprocessing's name
        return Lock(self)

    class Process:
        """Starts nothing."""

        def __init__(self, **_: Any) -> None: ...
        def start(self) -> None: ...
        def join(self) -> None: ...


class Known(float):
    """A number that was read from a cell. To add to it is noted."""

    objects: Objects

    def __add__(self, other: Any) -> float:
        self.objects.now.note("modify")
        return float(self) + float(other)

    __radd__ = __add__


def known(objects: Objects, number: float) -> Known:
    """That number, as it was read."""
    objects.now.note("read")
    read = Known(number)
    read.objects = objects
    return read


class Lock:
    """Held or not; to acquire it twice is to wait for ever."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._is_held = False

    def acquire(self) -> None:
        if self._is_held:
            self._objects.now.is_over = True
            raise Blocked
        self._is_held = True
        self._objects.now.note("acquire")

    def release(self) -> None:
        if not self._is_held:
            raise ValueError
        self._is_held = False
        self._objects.now.note("release")

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class Cell:
    """A shared value."""

    def __init__(self, objects: Objects, number: float) -> None:
        self._objects = objects
        self._number = number
        self._lock = Lock(objects)

    @property
    def value(self) -> float:
        return known(self._objects, self._number)

    @value.setter
    def value(self, new: float) -> None:
        self._objects.now.note("write")
        self._number = float(new)

    def get_lock(self) -> Lock:
        return self._lock


class Cells:
    """A shared array."""

    def __init__(self, objects: Objects, numbers: list[float]) -> None:
        self._objects = objects
        self._numbers = list(numbers)
        self._lock = Lock(objects)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> float:
        return known(self._objects, self._numbers[index])

    def __setitem__(self, index: int, new: float) -> None:
        self._objects.now.note("write")
        self._numbers[index] = float(new)

    def get_lock(self) -> Lock:
        return self._lock


def executed(
    scenario: Scenario, variant: Variant, shown: Shown, processes: int, iterations: int, **more: Any
) -> dict[str, Executed]:
    """What each process does that is handed something, one after the other, each on shared things of its own."""
    names = [f"P{number}" for number in range(1, processes + 1)]
    works = [variant.role_of(number, processes).work for number in range(processes)]
    if variant.extra:
        names.append(variant.extra.name)
        works.append(variant.extra.role.work)
    found = {}
    objects: Any = Objects()
    shared = scenario.share(objects, variant.name, processes)
    for number, (name, work) in enumerate(zip(names, works, strict=True)):
        # A queue's reader finds what was put before. Nobody else needs what others have left behind.
        arguments = (
            shared[number] if "queue" in shared[number] else scenario.share(objects, variant.name, processes)[number]
        )
        if not arguments:
            continue
        offered = {**arguments, "mp": objects, "iterations": iterations, "pause": 0, **more}
        objects.now = found[name] = Executed(shown)
        objects.now.carry_out(partial(function_of(work), **{each: offered[each] for each in parameters_of(work)}))
    return found
