"""A traced Lock behaves as the plain one does, and records who waits, acquires and releases."""

import multiprocessing
import threading

import pytest

from lost_update.tracing.locks import Lock, RLock
from lost_update.tracing.recorder import Recorder
from tests.serving import WAIT_SECONDS, until
from tests.tracing_here import ops, recorded

CONTEXT = multiprocessing.get_context("forkserver")


@pytest.fixture
def lock() -> Lock:
    return Lock(ctx=CONTEXT)


def test_it_is_a_lock_like_the_plain_one(lock: Lock) -> None:
    plain = CONTEXT.Lock()
    assert isinstance(lock, type(plain))
    assert repr(lock) == repr(plain)
    assert set(dir(plain)) <= set(dir(lock))


def test_a_free_lock_is_acquired_without_waiting(recorder: Recorder, lock: Lock) -> None:
    assert lock.acquire()
    lock.release()
    assert ops() == ["acquire", "release"]


def test_a_with_block_acquires_and_releases_also_when_it_raises(recorder: Recorder, lock: Lock) -> None:
    with pytest.raises(KeyError), lock:
        raise KeyError
    assert ops() == ["acquire", "release"]
    assert lock.acquire(False)


def test_a_process_that_finds_it_taken_says_so_before_blocking(recorder: Recorder, lock: Lock) -> None:
    lock.acquire()
    waiter = threading.Thread(target=lock.acquire, daemon=True)
    waiter.start()
    until(lambda: ops() == ["acquire", "wait"])
    lock.release()
    waiter.join(WAIT_SECONDS)
    assert sorted(ops()) == ["acquire", "acquire", "release", "wait"]
    assert [step["t_ns"] for step in recorded() if step["op"] == "acquire"][1] > recorded()[0]["t_ns"]


def test_an_attempt_that_does_not_block_leaves_no_step_when_it_fails(recorder: Recorder, lock: Lock) -> None:
    lock.acquire()
    assert lock.acquire(False) is False
    assert lock.acquire(block=False) is False
    assert ops() == ["acquire"]


def test_waiting_in_vain_leaves_the_wait_alone(recorder: Recorder, lock: Lock) -> None:
    lock.acquire()
    assert lock.acquire(timeout=0.001) is False
    assert ops() == ["acquire", "wait"]


def test_releasing_a_lock_that_is_free_raises_as_the_plain_one_does(recorder: Recorder, lock: Lock) -> None:
    with pytest.raises(ValueError, match="released too many times"):
        lock.release()
    with pytest.raises(AssertionError, match="attempt to release recursive lock not owned by thread"):
        RLock(ctx=CONTEXT).release()
    assert ops() == []
    assert recorder.stamping is False


def test_a_reentrant_lock_may_be_taken_again_by_its_owner(recorder: Recorder) -> None:
    lock = RLock(ctx=CONTEXT)
    with lock, lock:
        pass
    assert ops() == ["acquire", "acquire", "release", "release"]
