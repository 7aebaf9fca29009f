"""Who waits for ever, read from hand-written steps: exact, whatever the processes did before."""

from collections.abc import Iterator

import numpy as np
import pytest

from lost_update.analysis.deadlock import Waiter, Waiting
from lost_update.model.ops import Op
from lost_update.model.steps import NO_TARGET
from lost_update.model.targets import Target

P1, P2, P3 = 0, 1, 2
LOCK, OTHER_LOCK, QUEUE, P2_ITSELF, POOL = 1, 2, 3, 4, 5
TARGETS = [
    Target("lock", "lock"),
    Target("other", "lock"),
    Target("queue", "queue"),
    Target("P2", "process"),
    Target("pool", "pool"),
]

Steps = list[tuple[Op, int, int] | tuple[Op, int, int, bool]]

FOR_A_WHILE = True


def waiting(processes: int = 2, *, launched: dict[int, int] | None = None) -> Waiting:
    made = Waiting(TARGETS)
    targets = {process: target for target, process in (launched or {}).items()}
    for process in range(processes):
        made.declare(targets.get(process))
    return made


def follow(what: Waiting, steps: Steps) -> list[Waiter] | None:
    """Take in all steps at once, as a batch; returns the processes that wait for ever then."""
    padded = [(*step, False)[:4] for step in steps]
    op, process, target, ends_by_itself = (np.array(column) for column in zip(*padded, strict=True))
    what.follow(op, process, target, ends_by_itself)
    return what.deadlock()


def one_by_one(what: Waiting, steps: Steps) -> Iterator[list[Waiter] | None]:
    for step in steps:
        yield follow(what, [step])


def started(*processes: int) -> Steps:
    return [(Op.START, process, NO_TARGET) for process in processes]


def test_nobody_waits_for_ever_before_anything_has_happened() -> None:
    assert waiting().deadlock() is None


def test_who_takes_a_lock_twice_waits_for_itself() -> None:
    steps: Steps = [*started(P1), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK)]
    assert follow(waiting(1), steps) == [Waiter(P1, LOCK, P1)]


def test_two_locks_taken_crosswise_are_a_deadlock_once_both_wait() -> None:
    steps: Steps = [
        *started(P1, P2),
        (Op.ACQUIRE, P1, LOCK),
        (Op.ACQUIRE, P2, OTHER_LOCK),
        (Op.WAIT, P1, OTHER_LOCK),
        (Op.WAIT, P2, LOCK),
    ]
    both = [Waiter(P1, OTHER_LOCK, P2), Waiter(P2, LOCK, P1)]
    assert list(one_by_one(waiting(), steps)) == [None] * 5 + [both]
    assert follow(waiting(), steps) == both


def test_a_third_who_still_works_may_undo_it_all() -> None:
    steps: Steps = [*started(P1, P2, P3), (Op.ACQUIRE, P3, LOCK), (Op.WAIT, P1, LOCK), (Op.WAIT, P2, LOCK)]
    what = waiting(3)
    assert follow(what, steps) is None
    assert follow(what, [(Op.WAIT, P3, LOCK)]) == [Waiter(process, LOCK, P3) for process in (P1, P2, P3)]


def test_a_process_that_has_not_begun_may_still_do_anything() -> None:
    what = waiting()
    assert follow(what, [*started(P1), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK)]) is None
    assert follow(what, [*started(P2), (Op.EXIT, P2, NO_TARGET)]) == [Waiter(P1, LOCK, P1)]


def test_a_lock_that_was_released_is_to_be_had() -> None:
    steps: Steps = [
        *started(P1, P2),
        (Op.ACQUIRE, P1, LOCK),
        (Op.WAIT, P2, LOCK),
        (Op.RELEASE, P1, LOCK),
        (Op.EXIT, P1, NO_TARGET),
    ]
    assert list(one_by_one(waiting(), steps)) == [None] * 6


def test_a_lock_whose_holder_has_ended_is_never_released() -> None:
    steps: Steps = [*started(P1, P2), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P2, LOCK), (Op.EXIT, P1, NO_TARGET)]
    assert list(one_by_one(waiting(), steps)) == [None] * 4 + [[Waiter(P2, LOCK, P1)]]


