"""Who may watch when there are more viewers than seats."""

import pytest

from lost_update.settings import Settings
from lost_update.web.seats import Seats, TooManyViewers


def taken(seats: Seats, *owners: str) -> list[bool]:
    """Whether each of these took a seat and has it still."""
    found = [seats.take(owner) for owner in owners]
    return [not seat.was_lost for seat in found]


@pytest.mark.anyio
class TestSeats:
    """All of them in an event loop, as a stream is cut off by cancelling what sends it."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    async def test_somebody_alone_may_have_all_of_them_and_no_more(self) -> None:
        seats = Seats(Settings(max_viewers=3))
        assert taken(seats, "Ada", "Ada", "Ada") == [True] * 3
        with pytest.raises(TooManyViewers, match="3 viewers"):
            seats.take("Ada")

    async def test_the_newest_stream_of_the_visitor_with_the_most_ends_for_another(self) -> None:
        seats = Seats(Settings(max_viewers=4))
        streams = [seats.take("Ada") for _ in range(3)]
        seats.take("Bob")
        seats.take("Cy")
        assert [seat.was_lost for seat in streams] == [False, False, True]

    async def test_nobody_loses_a_seat_to_a_visitor_who_would_then_have_more(self) -> None:
        seats = Seats(Settings(max_viewers=3))
        taken(seats, "Ada", "Ada", "Bob")
        for owner in ("Ada", "Bob"):
            with pytest.raises(TooManyViewers):
                seats.take(owner)

    async def test_a_seat_that_was_left_is_free_and_is_left_once(self) -> None:
        seats = Seats(Settings(max_viewers=1))
        seat = seats.take("Ada")
        seat.leave()
        other = seats.take("Bob")
        seat.leave()
        with pytest.raises(TooManyViewers):
            seats.take("Cy")
        other.leave()
        seats.take("Cy")
