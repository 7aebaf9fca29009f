"""Which runs may start now, which wait in the queue, and which are refused. Pure: it starts nothing.

request ─▶ check_room: refused (Full) ─▶ enter: waits ─▶ next_to_start: first come, first served ─▶ live ─▶ leave
"""

from collections import deque
from typing import Generic, Protocol, TypeVar

from lost_update.settings import RETRY_AFTER_SECONDS
from lost_update.sources.request import Refusal


class Full(Refusal):
    """Too many wait already, of what is called `what` in the message. Try again in `retry_after_seconds`."""

    retry_after_seconds = RETRY_AFTER_SECONDS

    def __init__(self, waiting: int, what: str, instead: str = "") -> None:
        super().__init__(
            "full",
            f"The server is busy: {waiting} {what} are already waiting.",
            f"Try again in {RETRY_AFTER_SECONDS} s{instead}.",
        )


class Admittable(Protocol):
    """What is admitted: a run, and how many processes it takes. That may change while it lives."""

    @property
    def total_processes(self) -> int:
        """How many processes it may have now."""


R = TypeVar("R", bound=Admittable)


class Admission(Generic[R]):
    """Admits runs while they have at most `max_live_processes` processes together; at most `max_waiting` runs wait.

    A run may start more processes than it was expected to: it is counted with what it has when the next is to start.
    """

    def __init__(self, max_live_processes: int, max_waiting: int) -> None:
        self._max_live_processes = max_live_processes
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
        """Raise `Full` if no more runs may wait."""
        if len(self._waiting) >= self._max_waiting:
            raise Full(len(self._waiting), "runs", ", or stop a run that you no longer need")

    def enter(self, run: R) -> None:
        """Add a run at the end of the queue."""
        self._waiting.append(run)

    def next_to_start(self) -> R | None:
        """The first run of the queue, which is live from now on; None if there is no room for it. Strictly in order."""
        if not self._waiting:
            return None
        busy = sum(run.total_processes for run in self._live)
        if busy + self._waiting[0].total_processes > self._max_live_processes:
            return None
        run = self._waiting.popleft()
        self._live.add(run)
        return run

    def withdraw(self, run: R) -> bool:
        """Remove a run that still waits. False if it does not wait."""
        if run not in self._waiting:
            return False
        self._waiting.remove(run)
        return True

    def leave(self, run: R) -> None:
        """A run has ended, or could not be started."""
        self._live.discard(run)
