"""What runs in the viewers' process: readers of event streams. Everything here can be handed to another process."""

import asyncio
import http.client
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, perf_counter_ns
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvloop

CHUNK = 256 * 1024
WAIT_SECONDS = 60
"""How long a viewer waits for more. Nothing takes this long; what does has failed."""

_INDEXES = re.compile(rb'"index":\[?([\d,]+)')


@dataclass(frozen=True)
class Seen:
    """What one viewer of a run has seen: how many steps, in unbroken order or not, and when it got the end."""

    steps: int
    of: int
    in_order: bool
    ended_ns: int

    @property
    def is_all(self) -> bool:
        """Whether it was every step of the run, each once, in order."""
        return self.in_order and self.steps == self.of


def read_bytes(url: str, run_id: str) -> float:
    """Read the whole stream as bytes, and only look for its end. Seconds."""
    began = perf_counter()
    tail = b""
    for chunk in _chunks(url, run_id):
        tail = tail[-CHUNK:] + chunk
        if b"event: end\n" in tail:
            return perf_counter() - began
    raise AssertionError("the stream ended early")


def read_steps(url: str, run_id: str) -> float:
    """Read the whole stream and parse all of its JSON. Seconds."""
    began = perf_counter()
    steps = 0
    for name, data in _events(_chunks(url, run_id)):
        content = orjson.loads(data)
        if name == b"end":
            assert steps == content["steps"]
            return perf_counter() - began
        steps += len(content["index"]) if name == b"steps" else name == b"step"
    raise AssertionError("the stream ended early")


def read_times(url: str, run_id: str) -> list[tuple[int, list[int]]]:
    """Follow a live run: for each event when it was there, in `perf_counter_ns`, and the times of its steps."""
    arrivals = []
    for name, data in _events(_chunks(url, run_id)):
        now = perf_counter_ns()
        if name == b"steps":
            arrivals.append((now, orjson.loads(data)["t_ns"]))
        if name == b"end":
            return arrivals
    raise AssertionError("the stream ended early")


def watch_together(url: str, run_id: str, viewers: int) -> list[Seen]:
    """Follow a run with many viewers at once, each with a connection of its own."""

    async def all_of_them() -> list[Seen]:
        return await asyncio.gather(*(_watch(url, run_id) for _ in range(viewers)))

    return uvloop.run(all_of_them())


async def _watch(url: str, run_id: str) -> Seen:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(f"GET /api/runs/{run_id}/events HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        async with asyncio.timeout(WAIT_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            return await _see(reader)
    finally:
        writer.close()


async def _see(reader: asyncio.StreamReader) -> Seen:
    steps = 0
    in_order = True
    split = splitter()
    async for chunk in body_of(reader):
        for name, data in split(chunk):
            if name in (b"steps", b"step"):
                first, last, count = indexes_in(data)
                in_order &= first == steps and last == first + count - 1
                steps += count
            elif name == b"end":
                return Seen(steps, orjson.loads(data)["steps"], in_order, perf_counter_ns())
    raise AssertionError("the stream ended early")


def indexes_in(data: bytes) -> tuple[int, int, int]:
    """The first and the last index in an event, and how many there are."""
    found = _INDEXES.search(data)
    assert found is not None
    numbers = found[1].rstrip(b",").split(b",")
    return int(numbers[0]), int(numbers[-1]), len(numbers)


async def body_of(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The chunks of a response with `Transfer-Encoding: chunked`."""
    while size := int(await reader.readline(), 16):
        chunk = await reader.readexactly(size + 2)
        yield chunk[:-2]


def _chunks(url: str, run_id: str) -> Iterator[bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", f"/api/runs/{run_id}/events")
        response = connection.getresponse()
        assert response.status == 200, response.status
        while chunk := response.read1(CHUNK):
            yield chunk
    finally:
        connection.close()


def _events(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    split = splitter()
    for chunk in chunks:
        yield from split(chunk)


def splitter() -> Callable[[bytes], list[tuple[bytes, bytes]]]:
    """A function that takes the stream piece by piece and returns the events that are whole, as `(name, data)`."""
    rest: list[bytes] = []

    def split(chunk: bytes) -> list[tuple[bytes, bytes]]:
        rest.append(chunk)
        if b"\n\n" not in chunk and not (chunk.startswith(b"\n") and len(rest) > 1):
            return []
        *whole, unfinished = b"".join(rest).split(b"\n\n")
        rest[:] = [unfinished]
        return [_event(block) for block in whole]

    return split


def _event(block: bytes) -> tuple[bytes, bytes]:
    fields: dict[bytes, Any] = dict(line.partition(b": ")[::2] for line in block.split(b"\n"))
    return fields.get(b"event", b""), fields.get(b"data", b"")
