"""What a process is about to do, the gate that it comes to then, and how a function is given a gate."""

from collections.abc import Callable
from importlib import import_module
from sys import _getframe
from types import FrameType
from typing import Any, Final, Protocol

from lost_update.model.ops import Op
from lost_update.tracing.script import sites
from lost_update.tracing.script.patching import replace
from lost_update.tracing.script.things import leave, mark_of

_RECURSIVE: Final = import_module("multiprocessing.synchronize").RECURSIVE_MUTEX


class Attempt:
    """What a process is about to do, and to what. What costs something is worked out only when it is asked for."""

    __slots__ = ("arguments", "frame", "named", "op", "subject")

    def __init__(self, op: Op, frame: FrameType, subject: Any, arguments: tuple[Any, ...], named: dict[str, Any]):
        self.op = op
        self.frame = frame
        self.subject = subject
        self.arguments = arguments
        self.named = named

    @property
    def key(self) -> str:
        """What all processes know the thing by. What was inherited by a fork has the same address everywhere."""
        thing = mark_of(self.subject)
        return str(getattr(thing, "key", None) or getattr(getattr(thing, "thing", None), "key", id(self.subject)))

    @property
    def part(self) -> tuple[int, int]:
        """The first and the last of its cells, or of its ends."""
        return 0, 0

    @property
    def lock(self) -> Any:
        """The lock within which a single access to a cell happens; None where it has none."""
        return None

    @property
    def changes(self) -> bool:
        """Whether it may change the thing."""
        return self.op not in (Op.READ, Op.CHECK)

    def can_go(self) -> bool:
        """Whether it would be done at once, without waiting for another process."""
        return True

    @property
    def ends_by_itself(self) -> bool:
        """Whether it waits for no longer than some time."""
        return False

    def hurry(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with which it waits no longer."""
        return self.arguments, self.named

    def version(self) -> int:
        """A number that is another one when another has done something to the thing."""
        return 0

    def argument(self, place: int, name: str, default: Any) -> Any:
        """One of the arguments of the call."""
        return self.arguments[place] if len(self.arguments) > place else self.named.get(name, default)

    def place(self) -> tuple[str, int] | None:
        """The file and the line of the person's own code that does it; None if there is none."""
        frame: FrameType | None = self.frame
        while frame is not None and not sites.is_of_the_person(frame.f_code):
            frame = frame.f_back
        return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


class Gate(Protocol):
    """What stands before the operations of a process."""

    def before(self, attempt: Attempt) -> bool:
        """It is about to do that. True if it is to wait no longer, where it would."""

    def after(self, attempt: Attempt, result: Any) -> None:
        """It has done that."""

    def sleep(self, attempt: Attempt, doze: Callable[[Any], Any], timeout: Any) -> Any:
        """It is going to sleep until another wakes it: `doze(timeout)` does that, and gives what came of it."""

    def wake(self, attempt: Attempt, count: int) -> None:
        """It has woken so many who slept there, or is about to."""


class _Standing:
    """The gate of this process, if there is one now."""

    gate: Gate | None = None


STANDING: Final = _Standing()

Making = Callable[..., Attempt | None]


def gated(plain: Any, make: Making) -> Any:
    """That function with the gate before it. `make` gives the attempt, or None if no gate stands there."""

    def with_gate(self: Any, *arguments: Any, **named: Any) -> Any:
        gate = STANDING.gate
        attempt = None if gate is None else make(self, _getframe(1), arguments, named)
        try:
            if gate is None or attempt is None:
                return plain(self, *arguments, **named)
            if gate.before(attempt):
                arguments, named = attempt.hurry()
            result = plain(self, *arguments, **named)
            gate.after(attempt, result)
            return result
        except BaseException as error:
            leave(error)
            raise

    return with_gate


def wrap(owner: Any, name: str, make: Making) -> None:
    """Put the gate before `owner.name`."""
    replace(owner, name, gated(getattr(owner, name), make))


def simple(kind: type[Attempt], op: Op, is_followed: Callable[[Any], Any]) -> Making:
    """For an operation that is always the same, on the things that are followed."""

    def make(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
        return kind(op, frame, self, arguments, named) if is_followed(self) is not None else None

    return make


def is_free(lock: Any) -> bool:
    """Whether this thread would get that lock at once."""
    semaphore = getattr(lock, "_semlock", None)
    return semaphore is None or not semaphore._is_zero() or is_held_again(semaphore)


def is_held_again(semaphore: Any) -> bool:
    """Whether this thread has it already, and may have it again."""
    return bool(semaphore.kind == _RECURSIVE and semaphore._is_mine())
