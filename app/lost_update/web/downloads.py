"""Recordings that are taken away. To write one can take a core for seconds, so it is done in small parts.

    enter(visitor) ─▶ `TooManyDownloads`
    a part ─▶ sent ─▶ wait for a turn ─▶ the next part, encoded, or kept from another download of the same recording

One part is encoded in each turn of the event loop, however many downloads there are, so everything else goes on in
between. A thread would not do: whatever else the server does would have to ask it for the interpreter, again and again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, Final

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lost_update.model import binary
from lost_update.model.encoding import lines_json
from lost_update.model.recording import Recording
from lost_update.settings import SHORTEST_RETRY_SECONDS, Settings
from lost_update.sources.request import Refusal
from lost_update.web import gzipped
from lost_update.web.encoded import Encoded

STEPS_A_TURN: Final = 128
"""Steps that are encoded in one turn of the event loop: about a millisecond, for which everything else waits."""

SENT_AT_ONCE: Final = 256 * 1024
"""Bytes of a file that is there already that are handed on together."""

COLUMNS_TYPE: Final = "application/vnd.lost-update.columns"
"""Steps as binary columns: `lost_update.model.binary`."""


class TooManyDownloads(Refusal):
    """Each of them needs its share of the turns."""

    retry_after_seconds = SHORTEST_RETRY_SECONDS

    def __init__(self, going_on: int, whose: str) -> None:
        super().__init__(
            "full",
            f"The server is busy: {going_on} recordings are being taken away{whose} already.",
            "Try again when one of them is complete.",
        )


class Downloads:
    """All of one server. Used by the event loop's thread alone."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.max_downloads
        self._most_of_one = max(self._most // 2, 1)
        self._by_visitor: Counter[str] = Counter()
        self._encoded = Encoded(settings.encoded_memory)
        self._turn = asyncio.Lock()

    def enter(self, owner: str) -> Callable[[], None]:
        """Admit one more for a visitor; what is returned is called when it has ended. Raises `TooManyDownloads`."""
        if self._by_visitor[owner] >= self._most_of_one:
            raise TooManyDownloads(self._by_visitor[owner], " by you")
        if self._by_visitor.total() >= self._most:
            raise TooManyDownloads(self._most, "")
        self._by_visitor[owner] += 1
        return partial(self._leave, owner)

    async def steps(self, recording: Recording) -> AsyncIterator[bytes]:
        """Every step that there is now, one a line, some at a time."""
        for first, rows in recording.log.pieces(STEPS_A_TURN):
            await self._a_turn()
            encode = partial(lines_json, rows, first, recording.names)
            yield self._encoded.get((recording.id, first, first + len(rows)), encode)

    async def columns(self, recording: Recording, *, compressed: bool) -> AsyncIterator[bytes]:
        """Every step as binary columns, a chunk at a time, as a gzip file where that is asked for."""
        total = gzipped.Sum()
        if compressed:
            yield gzipped.HEAD
        for number, make in enumerate(binary.frames(recording.log, recording.names)):
            await self._a_turn()
            key = (recording.id, "columns", number, compressed)
            if compressed:
                total, part = gzipped.split(self._encoded.get(key, partial(gzipped.made_part, make, total)))
                yield part
            else:
                yield self._encoded.get(key, make)
        if compressed:
            yield gzipped.end(total)

    async def as_it_is(self, file: bytes) -> AsyncIterator[bytes]:
        """A file that is there already, a part at a time."""
        for start in range(0, len(file), SENT_AT_ONCE):
            yield file[start : start + SENT_AT_ONCE]

    async def parts(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """The parts of a file, each made when the one before it has been sent. An empty one is a turn of work."""
        while True:
            await self._a_turn()
            part = next(parts, None)
            if part is None:
                return
            if part:
                yield part

    async def _a_turn(self) -> None:
        """Wait until no other download is encoded in this turn of the event loop."""
        async with self._turn:
            await asyncio.sleep(0)

    def _leave(self, owner: str) -> None:
        self._by_visitor[owner] -= 1
        self._by_visitor = +self._by_visitor


class Download(StreamingResponse):
    """A file, sent in parts. `leave` is called when it was sent, or cannot be."""

    def __init__(self, parts: AsyncIterator[bytes], leave: Callable[[], None], **more: Any) -> None:
        super().__init__(parts, **more)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