def test_a_reentrant_lock_is_free_only_after_as_many_releases() -> None:
    twice: Steps = [*started(P1, P2), (Op.ACQUIRE, P1, LOCK), (Op.ACQUIRE, P1, LOCK), (Op.RELEASE, P1, LOCK)]
    what = waiting()
    follow(what, [*twice, (Op.WAIT, P2, LOCK), (Op.WAIT, P1, OTHER_LOCK)])
    assert what.deadlock() is None  # nobody holds the other one
    assert follow(what, [(Op.EXIT, P1, NO_TARGET)]) == [Waiter(P2, LOCK, P1)]
    freed = waiting()
    assert follow(freed, [*twice, (Op.RELEASE, P1, LOCK), (Op.WAIT, P2, LOCK), (Op.EXIT, P1, NO_TARGET)]) is None


def test_who_waits_only_for_a_while_goes_on_by_itself() -> None:
    what = waiting()
    held: Steps = [*started(P1, P2), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK)]
    assert follow(what, [*held, (Op.WAIT, P2, LOCK, FOR_A_WHILE)]) is None
    assert follow(what, [(Op.WAIT, P2, LOCK)]) == [Waiter(P1, LOCK, P1), Waiter(P2, LOCK, P1)]


def test_a_process_that_took_a_step_after_its_wait_waits_no_longer() -> None:
    what = waiting(1)
    assert follow(what, [*started(P1), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK)]) is not None
    assert follow(what, [(Op.RELEASE, P1, LOCK)]) is None


def test_an_empty_queue_that_nobody_is_left_to_fill_is_waited_for_for_ever() -> None:
    steps: Steps = [*started(P1, P2), (Op.WAIT, P2, QUEUE), (Op.EXIT, P1, NO_TARGET)]
    assert list(one_by_one(waiting(), steps)) == [None] * 3 + [[Waiter(P2, QUEUE, None)]]


def test_what_is_on_its_way_through_a_queue_will_come() -> None:
    steps: Steps = [
        *started(P1, P2),
        (Op.WAIT, P2, QUEUE),
        (Op.PUT, P1, QUEUE),
        (Op.EXIT, P1, NO_TARGET),
    ]
    what = waiting()
    assert follow(what, steps) is None
    assert follow(what, [(Op.GET, P2, QUEUE)]) is None
    assert follow(what, [(Op.WAIT, P2, QUEUE)]) == [Waiter(P2, QUEUE, None)]


def test_two_who_wait_for_each_others_messages_wait_for_ever() -> None:
    steps: Steps = [*started(P1, P2), (Op.WAIT, P1, QUEUE), (Op.WAIT, P2, QUEUE)]
    assert follow(waiting(), steps) == [Waiter(P1, QUEUE, None), Waiter(P2, QUEUE, None)]


def test_everybody_who_has_ended_waits_for_nothing() -> None:
    steps: Steps = [*started(P1, P2), (Op.EXIT, P1, NO_TARGET), (Op.EXIT, P2, NO_TARGET)]
    assert follow(waiting(), steps) is None


@pytest.mark.parametrize("at_once", [True, False])
def test_a_launched_process_lives_from_its_launch_to_its_exit(at_once: bool) -> None:
    # P1 launches P2 and joins it; P2 waits for a lock that P1 holds.
    what = waiting(launched={P2_ITSELF: P2})
    steps: Steps = [
        *started(P1),
        (Op.ACQUIRE, P1, LOCK),
        (Op.LAUNCH, P1, P2_ITSELF),
        (Op.WAIT, P1, P2_ITSELF),
        *started(P2),
        (Op.WAIT, P2, LOCK),
    ]
    both = [Waiter(P1, P2_ITSELF, P2), Waiter(P2, LOCK, P1)]
    assert (follow(what, steps) if at_once else list(one_by_one(what, steps))[-1]) == both


def test_a_launched_process_that_has_not_begun_is_waited_for_with_reason() -> None:
    what = waiting(launched={P2_ITSELF: P2})
    steps: Steps = [*started(P1), (Op.LAUNCH, P1, P2_ITSELF), (Op.WAIT, P1, P2_ITSELF)]
    assert list(one_by_one(what, steps)) == [None] * 3


