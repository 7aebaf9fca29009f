"""Who may run now, who waits and at which place, and who is turned away. Pure: it starts nothing.

request ─▶ enter ─▶ turned away (Full) | waits ─▶ next_to_start: first come, first served ─▶ lives ─▶ leave
"""

from collections import deque
from typing import Generic, Protocol, TypeVar

from lost_update.settings import RETRY_AFTER_SECONDS
from lost_update.sources.request import Refusal


class Full(Refusal):
    """Too many runs wait already. Try again in `retry_after_seconds`."""

    retry_after_seconds = RETRY_AFTER_SECONDS

    def __init__(self, waiting: int) -> None:
        super().__init__(
            "full",
            f"The server is busy: {waiting} runs are already waiting.",
            f"Try again in {RETRY_AFTER_SECONDS} s, or stop a run that you no longer need.",
        )


class Admittable(Protocol):
    """What is admitted: a run, and how many worker processes it takes."""

    @property
    def workers(self) -> int:
        """How many worker processes it starts."""


R = TypeVar("R", bound=Admittable)


class Admission(Generic[R]):
    """Admits runs while their workers are at most `max_live_workers`; at most `max_waiting` wait for that."""

    def __init__(self, max_live_workers: int, max_waiting: int) -> None:
        self._max_live_workers = max_live_workers
        self._max_waiting = max_waiting
        self._waiting: deque[R] = deque()
        self._live: set[R] = set()

    @property
    def waiting(self) -> list[R]:
        """The runs that wait, the next one first."""
        return list(self._waiting)

    @property
    def all(self) -> list[R]:
        """The runs that wait and those that live."""
        return [*self._waiting, *self._live]

    def check_room(self) -> None:
        """Raise `Full` where no more may wait."""
        if len(self._waiting) >= self._max_waiting:
            raise Full(len(self._waiting))

    def enter(self, run: R) -> None:
        """Let a run wait behind all others."""
        self._waiting.append(run)

    def next_to_start(self) -> R | None:
        """The first that waits, which lives from now on; None where there is no room for it. Nobody overtakes."""
        if not self._waiting:
            return None
        busy = sum(run.workers for run in self._live)
        if busy + self._waiting[0].workers > self._max_live_workers:
            return None
        run = self._waiting.popleft()
        self._live.add(run)
        return run

    def withdraw(self, run: R) -> bool:
        """Take back a run that still waits. False where it does not."""
        if run not in self._waiting:
            return False
        self._waiting.remove(run)
        return True

    def leave(self, run: R) -> None:
        """A run has ended, or never came to live."""
        self._live.discard(run)
