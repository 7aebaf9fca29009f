"""Who may run now and who waits, decided without a single process."""

from dataclasses import dataclass, field

import pytest

from lost_update.execution.admission import Admission, Full


@dataclass(unsafe_hash=True)
class Asked:
    """A run that takes so many processes, of a visitor. That may change while it lives."""

    name: str
    total_processes: int = field(default=2, compare=False)
    owner: str = "Ada"
    expected_seconds: float = 10


def started(admission: Admission[Asked], now: float = 0) -> list[str]:
    """Who may start now."""
    names = []
    while (run := admission.next_to_start(now)) is not None:
        names.append(run.name)
    return names


def entered(*runs: Asked, max_live_processes: int = 4, max_waiting: int = 10) -> Admission[Asked]:
    admission = Admission[Asked](max_live_processes, max_waiting)
    for run in runs:
        admission.enter(run)
    return admission


def waiting(admission: Admission[Asked]) -> str:
    """The names of those that wait, in the order in which they will start."""
    return " ".join(run.name for run in admission.waiting)


def of(owner: str, *names: str, total_processes: int = 2) -> list[Asked]:
    """Runs of one visitor."""
    return [Asked(name, total_processes, owner) for name in names]


def test_they_start_in_the_order_in_which_they_came_while_there_is_room() -> None:
    admission = entered(Asked("a"), Asked("b"), Asked("c"))
    assert started(admission) == ["a", "b"]
    assert admission.waiting == [Asked("c")]
    admission.leave(Asked("a"))
    assert started(admission) == ["c"]


def test_a_small_one_does_not_overtake_a_large_one() -> None:
    admission = entered(Asked("live"), Asked("large", total_processes=4), Asked("small", total_processes=1))
    assert started(admission) == ["live"]
    admission.leave(Asked("live"))
    assert started(admission) == ["large"]


def test_one_that_waits_can_be_withdrawn_and_one_that_lives_cannot() -> None:
    admission = entered(Asked("live", total_processes=4), Asked("waits"))
    assert started(admission) == ["live"]
    assert not admission.withdraw(Asked("live", total_processes=4))
    assert admission.withdraw(Asked("waits"))
    assert not admission.withdraw(Asked("waits"))
    assert admission.all == [Asked("live", total_processes=4)]


def test_where_no_more_may_wait_the_next_run_is_refused() -> None:
    admission = entered(Asked("a"), max_waiting=1)
    with pytest.raises(Full, match="1 runs are already waiting"):
        admission.make_room("Ada", 0)
    assert started(admission) == ["a"]
    assert admission.make_room("Ada", 0) is None


def test_a_run_that_has_started_more_processes_than_expected_takes_its_true_share() -> None:
    growing = Asked("growing", total_processes=1)
    admission = entered(growing)
    assert started(admission) == ["growing"]
    growing.total_processes = 3
    for name in ("a", "b"):
        admission.enter(Asked(name))
    assert started(admission) == []
    growing.total_processes = 2
    assert started(admission) == ["a"]
    growing.total_processes = 100
    admission.leave(Asked("a"))
    assert started(admission) == []
    admission.leave(growing)
    assert started(admission) == ["b"]


def test_visitors_take_turns_however_many_runs_one_of_them_has() -> None:
    admission = entered(
        *of("Ada", "a1", "a2", "a3", "a4"), *of("Bob", "b1", "b2"), *of("Cy", "c1"), max_live_processes=2
    )
    assert waiting(admission) == "a1 b1 c1 a2 b2 a3 a4"
    order = []
    for _ in range(7):
        (name,) = started(admission)
        order.append(name)
        (live,) = admission.all[-1:]
        admission.leave(live)
    assert " ".join(order) == "a1 b1 c1 a2 b2 a3 a4"


def test_who_comes_later_is_next_after_those_that_live() -> None:
    admission = entered(*of("Ada", "a1", "a2", "a3", "a4"))
    assert started(admission) == ["a1", "a2"]
    for run in of("Bob", "b1", "b2"):
        admission.enter(run)
    assert waiting(admission) == "b1 b2 a3 a4"
    for run in of("Ada", "a1", "a2"):
        admission.leave(run)
    assert started(admission) == ["b1", "a3"]


def test_a_turn_is_counted_in_processes() -> None:
    admission = entered(*of("Ada", "large", "larger", total_processes=8), *of("Bob", "b1", "b2", "b3"))
    assert waiting(admission) == "large b1 b2 b3 larger"


def test_in_a_full_queue_the_last_run_of_the_visitor_with_the_most_gives_way() -> None:
    admission = entered(*of("Ada", "a1", "a2", "a3"), *of("Bob", "b1"), max_waiting=4)
    given_way = admission.make_room("Cy", 0)
    assert given_way == Asked("a3", owner="Ada")
    admission.enter(Asked("c1", owner="Cy"))
    assert waiting(admission) == "a1 b1 c1 a2"


@pytest.mark.parametrize("owner", ["Ada", "Bob"])
def test_nobody_gives_way_to_a_visitor_who_would_then_have_more(owner: str) -> None:
    admission = entered(*of("Ada", "a1", "a2"), *of("Bob", "b1"), max_waiting=3)
    with pytest.raises(Full):
        admission.make_room(owner, 0)


def test_a_refusal_says_when_the_first_that_waits_is_expected_to_start() -> None:
    admission = entered(
        Asked("short", expected_seconds=30),
        Asked("long", expected_seconds=100),
        Asked("large", total_processes=4),
        max_waiting=1,
    )
    assert started(admission, now=1000) == ["short", "long"]
    with pytest.raises(Full, match="Try again in 70 s") as refusal:
        admission.make_room("Ada", now=1030)  # the large one needs the place of both
    assert refusal.value.retry_after_seconds == 70


def test_what_lasts_longer_than_expected_may_end_at_any_moment() -> None:
    admission = entered(Asked("late", total_processes=4), Asked("waits"), max_waiting=1)
    started(admission, now=0)
    with pytest.raises(Full) as refusal:
        admission.make_room("Ada", now=60)
    assert refusal.value.retry_after_seconds == 1
