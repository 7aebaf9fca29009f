"""The server as a whole: how it starts, and that it leaves nothing behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing

import pytest

from tests.serving import WAIT_SECONDS, RunningServer, descendants, is_alive, serving, until
from tests.streaming import Event, events
from tests.variants import FULL

pytestmark = pytest.mark.processes

BUSY = {"pace": "slow", "step_ms": 100, "iterations": 100, "guard": "with"}


def watch(server: RunningServer, run_id: str) -> Generator[Event, None, None]:
    """A stream that is open and read no further than its first event."""
    stream = events(server, run_id)
    next(stream)
    return stream


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_its_runs_and_the_streams_of_all_viewers_when_it_is_asked_to_stop(how: signal.Signals) -> None:
    with serving() as server:
        run_ids = [server.start(**BUSY) for _ in range(3)]
        streams = [watch(server, run_id) for run_id in run_ids for _ in range(7)]
        family = descendants(server.pid)
        assert len(family) >= 6
        server.process.send_signal(how)
        server.process.wait(WAIT_SECONDS)
        until(lambda: not any(map(is_alive, family)))
        for stream in streams:
            *_, last = stream
            assert (last.name, last.data["status"]) == ("end", "stopped")


@FULL
def test_a_viewer_who_never_reads_does_not_keep_it_from_stopping() -> None:
    with serving() as server:
        run_id = server.run(iterations=100_000)["id"]
        with closing(watch(server, run_id)):
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(WAIT_SECONDS)


def test_ctrl_c_in_the_terminal_reaches_all_and_ends_all() -> None:
    with serving() as server:
        server.start(**BUSY)
        until(lambda: len(descendants(server.pid)) >= 4)
        family = descendants(server.pid)
        os.killpg(server.pid, signal.SIGINT)
        assert server.process.wait(WAIT_SECONDS) == 0
        until(lambda: not any(map(is_alive, family)))


def test_when_the_server_itself_is_killed_its_processes_go_too() -> None:
    with serving() as server:
        run_id = server.start(**BUSY)
        untraced = server.start(traced=False, pace="tutorial", iterations=1000)
        until(lambda: [server.view(each)["processes"][1]["pid"] for each in (run_id, untraced)], all)
        family = descendants(server.pid)
        server.process.kill()
        until(lambda: not any(map(is_alive, family)))


def test_a_port_in_use_is_one_clear_line_and_exit_status_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "lost_update", "serve", "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert str(port) in line
    assert "--port" in line


def test_a_setting_that_makes_no_sense_is_one_clear_line_and_exit_status_2() -> None:
    command = [sys.executable, "-m", "lost_update", "serve", "--port", "0"]
    environment = {**os.environ, "LOST_UPDATE_MAX_SECONDS": "soon"}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env=environment)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "LOST_UPDATE_MAX_SECONDS" in line


def test_two_servers_can_run_side_by_side(server: RunningServer) -> None:
    with serving() as other:
        assert other.run(iterations=2)["status"] == server.run(iterations=2)["status"] == "finished"
