"""What a server takes for each of those who use it: `python -m tests.sizing` writes the tables of docs/OPERATIONS.md.

Everything is read off the server's own process by the system's account of it: its processor time, and its memory as it
alone has it (what several processes share counts in parts). The clients are in this process, on the same machine: they
take their share of it, but nothing of what is counted. `--quick` tries all of it in small, and keeps nothing.
"""

import argparse
import asyncio
import json
import os
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from tests import ROOT
from tests.balancer import balanced
from tests.class_room import a_class, phones_at
from tests.documents import made_by, put
from tests.replicas import replicas
from tests.serving import CLIENT, RunningServer, cpu_seconds, descendants, serving, until

DOCUMENT = ROOT / "docs" / "OPERATIONS.md"
MARK = "sizing"

STEP_MS = 20
PROCESSES = 8
REPLICAS = 3


@dataclass(frozen=True)
class Size:
    """How much of each."""

    viewers: int
    phones: int
    requests: int
    runs: int
    iterations: int
    rounds: int
    rest_seconds: float


FULL = Size(viewers=400, phones=200, requests=400, runs=4, iterations=40, rounds=3, rest_seconds=20)
QUICK = Size(viewers=20, phones=10, requests=50, runs=1, iterations=10, rounds=1, rest_seconds=1)

Row = tuple[str, str]


def memory(pid: int) -> float:
    """What a process and all that it started take, in bytes."""
    family = [psutil.Process(pid), *descendants(pid)]
    return float(sum(each.memory_full_info().pss for each in family))


