"""`/api/rooms/{code}/questions`, `/votes`: predict, discuss, predict again, reveal; and the answers as a table."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from lost_update.sharing import questions, room
from lost_update.sharing.fields import Changes, Fields
from lost_update.sharing.requests import QuestionRequest, TurnRequest, VoteRequest
from lost_update.sharing.room import OwnView, RoomView
from lost_update.sharing.rooms import Rooms
from lost_update.web import errors
from lost_update.web.api.rooms import TAGS, Code, Key, Seat, room_in_json
from lost_update.web.api.shared import in_json

Number = Annotated[int, Path(description="The number of a question.", ge=1)]


class Table(Response):
    """A table as text."""

    media_type = "text/csv"


def add_to(router: APIRouter, rooms: Rooms) -> None:
    """The routes of questions."""
    _add_asking(router, rooms)
    _add_answering(router, rooms)


def _add_asking(router: APIRouter, rooms: Rooms) -> None:
    """What the presenter does."""

    @router.post(
        "/api/rooms/{code}/questions",
        operation_id="askRoom",
        tags=TAGS,
        summary="Ask a room",
        description="The question is open at once, for its first round. It replaces one that is on the screens.",
        response_description="The room, with the question.",
        response_model=RoomView,
        status_code=201,
        responses=errors.responses(403, 404, 409, 415, 422),
    )
    async def ask(code: Code, request: QuestionRequest, key: Key = "") -> Response:
        asked = questions.Asked(**request.model_dump())  # type: ignore[typeddict-item]
        return room_in_json(code, await rooms.present(code, key, lambda fields: questions.ask(fields, asked)), 201)

    @router.patch(
        "/api/rooms/{code}/questions/{number}",
        operation_id="turnQuestion",
        tags=TAGS,
        summary="Close, open again, or reveal the question on the screens",
        description="Closed, it can be opened once more, for a second round after a talk. Revealed, it stays so.",
        response_description="The room, with the question.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 409, 415, 422),
    )
    async def turn(code: Code, number: Number, request: TurnRequest, key: Key = "") -> Response:
        def turned(fields: Fields) -> Changes:
            return questions.turn(fields, number, request.state, request.truth, request.right)

        return room_in_json(code, await rooms.present(code, key, turned))

    @router.delete(
        "/api/rooms/{code}/questions/{number}",
        operation_id="takeQuestionAway",
        tags=TAGS,
        summary="Take the question off the screens",
        description="What was answered stays for the table of results.",
        response_description="The room, without the question.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 409, 415, 422),
    )
    async def take_away(code: Code, number: Number, key: Key = "") -> Response:
        def taken(fields: Fields) -> Changes:
            questions.on_show(fields, number)
            return questions.take_away(fields)

        return room_in_json(code, await rooms.present(code, key, taken))


def _add_answering(router: APIRouter, rooms: Rooms) -> None:
    """What phones do, and what came of it."""

    @router.post(
        "/api/rooms/{code}/votes",
        operation_id="vote",
        tags=TAGS,
        summary="Answer the question on the screens",
        description="A phone's later answer in the same round replaces its first.",
        response_description="What this phone has answered.",
        response_model=OwnView,
        responses=errors.responses(403, 404, 409, 415, 422, 429),
    )
    async def vote(code: Code, request: VoteRequest, token: Seat = "") -> Response:
        def voted(fields: Fields) -> Changes:
            seat = room.seat_of(fields, token)
            return questions.vote(fields, seat, request.question, request.round, request.answer)

        rooms.slow_down(code, token)
        fields = await rooms.change(code, voted)
        return in_json(room.own_view(fields, room.seat_of(fields, token)))

    @router.get(
        "/api/rooms/{code}/results.csv",
        operation_id="takeResults",
        tags=TAGS,
        summary="Take the answers away as a table",
        response_class=Table,
        response_description="A line for each answer that was given in the room.",
        responses=errors.responses(403, 404),
    )
    async def results(code: Code, key: Key = "") -> Table:
        fields = await rooms.read(code)
        room.check_key(fields, key)
        written = io.StringIO()
        csv.writer(written).writerows(questions.results(fields))
        name = f'attachment; filename="room-{code.upper()}.csv"'
        return Table(written.getvalue(), headers={"Content-Disposition": name, "Cache-Control": "no-store"})
