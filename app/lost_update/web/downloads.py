"""Recordings that are taken away. To write one can take a core for seconds, so it is done beside the event loop.

event loop                                   one thread for all
──────────                                   ──────────────────
place(visitor) ─▶ `TooManyDownloads`
the next part, when the last one is sent ──▶ encoded, or kept from another download of the same recording
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lost_update.exports.ndjson import LINES_AT_ONCE
from lost_update.model.encoding import lines_json
from lost_update.model.recording import Recording
from lost_update.settings import SHORTEST_RETRY_SECONDS, Settings
from lost_update.sources.request import Refusal
from lost_update.web.encoded import Encoded

T = TypeVar("T")


class TooManyDownloads(Refusal):
    """Each of them needs a share of the one thread."""

    retry_after_seconds = SHORTEST_RETRY_SECONDS

    def __init__(self, going_on: int, whose: str) -> None:
        super().__init__(
            "full",
            f"The server is busy: {going_on} recordings are being taken away{whose} already.",
            "Try again when one of them is complete.",
        )


class Downloads:
    """All of one server. Used by the event loop's thread alone, except for `_encoded`, which only its thread uses."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.max_downloads
        self._most_of_one = max(self._most // 2, 1)
        self._by_visitor: Counter[str] = Counter()
        self._encoded = Encoded(settings.encoded_memory)
        self._one_at_a_time = CapacityLimiter(1)

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
        log, end = recording.log, len(recording.log)
        for start in range(0, end, LINES_AT_ONCE):
            stop = min(start + LINES_AT_ONCE, end)
            encode = partial(lines_json, log.rows(start, stop), start, recording.names)
            yield await self.in_thread(partial(self._encoded.get, (recording.id, start, stop), encode))

    async def parts(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """The parts of a file, each made when the one before it has been sent."""
        while (part := await self.in_thread(partial(next, parts, None))) is not None:
            yield part

    async def in_thread(self, function: Callable[[], T]) -> T:
        """What the function returns, called in the one thread: for whatever takes long."""
        return await to_thread.run_sync(function, limiter=self._one_at_a_time)

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
