"""A traced Array behaves as the plain one does, and each of its elements is a cell of its own."""

import multiprocessing
from typing import Any

import pytest

from lost_update.sources.naming import name_shared
from lost_update.tracing.array import Array, make_array
from lost_update.tracing.locks import Lock
from lost_update.tracing.recorder import Recorder
from tests.tracing_here import ops, recorded

CONTEXT = multiprocessing.get_context("forkserver")
FIRST = 1


def make(kind: Any = "i", size_or_initial: Any = (10, 20, 30), lock: Any = True) -> Any:
    array = make_array(CONTEXT, kind, size_or_initial, lock)
    if isinstance(array, Array):
        array.name(FIRST)
    return array


def plain(kind: Any = "i", size_or_initial: Any = (10, 20, 30)) -> Any:
    return CONTEXT.Array(kind, size_or_initial)


def test_an_increment_of_an_element_is_a_read_a_modify_and_a_write_of_that_element(recorder: Recorder) -> None:
    numbers = make()
    numbers[1] += 1
    steps = [{name: step[name] for name in step if name not in ("t_ns", "line")} for step in recorded()]
    assert steps == [
        {"op": "read", "target": FIRST + 1, "value": 20, "version": 0},
        {"op": "modify", "target": FIRST + 1, "value": 21},
        {"op": "write", "target": FIRST + 1, "value": 21, "version": 1, "base": 0},
    ]
    assert numbers[:] == [10, 21, 30]


def test_each_element_has_its_own_versions(recorder: Recorder) -> None:
    numbers = make()
    for index in (0, 2, 2):
        numbers[index] += 1
    assert [cell.memory() for cell in numbers.cells] == [(11, 1), (20, 0), (32, 2)]


def test_a_read_of_one_element_is_no_base_for_a_write_of_another(recorder: Recorder) -> None:
    numbers = make()
    numbers[0] = numbers[1]
    assert "base" not in recorded()[-1]


def test_a_slice_is_as_many_steps_as_it_has_elements(recorder: Recorder) -> None:
    numbers = make()
    assert numbers[1:] == [20, 30]
    numbers[:2] = [1, 2]
    assert ops() == ["acquire", "read", "read", "release", "acquire", *["modify", "write"] * 2, "release"]
    assert [step["target"] for step in recorded() if step["op"] in ("read", "write")] == [2, 3, 1, 2]
    assert numbers[:] == [1, 2, 30]


def test_it_is_a_synchronized_array_like_the_plain_one(recorder: Recorder) -> None:
    numbers = make()
    assert isinstance(numbers, type(plain()))
    assert set(dir(plain())) <= set(dir(numbers))
    assert len(numbers) == 3
    assert list(numbers) == list(plain())
    assert list(numbers.get_obj()) == [10, 20, 30]


@pytest.mark.parametrize("index", [0, -1, 2, -3, slice(None), slice(0, 3, 2), slice(2, None, -1), slice(5, 9)])
def test_it_is_indexed_as_the_plain_one_is(recorder: Recorder, index: Any) -> None:
    assert make()[index] == plain()[index]


@pytest.mark.parametrize("index", [3, -4, "1", None, 1.0])
def test_what_the_plain_one_does_not_have_raises_alike_and_leaves_no_step(recorder: Recorder, index: Any) -> None:
    for name, arguments in {"__getitem__": (index,), "__setitem__": (index, 1)}.items():
        with pytest.raises(Exception) as plainly:  # noqa: PT011 - whatever it is, both must raise it
            getattr(plain(), name)(*arguments)
        with pytest.raises(plainly.type):
            getattr(make(), name)(*arguments)
    assert ops() == []


@pytest.mark.parametrize("new", [[1], [1, 2, 3, 4]])
def test_a_slice_never_changes_the_length(recorder: Recorder, new: list[int]) -> None:
    numbers = make()
    for array in (plain(), numbers):
        with pytest.raises(ValueError, match="Can only assign sequence of same size"):
            array[:3] = new
    assert numbers[:] == plain()[:]
    assert numbers.get_lock().acquire(False)


def test_an_array_of_floats_holds_floats(recorder: Recorder) -> None:
    numbers = make("d", [0.0, 100.0])
    numbers[1] += 1
    assert numbers[:] == [0.0, 101.0]
    assert numbers.cells[1].decode(recorded()[2]["value"]) == 101.0


def test_a_size_makes_that_many_zeros(recorder: Recorder) -> None:
    assert make("i", 3)[:] == plain("i", 3)[:] == [0, 0, 0]
    assert make("i", 0)[:] == []


def test_its_own_lock_is_one_for_all_elements(recorder: Recorder) -> None:
    numbers = make()
    with numbers.get_lock():
        numbers[0] += 1
        numbers[1] += 1
    with numbers:
        pass
    numbers.acquire()
    numbers.release()
    increment = ["read", "modify", "write"]
    assert ops() == ["acquire", *increment * 2, "release", *["acquire", "release"] * 2]


def test_an_array_may_share_the_lock_of_another_object(recorder: Recorder) -> None:
    lock = Lock(ctx=CONTEXT)
    numbers = make("i", [1], lock)
    assert numbers.get_lock() is lock
    numbers[0] += 1
    assert ops() == ["read", "modify", "write"]


def test_an_array_without_a_lock_is_bare_memory(recorder: Recorder) -> None:
    numbers = make(lock=False)
    numbers[0] += 1
    assert list(numbers) == [11, 20, 30]
    assert ops() == []


def test_its_elements_are_named_by_their_index() -> None:
    shared = name_shared(["P1"], [{"numbers": make("d", [1.0, 2.0])}])
    assert shared.names.targets == ["", "numbers[0]", "numbers[1]", "numbers.get_lock()"]
    assert {name: read() for name, read in shared.readers.items()} == {"numbers[0]": 1.0, "numbers[1]": 2.0}
