"""Each request from its start to the end of its answer: counted, timed and, where that is wanted, told to the log.

    Requests ── a Note in the scope ─▶ the layers ─▶ the route ─▶ the answer
       │            ▲ a route puts its template there, a refusal its code, a stream that it is one
       └─ the end ─▶ Counts, for `/metrics`; the journal, for the log

What is counted by takes few values: the template of an address and never the address, the methods that there are.
Neither a query nor a header nor a body is looked at here, so that no key and no seat can get into the log.
"""

from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.execution import journal
from lost_update.web.counts import Counts

NOTE: Final = "lost_update.note"
"""In the scope. The layers copy the scope, and all copies have the same note."""

OTHER: Final = "other"
"""What lies at no route, and a method that is none of HTTP's."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

UNANSWERED: Final = "none"
"""In place of the status where there was no answer: the client had gone."""

STATIC: Final = "/static/{path}"

OF_NO_INTEREST: Final = frozenset({STATIC, "/healthz", "/metrics"})
"""Routes that are asked all the time: the log has only what they refuse."""


class Note:
    """What is known of one request by those who answer it."""

    __slots__ = ("code", "is_stream", "route")

    def __init__(self) -> None:
        self.route = OTHER
        self.code: str | None = None
        """Of the refusal, if it is one."""
        self.is_stream = False


def note_of(scope: Scope) -> Note:
    """The note of a request; one that nobody reads where the layer `Requests` is not there."""
    note: Note = scope.get(NOTE) or Note()
    return note


class Requests:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = scope[NOTE] = Note()
        status: int | None = None

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = perf_counter()
        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._ended(scope["method"], note, status, perf_counter() - begun)

    def _ended(self, method: str, note: Note, status: int | None, seconds: float) -> None:
        method = method if method in METHODS else OTHER
        self._counts.requests[note.route, method, UNANSWERED if status is None else str(status)] += 1
        if not note.is_stream:
            self._counts.answers[note.route, method].observe(seconds)
        is_refused = status is not None and status >= 400
        if is_refused and note.code is not None:
            self._counts.refuse(note.code, status or 0)
        if journal.is_read() and (is_refused or note.route not in OF_NO_INTEREST):
            event = "stream ended" if note.is_stream else "request"
            journal.tell(
                event, method=method, route=note.route, status=status, seconds=round(seconds, 6), code=note.code
            )
