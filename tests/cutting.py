"""A proxy before a server that really cuts connections. It passes bytes, until a test says otherwise.

browser ──▶ Cutter, on an event loop in a thread of its own ──▶ server
            cut:    each connection is reset, and so is every new one, until `restore`
            stall:  connections stay open and nothing passes, until `flow`
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from urllib.parse import urlsplit

from anyio.from_thread import BlockingPortal, start_blocking_portal

CHUNK = 64 * 1024
STREAM = "GET /api/events?"


class Connection:
    """From the browser to the server, and back."""

    def __init__(self, *ends: asyncio.StreamWriter) -> None:
        self.request = ""
        """The first line of the last request on it."""
        self._ends = ends

    def close(self) -> None:
        """Both ends, after what was sent."""
        for end in self._ends:
            end.close()

    def reset(self) -> None:
        """No end is told why."""
        for end in self._ends:
            end.transport.abort()


class Cutter:
    """The proxy, as tests use it."""

    def __init__(self, server: str, portal: BlockingPortal) -> None:
        self.lead_to(server)
        self._portal = portal
        self._connections: set[Connection] = set()
        self._is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()
        self.url = ""
        self.requests: list[str] = []
        """The first line of each request."""

    def lead_to(self, server: str) -> None:
        """Every new connection goes to the server at that address."""
        address = urlsplit(server)
        self._server = (address.hostname, address.port)

    def cut(self) -> None:
        """Reset all connections, and every new one."""
        self._portal.call(self._cut)

    def restore(self) -> None:
        """Let new connections pass again."""
        self._is_cut = False

    def stall(self) -> None:
        """Let nothing pass."""
        self._portal.call(self._flows.clear)

    def flow(self) -> None:
        """Let everything pass again, and first what has come meanwhile."""
        self._portal.call(self._flows.set)

    @property
    def streams(self) -> int:
        """How many connections carry an event stream now."""
        return sum(connection.request.startswith(STREAM) for connection in list(self._connections))

    @property
    def streams_so_far(self) -> list[str]:
        """The addresses of all event streams that were asked for."""
        return [line.split(" ")[1] for line in self.requests if line.startswith(STREAM)]

    def _cut(self) -> None:
        self._is_cut = True
        for connection in self._connections:
            connection.reset()

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator["Cutter"]:
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as listener:
            self.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
            try:
                yield self
            finally:
                self._cut()

    async def _accept(self, from_browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        if self._is_cut:
            to_browser.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection(*self._server)
        except OSError:
            to_browser.transport.abort()
            return
        connection = Connection(to_browser, to_server)
        self._connections.add(connection)
        ways = {
            asyncio.create_task(self._pass(from_browser, to_server, connection)),
            asyncio.create_task(self._pass(from_server, to_browser)),
        }
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self._connections.discard(connection)
        connection.close()
        await asyncio.wait(ways)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asking: Connection | None = None
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                if asking:
                    asking.request = chunk.partition(b"\r\n")[0].decode("latin-1")
                    self.requests.append(asking.request)
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()


@contextmanager
def cutting(server: str) -> Iterator[Cutter]:
    """A proxy to the server at that address."""
    with start_blocking_portal() as portal:
        cutter = portal.call(Cutter, server, portal)
        with portal.wrap_async_context_manager(cutter._at_work()):
            yield cutter
