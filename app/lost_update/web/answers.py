"""Answers that only the web package knows: the server's health, a granted step, the events of a stream.

An event is an object of its fields here, as OpenAPI 3.2 has it; `lost_update.web.stream` sends it as lines of text.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import core_schema
from typing_extensions import TypedDict

from lost_update.model.encoding import Columns
from lost_update.model.view import RunView, ScriptRunView
from lost_update.sharing.replicas import Granted
from lost_update.sharing.room import OwnView, RoomView


@dataclass(frozen=True)
class AsText:
    """Marks what is sent as a text that holds it as JSON: pydantic's own `Json` says so only of what is taken."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/json", "contentSchema": handler(schema)}


EventId = Annotated[str, Field(description="`RUN-NEXT`: the run, and the index of the next step.")]


class Health(TypedDict):
    """The server is well."""

    status: Literal["ok"]


class Pressed(Granted):
    """The step that the process of a phone took, and the run after it."""

    process: str


class Join(TypedDict):
    """Where phones join a room, the best address first. `hint` says what to do, where that is not enough."""

    join: list[str]
    hint: str | None


class OpenedRoom(Join):
    """A new room. Its key is for the presenter's browser alone."""

    code: str
    key: str
    room: RoomView


class Seated(TypedDict):
    """The seat of a phone, `NUMBER.SECRET`, and what it sees."""

    seat: str
    room: RoomView
    own: OwnView


class RunEvent(TypedDict):
    """The run has changed; new steps alone are no change."""

    event: Literal["run"]
    data: Annotated[RunView | ScriptRunView, AsText()]


class StepsEvent(TypedDict):
    """The next steps, in log order."""

    event: Literal["steps"]
    id: EventId
    data: Annotated[Columns, AsText()]


class EndEvent(TypedDict):
    """The run is over: its final view, the last event."""

    event: Literal["end"]
    id: EventId
    data: Annotated[RunView | ScriptRunView, AsText()]


Event = Annotated[RunEvent | StepsEvent | EndEvent, Field(discriminator="event")]


EventIdOfSeveral = Annotated[
    str,
    Field(description="The `RUN-NEXT` of every run of the stream, joined by commas: where to go on in all of them."),
]


class ViewOfOne(RunView):
    """A run view that names its run, beside others in one stream."""

    run: str


class ScriptViewOfOne(ScriptRunView):
    """The view of a script's run that names its run, beside others in one stream."""

    run: str


class ColumnsOfOne(Columns):
    """Steps that name their run, beside others in one stream."""

    run: str


class RunOfSeveralEvent(TypedDict):
    """One of the runs has changed; or nothing has, for some seconds, and this says how one of them stands."""

    event: Literal["run"]
    id: EventIdOfSeveral
    data: Annotated[ViewOfOne | ScriptViewOfOne, AsText()]


class StepsOfSeveralEvent(TypedDict):
    """The next steps of one of the runs, in the order of its log."""

    event: Literal["steps"]
    id: EventIdOfSeveral
    data: Annotated[ColumnsOfOne, AsText()]


class EndOfSeveralEvent(TypedDict):
    """One of the runs is over: its final view, its last event."""

    event: Literal["end"]
    id: EventIdOfSeveral
    data: Annotated[ViewOfOne | ScriptViewOfOne, AsText()]


class NamedRoom(RoomView):
    """A room view that names its room, as it was asked for."""

    room: str


class NamedOwn(OwnView):
    """What a phone alone may know, with the room as it was asked for."""

    room: str


class RoomChangedEvent(TypedDict):
    """A room has changed; or nothing has, for some seconds. One that has ended is told of for the last time."""

    event: Literal["room"]
    id: EventIdOfSeveral
    data: Annotated[NamedRoom, AsText()]


class SeatEvent(TypedDict):
    """What a phone alone may know has changed."""

    event: Literal["seat"]
    id: EventIdOfSeveral
    data: Annotated[NamedOwn, AsText()]


EventOfSeveral = Annotated[
    RunOfSeveralEvent | StepsOfSeveralEvent | EndOfSeveralEvent | RoomChangedEvent | SeatEvent,
    Field(discriminator="event"),
]
