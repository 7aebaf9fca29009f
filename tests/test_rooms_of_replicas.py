"""Rooms of a service of several servers: phones and presenter at different ones, and what a failure does to them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.class_room import Class, Phone, a_class, phones_at
from tests.replicas import Replicas, replicas
from tests.serving import RunningServer, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

QUESTION: dict[str, Any] = {"kind": "number", "text": "What will it show?", "most": 40, "chips": ["20", "fewer"]}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("three"), 3) as service:
        yield service


def moved(phone: Phone, server: RunningServer) -> Phone:
    """The same phone, at another server."""
    phone.leave()
    phone.server = server
    phone.arrive()
    return phone


def _answered(phone: Phone) -> Any:
    """How many have answered the question in each round, as this phone was told: nothing before it heard of it."""
    return (phone.room["question"] or {}).get("answered")


@FULL
def test_phones_at_all_replicas_see_what_the_presenter_shows_at_one(three: Replicas) -> None:
    with a_class(three.servers[0]) as room:
        phones = phones_at([*three.servers], room)
        room.ask("PUT", "shown", path="/runs/abc", title="A run", runs=["abc"])
        for phone in phones:
            until(lambda phone=phone: (phone.room["shown"] or {}).get("title") == "A run")  # type: ignore[misc]
        until(lambda: room.view["phones"] == 3)
        phones[2].leave()
        until(lambda: phones[1].room["phones"] == 2)
        codes = [server.ask("GET", f"/api/rooms/{room.code}").json() for server in three.servers]
        assert codes == [codes[0]] * 3


@FULL
def test_votes_at_all_replicas_are_counted_however_many_come_at_once(three: Replicas) -> None:
    with a_class(three.servers[0]) as room:
        phones = phones_at([*three.servers] * 4, room)
        room.ask("POST", "questions", **QUESTION)
        with ThreadPoolExecutor(len(phones)) as together:
            answers = together.map(lambda phone: phone.send("votes", question=1, round=1, answer="20"), phones)
        assert {answer.status_code for answer in answers} == {200}
        until(lambda: all(_answered(phone) == [12, 0] for phone in phones))


def test_a_game_is_played_from_all_replicas(three: Replicas) -> None:
    one, two, _ = three.servers
    with a_class(one) as room:
        phones = phones_at([*three.servers], room)
        view = Class(two, room.code, room.key).ask("POST", "game", processes=3, iterations=1).json()
        run_id = view["game"]["run"]
        until(lambda: all(phone.own["process"] for phone in phones))
        until(lambda: one.view(run_id)["runnable"])
        for phone in phones:
            pressed = phone.send("presses", game=1)
            assert pressed.status_code == 200, pressed.text
            assert pressed.json()["step"]["process"] == phone.own["process"]
        assert room.ask("DELETE", "game").status_code == 200
        assert two.view(run_id)["status"] == "stopped"


def test_a_room_is_ended_for_all_from_any_replica(three: Replicas) -> None:
    one, two, third = three.servers
    with a_class(one) as room:
        (phone,) = phones_at([third], room)
        assert Class(two, room.code, room.key).ask("DELETE").status_code == 200
        until(lambda: phone.room["status"] == "ended")
        assert one.ask("GET", f"/api/rooms/{room.code}").status_code == 404


def test_a_room_lives_on_when_the_replica_where_it_was_opened_is_killed(tmp_path: Path) -> None:
    with replicas(tmp_path, 2) as service:
        one, two = service.servers
        opened = one.ask("POST", "/api/rooms", json={}).json()
        room = Class(two, opened["code"], opened["key"])
        here, there = phones_at([two, one], room)
        until(lambda: here.room["phones"] == 2)
        one.kill()
        until(lambda: here.room["phones"] == 1)  # nobody is connected there any more
        moved(there, two)
        until(lambda: here.room["phones"] == 2)
        assert room.ask("POST", "questions", **QUESTION).status_code == 201
        until(lambda: there.room["question"])
        for phone in room.phones:
            phone.leave()


@FULL
def test_a_room_outlives_a_redis_that_was_killed_and_came_back_empty(tmp_path: Path) -> None:
    with replicas(tmp_path, 2) as service:
        one, two = service.servers
        with a_class(one) as room:
            phones = phones_at([one, two], room)
            room.ask("POST", "questions", **QUESTION)
            phones[0].send("votes", question=1, round=1, answer="20")
            until(lambda: phones[1].room["question"])
            service.redis.kill()
            until(lambda: not any(phone.is_listening for phone in phones))  # they are sent away, and try again
            assert room.ask("GET").status_code == 503
            assert phones[1].send("votes", question=1, round=1, answer="20").status_code == 503
            service.redis.start()
            until(lambda: room.ask("GET").status_code == 200)
            for phone in phones:
                moved(phone, phone.server)
            assert phones[1].send("votes", question=1, round=1, answer="20").status_code == 200
            until(lambda: _answered(phones[0]) == [2, 0])
            assert room.view["seats"] == 2
            until(lambda: room.view["phones"] == 2)
            assert one.said().count("Traceback") + two.said().count("fault") == 0
