"""What is decided at the pace `step`: which process may move, and which grant is refused. No process takes part."""

from collections.abc import Sequence

import pytest

from lost_update.analysis.deadlock import Waiter
from lost_update.execution.stepping import (
    Deadlocked,
    Grant,
    GrantRefused,
    Next,
    OpenGate,
    ScheduleFailed,
    Stepping,
    StepTaken,
)
from lost_update.model.encoding import Names
from lost_update.model.ops import Op
from lost_update.model.targets import Target
from lost_update.settings import GRANT_SECONDS

NUMBER, LOCK = 1, 2
DECLARED = [Target("number", "cell"), Target("lock", "lock")]
READ, MODIFY = Next(Op.READ, NUMBER, 1), Next(Op.MODIFY, NUMBER, 1)
ACQUIRE = Next(Op.ACQUIRE, LOCK, 1)
P1, P2 = 0, 1


def at_gates(p1: Next = READ, p2: Next = READ, schedule: Sequence[str] = ()) -> Stepping:
    """Two processes that both stand at their first gate."""
    stepping = Stepping(2, Names(["P1", "P2"], DECLARED), schedule)
    stepping.process_at_gate(P1, p1)
    stepping.process_at_gate(P2, p2)
    return stepping


def test_nothing_is_decided_before_everybody_stands_at_a_gate() -> None:
    stepping = Stepping(2, Names(["P1", "P2"], DECLARED), [])
    stepping.process_at_gate(P1, READ)
    stepping.ask(Grant("P1"), 0)
    assert stepping.decide(0) == []
    stepping.process_at_gate(P2, READ)
    assert stepping.decide(0) == [OpenGate(P1)]


def test_a_grant_is_refused_until_the_last_step_of_the_schedule_has_begun() -> None:
    stepping = at_gates(schedule=["P1", "P2"])
    early, late = Grant("P1"), Grant("P2")
    stepping.ask(early, 0)
    refused, opened = stepping.decide(0)
    assert refused == GrantRefused(early, "The schedule is still followed: 2 of its steps have not begun.")
    assert opened == OpenGate(P1)
    stepping.process_at_gate(P1, MODIFY)
    assert stepping.decide(0) == [OpenGate(P2)]
    stepping.ask(late, 0)
    assert stepping.decide(0) == []
    stepping.process_at_gate(P2, MODIFY)
    assert stepping.decide(0) == [OpenGate(P2)]


def test_two_who_grant_at_once_take_turns_and_each_is_answered_with_its_own_step() -> None:
    stepping = at_gates()
    first, second = Grant("P1"), Grant("P1")
    stepping.ask(first, 0)
    stepping.ask(second, 0)
    assert stepping.decide(0) == [OpenGate(P1)]
    assert stepping.at_gates() == [P2]
    assert stepping.decide(0) == []
    stepping.process_at_gate(P1, MODIFY)
    assert stepping.step_logged(P1, 7) == StepTaken(first, 7)
    assert stepping.decide(0) == [OpenGate(P1)]
    assert stepping.step_logged(P1, 8) == StepTaken(second, 8)


def test_a_step_of_the_schedule_answers_nobody() -> None:
    stepping = at_gates(schedule=["P2"])
    assert stepping.decide(0) == [OpenGate(P2)]
    assert stepping.step_logged(P2, 3) is None


def test_a_schedule_that_cannot_be_followed_is_left_and_grants_go_on() -> None:
    stepping = at_gates(ACQUIRE, ACQUIRE, schedule=["P1", "P2", "P1"])
    assert stepping.decide(0) == [OpenGate(P1)]
    stepping.process_at_gate(P1, READ)
    reason = "The schedule cannot be followed: step 2 is P2. P2 waits for the lock, which P1 holds."
    assert stepping.decide(0) == [ScheduleFailed(reason)]
    grant = Grant("P1")
    stepping.ask(grant, 0)
    assert stepping.decide(0) == [OpenGate(P1)]


def test_everybody_who_waits_for_what_is_held_is_a_deadlock() -> None:
    stepping = at_gates(ACQUIRE, ACQUIRE, schedule=["P1"])
    assert stepping.decide(0) == [OpenGate(P1)]
    stepping.process_ended(P1)
    assert stepping.decide(0) == [Deadlocked([Waiter(P2, LOCK, P1)])]
    assert stepping.runnable() == ()
    assert stepping.next_steps() == {"P2": (ACQUIRE, "P2 waits for the lock, which P1 held when it ended.")}


def test_a_grant_to_one_who_cannot_move_is_refused_and_holds_up_nobody() -> None:
    stepping = at_gates(ACQUIRE, ACQUIRE, schedule=["P1"])
    stepping.decide(0)
    stepping.process_at_gate(P1, READ)
    blocked, free = Grant("P2"), Grant("P1")
    stepping.ask(blocked, 0)
    stepping.ask(free, 0)
    assert stepping.decide(0) == [GrantRefused(blocked, "P2 waits for the lock, which P1 holds."), OpenGate(P1)]


@pytest.mark.parametrize("is_let", [False, True])
def test_a_grant_waits_only_so_long_for_a_process_that_does_not_finish_its_step(is_let: bool) -> None:
    stepping = at_gates()
    first, second = Grant("P1"), Grant("P2")
    stepping.ask(first, 0)
    stepping.decide(0)
    stepping.ask(second, 1)
    late, ends = (first, 0) if is_let else (second, 1)
    assert stepping.patience_ends() == GRANT_SECONDS
    refused = stepping.decide(ends + GRANT_SECONDS)
    assert GrantRefused(late, "Another process has not finished its step.") in refused
    assert stepping.step_logged(P1, 5) is None  # a step that comes all the same is nobody's


def test_at_the_end_nobody_is_left_without_an_answer() -> None:
    stepping = at_gates()
    let, waiting = Grant("P1"), Grant("P2")
    stepping.ask(let, 0)
    stepping.ask(waiting, 0)
    stepping.decide(0)
    assert stepping.close() == [
        GrantRefused(waiting, "The run has ended."),
        GrantRefused(let, "The run ended before P1 took its step."),
    ]
