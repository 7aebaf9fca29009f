"""Gates before locks and semaphores. Here the subject is what records for one lock."""

from types import FrameType
from typing import Any

from lost_update.model.ops import Op
from lost_update.tracing.script.gates.attempt import Attempt, Making, is_held_again, wrap
from lost_update.tracing.script.locks import Taken


class _Take(Attempt):
    """An acquire or a release, by way of `Taken`."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """That of the lock."""
        return str(self.subject.thing.key)

    def can_go(self) -> bool:
        """Whether it is free, or held already by this thread, which may hold it again."""
        semaphore = self.subject.semaphore
        return self.op != Op.ACQUIRE or not semaphore._is_zero() or is_held_again(semaphore)

    @property
    def ends_by_itself(self) -> bool:
        """As its arguments say. The first is the frame."""
        return not self.argument(1, "block", True) or self.argument(2, "timeout", None) is not None

    def hurry(self) -> Any:
        """It tries."""
        return (self.arguments[0], self.argument(1, "block", True), 0), {}


def install() -> None:
    """Put the gates there."""

    def make(op: Op) -> Making:
        def attempt(self: Any, _: FrameType, arguments: Any, named: Any) -> Attempt:
            return _Take(op, arguments[0], self, arguments, named)

        return attempt

    wrap(Taken, "take", make(Op.ACQUIRE))
    wrap(Taken, "give", make(Op.RELEASE))
