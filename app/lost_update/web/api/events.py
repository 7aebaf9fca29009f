"""`/api/runs/{run_id}/events`: a run, watched while it goes on. What is sent is made in `lost_update.web.stream`."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query
from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from lost_update.execution.registry import Registry
from lost_update.web import errors
from lost_update.web.answers import Event
from lost_update.web.api.shared import RunId, find
from lost_update.web.stream import Viewers

WATCHING: Final = """\
Server-Sent Events: first what has happened, then what happens. Each event is one JSON object in `data`; the schema says
which events there are. `steps` and `end` have an id, `RUN-NEXT`: sent as `Last-Event-ID`, or in `after`, it makes
the stream go on there with no gap and no repeat. Any other id means from the start. After `end` the stream closes.
"""


class Events(EventSourceResponse):
    """Server-Sent Events for a viewer who was admitted; `leave` is called when the stream has ended, however it did."""

    media_type = "text/event-stream"

    leave: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.leave()


def add_to(router: APIRouter, registry: Registry, viewers: Viewers) -> None:
    """The route to the events of a run."""

    @router.get(
        "/api/runs/{run_id}/events",
        operation_id="watchRun",
        tags=["runs"],
        summary="Watch a run",
        description=WATCHING,
        response_class=Events,
        response_description="The events of the run, up to its end.",
        responses={200: {"model": Event}, **errors.responses(404)},
    )
    async def watch(
        run_id: RunId,
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
        run_viewers = viewers.enter(recording)
        events = viewers.watch(run_viewers, last_event_id or after)
        answer = Events(events, send_timeout=registry.settings.viewer_seconds)
        answer.leave = partial(viewers.leave, run_viewers)
        return answer
