"""Rooms over HTTP and in the event stream, with a real server: who may do what, what is told to whom, limits."""

import csv
import io
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from lost_update.goals.content import read as goals
from tests.class_room import Class, Phone, a_class
from tests.serving import CLIENT, RunningServer, serving, until
from tests.streaming import Watching, events_of
from tests.variants import FULL

pytestmark = pytest.mark.processes

QUESTION: dict[str, Any] = {"kind": "number", "text": "What will it show?", "most": 40, "chips": ["20", "fewer"]}


@pytest.fixture
def room(server: RunningServer) -> Iterator[Class]:
    """A room with three phones."""
    with a_class(server, phones=3) as room:
        yield room


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status of an error, and its code."""
    return answer.status_code, answer.json()["error"]["code"]


def test_a_room_is_opened_and_found_by_its_code_in_any_case(server: RunningServer) -> None:
    with a_class(server) as room:
        for code in (room.code, room.code.lower()):
            assert server.ask("GET", f"/api/rooms/{code}").json()["code"] == room.code
        assert room.key not in str(room.view)


def test_what_is_no_room_is_not_found(server: RunningServer) -> None:
    for code in ("K7F4", "x", "K7F4K", "%00", "K7F%D9%A4"):
        assert code_of(server.ask("GET", f"/api/rooms/{code}")) == (404, "no_such_room")
    assert code_of(server.ask("GET", "/api/events?room=K7F4")) == (404, "no_such_room")


def test_phones_are_told_at_once_what_the_presenter_shows(room: Class) -> None:
    shown: dict[str, Any] = {"path": "/runs/abc?at=7", "title": "A run", "runs": ["abc"], "at": 7, "clip": None}
    assert room.ask("PUT", "shown", **shown).json()["shown"] == shown
    until(lambda: all(phone.room["shown"] == shown for phone in room.phones))


@pytest.mark.parametrize("path", ["", "runs", "//evil.example", "http://evil.example", "/" + "x" * 1500])
def test_only_addresses_of_this_server_can_be_shown(room: Class, path: str) -> None:
    assert code_of(room.ask("PUT", "shown", path=path)) == (422, "bad_request")


def test_without_the_key_nothing_can_be_done(room: Class) -> None:
    room.ask("POST", "questions", **QUESTION)
    before = room.view
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", "shown", {"path": "/"}),
        ("POST", "questions", QUESTION),
        ("PATCH", "questions/1", {"state": "closed"}),
        ("DELETE", "questions/1", {}),
        ("POST", "game", {}),
        ("PATCH", "game", {}),
        ("DELETE", "game", {}),
        ("GET", "results.csv", {}),
        ("DELETE", "", {}),
    ]
    for key in ("", "another", room.phones[0].token):
        for method, path, fields in asked:
            assert code_of(room.ask(method, path, key=key, **fields)) == (403, "not_your_room"), (method, path)
    assert room.view == before


def test_without_a_seat_nobody_votes_or_presses(room: Class) -> None:
    room.ask("POST", "questions", **QUESTION)
    room.ask("POST", "game", processes=2)
    for token in ("", "1", "1.wrong", f"9.{room.phones[0].token}", room.key):
        stranger = Phone(room.server, room.code, token)
        assert code_of(stranger.send("votes", question=1, round=1, answer="20")) == (403, "no_seat")
        assert code_of(stranger.send("presses", game=1)) == (403, "no_seat")
    wrong = f"/api/events?room={room.code}.1.wrong"
    assert code_of(room.server.ask("GET", wrong)) == (403, "no_seat")


def test_whether_a_room_knows_a_seat_can_be_asked(room: Class) -> None:
    path = f"/api/rooms/{room.code}"
    assert room.server.ask("GET", path, headers={"Room-Seat": room.phones[0].token}).json() == room.view
    for seat in ("1.x", "99.x", "x"):
        assert code_of(room.server.ask("GET", path, headers={"Room-Seat": seat})) == (403, "no_seat")


def test_a_phone_of_another_room_has_no_seat_here(server: RunningServer, room: Class) -> None:
    with a_class(server, phones=1) as other:
        stranger = Phone(server, room.code, other.phones[0].token)
        assert code_of(stranger.send("presses", game=1)) == (403, "no_seat")


def test_a_whole_lesson_predict_discuss_predict_again_reveal(room: Class) -> None:
    one, two, three = room.phones
    room.ask("POST", "questions", **QUESTION)
    until(lambda: all(phone.room["question"] and phone.own["question"] == 1 for phone in room.phones))
    one.send("votes", question=1, round=1, answer="20")
    two.send("votes", question=1, round=1, answer="20")
    until(lambda: three.room["question"]["answered"] == [2, 0])
    room.ask("PATCH", "questions/1", state="closed")
    assert code_of(three.send("votes", question=1, round=1, answer="20")) == (409, "not_now")
    room.ask("PATCH", "questions/1", state="open")
    for phone, answer in ((one, "11"), (two, "20"), (three, "fewer")):
        assert phone.send("votes", question=1, round=2, answer=answer).json()["answers"][1] == answer
    assert all("11" not in str(event.data.get("question")) for event in two.events if event.name == "room")
    room.ask("PATCH", "questions/1", state="revealed", truth="11", right=["11", "fewer"])
    revealed = until(lambda: two.room["question"], lambda question: question["state"] == "revealed")
    assert revealed["results"] == [{"20": 2}, {"11": 1, "20": 1, "fewer": 1}]
    assert revealed["moved"] == [{"from": "20", "to": "11", "count": 1}]
    table = list(csv.DictReader(io.StringIO(room.ask("GET", "results.csv").text)))
    assert [(line["seat"], line["round"], line["answer"], line["right"]) for line in table] == [
        ("1", "1", "20", "false"),
        ("2", "1", "20", "false"),
        ("1", "2", "11", "true"),
        ("2", "2", "20", "false"),
        ("3", "2", "fewer", "true"),
    ]


def test_votes_that_come_all_at_once_are_each_counted_once(server: RunningServer) -> None:
    with a_class(server) as room:
        answers = [server.ask("POST", f"/api/rooms/{room.code}/seats", json={}) for _ in range(40)]
        phones = [Phone(server, room.code, answer.json()["seat"]) for answer in answers]
        room.ask("POST", "questions", **QUESTION)
        with ThreadPoolExecutor(10) as sending:
            vote = lambda phone: phone.send("votes", question=1, round=1, answer=str(phone.seat % 3))  # noqa: E731
            assert {answer.status_code for answer in sending.map(vote, phones)} == {200}
        assert room.view["question"]["answered"] == [40, 0]
        room.ask("PATCH", "questions/1", state="revealed")
        assert room.view["question"]["results"] == [{"0": 13, "1": 14, "2": 13}]


def test_every_phone_is_a_process_of_a_real_run_and_a_press_is_its_next_real_step(room: Class) -> None:
    game = room.ask("POST", "game", iterations=1).json()["game"]
    assert (game["processes"], game["teams"]) == (["P1", "P2", "P3"], {"P1": 1, "P2": 1, "P3": 1})
    until(lambda: room.server.view(game["run"])["runnable"] == ["P1", "P2", "P3"])
    steps = []
    for _ in range(3):
        for phone in room.phones:
            answer = phone.send("presses", game=game["id"])
            assert answer.status_code == 200, answer.text
            assert answer.json()["process"] == answer.json()["step"]["process"] == phone.own["process"]
            steps.append(answer.json()["step"])
    run = room.server.finished(game["run"])
    assert run["summary"]["cells"][0]["lost"] == 2
    recorded = room.server.steps(game["run"])
    assert [step for step in recorded if step["op"] in ("read", "modify", "write")] == steps
    assert code_of(room.phones[0].send("presses", game=game["id"])) == (409, "not_runnable")


def test_with_a_lock_a_phone_is_told_who_holds_it(room: Class) -> None:
    game = room.ask("POST", "game", iterations=1, guard="with").json()["game"]
    until(lambda: room.server.view(game["run"])["runnable"] == ["P1", "P2", "P3"])
    assert room.phones[0].send("presses", game=game["id"]).json()["step"]["op"] == "acquire"
    refused = room.phones[1].send("presses", game=game["id"])
    assert code_of(refused) == (409, "not_runnable")
    assert "P1" in refused.json()["error"]["message"]


def test_a_new_game_ends_the_one_before_and_its_presses(room: Class) -> None:
    first = room.ask("POST", "game").json()["game"]
    second = room.ask("POST", "game", guard="with").json()["game"]
    assert room.server.finished(first["run"])["status"] == "stopped"
    until(lambda: room.phones[0].own["game"] == second["id"])
    assert code_of(room.phones[0].send("presses", game=first["id"])) == (409, "not_now")
    assert room.ask("DELETE", "game").json()["game"] is None
    assert room.server.finished(second["run"])["status"] == "stopped"
    until(lambda: room.phones[0].own["process"] is None)


def test_a_goal_brings_its_own_processes_and_the_class_shares_them(server: RunningServer) -> None:
    with a_class(server, phones=5) as room:
        goal = next(goal for goal in goals() if goal.request.processes == 2)
        game = room.ask("POST", "game", goal=goal.slug).json()["game"]
        assert game["goal"] == goal.slug
        assert game["teams"] == {"P1": 3, "P2": 2}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"goal": "no such"}, "unknown_goal"),
        ({"guard": "no such"}, "bad_request"),
        ({"processes": 33}, "bad_request"),
        ({"guard": "crossed_locks"}, "unknown_guard"),
    ],
)
def test_a_game_that_cannot_be_is_refused_and_nothing_starts(room: Class, fields: dict[str, Any], code: str) -> None:
    before = len(room.server.ask("GET", "/api/runs").json())
    assert code_of(room.ask("POST", "game", **fields)) == (422, code)
    assert len(room.server.ask("GET", "/api/runs").json()) == before
    assert room.view["game"] is None


@FULL
def test_a_process_whose_phone_has_left_can_be_handed_over(room: Class) -> None:
    game = room.ask("POST", "game", processes=2, iterations=1).json()["game"]
    assert game["teams"] == {"P1": 2, "P2": 1}
    room.phones[1].leave()
    until(lambda: room.view["game"]["teams"] == {"P1": 2, "P2": 0})
    assert room.ask("PATCH", "game").json()["game"]["teams"] == {"P1": 1, "P2": 1}


def test_a_phone_that_comes_back_has_its_seat_its_answer_and_its_process(room: Class) -> None:
    phone = room.phones[1]
    room.ask("POST", "questions", **QUESTION)
    phone.send("votes", question=1, round=1, answer="20")
    room.ask("POST", "game", processes=3)
    phone.leave()
    until(lambda: room.view["phones"] == 2)
    back = room.server.ask("POST", f"/api/rooms/{room.code}/seats", json={}, headers={"Room-Seat": phone.token})
    assert (back.status_code, back.json()["seat"]) == (200, phone.token)
    assert back.json()["own"] == {"seat": 2, "process": "P2", "game": 1, "question": 1, "answers": ["20", None]}
    phone.arrive()
    until(lambda: room.view["phones"] == 3)


def test_a_room_that_is_ended_says_so_and_ends_its_streams(server: RunningServer) -> None:
    with a_class(server, phones=2) as room:
        assert room.ask("DELETE").json()["status"] == "ended"
        until(lambda: all(phone.room["status"] == "ended" for phone in room.phones))
        until(lambda: not any(phone.is_listening for phone in room.phones))
        assert code_of(room.ask("GET")) == (404, "no_such_room")


def test_one_stream_tells_of_runs_and_rooms_and_goes_on_when_the_runs_have_ended(room: Class) -> None:
    run = room.server.start(iterations=5)
    stream = Watching(room.server, run=[run], room=[room.code])
    told = iter(stream)
    seen = []
    for event in told:
        seen.append(event.name)
        if event.name == "end":
            assert event.data["run"] == run
            assert event.id.startswith(f"{run}-")
            break
    assert seen[0] == "room"
    room.ask("PUT", "shown", path="/later")
    shown = (event.data["shown"] for event in told if event.name == "room")
    assert next(filter(None, shown))["path"] == "/later", "phones that came before it may be told of first"
    stream.close()


def test_a_stream_of_a_room_that_comes_back_with_an_id_repeats_no_step(room: Class) -> None:
    run = room.server.run(iterations=50)["id"]
    first = list(events_of(room.server, [run]))
    last = first[-1]
    for event in Watching(room.server, run=[run], room=[room.code], after=last.id):
        assert event.name != "steps"
        if event.name == "end":
            break


def test_a_stream_of_nothing_is_refused(server: RunningServer) -> None:
    assert code_of(server.ask("GET", "/api/events")) == (404, "nothing_asked_for")
    assert code_of(server.ask("GET", "/api/events?room=no-room")) == (422, "bad_request")


@FULL
def test_the_limits_of_rooms_and_phones_are_told_with_what_to_do() -> None:
    with serving(LOST_UPDATE_MAX_ROOMS="2", LOST_UPDATE_MAX_PHONES="2") as server, a_class(server) as room:
        with a_class(server, phones=2) as other:
            refused = server.ask("POST", "/api/rooms", json={})
            assert code_of(refused) == (429, "too_many_rooms")
            assert "LOST_UPDATE_MAX_ROOMS" in refused.json()["error"]["hint"]
            full = server.ask("POST", f"/api/rooms/{other.code}/seats", json={})
            assert code_of(full) == (429, "room_is_full")
            assert int(full.headers["Retry-After"]) > 0
        with a_class(server):
            assert room.view["status"] == "open"


def test_one_visitor_cannot_take_all_rooms(server: RunningServer) -> None:
    opened = [server.ask("POST", "/api/rooms", json={}) for _ in range(9)]
    assert [answer.status_code for answer in opened] == [*[201] * 8, 429]
    for answer in opened[:8]:
        server.ask("DELETE", f"/api/rooms/{answer.json()['code']}", headers={"Room-Key": answer.json()["key"]})


def test_a_phone_that_presses_too_often_is_slowed_down_and_no_other_is() -> None:
    with serving(LOST_UPDATE_PRESSES_PER_SECOND="1") as server, a_class(server, phones=2) as room:
        room.ask("POST", "questions", **QUESTION)
        votes = [room.phones[0].send("votes", question=1, round=1, answer="20") for _ in range(6)]
        assert votes[0].status_code == 200
        assert code_of(votes[-1]) == (429, "too_fast")
        assert room.phones[1].send("votes", question=1, round=1, answer="20").status_code == 200


def test_a_code_on_the_screen_leads_to_where_phones_can_reach_the_server(room: Class) -> None:
    join = room.ask("GET", "join").json()
    assert join["join"] == [f"{room.server.url}/room/{room.code}"]
    assert "--host 0.0.0.0" in join["hint"]
    drawn = room.ask("GET", "qr.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")


@FULL
def test_a_server_for_one_person_alone_has_no_rooms() -> None:
    key = "a-key-of-sixteen-letters"
    with serving(LOST_UPDATE_ACCESS_KEY=key) as server:
        refused = CLIENT.post(f"{server.url}/api/rooms?key={key}", json={})
        assert code_of(refused) == (403, "one_person_alone")
        entered = CLIENT.get(f"{server.url}/scheduler?key={key}", follow_redirects=False)
        cookie = {"Cookie": entered.headers["Set-Cookie"].partition(";")[0]}
        page = CLIENT.get(f"{server.url}/scheduler", headers=cookie)
        assert (page.status_code, 'data-part="link"' in page.text, 'data-part="room"' in page.text) == (
            200,
            True,
            False,
        )


@FULL
def test_where_the_address_is_set_phones_are_sent_there() -> None:
    with serving(LOST_UPDATE_ADDRESS="https://race.school.example/demo/") as server, a_class(server) as room:
        join = room.ask("GET", "join").json()
        assert join == {"join": [f"https://race.school.example/demo/room/{room.code}"], "hint": None}


def test_a_server_with_open_rooms_ends_their_streams_and_cuts_none_off() -> None:
    with serving() as server:
        opened = server.ask("POST", "/api/rooms", json={}).json()
        told = iter(Watching(server, room=[opened["code"]]))
        assert next(told).name == "room"
        server.process.send_signal(signal.SIGTERM)
        assert {event.name for event in told} <= {"room"}, "a stream that is cut off raises an error here"
    with pytest.raises(httpx.ConnectError):
        CLIENT.get(server.url)
