"""What a traced process declares: who it is, and what the numbers in its steps stand for, one JSON object a line.

Each process takes the lowest free number by making the file of that name. Nothing here keeps a file open, and nothing
raises: where a file cannot be written, tracing is over for this process, and it says so in one line.
"""

import os
import sys
from contextlib import suppress
from itertools import count
from time import perf_counter_ns
from typing import Any, Final

LONGEST_TEXT: Final = 80
MOST_TEXTS: Final = 4096


class ProcessState:
    """What this process knows of itself: the number of its files, and what they have declared so far.

    A process takes its number when it first has something to say: the server that forks for `forkserver` has nothing.
    """

    def __init__(self) -> None:
        self.directory = ""
        self.working_directory = ""
        self.parent: int | None = None
        self.is_on = False
        self.who: dict[str, Any] = {}
        self.pid = 0
        self._forget()

    def _forget(self) -> None:
        self.number: int | None = None
        self.threads = count(1)
        self.targets: dict[str, int] = {}
        self.next_target = 1
        self.texts: dict[Any, int] = {}
        self.next_text = count(1)
        self.tokens = count(1)
        self.pid = os.getpid()

    def open(self, directory: str, parent: int | None = None) -> None:
        """Record into that directory from now on."""
        self.directory = directory
        self.working_directory = os.getcwd()
        self.parent = parent
        self.is_on = True

    def describe(self, **who: Any) -> None:
        """What the line about this process will say: token, name, function, role, start_method."""
        self.who = who

    def after_fork(self) -> None:
        """In a forked child: it is a process of its own, with files of its own."""
        if self.number is not None:
            self.parent = self.number
        self._forget()
        self.who = {}

    def take_number(self) -> int:
        """The number of this process: the lowest that is free."""
        number = self.number
        if number is None:
            number = 0 if self.parent is None else self.parent + 1
            while not self._create(number):
                number += 1
            self.number = number
            declare("process", number=number, pid=self.pid, parent=self.parent, **(_NOBODY | self.who),
                    t_ns=perf_counter_ns(), python=sys.version.split()[0])  # fmt: skip
        return number

    def _create(self, number: int) -> bool:
        try:
            path = f"{self.directory}/{number}.jsonl"
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            return False
        except OSError as error:
            give_up(error)
        return True

    def token(self) -> str:
        """A string that nothing else in the run has: what is launched or made is known by it."""
        return f"{self.pid}-{next(self.tokens)}-{perf_counter_ns():x}"


_NOBODY: Final = {"token": None, "name": None, "function": None, "role": "process", "start_method": None}

PROCESS: Final = ProcessState()


def disabled() -> bool:
    """Whether this process records nothing."""
    return not PROCESS.is_on


def give_up(error: BaseException) -> None:
    """Stop tracing in this process: the script goes on without."""
    if PROCESS.is_on:
        PROCESS.is_on = False
        with suppress(OSError):
            os.write(2, f"lost-update: process {PROCESS.pid} is not traced any further: {error}\n".encode())


def declare(what: str, /, **fields: Any) -> None:
    """One line for the tracer. It is there before any step of this process that is written later."""
    if not PROCESS.is_on:
        return
    number = PROCESS.take_number()
    line = encode({"is": what, **fields}) + "\n"
    try:
        descriptor = os.open(f"{PROCESS.directory}/{number}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        give_up(error)


def target(key: str, kind: str, /, **more: Any) -> int:
    """The number by which this process's steps name the thing with that key: declared when it is first asked for.

    With a `count` the thing takes that many numbers, of which this is the first.
    """
    number = PROCESS.targets.get(key)
    if number is None:
        number = PROCESS.next_target
        PROCESS.next_target = number + more.get("count", 1)
        declare("target", number=number, key=key, kind=kind, t_ns=perf_counter_ns(), **({"count": 1} | more))
        PROCESS.targets[key] = number
    return number


def text(value: Any) -> int:
    """The number of a value that is no integer of 64 bits."""
    shown = as_json(value)
    known = (type(shown), shown)
    number = PROCESS.texts.get(known)
    if number is None:
        number = next(PROCESS.next_text)
        declare("text", number=number, value=shown)
        if len(PROCESS.texts) >= MOST_TEXTS:
            PROCESS.texts.clear()
        PROCESS.texts[known] = number
    return number


_PLAIN: Final = (str, bytes, bytearray, tuple, list, dict, set, frozenset, complex, range)
"""Types whose repr runs nobody's code, as far as what they hold has such a type, too."""


def as_json(value: Any) -> Any:
    """A value as it can be shown: itself, where it is a number, else its repr, cut where it is long.

    The repr of an object of the person's own would run their code: such an object is shown by its class.
    """
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is float:
        return value if value - value == 0 else repr(value)
    try:
        shown = repr(value) if is_plain(value) else f"<{type(value).__qualname__}>"
    except Exception:
        shown = "…"
    return shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - 1] + "…"


def is_plain(value: Any, depth: int = 3) -> bool:
    """Whether it is made of values of Python's own alone, and is not too long to be shown."""
    kind = type(value)
    if kind in (bool, int, float, type(None), complex, range):
        return True
    if kind in (str, bytes, bytearray):
        return len(value) <= 1000
    if kind not in _PLAIN or not depth or len(value) > LONGEST_TEXT:
        return False
    parts = [*value, *value.values()] if kind is dict else list(value)
    return all(is_plain(part, depth - 1) for part in parts)


def encode(value: Any) -> str:
    """As JSON. The module of that name would take a while to import, in every process."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if value - value == 0 else encode(repr(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{encode(str(name))}: {encode(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(encode, value)) + "]"
    return '"' + str(value).translate(_ESCAPES).encode("utf-8", "replace").decode() + '"'


_ESCAPES: Final = {number: f"\\u{number:04x}" for number in range(32)} | {ord('"'): '\\"', ord("\\"): "\\\\"}
