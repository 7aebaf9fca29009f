"""Which kept recordings leave."""

from lost_update.store.leaving import Weighed, to_leave


def kept(*sizes: int, owner: str = "Ada", first: int = 0, pinned: tuple[int, ...] = ()) -> list[Weighed]:
    """Of one visitor, the oldest first, numbered and made from `first` on."""
    return [Weighed(number, owner, number, size, number in pinned) for number, size in enumerate(sizes, first)]


def test_what_fits_stays() -> None:
    assert to_leave(kept(50, 50), 100) == []
    assert to_leave(kept(50, 50), None) == []


def test_the_oldest_leave_until_the_others_fit() -> None:
    assert to_leave(kept(50, 50, 50, 50), 120) == [0, 1]


def test_what_is_pinned_stays_even_where_the_others_do_not_suffice() -> None:
    assert to_leave(kept(50, 50, 50, pinned=(0,)), 100) == [1]
    assert to_leave(kept(50, 50, 50, pinned=(0, 1, 2)), 100) == []


def test_nobodys_recordings_leave_because_somebody_else_keeps_many() -> None:
    assert to_leave([*kept(40), *kept(40, 40, 40, owner="Bob", first=1)], 100) == [1, 2]


def test_what_is_too_old_leaves_though_there_is_room() -> None:
    assert to_leave(kept(1, 1, 1, pinned=(1,)), 100, made_before=2) == [0]


def test_what_is_too_old_counts_no_more() -> None:
    assert to_leave(kept(60, 60), 100, made_before=1) == [0]
