"""`/api/rooms`: a class that follows one presenter from its own devices, answers questions, and is the processes.

The presenter sends the room's key as `Room-Key`, a phone its seat as `Room-Seat`. Nobody else may change anything. What
a room is, and what can be done in it, is in `lost_update.sharing`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request
from starlette.responses import Response

from lost_update.sharing import room
from lost_update.sharing.fields import Fields
from lost_update.sharing.games import game_in
from lost_update.sharing.requests import ShownRequest
from lost_update.sharing.room import RoomView
from lost_update.sharing.rooms import Rooms
from lost_update.web import errors
from lost_update.web.answers import Join, OpenedRoom, Seated
from lost_update.web.api.shared import in_json, stop_run_of
from lost_update.web.known import Known
from lost_update.web.qr import Picture, code_of
from lost_update.web.reach import Reach, reach
from lost_update.web.visitors import address_of, visitor

Code = Annotated[str, Path(description="The code of a room, as it stands on the screen.")]
Key = Annotated[str, Header(alias="Room-Key", description="The room's key.")]
Seat = Annotated[str, Header(alias="Room-Seat", description="The seat of a phone.")]

TAGS: Final[list[Any]] = ["rooms"]


def add_to(router: APIRouter, rooms: Rooms, known: Known, listens_on: str) -> None:
    """The routes to rooms as a whole, and to who is in them."""

    def reached(asked: Request) -> Reach:
        return reach(asked, rooms.settings, listens_on)

    _add_opening(router, rooms, reached)
    _add_ending(router, rooms, known)
    _add_joining(router, rooms, reached)
    _add_seats(router, rooms)


def _add_opening(router: APIRouter, rooms: Rooms, reached: Callable[[Request], Reach]) -> None:
    """Opened, looked at, shown something."""

    @router.post(
        "/api/rooms",
        operation_id="openRoom",
        tags=TAGS,
        summary="Open a room",
        response_description="The room, with its key. The key is told only once.",
        response_model=OpenedRoom,
        status_code=201,
        responses=errors.responses(403, 415, 429),
    )
    async def open_room(asked: Request) -> Response:
        opened = await rooms.open(visitor(asked), address_of(asked))
        view = room.room_view(opened.code, opened.fields)
        return in_json(
            OpenedRoom(code=opened.code, key=opened.key, room=view, **_join(reached(asked), opened.code)), 201
        )

    @router.get(
        "/api/rooms/{code}",
        operation_id="showRoom",
        tags=TAGS,
        summary="Look at a room",
        description="Asked with a seat, it also says whether the room knows that seat.",
        response_description="What everybody may know of it.",
        response_model=RoomView,
        responses=errors.responses(403, 404),
    )
    async def show_room(code: Code, seat: Seat = "") -> Response:
        fields = await rooms.read(code)
        if seat:
            room.seat_of(fields, seat)
        return room_in_json(code, fields)

    @router.put(
        "/api/rooms/{code}/shown",
        operation_id="showInRoom",
        tags=TAGS,
        summary="Show something in a room",
        response_description="The room.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 415, 422),
    )
    async def show(code: Code, request: ShownRequest, key: Key = "") -> Response:
        shown = room.Shown(**request.model_dump())  # type: ignore[typeddict-item]
        return room_in_json(code, await rooms.present(code, key, lambda fields: room.show(fields, shown)))


def _add_ending(router: APIRouter, rooms: Rooms, known: Known) -> None:
    """The end of all of it."""

    @router.delete(
        "/api/rooms/{code}",
        operation_id="endRoom",
        tags=TAGS,
        summary="End a room",
        description="Its streams end, and so does the run of a game that goes on.",
        response_description="The room, which has ended.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 415),
    )
    async def end_room(code: Code, key: Key = "") -> Response:
        fields = await rooms.end(code, key)
        await stop_run_of(game_in(fields), known)
        return in_json(room.ended(room.room_view(code.upper(), fields)))


def _add_joining(router: APIRouter, rooms: Rooms, reached: Callable[[Request], Reach]) -> None:
    """Where phones join."""

    @router.get(
        "/api/rooms/{code}/join",
        operation_id="showHowToJoin",
        tags=TAGS,
        summary="Where phones join a room",
        response_description="The addresses, the best first; and what to do, where phones cannot reach this server.",
        response_model=Join,
        responses=errors.responses(404),
    )
    async def join(code: Code, asked: Request) -> Response:
        await rooms.read(code)
        return in_json(_join(reached(asked), code))

    @router.get(
        "/api/rooms/{code}/qr.svg",
        operation_id="drawRoomCode",
        tags=TAGS,
        summary="Draw the address of a room as a QR code",
        response_class=Picture,
        response_description="The first address at which phones join.",
        responses=errors.responses(404),
    )
    async def qr(code: Code, asked: Request) -> Picture:
        await rooms.read(code)
        return code_of(_join(reached(asked), code)["join"][0])


def _add_seats(router: APIRouter, rooms: Rooms) -> None:
    """Who has joined."""

    @router.post(
        "/api/rooms/{code}/seats",
        operation_id="takeSeat",
        tags=TAGS,
        summary="Join a room",
        description="With a seat that this phone had before, it gets the same one again, with status 200.",
        response_description="The seat: a secret of that phone. And the room.",
        response_model=Seated,
        status_code=201,
        responses={
            200: {"model": Seated, "description": "The seat that it had."},
            **errors.responses(403, 404, 415, 429),
        },
    )
    async def take_seat(code: Code, seat: Seat = "") -> Response:
        token, fields, is_new = await rooms.join(code, seat)
        own = room.own_view(fields, room.seat_of(fields, token))
        seated = Seated(seat=token, room=room.room_view(code.upper(), fields), own=own)
        return in_json(seated, 201 if is_new else 200)


def room_in_json(code: str, fields: Fields, status: int = 200) -> Response:
    """The room as everybody may see it."""
    return in_json(room.room_view(code.upper(), fields), status)


def _join(reached: Reach, code: str) -> Join:
    return Join(join=[f"{root}room/{code.upper()}" for root in reached.roots], hint=reached.hint)
