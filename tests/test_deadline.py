"""Which limit ends a run, when, and with which words: without any run, and without waiting for anything."""

from lost_update.execution.deadline import Deadline, Kill, Stop
from lost_update.settings import Settings

SETTINGS = Settings(max_seconds=120, max_idle_seconds=300, grace_seconds=0.5)

TIME_LIMIT = Stop("It was stopped after 120 s, the longest that a run may last.")
IDLE_LIMIT = Stop("It was stopped: nobody took a step for 300 s.")
BEGAN = 1000.0


def test_the_time_limit_ends_a_run_and_says_so() -> None:
    deadline = Deadline(SETTINGS, "free", BEGAN)
    assert deadline.at == BEGAN + 120
    assert deadline.due(BEGAN + 119.9) is None
    assert deadline.due(BEGAN + 120) == TIME_LIMIT


def test_at_the_pace_step_only_the_idle_limit_ends_it() -> None:
    deadline = Deadline(SETTINGS, "step", BEGAN)
    assert deadline.due(BEGAN + 299) is None
    assert deadline.due(BEGAN + 300) == IDLE_LIMIT


def test_a_granted_step_gives_as_much_time_again() -> None:
    deadline = Deadline(SETTINGS, "step", BEGAN)
    deadline.step_granted(BEGAN + 299)
    assert deadline.due(BEGAN + 598) is None
    assert deadline.due(BEGAN + 599) == IDLE_LIMIT


def test_at_any_other_pace_no_step_moves_the_time_limit() -> None:
    deadline = Deadline(SETTINGS, "slow", BEGAN)
    deadline.step_granted(BEGAN + 119)
    assert deadline.due(BEGAN + 120) == TIME_LIMIT


def test_once_it_ends_only_the_grace_counts_and_the_kill_is_due_once() -> None:
    for pace in ("free", "step"):
        deadline = Deadline(SETTINGS, pace, BEGAN)
        deadline.ending(BEGAN + 10)
        deadline.step_granted(BEGAN + 10.1)  # a step that was on its way
        assert deadline.due(BEGAN + 10.4) is None
        assert deadline.due(BEGAN + 10.5) == Kill()
        assert deadline.at is None
        assert deadline.due(BEGAN + 1000) is None


def test_when_a_process_has_died_the_others_have_the_grace_whatever_is_granted_to_them() -> None:
    for pace in ("free", "step"):
        deadline = Deadline(SETTINGS, pace, BEGAN)
        deadline.someone_died(BEGAN + 10)
        deadline.step_granted(BEGAN + 10.4)
        assert deadline.due(BEGAN + 10.4) is None
        assert isinstance(deadline.due(BEGAN + 10.5), Stop)


def test_a_death_gives_nobody_more_time_than_there_was() -> None:
    deadline = Deadline(SETTINGS, "free", BEGAN)
    deadline.someone_died(BEGAN + 119.9)
    assert deadline.due(BEGAN + 120) == TIME_LIMIT


def test_after_a_kill_there_is_nothing_more_to_do() -> None:
    deadline = Deadline(SETTINGS, "free", BEGAN)
    deadline.killed()
    assert deadline.at is None
    assert deadline.due(BEGAN + 1000) is None