class Stream:
    """An event stream, read no further than needed to count what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.events = 0
        self.received = 0

    @classmethod
    async def open(cls, url: str, query: str, trust: ssl.SSLContext | None = None) -> "Stream":
        """Begin to watch."""
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port, ssl=trust)
        writer.write(f"GET /api/events?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return cls(reader, writer)

    async def read(self, until_seen: bytes = b"event: end\n") -> None:
        """Count what comes, up to that, or to the end."""
        tail = b""
        while part := await self._reader.read(1 << 16):
            self.events += part.count(b"event: ")
            self.received += len(part)
            tail = tail[-len(until_seen) :] + part
            if until_seen in tail:
                return

    def close(self) -> None:
        """Leave."""
        self._writer.close()


def at_rest(server: RunningServer, size: Size) -> Iterator[Row]:
    """A server of which nobody asks anything, and what a run takes beside it."""
    server.run(iterations=2)
    empty = memory(server.pid)
    yield "A server at rest, its helpers included", f"{empty / 1e6:.0f} MB"
    runs = [server.start(pace="step", processes=PROCESSES, iterations=1, guard="with") for _ in range(size.runs)]
    for run_id in runs:
        until(lambda run_id=run_id: server.view(run_id)["runnable"])  # type: ignore[misc]
    live = len(runs) * PROCESSES
    pids = [one["pid"] for run_id in runs for one in server.view(run_id)["processes"]]
    threads = sum(psutil.Process(pid).num_threads() for pid in pids) / live
    taken = (memory(server.pid) - empty) / live / 1e6
    yield f"A live process of a run, of {live}", f"{taken:.1f} MB, {threads:.0f} threads, 6 descriptors"
    for run_id in runs:
        server.stop(run_id)


def requests(server: RunningServer, size: Size) -> Iterator[Row]:
    """Processor time of an answer."""
    run_id = server.run(iterations=10)["id"]
    asked = {
        "`/healthz`": "/healthz",
        "a run view": f"/api/runs/{run_id}",
        "the first page": "/",
        "a script or a sheet": "/static/js/pages/race/main.js",
        "`/metrics`": "/metrics",
    }
    with _kept_connection() as get:
        for what, path in asked.items():

            def ask(path: str = path) -> None:
                for _ in range(size.requests):
                    get(f"{server.url}{path}")

            yield f"An answer: {what}", f"{_taken(server, ask, size) / size.requests * 1e3:.2f} ms"


def viewers(server: RunningServer, size: Size) -> Iterator[Row]:
    """A crowd that watches one live run: memory of a stream, processor time of an event."""
    run_id = server.start(pace="step", iterations=1)
    before = memory(server.pid)
    waiting = asyncio.run(_memory_of_streams(server, run_id, size))
    server.stop(run_id)
    yield f"A stream that is open, of {size.viewers}", f"{(waiting - before) / size.viewers / 1e3:.0f} kB, 1 descriptor"
    costs, events, received, seconds = [], 0.0, 0.0, 0.0
    for _ in range(size.rounds):
        run_id = server.start(pace="slow", step_ms=STEP_MS, iterations=size.iterations)
        before = server.cpu_seconds
        streams = asyncio.run(_watched_to_the_end(server.url, run_id, size.viewers))
        sent = sum(stream.events for stream in streams)
        costs.append((server.cpu_seconds - before) / sent)
        seconds = server.view(run_id)["summary"]["duration_ms"] / 1e3
        events, received = sent / size.viewers / seconds, sum(stream.received for stream in streams) / sent
    yield f"An event sent to a viewer, of {size.viewers}", f"{median(costs) * 1e6:.0f} µs, {received:.0f} bytes"
    yield (
        f"A viewer of a run of two processes at a mean pause of {STEP_MS} ms, a second",
        f"{events:.0f} events, {median(costs) * events * 1e3:.1f} ms",
    )


def rooms(server: RunningServer, size: Size) -> Iterator[Row]:
    """A room: what it takes that every phone answers once and all see the count."""
    room = server.ask("POST", "/api/rooms", json={}).json()
    at, key = f"/api/rooms/{room['code']}", {"Room-Key": room["key"]}
    seats = [server.ask("POST", f"{at}/seats", json={}).json()["seat"] for _ in range(size.phones)]
    costs = []
    for _ in range(size.rounds):
        question = {"kind": "choice", "text": "Which?", "options": ["this", "that"]}
        asked = server.ask("POST", f"{at}/questions", json=question, headers=key).json()["question"]["id"]
        costs.append(asyncio.run(_answered_by_all(server, room["code"], seats, asked)))
    server.ask("DELETE", at, headers=key)
    yield (
        f"A question in a room of {size.phones} phones: all answer at once, and each sees how many have",
        f"{median(costs):.2f} s, {median(costs) / size.phones * 1e3:.1f} ms a phone",
    )


def balancer(server: RunningServer, size: Size) -> Iterator[Row]:
    """What the balancer of compose.yaml takes to pass events on, each viewer with a connection over TLS."""
    with TemporaryDirectory() as folder, balanced(Path(folder), [urlsplit(server.url).netloc]) as running:
        trust = ssl.create_default_context(cafile=running.certificate)
        workers = [each.pid for each in descendants(running.process.pid)]
        costs = []
        for _ in range(size.rounds):
            run_id = server.start(pace="slow", step_ms=STEP_MS, iterations=size.iterations)
            before = sum(map(cpu_seconds, workers))
            streams = asyncio.run(_watched_to_the_end(running.url, run_id, size.viewers, trust))
            costs.append((sum(map(cpu_seconds, workers)) - before) / sum(stream.events for stream in streams))
    yield f"The balancer: an event passed on, of {size.viewers} viewers, TLS included", f"{median(costs) * 1e6:.0f} µs"


def redis(size: Size) -> Iterator[Row]:
    """Several servers as one service: what Redis works for a step and for a change of a room that all are told.

    What it works when nothing happens is measured first, and taken off.
    """
    with TemporaryDirectory() as folder, replicas(Path(folder), REPLICAS) as service:
        began = service.redis.cpu_seconds
        time.sleep(size.rest_seconds)
        resting = (service.redis.cpu_seconds - began) / size.rest_seconds
        yield f"Redis: {REPLICAS} replicas of which nobody asks anything, a second", f"{resting * 1e3:.1f} ms"

        def on_top(work: Callable[[], int]) -> float:
            """For one of what the work returns the number of: the median of some rounds."""
            taken = []
            for _ in range(size.rounds):
                before, since = service.redis.cpu_seconds, time.perf_counter()
                count = work()
                spent = service.redis.cpu_seconds - before - resting * (time.perf_counter() - since)
                taken.append(spent / count)
            return median(taken)

        steps = on_top(lambda: _watched_at_all(service.servers, size))
        yield (
            f"Redis: a step that {REPLICAS} replicas are told, at a mean pause of {STEP_MS} ms",
            f"{steps * 1e6:.0f} µs",
        )
        moves = on_top(lambda: _moved_at_all(service.servers, size))
        yield f"Redis: a change of a room that {REPLICAS} replicas are told", f"{moves * 1e6:.0f} µs"


def _watched_at_all(servers: Sequence[RunningServer], size: Size) -> int:
    """One viewer at each of them follows a run of the first. Its steps."""
    run_id = servers[0].start(pace="slow", step_ms=STEP_MS, iterations=size.iterations)

    async def watch() -> None:
        await asyncio.gather(*(_watched_to_the_end(server.url, run_id, 1) for server in servers))

    asyncio.run(watch())
    return int(servers[0].finished(run_id)["steps"])


def _moved_at_all(servers: Sequence[RunningServer], size: Size) -> int:
    """A presenter at the first moves, a phone at each of them follows to the last. The moves."""
    with a_class(servers[0]) as room:
        phones = phones_at(servers, room)
        for at in range(size.requests):
            room.ask("PUT", "shown", path="/", title="A race", runs=["race"], at=at)
        for phone in phones:
            until(lambda phone=phone: phone.room["shown"]["at"] == size.requests - 1)  # type: ignore[misc]
    return size.requests


async def _memory_of_streams(server: RunningServer, run_id: str, size: Size) -> float:
    streams = [await Stream.open(server.url, f"run={run_id}") for _ in range(size.viewers)]
    await asyncio.gather(*(stream.read(b"event: run\n") for stream in streams))
    taken = memory(server.pid)
    for stream in streams:
        stream.close()
    return taken


async def _watched_to_the_end(url: str, run_id: str, count: int, trust: ssl.SSLContext | None = None) -> list[Stream]:
    streams = [await Stream.open(url, f"run={run_id}", trust) for _ in range(count)]
    await asyncio.gather(*(stream.read() for stream in streams))
    for stream in streams:
        stream.close()
    return streams


async def _answered_by_all(server: RunningServer, code: str, seats: list[str], question: int) -> float:
    """The processor time from the first answer to the moment at which every phone knows of the last."""
    streams = [await Stream.open(server.url, f"room={code}.{seat}") for seat in seats]
    await asyncio.gather(*(stream.read(b"event: room\n") for stream in streams))
    last = f'"answered":[{len(seats)},'.encode()
    before = server.cpu_seconds
    await asyncio.gather(
        *(stream.read(last) for stream in streams), *(_vote(server, code, seat, question) for seat in seats)
    )
    taken = server.cpu_seconds - before
    for stream in streams:
        stream.close()
    return taken


async def _vote(server: RunningServer, code: str, seat: str, question: int) -> None:
    place = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    body = json.dumps({"question": question, "round": 1, "answer": "1"})
    head = {"Host": "localhost", "Room-Seat": seat, "Content-Type": "application/json", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**head, "Connection": "close"}.items())
    writer.write(f"POST /api/rooms/{code}/votes HTTP/1.1\r\n{lines}\r\n{body}".encode())
    answer = await reader.read()
    writer.close()
    assert b" 200 " in answer[:20], answer


@contextmanager
def _kept_connection() -> Iterator[Callable[[str], Any]]:
    with httpx.Client(timeout=20, verify=False) as client:
        yield client.get


def _taken(server: RunningServer, work: Callable[[], None], size: Size) -> float:
    """The processor time of the server while this is done: the median of some rounds."""
    work()
    taken = []
    for _ in range(size.rounds):
        before = server.cpu_seconds
        work()
        taken.append(server.cpu_seconds - before)
    return median(taken)


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m tests.sizing", description="Write sizes in docs/OPERATIONS.md.")
    parser.add_argument("--quick", action="store_true", help="small sizes; print the result and keep nothing")
    size = QUICK if parser.parse_args().quick else FULL
    busy = f"The load average of the machine was {os.getloadavg()[0]:.0f} before."
    rows: list[Row] = []
    for part in (at_rest, requests, viewers, rooms, balancer):
        with serving(LOST_UPDATE_DATA_DIR=":memory:", LOST_UPDATE_MAX_PHONES="1000") as server:
            CLIENT.get(f"{server.url}/metrics")  # what is imported late is there
            rows += part(server, size)
    rows += redis(size)
    lines = ["| what | takes |", "|---|---|", *(f"| {what} | {takes} |" for what, takes in rows)]
    if size is QUICK:
        print("\n".join(lines))
    else:
        put(DOCUMENT, MARK, "\n".join([f"{made_by('python -m tests.sizing')} {busy}", "", *lines]))


if __name__ == "__main__":
    main()
