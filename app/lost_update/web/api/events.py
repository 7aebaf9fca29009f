"""`/api/runs/{run_id}/events` and `/api/events`: runs, watched while they go on.

What is sent is made in `lost_update.web.stream`.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field
from sse_starlette import EventSourceResponse
from starlette.types import Message, Receive, Scope, Send

from lost_update.settings import MAX_WATCHED_ROOMS, MAX_WATCHED_RUNS
from lost_update.sharing.room import seat_of
from lost_update.sharing.rooms import Rooms
from lost_update.sources.request import Refusal
from lost_update.web import errors
from lost_update.web.answers import Event, EventOfSeveral
from lost_update.web.api.shared import RunId
from lost_update.web.known import Known
from lost_update.web.requests import note_of
from lost_update.web.room_stream import NAME, RoomName
from lost_update.web.seats import Seat
from lost_update.web.sending import NotedSend
from lost_update.web.stream import Viewers
from lost_update.web.visitors import visitor

WATCHING: Final = """\
Server-Sent Events: first what has happened, then what happens. Each event is one JSON object in `data`; the schema says
which events there are. `steps` and `end` have an id, `RUN-NEXT`: sent as `Last-Event-ID`, or in `after`, it makes
the stream go on there with no gap and no repeat. Any other id means from the start. After `end` the stream closes.
"""

WATCHING_SEVERAL: Final = f"""\
The same for up to {MAX_WATCHED_RUNS} runs in one stream. The data of each event names its `run`. Each has an id: the
`RUN-NEXT` of every run of the stream, joined by commas. Sent as `Last-Event-ID`, or in `after`, it makes the stream go
on there in all of them; a run that it does not name begins at its start. A `run` is also sent again where there was
nothing else to send for some seconds. After the `end` of the last run the stream closes.

It also tells of up to {MAX_WATCHED_ROOMS} rooms: `room`, whenever one has changed, and `seat`, what the phone with that
seat alone may know. Such a stream goes on until the rooms have ended; the last `room` says so.
"""

LastEventId = Annotated[
    str,
    Header(
        alias="Last-Event-ID",
        description="The id of the last event that was seen. Browsers send it when they connect again.",
    ),
]
After = Annotated[str, Query(description="The same, for clients that cannot set a header.")]
RunIds = Annotated[list[str], Query(max_length=MAX_WATCHED_RUNS, description="The `id` of a run; once for each run.")]
RoomNames = Annotated[
    list[Annotated[str, Field(pattern=NAME)]],
    Query(max_length=MAX_WATCHED_ROOMS, description="The code of a room; a phone adds a dot and its seat."),
]


class Events(EventSourceResponse):
    """Server-Sent Events, for a viewer who has a seat. Without an `end` a browser connects again after a while."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], seat: Seat) -> None:
        super().__init__(events)
        self._seat = seat

    async def _send_with_timeout(self, send: Send, message: Message) -> None:
        """There is no timeout. What is inherited makes a scope for one with each event, which costs a fifth of it."""
        await send(message)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them, for as long as the viewer has the seat."""
        note_of(scope).is_stream = True
        noted = NotedSend(send)
        try:
            with self._seat:
                await super().__call__(scope, receive, noted)
        finally:
            self._seat.leave()
        if self._seat.was_lost and noted.has_begun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif self._seat.was_lost:
            raise self._seat.refusal


def add_to(router: APIRouter, known: Known, viewers: Viewers, rooms: Rooms) -> None:
    """The routes to the events of a run, and of several runs and rooms."""

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
    async def watch(run_id: RunId, asked: Request, last_event_id: LastEventId = "", after: After = "") -> Events:
        recording = await known.whole(run_id)
        seat = viewers.seats.take(visitor(asked))
        return Events(viewers.watch([recording], last_event_id or after, names_runs=False), seat)

    @router.get(
        "/api/events",
        operation_id="watchRuns",
        tags=["runs"],
        summary="Watch several runs, and rooms",
        description=WATCHING_SEVERAL,
        response_class=Events,
        status_code=200,
        response_description="The events of the runs and rooms, up to the end of the last.",
        responses={200: {"model": EventOfSeveral}, **errors.responses(403, 404, 422)},
    )
    async def watch_several(
        asked: Request,
        run: RunIds = [],  # noqa: B006 - FastAPI reads it, and changes nothing
        room: RoomNames = [],  # noqa: B006
        last_event_id: LastEventId = "",
        after: After = "",
    ) -> Events:
        if not run and not room:
            raise Refusal("nothing_asked_for", "Nothing is asked for.", "Name at least one run or room.")
        recordings = [await known.whole(run_id) for run_id in dict.fromkeys(run)]
        names = [RoomName(name) for name in dict.fromkeys(room)]
        for name in names:
            fields = await rooms.read(name.code)
            if name.token:
                seat_of(fields, name.token)
        seat = viewers.seats.take(visitor(asked))
        return Events(viewers.watch(recordings, last_event_id or after, names_runs=True, rooms=names), seat)
