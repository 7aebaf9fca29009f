"""Processes that are ready to compute: one waits, it has its modules, and whoever owns them leaves none behind."""

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lost_update.execution.bounded_exploration import EXPLORER
from lost_update.execution.ready_processes import ComputationProcess, ReadyProcesses
from lost_update.execution.supervisor import new_context, warm_up
from tests.explorers import ready, until_one_is_ready
from tests.serving import descendants, is_alive, serving, until

pytestmark = pytest.mark.processes

NOT_IN_EVERY_PROCESS = "wave"


@pytest.fixture
def processes() -> Iterator[ReadyProcesses]:
    """Their owner, in a process whose fork server is there already."""
    context = new_context()
    warm_up(context)
    processes = ReadyProcesses(context, (NOT_IN_EVERY_PROCESS,))
    yield processes
    processes.close()


def answer(taken: ComputationProcess, function: Any, *arguments: object) -> Any:
    """What the function returns in that process, which is ended then."""
    try:
        taken.connection.send((function, arguments, False))
        found, is_last = taken.connection.recv()
        assert is_last
        return found
    finally:
        taken.end()


def loaded() -> list[str]:
    """The modules of the process that calls this."""
    return list(sys.modules)


def test_one_waits_and_is_the_next_that_is_taken(processes: ReadyProcesses) -> None:
    before = descendants(os.getpid())
    processes.get_ready()
    processes.get_ready()
    [waiting] = [each for each in descendants(os.getpid()) if each not in before]
    assert answer(processes.take(), os.getpid) == waiting.pid
    assert answer(processes.take(), os.getpid) != waiting.pid
    assert descendants(os.getpid()) == before


@pytest.mark.parametrize("is_ready", [True, False])
def test_whether_it_was_ready_or_not_it_has_the_modules(processes: ReadyProcesses, is_ready: bool) -> None:
    if is_ready:
        processes.get_ready()
    assert NOT_IN_EVERY_PROCESS in answer(processes.take(), loaded)


def test_one_that_was_killed_while_it_waited_is_not_taken(processes: ReadyProcesses) -> None:
    before = descendants(os.getpid())
    processes.get_ready()
    [waiting] = [each for each in descendants(os.getpid()) if each not in before]
    waiting.send_signal(signal.SIGKILL)
    until(waiting.is_running, lambda is_there: not is_there)  # the fork server has let go of it, and of its connection
    assert answer(processes.take(), sum, [1, 2, 3]) == 6
    assert descendants(os.getpid()) == before


def test_after_closing_none_waits_and_none_is_made_ready(processes: ReadyProcesses) -> None:
    before = descendants(os.getpid())
    processes.get_ready()
    processes.close()
    processes.get_ready()
    assert descendants(os.getpid()) == before


def test_a_page_that_explores_has_a_process_ready_and_after_an_answer_there_is_the_next() -> None:
    with serving() as server:
        httpx.get(server.url)
        assert not ready(server), "the first page asks for nothing of the kind"
        until_one_is_ready(server)
        [first] = ready(server)
        assert server.ask("POST", "/api/explore", json={"iterations": 1}).json()["exhausted"]
        until(lambda: ready(server) - {first}, lambda pids: len(pids) == 1)
        assert not is_alive(first)
        family = descendants(server.pid)
    assert not any(map(is_alive, family))


def test_the_server_itself_does_without_the_explorer() -> None:
    """It would import it for nothing, before it serves its first page."""
    code = f"import sys, lost_update.web.server; sys.exit({EXPLORER!r} in sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0
