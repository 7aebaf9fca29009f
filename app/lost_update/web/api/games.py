"""`/api/rooms/{code}/game`, `/presses`: the class as the processes of a real run at the pace `step`.

phone ── press ──▶ its seat's process ── one grant ──▶ the run, on whichever server it lives
"""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from lost_update.goals.content import read as goals
from lost_update.model.recording import ProcessView
from lost_update.sharing import games, room
from lost_update.sharing.fields import Changes, Fields, here
from lost_update.sharing.games import MOST_PROCESSES
from lost_update.sharing.presses import Presses
from lost_update.sharing.refusals import NotNow
from lost_update.sharing.requests import GameRequest, PressRequest
from lost_update.sharing.room import RoomView
from lost_update.sharing.rooms import Rooms
from lost_update.sources.request import Refusal, RunRequest
from lost_update.web import errors
from lost_update.web.answers import Pressed
from lost_update.web.api.rooms import TAGS, Code, Key, Seat, room_in_json
from lost_update.web.api.shared import in_json, stop_run_of
from lost_update.web.errors import NoSuchRun
from lost_update.web.known import Known
from lost_update.web.visitors import visitor
from lost_update.wording import cause

OF_A_CLASS: Final = "crowd"
OF_A_GOAL: Final = "value"
"""The scenarios that are played: the first takes as many processes as there are phones."""

FEWEST: Final = 2


def add_to(router: APIRouter, rooms: Rooms, known: Known) -> None:
    """The routes of games."""
    _add_beginning(router, rooms, known)
    _add_changing(router, rooms, known)
    _add_presses(router, rooms, known)


def _add_beginning(router: APIRouter, rooms: Rooms, known: Known) -> None:
    """A game begins."""

    @router.post(
        "/api/rooms/{code}/game",
        operation_id="playInRoom",
        tags=TAGS,
        summary="Let the class be the processes",
        description="A real run of the pace `step` starts, and every phone gets one of its processes.",
        response_description="The room, with the game.",
        response_model=RoomView,
        status_code=201,
        responses=errors.responses(403, 404, 415, 422, 429),
    )
    async def play(code: Code, request: GameRequest, asked: Request, key: Key = "") -> Response:
        fields = await rooms.read(code)
        room.check_key(fields, key)
        before = None
        wanted = _run_request(request, len(here(fields)))
        recording = await known.start(wanted, visitor(asked))

        def begun(fields: Fields) -> Changes:
            nonlocal before
            before = games.game_in(fields)  # now: somebody who presses twice begins two
            return games.begin(fields, recording.id, request.goal, wanted.guard, wanted.process_names)

        try:
            fields = await rooms.present(code, key, begun)
        except Refusal:
            await known.stop(recording.id)
            raise
        await stop_run_of(before, known)
        return room_in_json(code, fields, 201)


def _add_changing(router: APIRouter, rooms: Rooms, known: Known) -> None:
    """Somebody has left; or it is enough."""

    @router.patch(
        "/api/rooms/{code}/game",
        operation_id="handOver",
        tags=TAGS,
        summary="Give processes whose phones have left to others",
        response_description="The room, with the game.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 409, 415),
    )
    async def hand_over(code: Code, key: Key = "") -> Response:
        game = games.game_in(await rooms.read(code))
        processes = await _processes_of(game, known)
        ended = {process["name"] for process in processes if process["state"] == "ended"}
        return room_in_json(code, await rooms.present(code, key, lambda fields: games.hand_over(fields, ended)))

    @router.delete(
        "/api/rooms/{code}/game",
        operation_id="endGame",
        tags=TAGS,
        summary="End the game",
        description="Its run is stopped, where it still goes on, and can be looked at.",
        response_description="The room, without the game.",
        response_model=RoomView,
        responses=errors.responses(403, 404, 415),
    )
    async def end(code: Code, key: Key = "") -> Response:
        game = None

        def ended(fields: Fields) -> Changes:
            nonlocal game
            game = games.game_in(fields)
            return games.end(fields)

        fields = await rooms.present(code, key, ended)
        await stop_run_of(game, known)
        return room_in_json(code, fields)


def _add_presses(router: APIRouter, rooms: Rooms, known: Known) -> None:
    """What phones do."""
    presses = Presses()

    @router.post(
        "/api/rooms/{code}/presses",
        operation_id="press",
        tags=TAGS,
        summary="Let this phone's process take its next step",
        response_description="The step that it took, and the run after it.",
        response_model=Pressed,
        responses=errors.responses(403, 404, 409, 415, 422, 429),
    )
    async def press(code: Code, request: PressRequest, token: Seat = "") -> Response:
        rooms.slow_down(code, token)
        fields = await rooms.read(code)
        seat = room.seat_of(fields, token)
        run, process = games.process_for(fields, seat, request.game)
        try:
            async with presses.turn(run, seat):
                granted = await known.grant(run, process)
        except NoSuchRun:
            raise NotNow("The run of this game has expired.") from None
        return in_json(Pressed(process=process, **granted))


async def _processes_of(game: games.Game | None, known: Known) -> Sequence[ProcessView]:
    """None where the run of the game has expired."""
    found = await known.outlines([game["run"]] if game else [])
    return [process for recording in found.values() for process in recording.snapshot.processes]


def _run_request(request: GameRequest, phones: int) -> RunRequest:
    """What is to run. Raises `Refusal`."""
    if request.goal is not None:
        goal = next((goal for goal in goals() if goal.slug == request.goal), None)
        if goal is None:
            raise Refusal("unknown_goal", "There is no such goal.", "Choose one of those of the scheduler.")
        wanted = {"scenario": OF_A_GOAL, **goal.request.model_dump()}
    else:
        processes = request.processes or min(max(phones, FEWEST), MOST_PROCESSES)
        wanted = {
            "scenario": OF_A_CLASS,
            "processes": processes,
            "iterations": request.iterations,
            "guard": request.guard,
        }
    try:
        return RunRequest.model_validate({**wanted, "pace": "step"})
    except ValidationError as invalid:
        message = "; ".join(cause(problem) for problem in invalid.errors())
        raise Refusal("bad_request", f"{message}.", "Choose other settings.") from None