def test_a_join_of_a_process_that_has_ended_is_about_to_return() -> None:
    what = waiting(launched={P2_ITSELF: P2})
    steps: Steps = [*started(P1), (Op.LAUNCH, P1, P2_ITSELF), *started(P2), (Op.EXIT, P2, NO_TARGET)]
    assert follow(what, [*steps, (Op.WAIT, P1, P2_ITSELF)]) is None


def test_a_process_that_is_never_launched_is_not_waited_for() -> None:
    what = waiting(launched={P2_ITSELF: P2})
    assert follow(what, [*started(P1), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK)]) == [Waiter(P1, LOCK, P1)]


def test_a_process_that_waits_for_a_pool_waits_for_its_workers() -> None:
    what = waiting(launched={P2_ITSELF: P2})
    steps: Steps = [*started(P1), (Op.LAUNCH, P1, P2_ITSELF), *started(P2), (Op.WAIT, P1, POOL)]
    assert follow(what, steps) is None


def test_a_lock_that_another_process_released_is_free() -> None:
    steps: Steps = [*started(P1, P2, P3), (Op.ACQUIRE, P1, LOCK), (Op.RELEASE, P2, LOCK), (Op.WAIT, P3, LOCK)]
    ended: Steps = [(Op.EXIT, P1, NO_TARGET), (Op.EXIT, P2, NO_TARGET)]
    assert list(one_by_one(waiting(3), [*steps, *ended])) == [None] * 8


def test_who_acquires_a_lock_that_another_released_holds_it_from_then_on() -> None:
    steps: Steps = [*started(P1, P2, P3), (Op.ACQUIRE, P1, LOCK), (Op.RELEASE, P2, LOCK), (Op.ACQUIRE, P2, LOCK)]
    waits: Steps = [(Op.WAIT, process, LOCK) for process in (P1, P2, P3)]
    assert follow(waiting(3), [*steps, *waits]) == [Waiter(process, LOCK, P2) for process in (P1, P2, P3)]


def test_a_lock_that_was_released_twice_at_once_can_be_had_twice() -> None:
    # multiprocessing checks and then releases, so two releases at the same time can both succeed.
    steps: Steps = [*started(P1, P2), (Op.ACQUIRE, P1, LOCK), (Op.RELEASE, P1, LOCK), (Op.RELEASE, P2, LOCK)]
    what = waiting()
    assert follow(what, [*steps, (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P1, LOCK), (Op.WAIT, P2, LOCK)]) is None
    assert follow(what, [(Op.ACQUIRE, P2, LOCK), (Op.WAIT, P2, LOCK)]) == [
        Waiter(P1, LOCK, P2),
        Waiter(P2, LOCK, P2),
    ]


def test_who_was_killed_keeps_the_lock_that_it_held() -> None:
    what = waiting()
    assert follow(what, [*started(P1, P2), (Op.ACQUIRE, P1, LOCK), (Op.WAIT, P2, LOCK)]) is None
    what.killed(P1)
    assert what.deadlock() == [Waiter(P2, LOCK, P1)]


def test_a_lock_that_nobody_is_known_to_hold_is_held_by_who_was_killed() -> None:
    what = waiting(3)
    follow(what, [*started(P1, P2, P3), (Op.WAIT, P2, LOCK), (Op.WAIT, P3, LOCK)])
    what.killed(P1)
    assert what.deadlock() == [Waiter(P2, LOCK, P1), Waiter(P3, LOCK, P1)]


def test_of_two_who_were_killed_nobody_knows_which_one_held_the_lock() -> None:
    what = waiting(3)
    follow(what, [*started(P1, P2, P3), (Op.WAIT, P3, LOCK)])
    what.killed(P1)
    what.killed(P2)
    assert what.deadlock() is None


def test_a_queue_that_only_who_was_killed_could_fill_stays_empty() -> None:
    what = waiting()
    follow(what, [*started(P1, P2), (Op.WAIT, P2, QUEUE)])
    what.killed(P1)
    assert what.deadlock() == [Waiter(P2, QUEUE, None)]
