"""The log of a server: as it always was for people, or a line of JSON for each event; and nothing secret in either."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lost_update import __version__
from lost_update.execution import failures
from lost_update.settings import Settings
from lost_update.web.requests import OTHER
from tests.replicas import replicas
from tests.scraping import Scrape
from tests.serving import CLIENT, RunningServer, serving, serving_by, until
from tests.streaming import events, events_of
from tests.test_connections import connected
from tests.variants import FULL, one_in

processes = pytest.mark.processes

Line = dict[str, Any]

SLOW = {"pace": "slow", "step_ms": 10, "iterations": 5}
LONG = {"pace": "slow", "step_ms": 50, "iterations": 500}


class Log:
    """What a server has written to its standard error, line by line."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def lines(self) -> list[Line]:
        """Every line; each of them has to be JSON."""
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def of(self, event: str, **fields: object) -> list[Line]:
        """The lines about that, with these fields."""
        return [line for line in self.lines if line["event"] == event and fields.items() <= line.items()]

    def wait_for(self, event: str, **fields: object) -> Line:
        """The line about that, which may still have to come."""
        line: Line = until(lambda: self.of(event, **fields))[-1]
        return line


@contextmanager
def logged(folder: Path, **settings: Any) -> Iterator[tuple[RunningServer, Log]]:
    """A server whose log is JSON, and that log."""
    errors = folder / "errors"
    with serving(errors=errors, LOST_UPDATE_LOG="json", **settings) as server:
        yield server, Log(errors)


@FULL
@processes
def test_each_run_has_a_line_when_it_begins_and_one_when_it_ends(tmp_path: Path) -> None:
    with logged(tmp_path) as (server, log):
        run_id = server.run(iterations=2)["id"]
        stopped = server.start(**LONG)
        until(lambda: server.view(stopped)["steps"])
        server.stop(stopped)
        begun = log.wait_for("run started", run=run_id)
        assert (begun["scenario"], begun["processes"]) == ("value", 2)
        ended = log.wait_for("run ended", run=run_id)
        assert (ended["status"], ended["steps"], "reason" in ended) == ("finished", 16, False)
        assert 0 < ended["seconds"] < 60
        ended = log.wait_for("run ended", run=stopped)
        assert (ended["status"], ended["reason"]) == ("stopped", "It was stopped on request.")
        assert ended["steps"] == server.view(stopped)["steps"]


@FULL
@processes
def test_each_line_says_when_how_bad_and_from_whom_and_in_that_order(tmp_path: Path) -> None:
    with logged(tmp_path) as (server, log):
        server.run(iterations=1)
        log.wait_for("run ended")
    for line in log.lines:
        assert list(line)[:4] == ["at", "level", "logger", "event"]
        assert datetime.fromisoformat(line["at"]).tzinfo is not None
        assert (line["level"], line["logger"]) == ("info", "lost_update")
        assert None not in line.values()


@FULL
@processes
def test_requests_are_told_by_their_template_and_what_is_asked_all_the_time_is_not(tmp_path: Path) -> None:
    with logged(tmp_path) as (server, log):
        run_id = server.run(iterations=1)["id"]
        for path in ("/", "/nothing", f"/runs/{run_id}", "/static/css/tokens.css", "/healthz", "/metrics"):
            CLIENT.get(f"{server.url}{path}")
        server.ask("POST", "/api/runs", json={"colour": "red"})
        CLIENT.get(f"{server.url}/healthz", headers={"Host": "evil.example"})
        log.wait_for("request", code="unknown_host")
    told = [(line["method"], line["route"], line["status"], line.get("code")) for line in log.of("request")]
    assert told.count(("POST", "/api/runs", 201, None)) == 1
    assert told.count(("GET", "/", 200, None)) == 2
    assert told.count(("POST", "/api/runs", 422, "bad_request")) == 1
    assert ("GET", OTHER, 404, "not_found") in told
    assert ("GET", OTHER, 400, "unknown_host") in told
    assert {route for _, route, status, _ in told if status < 400} <= {
        "/",
        "/api/runs",
        "/api/runs/{run_id}",
        "/openapi.json",
    }
    assert all(0 <= line["seconds"] < 60 for line in log.of("request"))


