"""Which recordings expire when memory runs short."""

from dataclasses import dataclass

from lost_update.execution.expiry import to_expire


@dataclass(frozen=True)
class Recorded:
    """A recording of so many bytes, of a visitor."""

    name: str
    nbytes: int
    owner: str = "Ada"
    is_over: bool = True


def expired(recordings: list[Recorded], memory: int, keep: Recorded | None = None) -> str:
    """The names of those that go, in that order."""
    return " ".join(each.name for each in to_expire(recordings, memory, keep))


def test_while_there_is_room_nothing_expires() -> None:
    assert expired([Recorded("a", 50), Recorded("b", 50)], memory=100) == ""


def test_of_recordings_of_about_one_size_the_oldest_go() -> None:
    assert expired([Recorded("oldest", 70), Recorded("older", 100), Recorded("new", 90)], memory=100) == "oldest older"


def test_the_largest_goes_before_many_small_ones_that_are_older() -> None:
    small = [Recorded(f"small {number}", 10) for number in range(6)]
    others = [Recorded(f"new {number}", 10) for number in range(3)]
    assert expired([*small, Recorded("large", 200), *others], memory=100) == "large"


def test_what_one_visitor_starts_does_not_push_out_what_another_has() -> None:
    small = [Recorded(f"small {number}", 10, "Bob") for number in range(4)]
    large = [Recorded(f"large {number}", 40) for number in range(10)]
    assert expired([*small, *large], memory=200) == "large 0 large 1 large 2 large 3 large 4 large 5"


def test_live_logs_count_and_stay() -> None:
    live = Recorded("live", 300, is_over=False)
    assert expired([Recorded("old", 10), live], memory=100) == "old"
    assert expired([Recorded("another's", 10, "Bob"), live], memory=100) == ""


def test_the_one_to_keep_stays_even_where_it_is_too_large() -> None:
    new = Recorded("new", 500)
    assert expired([Recorded("old", 10), new], memory=100, keep=new) == "old"


def test_who_holds_less_than_a_fair_share_loses_nothing_however_many_have_live_logs() -> None:
    recordings = [Recorded("a", 90, is_over=False), Recorded("b", 40, "Bob"), Recorded("c", 60, "Cy")]
    assert expired(recordings, memory=150) == "c"


def test_what_a_visitor_started_last_goes_after_all_else_that_they_have() -> None:
    small = [Recorded(f"small {number}", 30) for number in range(3)]
    looked_at = [Recorded("left", 100), Recorded("right", 100)]
    new = Recorded("new", 100)
    assert expired([*small, *looked_at, new], memory=310, keep=new) == "small 0 small 1 small 2"
    assert expired([*small, *looked_at, new], memory=250, keep=new) == "small 0 small 1 small 2 left"
