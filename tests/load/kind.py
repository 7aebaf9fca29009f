"""What a kind of client is, and how its clients talk: over plain connections, from an address of their own."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from tests.serving import RunningServer

ADDRESS: Final = "127.0.0.2"
"""Where these clients are. Those who only want to be served are at another address, as they would be in a room."""

AGAIN_SECONDS: Final = 1.0
"""After which a client comes again, on average: they do not move in step."""

HOST: Final = b"Host: localhost\r\n"
JSON: Final = b"Content-Type: application/json\r\n"

Prepared = dict[str, Any]
"""What its clients need, such as the id of a run."""

Answers = Counter[str]
"""What became of their requests: statuses, and what else is worth a word."""


@dataclass(frozen=True)
class Size:
    """How much of it."""

    clients: int
    amount: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of client. `press` lets them press the server until it is cancelled."""

    name: str
    about: str
    full: Size
    sample: Size
    prepare: Callable[[RunningServer, Size], Prepared]
    press: Callable[[str, Prepared, Size, Answers], Awaitable[None]]


def nothing(_server: RunningServer, _size: Size) -> Prepared:
    """For clients that need no run."""
    return {}


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the server, which is dropped in the end."""
    to = urlsplit(url)
    reader, writer = await asyncio.open_connection(to.hostname, to.port, local_addr=(ADDRESS, 0))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def little_room(connection: asyncio.StreamWriter | asyncio.Transport) -> None:
    """Take little of an answer before it is read."""
    taken: socket.socket = connection.get_extra_info("socket")
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)


async def status_of(reader: asyncio.StreamReader) -> str:
    """The status of the next answer; `closed` where the server hangs up instead."""
    with suppress(ConnectionError):
        line = await reader.readline()
        if line:
            return line.split()[1].decode()
    return "closed"


async def forever(clients: int, one: Callable[[int], Awaitable[str]], answers: Answers) -> None:
    """So many clients, each of which comes again and again. `one` says what became of its request."""

    async def comes_again(number: int) -> None:
        await asyncio.sleep(random.uniform(0, AGAIN_SECONDS))
        while True:
            try:
                answers[await one(number)] += 1
            except OSError:
                answers["no connection"] += 1
            await asyncio.sleep(random.uniform(0, 2 * AGAIN_SECONDS))

    await asyncio.gather(*map(comes_again, range(clients)))