@FULL
@processes
def test_a_stream_is_told_when_it_ends_with_how_long_it_was(tmp_path: Path) -> None:
    with logged(tmp_path) as (server, log):
        run_id = server.start(**LONG)
        stream = events(server, run_id)
        next(stream)
        assert log.of("stream ended") == []
        stream.close()
        left = log.wait_for("stream ended", route="/api/runs/{run_id}/events")
        assert (left["status"], left["seconds"] > 0) == (200, True)
        server.stop(run_id)
        list(events_of(server, [run_id]))
        log.wait_for("stream ended", route="/api/events")
        server.ask("GET", "/api/runs/nothing/events")
        refused = log.wait_for("request", route="/api/runs/{run_id}/events")
        assert (refused["status"], refused["code"]) == (404, "no_such_run")


@FULL
@processes
def test_a_server_is_told_when_it_begins_and_when_it_has_ended(tmp_path: Path) -> None:
    with logged(tmp_path) as (_, log):
        pass
    first, *_, last = log.lines
    assert (first["event"], first["version"]) == ("server started", __version__)
    assert last["event"] == "server ended"


@FULL
@processes
def test_redis_is_told_of_when_it_is_lost_and_when_it_is_back_and_so_are_the_metrics(tmp_path: Path) -> None:
    def up() -> float:
        return Scrape(server).value("lost_update_redis_up")

    with replicas(tmp_path, 1, LOST_UPDATE_LOG="json") as service:
        [server] = service.servers
        assert up() == 1
        service.redis.kill()
        until(lambda: up() == 0)
        service.redis.start()
        until(lambda: up() == 1)
        warned = [line["event"] for line in Log(server.errors).lines if line["level"] == "warning"]
    assert [words.split(" at ")[0] for words in warned] == ["Redis", "Redis"]
    assert ["does not answer" in warned[0], "answers again" in warned[1]] == [True, True]


@FULL
@processes
def test_rooms_are_told_as_they_open_and_end(tmp_path: Path) -> None:
    with logged(tmp_path) as (server, log):
        room = server.ask("POST", "/api/rooms", json={}).json()
        log.wait_for("room opened", room=room["code"])
        at = f"/api/rooms/{room['code']}"
        server.ask("POST", f"{at}/seats", json={})
        until(lambda: server.ask("GET", at).json()["phones"] == 1)
        server.ask("DELETE", at, headers={"Room-Key": room["key"]})
        ended = log.wait_for("room ended", room=room["code"])
        assert (ended["seats"], ended["phones"]) == (1, 1)


