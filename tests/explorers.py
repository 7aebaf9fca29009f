"""People who explore, each over a connection of their own, and the processes that work for them."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from lost_update.execution.computation_process import LOWEST_PRIORITY
from tests.serving import WAIT_SECONDS, RunningServer, descendants, is_alive, serving, until


def endless(number: int) -> dict[str, Any]:
    """An exploration without an end, another one for each number."""
    return {"processes": 4, "iterations": 20 + number}


class Asking:
    """A client that has asked over a connection of its own, and can leave."""

    def __init__(self, server: RunningServer, path: str = "/api/explore", **request: Any) -> None:
        address = urlsplit(server.url)
        assert address.hostname
        self._socket = socket.create_connection((address.hostname, address.port or 80), timeout=WAIT_SECONDS)
        asked = httpx.Request("POST", server.url + path, json=request)
        head = "".join(f"{name}: {value}\r\n" for name, value in asked.headers.items())
        self._socket.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + asked.content)

    def hears_something(self, within: float) -> bool:
        """Whether an answer comes within so many seconds."""
        return bool(select.select([self._socket], [], [], within)[0])

    def leave(self) -> None:
        """Close the connection."""
        self._socket.close()

    def answer(self) -> bytes:
        """The answer as it came, its head first."""
        with self._socket.makefile("rb") as coming:
            head = b"".join(iter(coming.readline, b"\r\n"))
            length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length"))
            return head + coming.read(int(length.split()[1]))


@contextmanager
def serving_explorers(at_once: int = 2, waiting: int = 32, errors: Path | None = None) -> Iterator[RunningServer]:
    """A server that explores for longer than any test lasts, so that an exploration ends only when it is ended."""
    with serving(
        errors=errors,
        LOST_UPDATE_EXPLORE_SECONDS="300",
        LOST_UPDATE_EXPLORE_STATES="100000000",
        LOST_UPDATE_MAX_EXPLORATIONS=str(at_once),
        LOST_UPDATE_MAX_WAITING_EXPLORATIONS=str(waiting),
    ) as server:
        yield server


@contextmanager
def asking(server: RunningServer, *requests: dict[str, Any]) -> Iterator[list[Asking]]:
    """A client for each of these explorations."""
    people = [Asking(server, **request) for request in requests]
    try:
        yield people
    finally:
        for each in people:
            each.leave()


def at_work(server: RunningServer) -> set[int]:
    """The processes that have computed for a while: they alone give way to all others."""
    found = set()
    for process in descendants(server.pid):
        try:
            if process.nice() == LOWEST_PRIORITY and is_alive(process):
                found.add(process.pid)
        except psutil.NoSuchProcess:
            continue
    return found


def until_at_work(server: RunningServer, count: int) -> set[int]:
    """The processes that compute, once there are so many of them."""
    found: set[int] = until(lambda: at_work(server), lambda pids: len(pids) == count)
    return found


def ready(server: RunningServer) -> set[int]:
    """The processes that have loaded what the explorer needs and do not compute, or not for long."""
    found = set()
    for process in descendants(server.pid):
        with suppress(psutil.NoSuchProcess):
            has_arrays = any("_multiarray_umath" in each.path for each in process.memory_maps())
            if has_arrays and process.nice() != LOWEST_PRIORITY:
                found.add(process.pid)
    return found


def until_one_is_ready(server: RunningServer) -> None:
    """From the first exploration on a process is ready for the next: it is one of those that the server has."""
    httpx.get(f"{server.url}/interleavings", timeout=WAIT_SECONDS).raise_for_status()
    until(lambda: ready(server), lambda pids: len(pids) == 1)
