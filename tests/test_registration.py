"""How a process is registered before it starts: who gets which ends, and what happens to them."""

import os
import pickle
from collections.abc import Iterator
from multiprocessing import Pipe
from threading import Thread
from typing import Any

import psutil
import pytest

from lost_update.tracing.pace import Pace
from lost_update.tracing.recorder import NEVER, NOT_SHOWN
from lost_update.tracing.registration import Options, Request, register, requested

OPTIONS = Options(NOT_SHOWN, Pace("free", 0, 0), may_fail=True, traced=True)
P7, TARGET = "P7", 12


class Answering:
    """A server that takes one request and gives one answer."""

    def __init__(self, control: Any, answer: Any) -> None:
        self.request: Request | None = None
        self._control = control
        self._answer = answer
        self._thread = Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        self.request = requested(self._control)
        self._control.send(self._answer)

    def ends(self) -> Any:
        """What it was sent."""
        self._thread.join()
        assert self.request is not None
        assert self.request.ends is not None
        return self.request.ends


@pytest.fixture
def controls() -> Iterator[tuple[Any, Any]]:
    """The server's end and a process's; afterwards no descriptor is left over."""
    before = psutil.Process().num_fds()
    server, own = Pipe()
    with server, own:
        yield server, own
    assert psutil.Process().num_fds() <= before


def test_what_the_new_process_sends_comes_to_the_server_and_what_that_says_to_the_process(controls: Any) -> None:
    server, own = controls
    answering = Answering(server, (P7, TARGET))
    with register(own, OPTIONS) as registered:
        assert (registered.name, registered.target, registered.options) == (P7, TARGET, OPTIONS)
        reader, control = answering.ends()
        with reader, control:
            registered.records.send("a batch")
            assert reader.recv() == "a batch"
            control.send("a grant")
            assert registered.control.recv() == "a grant"
            assert not any(os.get_inheritable(end.fileno()) for end in (reader, control))
    assert answering.request is not None
    assert answering.request.may_fail


def test_once_it_is_started_only_the_new_process_has_its_ends(controls: Any) -> None:
    server, own = controls
    answering = Answering(server, (P7, TARGET))
    with register(own, OPTIONS):
        pass  # here it is started; this one ends at once
    reader, control = answering.ends()
    with reader, control:
        for end in (reader, control):
            with pytest.raises(EOFError):
                end.recv()


def test_the_server_learns_that_a_process_could_not_be_started(controls: Any) -> None:
    server, own = controls
    answering = Answering(server, (P7, TARGET))
    with pytest.raises(ValueError, match="it does not start"), register(own, OPTIONS):
        raise ValueError("it does not start")
    reader, control = answering.ends()
    with reader, control:
        assert pickle.loads(reader.recv_bytes()) == (NEVER, b"")
        with pytest.raises(EOFError):
            reader.recv()


def test_where_the_server_has_no_room_it_is_not_started(controls: Any) -> None:
    server, own = controls
    answering = Answering(server, None)
    with pytest.raises(OSError, match="no room for another process"), register(own, OPTIONS):
        raise AssertionError
    for end in answering.ends():
        end.close()


def test_a_process_that_is_gone_asks_for_nothing(controls: Any) -> None:
    server, own = controls
    own.close()
    assert requested(server) is None
