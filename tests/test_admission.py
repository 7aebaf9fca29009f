"""Who may run now and who waits, decided without a single process."""

from dataclasses import dataclass, field

import pytest

from lost_update.execution.admission import Admission, Full


@dataclass(unsafe_hash=True)
class Asked:
    """A run that takes so many processes. That may change while it lives."""

    name: str
    total_processes: int = field(default=2, compare=False)


def started(admission: Admission[Asked]) -> list[str]:
    """Who may start now."""
    names = []
    while (run := admission.next_to_start()) is not None:
        names.append(run.name)
    return names


def entered(*runs: Asked, max_live_processes: int = 4, max_waiting: int = 10) -> Admission[Asked]:
    admission = Admission[Asked](max_live_processes, max_waiting)
    for run in runs:
        admission.enter(run)
    return admission


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
    with pytest.raises(Full, match="1 runs are already waiting") as refusal:
        admission.check_room()
    assert refusal.value.retry_after_seconds > 0
    assert started(admission) == ["a"]
    admission.check_room()


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
