"""Messages are read whole, and the reader never waits for the rest of one that has begun."""

import os
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from struct import pack
from threading import Thread
from typing import Any

import pytest

from lost_update.execution.message_reader import READ_AT_ONCE, MessageReader

Ends = tuple[MessageReader, "Connection[Any, Any]"]


@pytest.fixture
def ends() -> Iterator[Ends]:
    receiving, sending = Pipe(duplex=False)
    yield MessageReader(receiving), sending
    receiving.close()
    sending.close()


def send(sending: "Connection[Any, Any]", message: object) -> None:
    """As a process's recorder does."""
    sending.send_bytes(ForkingPickler.dumps(message))


def test_all_that_has_come_is_read_at_once_in_its_order(ends: Ends) -> None:
    reader, sending = ends
    assert reader.read() == []
    for number in range(100):
        send(sending, (number, b"records"))
    assert reader.read() == [(number, b"records") for number in range(100)]
    assert not reader.is_at_end


def test_a_message_that_comes_in_pieces_is_read_with_its_last_byte(ends: Ends) -> None:
    reader, sending = ends
    pickled = bytes(ForkingPickler.dumps((7, b"x" * 1000)))
    framed = pack("!i", len(pickled)) + pickled
    for byte in framed[:-1]:
        os.write(sending.fileno(), bytes([byte]))
        assert reader.read() == []
    os.write(sending.fileno(), framed[-1:])
    assert reader.read() == [(7, b"x" * 1000)]


def test_a_message_longer_than_what_is_read_at_once_comes_in_full(ends: Ends) -> None:
    reader, sending = ends
    message = (1, b"x" * (3 * READ_AT_ONCE))
    sender = Thread(target=send, args=(sending, message))
    sender.start()
    read: list[Any] = []
    while not read:
        read = reader.read()
    sender.join()
    assert read == [message]


def test_what_was_whole_before_the_end_is_read_and_half_a_message_is_dropped(ends: Ends) -> None:
    reader, sending = ends
    send(sending, (1, b"whole"))
    os.write(sending.fileno(), pack("!i", 100) + b"half")
    sending.close()
    assert reader.read() == [(1, b"whole")]
    assert reader.is_at_end
    assert reader.read() == []
