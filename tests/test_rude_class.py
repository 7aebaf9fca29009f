"""A class that means no good, and what ends in the middle of a lesson: others go on, and each is told what to do."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Coroutine, Iterator
from typing import Any

import httpx
import pytest
import uvloop

from tests.class_room import Class, Phone, a_class
from tests.load import lesson
from tests.load.phones import Room, a_room, allow_a_class
from tests.serving import RunningServer, serving, until
from tests.streaming import Watching
from tests.variants import FULL

pytestmark = pytest.mark.processes


@pytest.fixture
def room(server: RunningServer) -> Iterator[Class]:
    """A room with three phones."""
    with a_class(server, phones=3) as room:
        yield room


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Let it happen, in an event loop of its own."""
    allow_a_class()
    uvloop.run(scene)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status of an error, and its code."""
    return answer.status_code, answer.json()["error"]["code"]


# What is sent.


@pytest.mark.parametrize(
    ("what", "body", "refused"),
    [
        ("seats", b'{"seat": "' + b"x" * 100_000 + b'"}', {413}),
        ("votes", b'{"question": 1, "round": 1, "answer": "' + b"9" * 60_000 + b'"}', {422}),
        ("votes", b'{"question": 1, "round": 1, "answer": "' + b"<b>rude</b>" * 3 + b'"}', {422}),
        ("votes", b'{"question": 1, "round": 1, "answer": "\\ud800"}', {422}),
        ("votes", b'{"question": ' + b"9" * 5000 + b', "round": 1, "answer": "1"}', {400, 422}),
        ("votes", b"[" * 60_000, {400, 422}),
        ("presses", b'{"game": 1e400}', {422}),
        ("presses", b'{"game": 1, "process": "P2"}', {422}),
        ("presses", b"", {422}),
    ],
)
def test_what_is_no_choice_is_refused_and_appears_nowhere(
    room: Class, what: str, body: bytes, refused: set[int]
) -> None:
    room.ask("POST", "questions", kind="number", text="How many?", most=40)
    before = room.view
    headers = {"Room-Seat": room.phones[0].token, "Content-Type": "application/json"}
    answer = room.server.ask("POST", f"/api/rooms/{room.code}/{what}", content=body, headers=headers)
    assert answer.status_code in refused, answer.text
    assert room.view == before


@pytest.mark.parametrize("seat", ["", "1", "1.", ".", "1.wrong", "99999.x", "-1.x", "1.\xe4", "1" * 20_000 + ".x"])
def test_a_seat_that_is_none_opens_no_door(room: Class, seat: str) -> None:
    headers = {b"Room-Seat": seat.encode("latin-1")}
    for what in ("votes", "presses"):
        body = {"question": 1, "round": 1, "answer": "20"} if what == "votes" else {"game": 1}
        answer = room.server.ask("POST", f"/api/rooms/{room.code}/{what}", json=body, headers=headers)
        assert code_of(answer) in {(403, "no_seat"), (404, "no_such_room"), (431, "headers_too_large")}
    if "\xe4" not in seat and len(seat) < 1000:
        stream = room.server.ask("GET", "/api/events", params={"room": f"{room.code}.{seat}"})
        assert code_of(stream) in {(403, "no_seat"), (422, "bad_request")}
    assert room.view["phones"] == 3


def test_a_stream_of_two_rooms_of_which_one_is_not_there_leaves_nobody_behind(room: Class) -> None:
    token = room.phones[0].token
    room.phones[0].leave()
    until(lambda: room.view["phones"] == 2)
    wrong = room.server.ask("GET", "/api/events", params={"room": [f"{room.code}.{token}", "A2A2.1.x"]})
    assert code_of(wrong) == (404, "no_such_room")
    assert room.view["phones"] == 2


def test_votes_for_a_question_of_before_change_nothing(room: Class) -> None:
    phone = room.phones[0]
    first = room.ask("POST", "questions", kind="number", text="One?", most=40).json()["question"]["id"]
    second = room.ask("POST", "questions", kind="number", text="Two?", most=40).json()["question"]["id"]
    for question, round_ in ((first, 1), (first, 2), (second, 2), (second + 1, 1)):
        refused = phone.send("votes", question=question, round=round_, answer="20")
        assert code_of(refused) == (409, "not_now"), (question, round_)
    assert room.view["question"]["answered"] == [0, 0]


def test_a_code_in_another_case_presses_no_faster() -> None:
    with serving(LOST_UPDATE_PRESSES_PER_SECOND="1") as server, a_class(server, phones=1) as room:
        room.ask("POST", "questions", kind="number", text="How many?", most=40)
        codes = [room.code, room.code.lower(), room.code.capitalize()] * 3
        phones = [Phone(server, code, room.phones[0].token) for code in codes]
        votes = [phone.send("votes", question=1, round=1, answer="20") for phone in phones]
        assert 429 in [vote.status_code for vote in votes]


# Too much of it.


@FULL
def test_a_phone_that_takes_hundreds_of_seats_leaves_room_for_the_others() -> None:
    async def scene(server: RunningServer) -> None:
        async with a_room(server.url, 4) as room:
            taken = Counter[str]()
            rude = room.new_phones(1)[0]
            for _ in range(300):
                rude.token = ""
                taken[(await rude.join()).code] += 1
            assert set(taken) == {"", "room_is_full"}
            room.phones.remove(rude)
            await rude.leave()
            await lesson.move(room, 1)
            # Those seats have no phones: when that is noticed, there is room again.
            await room.until(lambda: room.room["phones"] == 4)
            await room.fill(2)
            assert (await room.view())["phones"] == 6

    with serving(LOST_UPDATE_MAX_PHONES="16") as server:
        play(scene(server))


@FULL
def test_nobody_takes_all_rooms_whoever_they_say_they_are() -> None:
    with serving(LOST_UPDATE_MAX_ROOMS="24") as server:
        opened = Counter[int]()
        for number in range(60):
            cookie = {"Cookie": f"lost-update-visitor={number // 2:022}"}
            opened[server.ask("POST", "/api/rooms", json={}, headers=cookie).status_code] += 1
        assert opened == {201: 12, 429: 48}
        elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(transport=elsewhere) as teacher:
            assert teacher.post(f"{server.url}/api/rooms", json={}).status_code == 201


# In the middle of everything.


def test_a_room_that_ends_in_a_game_with_a_question_ends_for_all_and_stops_its_run(server: RunningServer) -> None:
    async def scene() -> None:
        async with a_room(server.url, 20) as room:
            game = await lesson.begin_game(room)
            await room.present("POST", "questions", **lesson.QUESTION)
            pressing = [asyncio.create_task(_press_and_vote(room, number, game.number)) for number in range(20)]
            await room.until(lambda: room.room["question"] and room.room["question"]["answered"][0] > 5)
            assert (await room.present("DELETE", "")).status == 200
            for codes in await asyncio.gather(*pressing):
                assert codes <= {"", "no_such_room", "not_runnable", "not_now", "too_fast"}
                assert "no_such_room" in codes
            await asyncio.gather(*(phone.until_stream_ends() for phone in room.phones))
            assert {phone.room["status"] for phone in room.phones} == {"ended"}
            assert server.finished(game.run)["status"] == "stopped"

    play(scene())


async def _press_and_vote(room: Room, number: int, game: int) -> set[str]:
    """One phone does whatever it can until its room is gone: what it was told."""
    phone = room.phones[number]
    codes = set[str]()
    while "no_such_room" not in codes:
        codes.add((await phone.press(game)).code)
        codes.add((await phone.vote(1, "20")).code)
    return codes


def test_two_games_that_begin_in_the_same_moment_leave_one_run(server: RunningServer) -> None:
    async def scene() -> None:
        async with a_room(server.url, 4) as room:
            begun = await asyncio.gather(*(room.present("POST", "game") for _ in range(3)))
            assert [answer.status for answer in begun] == [201, 201, 201]
            runs = {answer.content["game"]["run"] for answer in begun}
            played = (await room.view())["game"]["run"]
            for run in runs - {played}:
                assert server.finished(run)["status"] == "stopped"
            assert server.view(played)["status"] == "running"

    play(scene())


def test_a_presenter_who_is_gone_leaves_a_game_that_goes_on(server: RunningServer) -> None:
    async def scene() -> None:
        async with a_room(server.url, 6) as room:
            game = await lesson.begin_game(room, iterations=1)
            room.close_stream()
            presses = await lesson.press_to_the_end(room.phones, game, random.Random(4), 0.05)
            lesson.check_presses(presses, server.steps(game.run))

    play(scene())


@FULL
def test_a_game_whose_run_waited_too_long_is_over_and_another_can_begin() -> None:
    with serving(LOST_UPDATE_MAX_IDLE_SECONDS="0.5") as server, a_class(server, phones=2) as room:
        game = room.ask("POST", "game").json()["game"]
        assert server.finished(game["run"])["status"] == "stopped"
        refused = room.phones[0].send("presses", game=game["id"])
        assert code_of(refused) == (409, "not_runnable")
        assert room.ask("PATCH", "game").status_code == 200
        assert room.ask("POST", "game").json()["game"]["id"] == 2


@FULL
def test_a_game_whose_run_has_expired_is_over_and_another_can_begin() -> None:
    with serving(LOST_UPDATE_MEMORY="1", LOST_UPDATE_DATA_DIR=":memory:") as server, a_class(server, phones=2) as room:
        game = room.ask("POST", "game", iterations=1).json()["game"]
        server.stop(game["run"])
        server.run(iterations=1)
        until(lambda: server.ask("GET", f"/api/runs/{game['run']}").status_code == 404)
        refused = room.phones[0].send("presses", game=game["id"])
        assert code_of(refused) == (409, "not_now")
        assert "expired" in refused.json()["error"]["message"]
        assert room.ask("PATCH", "game").status_code == 200
        assert room.ask("POST", "game").json()["game"]["id"] == 2
        assert room.ask("DELETE", "game").json()["game"] is None


def test_a_process_that_is_killed_ends_the_game_s_run_and_not_the_room(room: Class) -> None:
    game = room.ask("POST", "game").json()["game"]
    running = until(lambda: room.server.view(game["run"]), lambda view: len(view["runnable"]) == 3)
    os.kill(running["processes"][0]["pid"], signal.SIGKILL)
    assert room.server.finished(game["run"])["status"] == "failed"
    assert code_of(room.phones[0].send("presses", game=game["id"])) == (409, "not_runnable")
    room.ask("PUT", "shown", path="/later")
    until(lambda: all(phone.room["shown"] and phone.room["shown"]["path"] == "/later" for phone in room.phones))


@FULL
def test_a_server_that_is_stopped_in_a_game_ends_every_stream_and_itself() -> None:
    async def scene(server: RunningServer) -> None:
        async with a_room(server.url, 40) as room:
            game = await lesson.begin_game(room)
            pressing = [asyncio.create_task(phone.press(game.number)) for phone in room.phones]
            server.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*(phone.until_stream_ends() for phone in room.phones))
            await asyncio.gather(*pressing, return_exceptions=True)
            assert {phone.last("end")["status"] for phone in room.phones} == {"stopped"}
        until(lambda: server.process.poll() is not None)

    with serving() as server:
        play(scene(server))


def test_a_stream_of_a_room_that_ends_before_it_begins_is_told_so(server: RunningServer) -> None:
    with a_class(server, phones=1) as room:
        stream = Watching(server, room=[room.code])
        room.ask("DELETE")
        assert [event.data["status"] for event in stream if event.name == "room"][-1] == "ended"
