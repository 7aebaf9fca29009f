"""The seats of viewers: who may watch, and who gives a seat away when there are no more.

take(visitor) ─▶ there is a seat
              ─▶ none, and another visitor has more: the newest stream of that one ends
              ─▶ none: `TooManyViewers`
"""

from collections import Counter
from types import TracebackType

from anyio import CancelScope

from lost_update.execution.admission import gives_way
from lost_update.settings import Settings
from lost_update.sources.request import Refusal


class TooManyViewers(Refusal):
    """There is no seat."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "too_many_viewers",
            f"{settings.max_viewers} viewers are watching already.",
            f"Close a page, or raise {settings.named('max_viewers')}.",
        )


class Seat:
    """Counts from the moment it was taken until `leave`. A stream is sent within it, and is cut off if it is lost."""

    def __init__(self, seats: "Seats", owner: str) -> None:
        self.owner = owner
        self.was_lost = False
        self._seats = seats
        self._scope = CancelScope()

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return bool(self._scope.__exit__(kind, error, trace))

    def lose(self) -> None:
        """It is somebody else's from now on."""
        self.was_lost = True
        self.leave()
        self._scope.cancel()

    @property
    def refusal(self) -> TooManyViewers:
        """What a viewer is told who lost it before anything was sent."""
        return TooManyViewers(self._seats.settings)

    def leave(self) -> None:
        """It is free."""
        self._seats.free(self)


class Seats:
    """All seats of one server. Used by the event loop's thread alone."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._taken: dict[Seat, None] = {}

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, owner: str) -> Seat:
        """A seat for a visitor. Raises `TooManyViewers`."""
        if len(self._taken) >= self.settings.max_viewers:
            loser = gives_way(Counter(seat.owner for seat in self._taken), owner)
            if loser is None:
                raise TooManyViewers(self.settings)
            next(seat for seat in reversed(self._taken) if seat.owner == loser).lose()
        seat = Seat(self, owner)
        self._taken[seat] = None
        return seat

    def free(self, seat: Seat) -> None:
        """Nobody sits there any more."""
        self._taken.pop(seat, None)
