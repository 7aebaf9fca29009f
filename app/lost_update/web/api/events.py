"""`/api/runs/{run_id}/events`: a run, watched while it goes on. What is sent is made in `lost_update.web.stream`."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse
from starlette.types import Message, Receive, Scope, Send

from lost_update.execution.registry import Registry
from lost_update.web import errors
from lost_update.web.answers import Event
from lost_update.web.api.shared import RunId, find
from lost_update.web.seats import Seat
from lost_update.web.stream import Viewers
from lost_update.web.visitors import visitor

WATCHING: Final = """\
Server-Sent Events: first what has happened, then what happens. Each event is one JSON object in `data`; the schema says
which events there are. `steps` and `end` have an id, `RUN-NEXT`: sent as `Last-Event-ID`, or in `after`, it makes
the stream go on there with no gap and no repeat. Any other id means from the start. After `end` the stream closes.
"""


class Events(EventSourceResponse):
    """Server-Sent Events, for a viewer who has a seat. Without an `end` a browser connects again after a while."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], seat: Seat) -> None:
        super().__init__(events)
        self._seat = seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them, for as long as the viewer has the seat."""
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            with self._seat:
                await super().__call__(scope, receive, send_and_note)
        finally:
            self._seat.leave()
        if self._seat.was_lost and has_begun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif self._seat.was_lost:
            raise self._seat.refusal


def add_to(router: APIRouter, registry: Registry, viewers: Viewers) -> None:
    """The route to the events of a run."""

    @router.get(
        "/api/runs/{run_id}/events",
        operation_id="watchRun",
        tags=["runs"],
        summary="Watch a run",
        description=WATCHING,
        response_class=Events,
        status_code=200,
        response_description="The events of the run, up to its end.",
        responses={200: {"model": Event}, **errors.responses(404)},
    )
    async def watch(
        run_id: RunId,
        asked: Request,
        last_event_id: Annotated[
            str,
            Header(
                alias="Last-Event-ID",
                description="The id of the last event that was seen. Browsers send it when they connect again.",
            ),
        ] = "",
        after: Annotated[str, Query(description="The same, for clients that cannot set a header.")] = "",
    ) -> Events:
        recording = find(registry, run_id)
        seat = viewers.seats.take(visitor(asked))
        return Events(viewers.watch(recording, last_event_id or after), seat)
