"""Connections, bounded before a request of theirs reaches the application. uvicorn's protocol has no limits of its own.

    connected ── waiting for the client ── the whole request ─▶ answering ── the answer ─▶ waiting for the client …
                  │ no whole request in `request_seconds`: closed (408 if it has begun)
                  │ a head of more than `max_head` bytes: 431, or 414 where it is the address
                  │ more than `max_silent_connections` wait for their client: of the address that has the most of them
                  │ the one that has waited longest is closed
                                                              │ the client reads nothing for `viewer_seconds`: aborted

While an answer goes on the connection waits for nobody, so a viewer may be silent for as long as the run lasts. All of
this happens in the event loop's thread.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from lost_update.settings import MIN_SILENT_SECONDS, Settings
from lost_update.web.errors import ErrorAnswer, Problem
from lost_update.web.security import response_headers

READ_AT_ONCE: Final = 4096
"""Bytes that are parsed at a time: by so much a head may be longer than allowed before that is noticed."""


class SilentConnections:
    """The connections of one server that wait for their clients."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._by_address: defaultdict[str, dict[Connection, float]] = defaultdict(dict)
        """When each began to wait."""

    def enter(self, connection: "Connection", now: float) -> None:
        """One waits from now on. Others may have to go for it, but none that is new: a crowd comes all at once."""
        self._by_address[connection.address][connection] = now
        self._count += 1
        while self._count > self._most:
            oldest, since = next(iter(max(self._by_address.values(), key=len).items()))
            if now - since < MIN_SILENT_SECONDS:
                break
            oldest.drop()

    def leave(self, connection: "Connection") -> None:
        """It waits no more."""
        of_one_address = self._by_address[connection.address]
        del of_one_address[connection]
        self._count -= 1
        if not of_one_address:
            del self._by_address[connection.address]


class Connection(HttpToolsProtocol):
    """One connection. What it inherits reads requests and sends answers."""

    def __init__(self, settings: Settings, silent: SilentConnections, refused: "Refused", **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._settings = settings
        self._silent = silent
        self._refused = refused
        self._is_waiting = False
        self._patience: asyncio.TimerHandle | None = None
        """Runs while it waits for the client to send."""
        self._reading: asyncio.TimerHandle | None = None
        """Runs while it waits for the client to read."""
        self._has_begun = False
        self._is_in_head = False
        self._unread = 0
        """Bytes of this request, without its body."""
        self.address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self._note_who_waits()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side."""
        self._wait(is_waiting=False)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The client has sent something."""
        self._unset_keepalive_if_required()
        for start in range(0, len(data), READ_AT_ONCE):
            if self.transport.is_closing():
                return
            self._parse(data[start : start + READ_AT_ONCE])
        self._note_who_waits()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._has_begun = self._is_in_head = True
        self._unread = 0

    def on_headers_complete(self) -> None:
        """The head of a request is complete."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body. How long that may be is not decided here."""
        self._unread -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is complete."""
        self._has_begun = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is complete."""
        super().on_response_complete()
        self._note_who_waits()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is sent to."""
        super().pause_writing()
        self._await_reading(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It has read."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def drop(self) -> None:
        """Close it though the client may still want something. What was sent and not read may take its time."""
        self._wait(is_waiting=False)
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self._settings.viewer_seconds, self.transport.abort)

    @property
    def _newest(self) -> RequestResponseCycle | None:
        """The last request that the application has been handed and has not answered yet."""
        newest: RequestResponseCycle | None = self.cycle
        return None if newest is None or newest.response_complete else newest

    def _parse(self, data: bytes) -> None:
        self._unread += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # it is answered as if it had asked for nothing else
        except httptools.HttpParserError:
            self._refuse(400, "bad_request", "This is no HTTP request.", "Check the client.")
            return
        limit = self._settings.max_head
        if self._has_begun and self._unread > limit:
            if self._is_in_head and len(self.url) > limit / 2:
                self._refuse(414, "uri_too_long", f"The address is over {limit // 2:,} bytes.", "Use a shorter one.")
            else:
                self._refuse(431, "headers_too_large", f"The head is over {limit:,} bytes.", "Send fewer headers.")

    def _note_who_waits(self) -> None:
        """Whether the server waits for the client now, or the client for the server."""
        newest = self._newest
        answers = bool(self.pipeline) or (newest is not None and not newest.more_body)
        self._wait(is_waiting=not answers and not self.transport.is_closing())

    def _wait(self, *, is_waiting: bool) -> None:
        if is_waiting == self._is_waiting:
            return
        self._is_waiting = is_waiting
        if is_waiting:
            self._patience = self.loop.call_later(self._settings.request_seconds, self._give_up)
            self._silent.enter(self, self.loop.time())
        else:
            if self._patience is not None:
                self._patience.cancel()
            self._silent.leave(self)

    def _give_up(self) -> None:
        """There was no whole request in time."""
        if self._has_begun:
            seconds = f"{self._settings.request_seconds:g} s"
            self._refuse(408, "too_slow", f"The request was not complete after {seconds}.", "Send all of it at once.")
        else:
            self.drop()

    def _refuse(self, status: int, code: str, message: str, hint: str) -> None:
        """Answer without the application, and close."""
        self._refused(code, status)
        newest = self._newest
        if newest is not None:
            newest.disconnected = True
            newest.message_event.set()
        if newest is None or not newest.response_started:
            body = orjson.dumps(ErrorAnswer(error=Problem(code=code, message=message, hint=hint)))
            headers = {
                **response_headers(self._settings.frame_hosts),
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                "Connection": "close",
            }
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self.transport.write(STATUS_LINE[status] + lines.encode() + b"\r\n" + body)
        self.drop()

    def _await_reading(self, unread: int) -> None:
        """Look later whether the client has read any of it."""

        def look() -> None:
            left = self.transport.get_write_buffer_size()
            if left < unread:
                self._await_reading(left)
                return
            self.logger.warning(
                "A client at %s has read nothing for %d s: disconnected.", self.address, self._settings.viewer_seconds
            )
            self.transport.abort()

        self._reading = self.loop.call_later(self._settings.viewer_seconds, look)


Refused = Callable[[str, int], None]
"""What is told of a refusal: its code and its status."""


def connections_of(settings: Settings, refused: Refused) -> "type[asyncio.Protocol]":
    """What uvicorn makes of each connection of one server."""
    silent = SilentConnections(settings.max_silent_connections)

    class OfThisServer(Connection):
        def __init__(self, **of_uvicorn: Any) -> None:
            super().__init__(settings, silent, refused, **of_uvicorn)

    return OfThisServer
