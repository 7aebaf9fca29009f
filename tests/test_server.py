"""The server as a whole: how it starts, and that it leaves nothing behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.serving import RunningServer, descendants, is_alive, serving, until

BUSY = {"pace": "slow", "step_ms": 100, "iterations": 100, "guard": "with"}


def watch(server: RunningServer, run_id: str) -> Iterator[str]:
    """A stream that is open and read no further than its first line."""
    client = httpx.Client(timeout=20)
    response = client.send(client.build_request("GET", f"{server.url}/api/runs/{run_id}/events"), stream=True)
    lines = response.iter_lines()
    next(lines)
    return lines


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_with_runs_and_streams_open(how: signal.Signals) -> None:
    with serving() as server:
        run_ids = [server.start(**BUSY) for _ in range(3)]
        streams = [watch(server, run_id) for run_id in run_ids for _ in range(7)]
        family = descendants(server.pid)
        assert len(family) >= 6
        asked_at = time.monotonic()
        server.process.send_signal(how)
        server.process.wait(20)
        assert time.monotonic() - asked_at < 2
        until(lambda: not any(map(is_alive, family)))
        for stream in streams:
            assert '"status":"stopped"' in [line for line in stream if line.startswith("data")][-1]


def test_a_viewer_who_never_reads_does_not_delay_the_stop() -> None:
    with serving() as server:
        run_id = server.run(iterations=100_000)["id"]
        watch(server, run_id)
        asked_at = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        assert time.monotonic() - asked_at < 2


def test_ctrl_c_in_the_terminal_reaches_all_and_ends_all() -> None:
    with serving() as server:
        server.start(**BUSY)
        until(lambda: len(descendants(server.pid)) >= 4)
        family = descendants(server.pid)
        os.killpg(server.pid, signal.SIGINT)
        assert server.process.wait(20) == 0
        until(lambda: not any(map(is_alive, family)))


def test_when_the_server_itself_is_killed_its_workers_go_too() -> None:
    with serving() as server:
        run_id = server.start(**BUSY)
        untraced = server.start(traced=False, pace="tutorial", iterations=1000)
        until(lambda: [server.view(each)["processes"][1]["pid"] for each in (run_id, untraced)], all)
        family = descendants(server.pid)
        killed_at = time.monotonic()
        server.process.kill()
        until(lambda: not any(map(is_alive, family)))
        assert time.monotonic() - killed_at < 2


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
