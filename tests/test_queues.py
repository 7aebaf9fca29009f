"""A traced Queue behaves as the plain one does, and records what was put and what was got."""

import multiprocessing
import threading
from collections.abc import Iterator
from queue import Empty, Full
from typing import Any

import pytest

from lost_update.model.ops import ENDS_BY_ITSELF, FOR_EVER, NOTHING, PRESENT
from lost_update.sources.naming import name_shared
from lost_update.tracing.queues import Queue
from lost_update.tracing.recorder import Recorder
from tests.serving import WAIT_SECONDS, until
from tests.tracing_here import ops, recorded

CONTEXT = multiprocessing.get_context("forkserver")
LINE = 3


def close(queue: Any) -> None:
    queue.close()
    queue.join_thread()


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue(0, CONTEXT)
    yield made
    close(made)


def test_what_goes_in_first_comes_out_first(recorder: Recorder, queue: Queue) -> None:
    for number in (3, 1, 2):
        queue.put(number)
    assert [queue.get() for _ in range(3)] == [3, 1, 2]
    moved = [(step["op"], step["value"]) for step in recorded() if step["op"] != "wait"]
    assert moved == [("put", 3), ("put", 1), ("put", 2), ("get", 3), ("get", 1), ("get", 2)]


def test_it_is_a_queue_like_the_plain_one(queue: Queue) -> None:
    plain = CONTEXT.Queue()
    assert isinstance(queue, type(plain))
    assert set(dir(plain)) <= set(dir(queue))
    close(plain)


def test_a_process_that_finds_it_empty_says_so_before_blocking(recorder: Recorder, queue: Queue) -> None:
    reader = threading.Thread(target=queue.get, daemon=True)
    reader.start()
    until(lambda: ops() == ["wait"])
    queue.put(1)
    reader.join(WAIT_SECONDS)
    assert ops() == ["wait", "put", "get"]
    assert recorded()[0]["ends_by_itself"] == FOR_EVER


def test_who_waits_only_for_a_while_says_so_too(recorder: Recorder, queue: Queue) -> None:
    with pytest.raises(Empty):
        queue.get(timeout=0.001)
    assert [(step["op"], step["ends_by_itself"]) for step in recorded()] == [("wait", ENDS_BY_ITSELF)]


def test_an_attempt_that_does_not_block_leaves_no_step_when_it_fails(recorder: Recorder, queue: Queue) -> None:
    for attempt in (queue.get_nowait, lambda: queue.get(False), lambda: queue.get(block=False)):
        with pytest.raises(Empty):
            attempt()
    assert ops() == []


def test_the_shorter_names_do_the_same(recorder: Recorder, queue: Queue) -> None:
    queue.put_nowait(4)
    until(lambda: not queue.empty())
    assert queue.get_nowait() == 4
    assert ops() == ["put", "get"]


@pytest.mark.parametrize("thing", [None, "text", 2.5, [1], 2**63, -(2**63) - 1])
def test_what_is_no_integer_of_64_bits_travels_and_is_not_shown(
    recorder: Recorder, queue: Queue, thing: object
) -> None:
    queue.put(thing)
    assert queue.get() == thing
    assert [step.get("presence") for step in recorded() if step["op"] != "wait"] == [None, None]


@pytest.mark.parametrize("thing", [0, -1, 2**63 - 1, -(2**63)])
def test_an_integer_is_shown_as_it_is(recorder: Recorder, queue: Queue, thing: int) -> None:
    queue.put(thing)
    queue.get()
    moved = [step for step in recorded() if step["op"] in ("put", "get")]
    assert [step.get("presence") for step in moved] == [PRESENT, PRESENT]
    assert [step.get("value", NOTHING) for step in moved] == [thing, thing]


def test_a_queue_that_is_full_refuses_as_the_plain_one_does(recorder: Recorder) -> None:
    queue = Queue(1, CONTEXT)
    queue.put(1)
    with pytest.raises(Full):
        queue.put(2, block=False)
    with pytest.raises(Full):
        queue.put(2, timeout=0.001)
    assert recorder.stamping is False
    assert queue.get() == 1
    close(queue)


def test_a_put_is_stamped_before_the_object_is_handed_over(recorder: Recorder, queue: Queue) -> None:
    for number in range(50):
        queue.put(number)
        assert queue.get() == number
    times = {op: [step["t_ns"] for step in recorded() if step["op"] == op] for op in ("put", "get")}
    assert all(put < got for put, got in zip(times["put"], times["get"], strict=True))


def test_nobody_is_ended_between_the_step_and_the_put(
    recorder: Recorder, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    during: list[bool] = []
    plain_put = multiprocessing.queues.Queue.put

    def put(self: Any, *arguments: Any) -> None:
        during.append(recorder.stamping)
        plain_put(self, *arguments)

    monkeypatch.setattr(multiprocessing.queues.Queue, "put", put)
    queue.put(1)
    assert during == [True]
    assert recorder.stamping is False


def test_the_gate_is_asked_before_each_put_and_get(recorder: Recorder, queue: Queue) -> None:
    asked: list[tuple[str, int, list[str]]] = []
    recorder.gate = lambda op, target: asked.append((op.word, target, ops()))
    queue.target = 7
    queue.put(1)
    queue.get()
    assert [(op, target) for op, target, _ in asked] == [("put", 7), ("get", 7)]
    assert asked[0][2] == []
    assert "get" not in asked[1][2]


def test_it_is_named_as_its_parameter(queue: Queue) -> None:
    shared = name_shared(["P1", "P2"], [{"queue": queue}, {"queue": queue}])
    assert shared.names.targets == ["", "queue"]
    assert queue.target == 1
    assert shared.unavailable[1]()