@processes
@FULL
def test_what_uvicorn_says_has_the_same_form(tmp_path: Path) -> None:
    with logged(tmp_path, LOST_UPDATE_VIEWER_SECONDS="1") as (server, log):
        run_id = server.run(iterations=100_000)["id"]
        with connected(server) as unreading:
            unreading.sendall(f"GET /api/runs/{run_id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            (line,) = until(lambda: [line for line in log.lines if line["logger"].startswith("uvicorn")])
    assert line["level"] == "warning"
    assert "has read nothing for 1 s" in line["event"]


FAILING = """
import sys
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.web import logs
from tests.served import serve

def fail():
    raise RuntimeError("as this\\ntest wants it")

logs.begin(Settings().log)
registry = Registry(Settings())
registry.newest_first = fail
serve(registry, "a fault")
"""


@processes
@pytest.mark.parametrize("form", one_in(2, ["text", "json"]))
def test_a_fault_is_one_line_with_the_number_that_the_answer_names(tmp_path: Path, form: str) -> None:
    errors = tmp_path / "errors"
    with serving_by([sys.executable, "-c", FAILING], errors, LOST_UPDATE_LOG=form) as server:
        answer = CLIENT.get(f"{server.url}/api/runs")
        assert answer.status_code == 500
        number = answer.json()["error"]["message"].partition("The line ")[2].split()[0]
        written = [line for line in until(errors.read_text).splitlines() if number in line]
    (line,) = written
    if form == "text":
        assert line.startswith(f"{failures.FAULT} {number}: RuntimeError('as this\\ntest wants it') at ")
        return
    told = json.loads(line)
    assert (told["level"], told["fault"]) == ("error", number)
    assert told["error"].startswith("RuntimeError")
    assert any(place.endswith("in fail") for place in told["places"])


@processes
def test_no_key_cookie_or_query_gets_into_it(tmp_path: Path) -> None:
    key, secret = "a-key-of-sixteen-characters", "s3cr3t"
    with logged(tmp_path, LOST_UPDATE_ACCESS_KEY=key) as (server, log):
        cookie = CLIENT.get(f"{server.url}/?key={key}").headers["set-cookie"]
        with_key = {"Cookie": f"{cookie}; lost-update-visitor={secret}"}
        CLIENT.get(f"{server.url}/nothing/{secret}?key={secret}", headers=with_key)
        CLIENT.get(f"{server.url}/api/runs/{secret}", headers=with_key)
        CLIENT.post(f"{server.url}/api/runs", json={"scenario": secret}, headers=with_key)
        CLIENT.get(f"{server.url}/?key={secret}", headers={"Authorization": secret, "Referer": secret})
        log.wait_for("request", code="no_access", route=OTHER, method="GET")
    check_unsaid(log, key, secret)


@processes
def test_no_key_or_seat_of_a_room_and_nothing_that_its_people_say_gets_into_it(tmp_path: Path) -> None:
    said = "s3cr3t"
    with logged(tmp_path) as (server, log):
        room = server.ask("POST", "/api/rooms", json={}).json()
        at, hold = f"/api/rooms/{room['code']}", {"Room-Key": room["key"]}
        seat = server.ask("POST", f"{at}/seats", json={}).json()["seat"]
        question = {"kind": "choice", "text": said, "options": [said, "no"]}
        asked = server.ask("POST", f"{at}/questions", json=question, headers=hold).json()["question"]["id"]
        vote = {"question": asked, "round": 1, "answer": "1"}
        assert server.ask("POST", f"{at}/votes", json=vote, headers={"Room-Seat": seat}).status_code == 200
        assert server.ask("POST", f"{at}/votes", json={**vote, "answer": said}, headers={"Room-Seat": seat}).is_error
        with CLIENT.stream("GET", f"{server.url}/api/events?room={room['code']}.{seat}") as stream:
            lines = stream.iter_lines()
            next(lines)
        log.wait_for("stream ended")
        server.ask("DELETE", at, headers=hold)
        log.wait_for("room ended")
    check_unsaid(log, said, room["key"], seat, seat.partition(".")[2])


def check_unsaid(log: Log, *secrets: str) -> None:
    """None of these is in the log, and neither is any address or query."""
    assert log.lines
    told = log.file.read_text()
    for unsaid in (*secrets, "127.0.0.1", "?"):
        assert unsaid not in told, unsaid


@FULL
@processes
def test_in_text_nothing_is_said_as_long_as_nothing_goes_wrong(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with serving(errors=errors) as server:
        list(events(server, server.start(**SLOW)))
        CLIENT.get(f"{server.url}/nothing")
        server.ask("POST", "/api/runs", json={"colour": "red"})
    assert errors.read_text() == ""


@processes
@FULL
def test_a_directory_that_cannot_be_used_is_told_in_either_form(tmp_path: Path) -> None:
    file = tmp_path / "no-directory"
    file.touch()
    said = {}
    for form in ("text", "json"):
        errors = tmp_path / form
        with serving(errors=errors, LOST_UPDATE_LOG=form, LOST_UPDATE_DATA_DIR=str(file)):
            (said[form],) = until(errors.read_text).splitlines()[:1]
    assert said["text"].startswith("Recordings are not kept: ")
    told = json.loads(said["json"])
    assert (told["level"], told["event"]) == ("warning", said["text"])


def test_another_form_is_refused() -> None:
    with pytest.raises(ValidationError, match="'text' or 'json'"):
        Settings.model_validate({"log": "xml"})


@processes
def test_python_s_warnings_and_what_nobody_caught_have_the_same_form() -> None:
    program = (
        "import logging, warnings; from lost_update.web import logs; logs.begin('json'); warnings.warn('old\\nhat')\n"
        "try: 1 / 0\n"
        "except Exception: logging.getLogger('asyncio').exception('Task failed')"
    )
    command = [sys.executable, "-W", "default", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    warned, failed = map(json.loads, done.stderr.splitlines())
    assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
    assert "UserWarning: old\nhat" in warned["event"]
    assert (failed["level"], failed["event"]) == ("error", "Task failed")
    assert "ZeroDivisionError" in failed["exception"]
