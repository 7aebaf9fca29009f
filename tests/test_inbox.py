"""What is asked of a thread wakes it, is kept in order, and is never lost without a word."""

import os
import threading
from collections.abc import Iterator
from multiprocessing import connection

import pytest

from lost_update.execution.inbox import Inbox
from tests.serving import WAIT_SECONDS


@pytest.fixture
def inbox() -> Iterator[Inbox[str]]:
    made = Inbox[str]()
    made.open()
    yield made
    made.close()


def is_woken(inbox: Inbox[str]) -> bool:
    return bool(connection.wait([inbox.fileno()], 0))


def test_a_request_wakes_the_waiting_thread_until_it_is_taken(inbox: Inbox[str]) -> None:
    assert not is_woken(inbox)
    inbox.put("first")
    inbox.put("second")
    assert is_woken(inbox)
    assert inbox.take() == ["first", "second"]
    assert not is_woken(inbox)
    assert inbox.take() == []


def test_what_was_put_before_it_was_opened_wakes_too() -> None:
    inbox = Inbox[str]()
    assert inbox.put("early")
    inbox.open()
    assert is_woken(inbox)
    assert inbox.take() == ["early"]
    inbox.close()


def test_a_thread_that_waits_for_ever_is_woken_by_another(inbox: Inbox[str]) -> None:
    another = threading.Thread(target=inbox.put, args=("stop",))
    another.start()
    assert connection.wait([inbox.fileno()], WAIT_SECONDS)
    another.join()
    assert inbox.take() == ["stop"]


def test_after_its_end_it_accepts_nothing_and_what_was_not_taken_is_handed_back(inbox: Inbox[str]) -> None:
    inbox.put("late")
    descriptor = inbox.fileno()
    assert inbox.close() == ["late"]
    assert not inbox.put("too late")
    assert inbox.close() == []
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_of_many_who_ask_at_once_nobody_is_forgotten(inbox: Inbox[str]) -> None:
    askers = [threading.Thread(target=lambda: [inbox.put("x") for _ in range(500)]) for _ in range(8)]
    for asker in askers:
        asker.start()
    taken = 0
    while taken < 8 * 500:
        assert connection.wait([inbox.fileno()], WAIT_SECONDS)
        taken += len(inbox.take())
    for asker in askers:
        asker.join()
    assert not is_woken(inbox)
