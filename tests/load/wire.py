"""One connection of a light client: what comes is read by a parser in C, in the moment in which it comes.

A stream of asyncio would wake a task for each piece. With two hundred of them in one process, that would be measured.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Final
from urllib.parse import urlsplit

import httptools
import orjson

from tests.load.kind import little_room

WAIT_SECONDS: Final = 60.0
"""How long an answer is waited for. None takes this long; one that does has failed."""

KEPT_SECONDS: Final = 2.0
"""For how long a connection is kept that nobody uses: for less than the server does."""

Piece = Callable[[bytes], None]


@dataclass(frozen=True)
class Answer:
    """An answer; when it was asked for and when it was there, in `perf_counter_ns`: the clock of the whole machine."""

    status: int
    body: bytes
    asked_ns: int
    came_ns: int

    @property
    def content(self) -> Any:
        """What it says."""
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error; empty where it is none."""
        return str(self.content["error"]["code"]) if self.status >= 400 else ""

    @property
    def ms(self) -> float:
        """How long it took."""
        return (self.came_ns - self.asked_ns) / 1e6


class Wire(asyncio.Protocol):
    """A connection. It carries one request after the other, or, in the end, a stream whose pieces are passed on."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._body: list[bytes] = []
        self._on_piece: Piece | None = None
        self._begun: asyncio.Future[None] | None = None
        self._complete: asyncio.Future[None] | None = None
        self.is_closed = False
        self.closed = asyncio.Event()
        self.used_ns = perf_counter_ns()

    async def ask(self, method: str, path: str, fields: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a request, and wait for the whole answer."""
        complete = self._complete = asyncio.get_running_loop().create_future()
        self._body = []
        asked_ns = perf_counter_ns()
        self._send(method, path, fields, headers or {})
        async with asyncio.timeout(WAIT_SECONDS):
            await complete
        self._complete = None
        return Answer(self._parser.get_status_code(), b"".join(self._body), asked_ns, self.used_ns)

    async def stream(self, path: str, on_piece: Piece) -> int:
        """Ask for a stream. The status; what comes after that is passed on, piece by piece."""
        self._on_piece = on_piece
        begun = self._begun = asyncio.get_running_loop().create_future()
        self._send("GET", path, None, {})
        async with asyncio.timeout(WAIT_SECONDS):
            await begun
        return self._parser.get_status_code()

    @property
    def is_free(self) -> bool:
        """Whether another request may be sent."""
        is_busy = self.is_closed or self._complete is not None or self._on_piece is not None
        return not is_busy and perf_counter_ns() - self.used_ns < KEPT_SECONDS * 1e9

    def stop_reading(self) -> None:
        """Take nothing more of what comes, and have no room for it."""
        little_room(self._open)
        self._open.pause_reading()

    def close(self) -> None:
        """Hang up."""
        self._open.abort()

    @property
    def _open(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    def _send(self, method: str, path: str, fields: Any, headers: Mapping[str, str]) -> None:
        body = b"" if fields is None else orjson.dumps(fields)
        of_body = {} if fields is None else {"Content-Type": "application/json"}
        lines = {"Host": self._host, "Content-Length": str(len(body)), **of_body, **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._open.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is connected."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Something has come."""
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed, by either side."""
        self.is_closed = True
        self.closed.set()
        for waiting in (self._begun, self._complete):
            if waiting is not None and not waiting.done():
                waiting.set_exception(error or ConnectionResetError("the server has hung up"))

    # What the parser calls.

    def on_headers_complete(self) -> None:
        """The answer begins."""
        if self._begun is not None:
            self._begun.set_result(None)

    def on_body(self, body: bytes) -> None:
        """A piece of the answer."""
        if self._on_piece is None:
            self._body.append(body)
        else:
            self._on_piece(body)

    def on_message_complete(self) -> None:
        """That was all of it."""
        self.used_ns = perf_counter_ns()
        if self._complete is not None:
            self._complete.set_result(None)
        if self._on_piece is not None:
            self.close()


async def wire_to(url: str, address: str) -> Wire:
    """Connect, from that address of this machine."""
    to = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(
        lambda: Wire(to.netloc), to.hostname or "", to.port or 80, local_addr=(address, 0)
    )
    return wire
