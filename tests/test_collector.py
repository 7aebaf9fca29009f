"""The collector ends whenever the processes do, however they do: here they are killed at the worst moments."""

import fcntl
import os
import select
import signal
import termios
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest

from lost_update.analysis.deadlock import Waiter
from lost_update.analysis.summary import open_accounts
from lost_update.execution.collector import Collector
from lost_update.execution.supervisor import RunProcess, Supervisor, new_context
from lost_update.model.log import Log
from lost_update.scenarios import value
from lost_update.scenarios.queue_fifo import get_numbers, put_numbers
from lost_update.sources.code import shown_of
from lost_update.sources.naming import Shared, name_shared
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.pace import Pace
from lost_update.tracing.scenario_process import Job
from lost_update.tracing.source_text import Work
from tests.serving import HOLDING, RunningServer, until

PROCESSES = ["P1", "P2"]
SOME_BATCHES = 1_000
"""In bytes: several of them, each with a few steps."""
FREE: Final = Pace("free", 0, 0)


class Rig:
    """P1, P2 and a collector that starts to read when a test says so. What it finds is kept in order.

    By default both work at full speed, each on its own number: one that is killed may hold the number's lock for ever.
    """

    def __init__(self, iterations: int, *works: Work, share: Any = None, pace: Pace = FREE) -> None:
        works = works or (value.without_a_lock, value.without_a_lock)
        context = new_context()
        objects = TracedObjects(context)
        arguments = share(objects) if share else [value.share(objects, "none", 1)[0] for _ in PROCESSES]  # type: ignore[no-untyped-call]
        self.arguments = arguments  # a process that is still starting must find what it was handed
        self.shared: Shared = name_shared(PROCESSES, arguments)
        self.supervisor = Supervisor(context)
        self.log = Log()
        self.supervisor.start(
            [
                Job(name, work, handed, iterations, pace, True, shown_of(works))
                for name, work, handed in zip(PROCESSES, works, arguments, strict=True)
            ]
        )
        self.collector = Collector(self.supervisor, self.log, open_accounts(self.shared.names), self.shared)
        self.found: list[RunProcess | Sequence[Waiter]] = []

    def begin(self) -> None:
        """Let the processes begin, without reading on."""
        for process in self.supervisor.processes:
            assert process.reader.recv()[1] == b""  # ready
        self.collector._ready = {0, 1}
        self.collector._begin_when_ready()

    def collect(self) -> None:
        """Collect to the end, as a run does."""
        while self.collector.is_open:
            self.collector.receive()
            self.found += self.collector.deaths()
            deadlock = self.collector.append().deadlock
            if deadlock and not self.supervisor.has_killed:  # it is one until they have all ended
                self.found.append(deadlock)
                self.supervisor.kill()


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig(iterations=100_000)
    yield made
    made.supervisor.close()


def unread(process: RunProcess) -> int:
    """How many bytes lie in the pipe of the process's Queue."""
    waiting = array("i", [0])
    fcntl.ioctl(process.reader.fileno(), termios.FIONREAD, waiting)
    return waiting[0]


def is_full(process: RunProcess) -> bool:
    """Whether its pipe has room for no more, so that the process waits in the middle of a message.

    How many bytes that are depends on how they came: a message may leave the end of a page unused.
    """
    writing = os.open(f"/proc/self/fd/{process.reader.fileno()}", os.O_WRONLY | os.O_NONBLOCK)
    try:
        room = select.poll()
        room.register(writing, select.POLLOUT)
        return not room.poll(0)
    finally:
        os.close(writing)


def kill(process: RunProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)


@pytest.mark.processes
def test_a_process_killed_inside_put_ends_its_queue_and_silences_nobody(rig: Rig) -> None:
    victim, survivor = rig.supervisor.processes
    rig.begin()
    # Nobody reads, so the pipes fill up, and both processes' Queues are in the middle of a message.
    until(lambda: all(map(is_full, rig.supervisor.processes)))
    kill(victim)
    rig.collect()
    assert rig.found == [victim]
    assert survivor.exitcode == 0
    rows = rig.log.rows(0, len(rig.log))
    assert len(rows[rows["process"] == 1]) == 3 * 100_000 + 2
    assert len(rows[rows["process"] == 0]) < 3 * 100_000


@pytest.mark.processes
def test_a_process_suspended_inside_put_does_not_hold_up_the_collector(rig: Rig) -> None:
    suspended, other = rig.supervisor.processes
    rig.begin()
    until(lambda: all(map(is_full, rig.supervisor.processes)))
    assert suspended.pid is not None
    os.kill(suspended.pid, signal.SIGSTOP)
    # Its message goes on beyond what lies in the pipe. So this would not end if the rest were waited for.
    while other.exitcode is None:
        rig.collector.receive(1)
        rig.collector.append()
    assert rig.collector.is_open
    rig.supervisor.kill()
    rig.collect()
    assert rig.found == [suspended]


@pytest.mark.processes
def test_who_leaves_the_others_waiting_for_ever_by_its_death_is_the_reason_and_not_that_they_wait() -> None:
    rig = Rig(1000, put_numbers, get_numbers, share=lambda mp: [{"queue": mp.Queue()}] * 2, pace=Pace("slow", 5, 1))
    putting, getting = rig.supervisor.processes
    try:
        rig.begin()
        assert putting.pid is not None
        assert putting.os_process is not None
        until(lambda: min(map(unread, rig.supervisor.processes)) > SOME_BATCHES)
        os.kill(putting.pid, signal.SIGTERM)
        putting.os_process.join(20)
        # Now there is nothing to get any more; by the third beat after that this has been said.
        sent = unread(getting)
        beat = until(lambda: unread(getting) - sent)
        until(lambda: unread(getting) - sent, lambda more: more > 3 * beat)
        # All of this is read in one go.
        rig.collect()
    finally:
        rig.supervisor.close()
    reason, waiters, killed = rig.found
    assert (reason, killed) == (putting, getting)
    assert [waiter.process for waiter in waiters] == [1]  # type: ignore[union-attr]


@pytest.mark.processes
def test_a_process_killed_before_the_start_is_noticed(rig: Rig) -> None:
    kill(rig.supervisor.processes[0])
    kill(rig.supervisor.processes[1])
    rig.collect()
    assert sorted(process.name for process in rig.found if isinstance(process, RunProcess)) == ["P1", "P2"]
    assert len(rig.log) == 0


@pytest.mark.processes
def test_closing_a_supervisor_twice_or_before_it_started_is_harmless(rig: Rig) -> None:
    rig.supervisor.close()
    rig.supervisor.close()
    Supervisor(new_context()).close()


@pytest.mark.parametrize("guard", ["lock", "with", "get_lock"])
def test_a_process_killed_while_it_holds_the_lock_hangs_nobody(server: RunningServer, guard: str) -> None:
    run_id = server.start(guard=guard, iterations=2, **HOLDING)

    def holder() -> str | None:
        held = [step for step in server.steps(run_id) if step["op"] in ("acquire", "release")]
        return held[-1]["process"] if held and held[-1]["op"] == "acquire" else None

    name = until(holder)
    pids = {process["name"]: process["pid"] for process in server.view(run_id)["processes"]}
    os.kill(pids[name], signal.SIGKILL)
    view = server.finished(run_id)
    assert view["status"] == "failed"
    assert f"{name} (pid {pids[name]}) was killed by SIGKILL" in view["reason"]
