"""A worker is taken through every interleaving of its steps, by real processes; what fails can be run again."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from lost_update.testing.exploring import ExplorationFailed, ExplorationImpossible, explore
from lost_update.testing.functions import NotByName
from lost_update.testing.outcomes import Exploration
from tests import ROOT, explored
from tests.variants import one_in

pytestmark = pytest.mark.processes


def failing(*arguments: Any, **named: Any) -> ExplorationFailed:
    """The failure of an exploration that must fail."""
    with pytest.raises(ExplorationFailed) as caught:
        explore(*arguments, **named)
    return caught.value


def finals(result: Exploration, name: str = "number") -> set[Any]:
    return {outcome.values[name] for outcome in result.outcomes if not outcome.deadlock}


def test_two_increments_have_twenty_interleavings_of_which_two_end_at_two() -> None:
    result = explore(explored.increment, explored.number, reduction=False)
    assert (result.executions, result.exhausted) == (20, True)
    assert {outcome.values["number"]: outcome.executions for outcome in result.outcomes} == {1: 18, 2: 2}


def test_the_reduction_finds_the_same_outcomes_in_four_executions() -> None:
    result = explore(explored.increment, explored.number)
    assert (result.executions, result.exhausted, finals(result)) == (4, True, {1, 2})
    assert "every interleaving: 4 executions" in str(result)


def test_two_increments_each_lose_up_to_two() -> None:
    result = explore(explored.increment_twice, explored.number)
    assert (result.exhausted, finals(result)) == (True, {2, 3, 4})


@pytest.mark.parametrize(
    ("worker", "share"),
    [
        (explored.increment_under, explored.number_and_lock),
        (explored.increment_under, explored.for_spawn),
        (explored.increment_under_its_lock, explored.number),
    ],
)
def test_a_lock_leaves_one_outcome_however_it_was_made(worker: Any, share: Any) -> None:
    result = explore(worker, share, processes=3)
    assert (result.executions, result.exhausted, finals(result)) == (6, True, {3})


def test_a_failure_prints_its_steps_and_a_schedule_that_fails_again() -> None:
    failure = failing(explored.increment, explored.number, invariant=explored.both_counted)
    text = str(failure)
    assert "ends as it must not: number = 1" in text
    assert "assert number.value == 2" in text
    place = r"tests/explored.py:\d+  number.value \+= 1"
    for step in ("read +number = 0", "modify +number = 1", "write +number = 1"):
        assert re.search(rf"^  P[12]  {step}  {place}$", text, re.MULTILINE), text
    call, schedule = re.findall(r'  (lost_update\.explore\(increment, number, .*schedule="(.*)"\))', text)[0]
    assert call.startswith("lost_update.explore(increment, number, processes=2, invariant=both_counted, schedule=")
    again = failing(explored.increment, explored.number, invariant=explored.both_counted, schedule=schedule)
    assert again.result.executions == 1
    assert again.result.outcomes[0].schedule == schedule
    assert again.result.outcomes[0].values == {"number": 1}


def test_a_schedule_is_followed_to_the_letter() -> None:
    result = explore(explored.increment, explored.number, schedule="P2 P1 P1 P2 P1 P2")
    assert [outcome.schedule for outcome in result.outcomes] == ["P2 P1 P1 P2 P1 P2"]
    assert not result.exhausted
    rest = explore(explored.increment, explored.number, schedule="P2 P2 P2")
    assert [outcome.schedule for outcome in rest.outcomes] == ["P2 P2 P2 P1 P1 P1"]
    with pytest.raises(ExplorationImpossible, match="Step 2 of the schedule cannot be taken: P2 waits there"):
        explore(explored.increment_under, explored.number_and_lock, schedule="P1 P2")
    with pytest.raises(ValueError, match="names P3; there are P1 to P2"):
        explore(explored.increment, explored.number, schedule="P1 P3")


def test_what_only_forks_can_share_is_explored_too() -> None:
    failure = failing(explored.withdraw, explored.account, invariant=explored.never_below_zero)
    assert "the balance is -1" in str(failure)
    assert "account.balance" in str(failure)


def test_a_deadlock_is_an_outcome_of_its_own() -> None:
    failure = failing([explored.left_first, explored.right_first], explored.two_locks, keep_going=True)
    (stuck,) = failure.result.failed
    assert [text.split(" (")[0] for text in stuck.deadlock] == ["P1 waits for right", "P2 waits for left"]
    assert failure.result.exhausted
    assert len(failure.result.outcomes) == 2
    workers = [explored.left_first, explored.right_first]
    assert failing(workers, explored.two_locks, schedule=stuck.schedule).result.outcomes[0].deadlock == stuck.deadlock


Expected = set[Any] | None
"""What the numbers end at; None for a deadlock in some order."""


@pytest.mark.parametrize(
    ("workers", "share", "ends"),
    one_in(
        2,
        [
            ([explored.wait_for, explored.set_after], explored.event_and_number, {2}),
            ([explored.wait_for, explored.wait_for], explored.event_and_number, None),
            ([explored.wait_for_a_while, explored.only_set], explored.event_and_number, {1, 2}),
            ([explored.wait_without_looking, explored.notify], explored.condition_and_number, None),
            ([explored.wait_until_set, explored.wait_until_set, explored.notify], explored.condition_and_number, {1}),
            ([explored.wait_for_a_minute, explored.notify], explored.condition_and_number, {1, 3}),
            ([explored.put_two, explored.take_one, explored.take_one], explored.queue_and_number, {1, 2, 3}),
            (
                [explored.take_one, explored.take_one, explored.take_one, explored.put_two],
                explored.queue_and_number,
                None,
            ),
            ([explored.take_one] * 2, explored.many_put, {0, 1}),
            ([explored.put_much, explored.take_much], explored.queue_and_number, {300_000}),
            ([explored.put_much] * 2, explored.queue_and_number, None),
            ([explored.send, explored.receive], explored.pipe_and_number, {2}),
            ([explored.increment_under] * 2, explored.semaphore_and_number, {1, 2}),
            ([explored.work, explored.wait_for_work], explored.joinable, set()),
            ([explored.work_and_forget, explored.wait_for_work], explored.joinable, None),
        ],
    ),
)
def test_whatever_can_be_waited_for_is_followed(workers: list[Any], share: Any, ends: Expected) -> None:
    if ends is None:
        failure = failing(workers, share)
        assert any(outcome.deadlock for outcome in failure.result.outcomes)
    else:
        result = explore(workers, share)
        assert result.exhausted
        assert not ends or finals(result) == ends


def test_who_meets_at_a_barrier_goes_on_together() -> None:
    result = explore(explored.meet, explored.barrier_and_numbers)
    assert (result.exhausted, [outcome.values["numbers"] for outcome in result.outcomes]) == (True, [[1, 1]])
    assert failing(explored.meet, explored.barrier_and_numbers, processes=3).result.failed[0].deadlock


def test_what_a_manager_holds_is_explored_as_calls() -> None:
    result = explore(explored.count_word, explored.managed)
    assert (result.executions, {str(outcome.values["counts"]) for outcome in result.outcomes}) == (
        4,
        {"""{"'the'": 1}""", """{"'the'": 2}"""},
    )
    locked = explore(explored.count_word_under, explored.managed)
    assert (locked.exhausted, len(locked.outcomes)) == (True, 1)


def test_two_that_look_at_a_managed_lock_at_the_same_time_are_not_in_each_others_way() -> None:
    locked = explore(explored.count_word_under, explored.managed_slowly)
    assert (locked.exhausted, locked.executions, len(locked.outcomes)) == (True, 2, 1)


def test_where_the_budget_ends_first_nothing_is_claimed() -> None:
    result = explore(explored.increment_twice, explored.number, budget=5)
    assert (result.executions, result.exhausted) == (5, False)
    assert "not every interleaving: 5 executions" in str(result)
    assert "budget of 5 executions" in str(result)
    timed = explore(explored.increment_twice, explored.number, seconds=0.01, reduction=False)
    assert not timed.exhausted
    assert "time of 0.01 s" in timed.stopped


def test_a_loop_that_waits_for_a_flag_ends_and_nothing_is_claimed() -> None:
    result = explore([explored.spin, explored.end_the_spin], explored.event_and_number)
    assert (result.exhausted, finals(result)) == (False, {1})
    assert "wait in a loop" in result.stopped


def test_an_exception_of_a_worker_is_a_failure() -> None:
    failure = failing(explored.raise_if_last, explored.number)
    assert "ValueError: I came last" in str(failure)
    assert "lost_update/testing" not in str(failure)
    assert "exit code 3" in str(failing(explored.exit_with_three, explored.number))


@pytest.mark.parametrize(
    ("worker", "share", "says"),
    [
        (explored.start_a_process, explored.number, "starts a process"),
        (explored.use_a_thread, explored.number, "a thread of its own"),
        (explored.increment, explored.no_tuple, "must return a tuple"),
        (explored.increment, explored.broken, "OSError: no space"),
    ],
)
def test_what_cannot_be_explored_is_said(worker: Any, share: Any, says: str) -> None:
    with pytest.raises(ExplorationImpossible, match=says):
        explore(worker, share)


def test_a_worker_that_time_decides_for_is_noticed() -> None:
    with pytest.raises(ExplorationImpossible, match="Something else decides"):
        explore(explored.take_other_steps, explored.number, processes=3, reduction=False, seconds=30)


def test_what_another_process_cannot_import_is_refused_and_says_what_to_do() -> None:
    def inside(number: Any) -> None:
        number.value += 1

    functions: list[tuple[Callable[..., Any], str]] = [
        (inside, "Move it to the top level of tests.test_explore_script"),
        (lambda _: None, "Move it to the top level"),
        (explored.Account().__init__, "must be a plain function"),  # type: ignore[misc]
    ]
    for function, says in functions:
        with pytest.raises(NotByName, match=says):
            explore(function, explored.number)


def test_no_process_is_left_and_no_semaphore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    failing([explored.left_first, explored.right_first], explored.two_locks)
    left = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    assert [command for command in left if str(tmp_path) in command] == []
    assert list(tmp_path.iterdir()) == []
    assert [file.name for file in Path("/dev/shm").iterdir() if tmp_path.name.replace("_", "-") in file.name] == []


def test_no_process_of_an_exploration_loads_what_is_heavy(tmp_path: Path) -> None:
    (tmp_path / "light.py").write_text(
        "import sys\n"
        "def share(): return ()\n"
        "def worker():\n"
        "    heavy = {'fastapi', 'numpy', 'pydantic', 'starlette', 'pytest', 'click'} & set(sys.modules)\n"
        "    assert not heavy, heavy\n"
    )
    code = "import light; from lost_update.testing.exploring import explore; print(explore(light.worker, light.share))"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{tmp_path}"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.startswith("every interleaving: 1 execution"), done.stderr
