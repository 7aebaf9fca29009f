"""Computations by themselves: which caller gets what, however the work ends."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import Pipe
from time import monotonic

import pytest

from lost_update.execution.admission import Full
from lost_update.execution.computations import Computation, Computations, ComputedAnswer, Room
from lost_update.execution.ready_processes import ReadyProcesses
from lost_update.execution.solo import programs_of
from lost_update.execution.supervisor import new_context
from lost_update.sources.request import Refusal, RunRequest
from tests.serving import WAIT_SECONDS, descendants, is_alive, pythons_since

pytestmark = pytest.mark.processes


@pytest.fixture
def processes() -> Iterator[ReadyProcesses]:
    """Those that the computations of a test are worked out in."""
    processes = ReadyProcesses(new_context(), ("fractions",))
    yield processes
    processes.close()


@pytest.fixture
def computations(processes: ReadyProcesses) -> Iterator[Computations]:
    """Room for one, and for one that waits."""
    computations = Computations(processes, "sums", Room(at_once=1, waiting=1, remembered=2, seconds=WAIT_SECONDS))
    yield computations
    computations.close()


def in_time() -> float:
    return monotonic() + WAIT_SECONDS


def total(computation: Computation) -> ComputedAnswer:
    """Adds up, in a process of its own."""
    with computation.process() as call:
        return ComputedAnswer(str(call(in_time(), sum, [1, 2, 3])).encode(), is_final=True)


def sleeper(computation: Computation) -> ComputedAnswer:
    """Never comes to its end by itself."""
    with computation.process() as call:
        call(monotonic() + 10 * WAIT_SECONDS, time.sleep, 10 * WAIT_SECONDS)
    raise AssertionError("it has slept")


def test_a_function_is_called_in_another_process_which_is_gone_when_the_answer_is_there(
    computations: Computations,
) -> None:
    pids: list[int] = []

    def work(computation: Computation) -> ComputedAnswer:
        with computation.process() as call:
            pids.append(call(in_time(), os.getpid))
        return ComputedAnswer(b"", is_final=True)

    computations.ask("pid", work).result(WAIT_SECONDS)
    assert pids != [os.getpid()]
    assert pids[0] not in [process.pid for process in descendants(os.getpid())]


def test_a_process_need_not_be_used(computations: Computations) -> None:
    pids: list[int] = []

    def work(computation: Computation) -> ComputedAnswer:
        with computation.process():
            assert computation._pid is not None
            pids.append(computation._pid)
            assert is_alive(pids[0])
            return ComputedAnswer(b"0", is_final=True)

    assert computations.ask("not used", work).result(WAIT_SECONDS) == b"0"
    assert not is_alive(pids[0])


def test_a_final_answer_is_remembered_and_any_other_is_not(computations: Computations) -> None:
    asked: list[bool] = []

    def work(is_final: bool, _computation: Computation) -> ComputedAnswer:
        asked.append(is_final)
        return ComputedAnswer(b"6", is_final)

    for is_final in (False, False, True, True):
        assert computations.ask(is_final, partial(work, is_final)).result(WAIT_SECONDS) == b"6"
    assert asked == [False, False, True]


def test_a_fault_reaches_the_caller_and_the_next_goes_on(computations: Computations) -> None:
    def work(_computation: Computation) -> ComputedAnswer:
        raise ZeroDivisionError("as this test wants it")

    with pytest.raises(ZeroDivisionError):
        computations.ask("fault", work).result(WAIT_SECONDS)
    assert computations.ask("sum", total).result(WAIT_SECONDS) == b"6"


def test_a_thread_that_cannot_be_started_is_a_fault_too(
    computations: Computations, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        failed = computations.ask("sum", total)
    with pytest.raises(RuntimeError):
        failed.result(WAIT_SECONDS)
    assert computations.ask("sum", total).result(WAIT_SECONDS) == b"6"


def test_a_process_that_does_not_look_at_the_clock_is_killed(computations: Computations) -> None:
    def work(computation: Computation) -> ComputedAnswer:
        with computation.process() as call:
            call(monotonic() - WAIT_SECONDS, time.sleep, 10 * WAIT_SECONDS)
        raise AssertionError("it has slept")

    with pytest.raises(Refusal, match="no time"):
        computations.ask("sleep", work).result(WAIT_SECONDS)


def two_told(*, tell: Callable[[int], None]) -> int:
    """Says what it knows twice before it answers."""
    tell(1)
    tell(2)
    return 3


def test_what_a_process_tells_before_its_answer_is_not_the_answer(computations: Computations) -> None:
    def work(computation: Computation) -> ComputedAnswer:
        with computation.process() as call:
            return ComputedAnswer(str(call(in_time(), two_told, tells=True)).encode(), is_final=True)

    assert computations.ask("told", work).result(WAIT_SECONDS) == b"3"


def test_where_a_process_gets_no_further_in_time_the_answer_is_what_it_told_last(processes: ReadyProcesses) -> None:
    computation = Computation(processes, "told", total, "Ada", WAIT_SECONDS)
    here, there = Pipe()
    with here, there:
        for answer in (1, 2):
            there.send((answer, False))
        long_ago = monotonic() - WAIT_SECONDS
        assert computation._call(here, long_ago, two_told, tells=True) == 2
        with pytest.raises(Refusal, match="no time"):
            computation._call(here, long_ago, two_told, tells=True)


def test_one_goes_on_one_waits_and_the_next_is_refused_until_one_is_cancelled(computations: Computations) -> None:
    first, second = computations.ask(1, sleeper), computations.ask(2, sleeper)
    with pytest.raises(Full):
        computations.ask(3, total)
    assert second.cancel()
    third = computations.ask(3, total)
    assert not third.done()
    assert first.cancel()
    assert third.result(WAIT_SECONDS) == b"6"


def test_nobody_gives_way_to_a_visitor_who_would_have_as_many(computations: Computations) -> None:
    live, waits = computations.ask(1, sleeper, "Ada"), computations.ask(2, sleeper, "Ada")
    with pytest.raises(Full):
        computations.ask(3, total, "Bob")  # nobody has more than one that waits
    assert waits.cancel()
    assert live.cancel()


def test_visitors_take_turns_and_in_a_full_queue_the_one_with_the_most_gives_way(processes: ReadyProcesses) -> None:
    computations = Computations(processes, "sums", Room(at_once=1, waiting=3, remembered=9, seconds=WAIT_SECONDS))
    order: list[str] = []

    def work(name: str, _computation: Computation) -> ComputedAnswer:
        order.append(name)
        return ComputedAnswer(b"", is_final=True)

    first = computations.ask("first", sleeper, "Ada")
    asked = [computations.ask(name, partial(work, name), name[0]) for name in ("A1", "A2", "A3")]
    asked.append(computations.ask("B1", partial(work, "B1"), "B"))
    with pytest.raises(Full):
        asked[2].result(WAIT_SECONDS)
    first.cancel()
    for each in (asked[0], asked[1], asked[3]):
        each.result(WAIT_SECONDS)
    computations.close()
    assert order == ["A1", "B1", "A2"]


def test_a_question_that_was_just_cancelled_is_computed_anew(computations: Computations) -> None:
    first = computations.ask("sum", sleeper)
    assert first.cancel()
    assert computations.ask("sum", total).result(WAIT_SECONDS) == b"6"


def test_closing_answers_all_who_wait_and_takes_nothing_more(computations: Computations) -> None:
    asked = [computations.ask(number, sleeper) for number in range(2)]
    computations.close()
    for each in asked:
        with pytest.raises(Refusal, match="shutting down"):
            each.result(0)
    with pytest.raises(Refusal, match="shutting down"):
        computations.ask("sum", total)


def test_a_recording_ends_at_its_deadline() -> None:
    request = RunRequest(processes=2, iterations=2, seed=1)
    before = descendants(os.getpid())
    with pytest.raises(Refusal, match="no time to record"):
        programs_of(new_context(), request, monotonic())
    assert [process for process in pythons_since(before) if "forkserver" not in " ".join(process.cmdline())] == []
