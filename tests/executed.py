"""Runs a program's text in this process, on cells that note each access and where in the text it was made.

As the tracing does it: the place is that of the instruction, of the nearest frame that belongs to the text.
"""

import itertools
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NamedTuple

from lost_update.analysis.bases import Base, Bases
from lost_update.analysis.dependence import Dependences, Place, Position, Source

FILE = "script.py"


class Access(NamedTuple):
    """A read or a write of a cell."""

    thread: int
    cell: str
    is_write: bool
    place: Place
    version: int
    value: Any


@dataclass
class Executed:
    """What a program did."""

    text: str
    accesses: list[Access] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def note(self, cell: str, value: Any, *, is_write: bool) -> None:
        """An access is made here."""
        version = self.versions[cell] = self.versions.get(cell, 0) + is_write
        thread = threading.get_ident()
        self.accesses.append(Access(thread, cell, is_write, here(sys._getframe(1)), version, value))

    def bases(self) -> Iterator[tuple[Access, Base]]:
        """Each write with its base."""
        numbers: dict[Place, int] = {}
        for access in self.accesses:
            numbers.setdefault(access.place, len(numbers))
        places = {number: place for place, number in numbers.items()}
        bases = Bases(Dependences([Source(1, FILE, self.text)]), places.get)
        for access in self.accesses:
            base = bases.follow(access.thread, access.cell, access.is_write, numbers[access.place], access.version)
            if access.is_write:
                yield access, base


def here(frame: FrameType | None) -> Place:
    """Where the text is that made the access."""
    while frame is not None and frame.f_code.co_filename != FILE:
        frame = frame.f_back
    assert frame is not None
    position = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    line, end_line, column, end_column = position
    assert line is not None
    assert end_line is not None
    assert column is not None
    assert end_column is not None
    return Place(1, Position(line, end_line, column, end_column))


Held = Callable[[Executed, Any], Any]
"""Makes of what a cell holds what is read of it."""


class Cell:
    """As a `Value`."""

    def __init__(self, log: Executed, name: str, value: Any = 0, held: Held | None = None) -> None:
        self._log, self._name, self._value, self._held = log, name, value, held

    @property
    def value(self) -> Any:
        """Read or write it."""
        self._log.note(self._name, self._value, is_write=False)
        return self._held(self._log, self._value) if self._held else self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value
        self._log.note(self._name, value, is_write=True)


class Cells:
    """As an `Array`, or a manager's list or dictionary: an element each a cell."""

    def __init__(self, log: Executed, name: str, values: Any) -> None:
        self._log, self._name, self._values = log, name, values

    def __getitem__(self, key: Any) -> Any:
        """Read an element, or several."""
        self._read(key)
        return self._values[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        """Write an element, or several."""
        self._values[key] = value
        for one in range(*key.indices(len(self._values))) if isinstance(key, slice) else [key]:
            self._log.note(f"{self._name}[{one!r}]", self._values[one], is_write=True)

    def __contains__(self, key: Any) -> bool:
        """Read whether it is there."""
        self._read(key)
        return key in self._values

    def __len__(self) -> int:
        """How many there are."""
        return len(self._values)

    def get(self, key: Any, default: Any = None) -> Any:
        """Read an element that may not be there."""
        self._read(key)
        return self._values.get(key, default)

    def pop(self, key: Any) -> Any:
        """Take an element away."""
        self._read(key)
        self._log.note(f"{self._name}[{key!r}]", None, is_write=True)
        return self._values.pop(key)

    def append(self, value: Any) -> None:
        """Put one more element at the end."""
        self._values.append(value)
        self._log.note(f"{self._name}[{len(self._values) - 1}]", value, is_write=True)

    def _read(self, key: Any) -> None:
        for one in range(*key.indices(len(self._values))) if isinstance(key, slice) else [key]:
            self._log.note(f"{self._name}[{one!r}]", None, is_write=False)


def execute(text: str, *, held: Held | None = None, **more: Any) -> Executed:
    """Run a text that knows two values `v` and `w`, an array `a` and a dictionary `d`, and what it is given."""
    text = textwrap.dedent(text)
    log = Executed(text)
    known = {
        "v": Cell(log, "v", held=held),
        "w": Cell(log, "w"),
        "a": Cells(log, "a", [0] * 4),
        "d": Cells(log, "d", {}),
        "thread": threading.Thread,
        **more,
    }
    exec(compile(text, FILE, "exec"), known)
    return log


def written(text: str) -> list[tuple[str, int, int]]:
    """Of each write of a text that is run: its cell, its base and its flags."""
    return [(access.cell, base.version, base.flags) for access, base in execute(text).bases()]
