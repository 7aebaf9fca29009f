"""Which runs may start now, which wait in the queue, and which are refused. Pure: it starts nothing.

    make_room(visitor) ─▶ Full, or there is room, or one that waits gives way
    enter(run)         ─▶ waits ─▶ next_to_start: the visitor's turn ─▶ live ─▶ leave

Visitors share only what they compete for. Somebody alone may have everything. As soon as others want some too, the next
run to start is one of the visitor who has the fewest processes, and where the queue is full the visitor with the most
runs in it gives way. The same queue serves the explorer.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from lost_update.settings import SHORTEST_RETRY_SECONDS
from lost_update.sources.request import Refusal


class Full(Refusal):
    """Too many wait already, of what is called `what` in the message. There is room again in about so many seconds."""

    def __init__(self, waiting: int, what: str, seconds: float, instead: str = "") -> None:
        self.retry_after_seconds = max(math.ceil(seconds), SHORTEST_RETRY_SECONDS)
        super().__init__(
            "full",
            f"The server is busy: {waiting} {what} are already waiting.",
            f"Try again in {self.retry_after_seconds} s{instead}.",
        )


class Admittable(Protocol):
    """What is admitted: whose it is, how many processes it takes now, and for about how long."""

    @property
    def owner(self) -> str:
        """The visitor that asked for it."""

    @property
    def total_processes(self) -> int:
        """How many processes it may have now."""

    @property
    def expected_seconds(self) -> float:
        """How long it is expected to live."""


A = TypeVar("A", bound=Admittable)


def gives_way(held: Counter[str], owner: str) -> str | None:
    """The visitor who holds the most places and gives one to this visitor; None where that would only turn it round."""
    most, count = max(held.items(), key=itemgetter(1), default=(owner, 0))
    return most if count > held[owner] + 1 else None


class FairQueue(Generic[A]):
    """What waits. Visitors take turns: the one with the fewest live processes, of these the one served longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[A] = []
        """As they came."""
        self._last_turn: dict[str, int] = {}
        """When each visitor was served last, of those who still have something here."""
        self._turn = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether one more may wait only if another gives way."""
        return len(self._waiting) >= self._most

    def enter(self, one: A) -> None:
        """Add one at its visitor's end of the queue."""
        self._waiting.append(one)

    def remove(self, one: A) -> bool:
        """Remove one. False if it does not wait."""
        if one not in self._waiting:
            return False
        self._waiting.remove(one)
        return True

    def in_order(self, live: Iterable[A]) -> list[A]:
        """All that wait, as they will be served if nothing else comes. `live` are those that were served and live."""
        taken: Counter[str] = Counter()
        for each in live:
            taken[each.owner] += each.total_processes
        ranked = []
        for arrival, each in enumerate(self._waiting):
            ranked.append((taken[each.owner], self._last_turn.get(each.owner, 0), arrival, each))
            taken[each.owner] += each.total_processes
        return [one for *_, one in sorted(ranked, key=itemgetter(0, 1, 2))]

    def serve(self, one: A, live: Iterable[A]) -> None:
        """Take one out: its visitor has had a turn."""
        self._waiting.remove(one)
        self._turn += 1
        self._last_turn[one.owner] = self._turn
        present = {one.owner, *(each.owner for each in live), *(each.owner for each in self._waiting)}
        self._last_turn = {owner: turn for owner, turn in self._last_turn.items() if owner in present}

    def gives_way(self, owner: str) -> A | None:
        """The one whose place another visitor may have: the last of the visitor who has the most, and has more."""
        loser = gives_way(Counter(each.owner for each in self._waiting), owner)
        return next((each for each in reversed(self._waiting) if each.owner == loser), None)


class Admission(Generic[A]):
    """Admits runs while they have at most `max_live_processes` processes together; at most `max_waiting` runs wait.

    A run may start more processes than it was expected to: it is counted with what it has when the next is to start.
    """

    def __init__(self, max_live_processes: int, max_waiting: int) -> None:
        self._max_live_processes = max_live_processes
        self._queue = FairQueue[A](max_waiting)
        self._live: dict[A, float] = {}
        """Those that live, and when each was started."""

    @property
    def waiting(self) -> list[A]:
        """The runs that wait, the next one first."""
        return self._queue.in_order(self._live)

    @property
    def all(self) -> list[A]:
        """The runs that wait and those that live."""
        return [*self.waiting, *self._live]

    def make_room(self, owner: str, now: float) -> A | None:
        """The run that gives way so that this visitor's may wait, if one has to. Raises `Full` where none will."""
        if not self._queue.is_full:
            return None
        one = self._queue.gives_way(owner)
        if one is None:
            seconds = self._seconds_until_the_next_starts(now)
            raise Full(len(self._queue), "runs", seconds, ", or stop a run that you no longer need")
        self._queue.remove(one)
        return one

    def enter(self, run: A) -> None:
        """Let a run wait for its turn."""
        self._queue.enter(run)

    def next_to_start(self, now: float) -> A | None:
        """The first run of the queue, which is live from now on; None if there is no room for it. Strictly in order."""
        run = next(iter(self.waiting), None)
        if run is None or run.total_processes > self._free:
            return None
        self._queue.serve(run, self._live)
        self._live[run] = now
        return run

    def withdraw(self, run: A) -> bool:
        """Remove a run that still waits. False if it does not wait."""
        return self._queue.remove(run)

    def leave(self, run: A) -> None:
        """A run has ended, or could not be started."""
        self._live.pop(run, None)

    @property
    def _free(self) -> int:
        return self._max_live_processes - sum(run.total_processes for run in self._live)

    def _seconds_until_the_next_starts(self, now: float) -> float:
        """When enough of those that live are expected to have ended for the first one that waits."""
        free = self._free
        needed = self.waiting[0].total_processes
        for seconds, run in sorted(left_of(self._live, now), key=itemgetter(0)):
            free += run.total_processes
            if free >= needed:
                return seconds
        return 0.0


def left_of(live: Mapping[A, float], now: float) -> list[tuple[float, A]]:
    """How long each of those that live is still expected to, by when it was started."""
    return [(started + each.expected_seconds - now, each) for each, started in live.items()]
