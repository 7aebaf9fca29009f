"""A traced Value behaves as the plain one does, and records what was done to it."""

import multiprocessing
from typing import Any

import pytest

from lost_update.model.steps import NO_SOURCE
from lost_update.sources.code import shown_of
from lost_update.tracing.locks import Lock
from lost_update.tracing.recorder import Recorder
from lost_update.tracing.shared import Value, make_value
from tests.tracing_here import ops, recorded

CONTEXT = multiprocessing.get_context("forkserver")
NUMBER = 1


def make(kind: Any = "i", *initial: Any, lock: Any = True) -> Any:
    value = make_value(CONTEXT, kind, *initial, lock=lock)
    if isinstance(value, Value):
        value.name(NUMBER)
    return value


def plain(kind: Any = "i", *initial: Any) -> Any:
    return CONTEXT.Value(kind, *initial)


def test_an_increment_is_a_read_a_modify_and_a_write(recorder: Recorder) -> None:
    number = make("i", 4)
    number.value += 1
    steps = [{name: step[name] for name in step if name not in ("t_ns", "line")} for step in recorded()]
    assert steps == [
        {"op": "read", "target": NUMBER, "value": 4, "version": 0},
        {"op": "modify", "target": NUMBER, "value": 5},
        {"op": "write", "target": NUMBER, "value": 5, "version": 1, "base": 0},
    ]


def test_times_never_go_back(recorder: Recorder) -> None:
    number = make()
    for _ in range(50):
        number.value += 1
    times = [step["t_ns"] for step in recorded()]
    assert times == sorted(times)


def test_a_write_without_a_read_is_blind(recorder: Recorder) -> None:
    number = make()
    number.value = 7
    number.value += 1
    number.value = 9
    assert [step.get("base") for step in recorded() if step["op"] == "write"] == [None, 1, None]


def test_a_write_is_built_on_the_last_read_before_it(recorder: Recorder) -> None:
    number = make()
    first = number.value
    number._version[0] += 1  # another process writes
    second = number.value
    number.value = first + second
    assert [step.get("base") for step in recorded() if step["op"] == "write"] == [1]


def test_it_is_a_synchronized_value_like_the_plain_one() -> None:
    number = make("i", 3)
    assert isinstance(number, type(plain()))
    assert repr(number) == repr(plain("i", 3)).replace("Synchronized", "Value")
    assert number.get_obj().value == 3
    assert set(dir(plain())) <= set(dir(number))


@pytest.mark.parametrize("kind", list("bBhHiIlLqQ"))
@pytest.mark.parametrize("new", [0, 1, -1, 127, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 2**64 + 5, True])
def test_integers_wrap_as_in_the_plain_value(recorder: Recorder, kind: str, new: int) -> None:
    traced, untraced = make(kind), plain(kind)
    traced.value = new
    untraced.value = new
    assert traced.value == untraced.value
    bits, version = traced.memory()
    assert (traced.decode(bits), version) == (untraced.value, 1)


@pytest.mark.parametrize(("kind", "new"), [("d", 2.5), ("d", 3), ("f", 0.1), ("c", b"x"), ("d", float("inf"))])
def test_other_kinds_hold_what_the_plain_value_holds(recorder: Recorder, kind: str, new: Any) -> None:
    traced, untraced = make(kind), plain(kind)
    traced.value = new
    untraced.value = new
    assert traced.value == untraced.value
    assert traced.decode(recorded()[-1]["value"]) == untraced.value


@pytest.mark.parametrize(("kind", "new"), [("i", 1.5), ("i", "1"), ("i", None), ("d", "x"), ("c", b"long"), ("c", "x")])
def test_what_the_plain_value_refuses_is_refused_alike_and_leaves_no_step(
    recorder: Recorder, kind: str, new: Any
) -> None:
    traced, untraced = make(kind), plain(kind)
    with pytest.raises(Exception) as plainly:  # noqa: PT011 - whatever it is, both must raise it
        untraced.value = new
    with pytest.raises(plainly.type) as tracing:
        traced.value = new
    assert str(tracing.value) == str(plainly.value)
    assert traced.memory()[1] == 0
    assert ops() == []
    assert traced.acquire(False)


def test_its_own_lock_is_recorded_where_the_code_takes_it(recorder: Recorder) -> None:
    number = make()
    with number.get_lock():
        number.value += 1
    with number:
        pass
    number.acquire()
    number.release()
    assert ops() == ["acquire", "read", "modify", "write", "release", "acquire", "release", "acquire", "release"]


def test_its_own_lock_may_be_taken_twice(recorder: Recorder) -> None:
    number = make()
    with number.get_lock(), number.get_lock():
        number.value += 1
    assert ops().count("acquire") == ops().count("release") == 2


def test_a_value_may_share_the_lock_of_another_object(recorder: Recorder) -> None:
    lock = Lock(ctx=CONTEXT)
    number = make("i", 0, lock=lock)
    number.value += 1
    assert number.get_lock() is lock
    assert ops() == ["read", "modify", "write"]
    lock.acquire()
    assert not number.acquire(False)


def test_a_value_without_a_lock_is_bare_memory(recorder: Recorder) -> None:
    number = make("i", 5, lock=False)
    number.value += 1
    assert number.value == 6
    assert type(number) is type(plain("i", 5).get_obj())
    assert ops() == []


def test_the_line_is_that_of_the_code_shown(recorder: Recorder) -> None:
    def work(number: Any) -> None:
        number.value += 1

        def inner() -> None:
            number.value = 3

        inner()

    shown = shown_of((work,))
    recorder._shown, recorder.code = {shown.file: (shown, NO_SOURCE)}, None
    number = make()
    work(number)
    number.value = 0  # not in the code shown
    assert [step["line"] for step in recorded()] == [2, 2, 2, 5, 5, 0, 0]
