"""How a process begins to record and how it ends: here in this very process."""

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lost_update.model.ops import Op
from lost_update.model.steps import RECORD, split_kind
from lost_update.tracing import process_lifecycle
from lost_update.tracing.recorder import NOT_SHOWN, Recorder
from tests.serving import until

CONTEXT = multiprocessing.get_context("forkserver")
KIND, FIRST = 0, 4


@pytest.fixture
def pipe(recorder: Recorder) -> Iterator[Any]:
    """The pipe of a process that records; afterwards signals mean to this one what they did before."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
    before = {number: signal.getsignal(number) for number in signals}
    made = CONTEXT.Pipe(duplex=False)
    hook, errors = sys.unraisablehook, sys.stderr
    yield made
    if sys.stderr is not errors:
        sys.stderr.close()
    sys.unraisablehook, sys.stderr = hook, errors
    for number, handler in before.items():
        signal.signal(number, handler)
    made[0].close()
    made[1].close()


def live(pipe: Any, *work: Callable[[], object], may_fail: bool = True) -> None:
    """Do all this, one after the other, as a process with a single thread: this one may have no courier to end it."""
    with process_lifecycle.recorded(pipe[1], NOT_SHOWN, None, traced=True, may_fail=may_fail, has_threads=False):
        for part in work:
            part()


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def ask_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def wait_in_vain() -> None:
    until(lambda: False)


def told(pipe: Any) -> list[tuple[str, int]]:
    """What was sent: each step's word, and what is in its first slot."""
    batches = []
    with contextlib.suppress(EOFError):
        while True:
            batches.append(pipe[0].recv()[1])
    records = RECORD.iter_unpack(b"".join(batches))
    return [(Op(split_kind(record[KIND])[0]).word, record[FIRST]) for record in records]


def test_a_life_begins_with_the_pid_and_ends_with_the_exit_code(pipe: Any) -> None:
    live(pipe, process_lifecycle.begin)
    assert told(pipe) == [("start", os.getpid()), ("exit", 0)]


def test_the_first_thing_sent_is_that_there_is_nothing_older(pipe: Any) -> None:
    live(pipe)
    watermark, records = pipe[0].recv()
    assert watermark > 0
    assert records == b""


def test_an_error_is_a_step_and_an_exit_code(pipe: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        live(pipe, raising(ValueError()))
    assert ended.value.code == process_lifecycle.FAILED == 1
    assert told(pipe) == [("fail", 0), ("exit", process_lifecycle.FAILED)]


def test_an_error_that_is_no_part_of_the_lesson_is_raised_on(pipe: Any) -> None:
    with pytest.raises(ValueError, match="a fault"):
        live(pipe, raising(ValueError("a fault")), may_fail=False)
    assert told(pipe) == [("fail", 0), ("exit", process_lifecycle.FAILED)]


@pytest.mark.parametrize(("code", "exitcode"), [(None, 0), (0, 0), (3, 3), ("a message", 1)])
def test_code_may_end_its_process_itself(pipe: Any, code: Any, exitcode: int) -> None:
    with pytest.raises(SystemExit):
        live(pipe, raising(SystemExit(code)))
    assert told(pipe) == [("exit", exitcode)]


def test_who_is_asked_to_end_says_so(pipe: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        live(pipe, ask_to_end, wait_in_vain)
    assert ended.value.code == process_lifecycle.STOPPED
    assert told(pipe) == [("exit", process_lifecycle.STOPPED)]


class AskedAsItGoes:
    def __del__(self) -> None:
        ask_to_end()


def test_who_is_asked_to_end_does_so_also_where_python_drops_what_is_raised(
    pipe: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        live(pipe, AskedAsItGoes, wait_in_vain)
    assert ended.value.code == process_lifecycle.STOPPED
    assert told(pipe) == [("exit", process_lifecycle.STOPPED)]
    assert capsys.readouterr().err == ""


class HalfMade:
    def __del__(self) -> None:
        raise AttributeError("as a Pool's that has not come to the end of its making")


def test_what_was_left_half_made_by_who_was_asked_to_end_is_no_fault(
    pipe: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave_something_half_made() -> None:
        try:
            ask_to_end()
            wait_in_vain()
        finally:
            HalfMade()

    with pytest.raises(SystemExit) as ended:
        live(pipe, leave_something_half_made)
    assert ended.value.code == process_lifecycle.STOPPED
    assert told(pipe) == [("exit", process_lifecycle.STOPPED)]
    assert capsys.readouterr().err == ""


def test_nobody_is_ended_in_the_middle_of_a_step(recorder: Recorder, pipe: Any) -> None:
    def step() -> None:
        recorder.stamping = True
        ask_to_end()
        until(lambda: signal.getitimer(signal.ITIMER_REAL)[0] > 0)
        recorder.note(Op.GET)
        recorder.stamping = False

    with pytest.raises(SystemExit):
        live(pipe, step, wait_in_vain)
    assert told(pipe) == [("get", 0), ("exit", process_lifecycle.STOPPED)]


def test_nobody_is_ended_while_records_are_on_their_way(
    recorder: Recorder, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_take = recorder.take

    def take() -> Any:
        taken = plain_take()
        if any(records for _, records in taken):
            ask_to_end()
        return taken

    monkeypatch.setattr(recorder, "take", take)
    with pytest.raises(SystemExit):
        live(pipe, lambda: recorder.note(Op.GET), wait_in_vain)
    assert told(pipe) == [("get", 0), ("exit", process_lifecycle.STOPPED)]


def test_being_asked_twice_is_being_asked_once(pipe: Any) -> None:
    def hesitate() -> None:
        try:
            ask_to_end()
        finally:
            ask_to_end()

    with pytest.raises(SystemExit):
        live(pipe, hesitate)
    assert told(pipe) == [("exit", process_lifecycle.STOPPED)]


def test_what_is_raised_on_the_way_out_by_who_was_asked_to_end_is_no_fault(pipe: Any) -> None:
    def leave_something_in_the_middle() -> None:
        try:
            ask_to_end()
            wait_in_vain()
        finally:
            raise RuntimeError("as a lock does that is released by who does not hold it")

    with pytest.raises(SystemExit) as ended:
        live(pipe, leave_something_in_the_middle, may_fail=False)
    assert ended.value.code == process_lifecycle.STOPPED
    assert told(pipe) == [("exit", process_lifecycle.STOPPED)]


def test_ctrl_c_is_for_the_server_alone(pipe: Any) -> None:
    live(pipe, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert told(pipe) == [("exit", 0)]


def test_a_process_that_was_forked_leaves_behind_what_it_inherited(recorder: Recorder, pipe: Any) -> None:
    reader, inherited = CONTEXT.Pipe(duplex=False)
    recorder.start(inherited, NOT_SHOWN, None, at_once=True)
    recorder.append(b"inherited")
    live(pipe)
    assert told(pipe) == [("exit", 0)]
    assert inherited.closed
    reader.close()
