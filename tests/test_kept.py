"""What is kept, over HTTP: it is there after a restart, and is its visitor's own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import CLIENT, RunningServer, serving, until
from tests.streaming import events, events_of, steps_of
from tests.test_api import error_of
from tests.test_trace import VOTES, trace
from tests.test_visitors import somebody, visitor
from tests.variants import FULL

pytestmark = pytest.mark.processes

RACE = {"processes": 2, "iterations": 20, "guard": "none"}


def listing(server: RunningServer, **asked: Any) -> dict[str, Any]:
    """What a program at this address keeps."""
    response = server.ask("GET", "/api/recordings", params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def kept(server: RunningServer, **request: Any) -> str:
    """A run that is over and kept."""
    run_id: str = server.run(**request)["id"]
    until(lambda: [one["id"] for one in listing(server)["recordings"]], lambda ids: run_id in ids)
    return run_id


def shown(server: RunningServer, path: str) -> httpx.Response:
    """A page."""
    return CLIENT.get(server.url + path)


def check_it_is_refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path_factory.mktemp("data"))) as server:
        yield server


def taken_away(server: RunningServer, run_id: str) -> dict[str, Any]:
    """All that can be asked of a run that is over."""
    paths = ("", "/steps.ndjson", "/columns", "/export/ndjson", "/replay.py")
    found: dict[str, Any] = {path: server.ask("GET", f"/api/runs/{run_id}{path}").content for path in paths}
    plain = server.ask("GET", f"/api/runs/{run_id}/columns", headers={"Accept-Encoding": "identity"})
    assert plain.content == found["/columns"]
    found["/events"] = steps_of(events(server, run_id))
    assert [event.name for event in events_of(server, [run_id])][-1] == "end"
    return found


def test_every_address_of_a_run_works_after_a_restart(tmp_path: Path) -> None:
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path)) as server:
        run_id = kept(server, **RACE)
        before = taken_away(server, run_id)
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path)) as server:
        assert taken_away(server, run_id) == before
        assert shown(server, f"/runs/{run_id}").status_code == 200
        assert run_id in shown(server, f"/?runs={run_id}").text
        assert server.ask("DELETE", f"/api/runs/{run_id}").json() == server.view(run_id)
        assert [one["id"] for one in listing(server)["recordings"]] == [run_id]
        assert server.ask("GET", "/api/runs").json() == [], "it is kept, and no run of this server"


def test_a_list_says_what_ran_and_what_came_of_it(keeping: RunningServer) -> None:
    run_id = kept(keeping, **RACE)
    found = listing(keeping)
    (one,) = [each for each in found["recordings"] if each["id"] == run_id]
    view = keeping.view(run_id)
    (cell,) = view["summary"]["cells"]
    assert one["title"] == "2 processes, 20 times each, without a lock"
    assert (one["steps"], one["status"]) == (view["steps"], "finished")
    assert {name: one["cell"][name] for name in ("expected", "final", "lost")} == {
        name: cell[name] for name in ("expected", "final", "lost")
    }
    assert (found["is_kept"], found["why_not"]) == (True, None)
    assert found["bytes"] >= one["bytes"] > 0
    assert found["budget"] == 2**30


def test_it_is_named_and_pinned_and_found_by_its_name(keeping: RunningServer) -> None:
    run_id = kept(keeping, **RACE)
    changed = keeping.ask("PATCH", f"/api/recordings/{run_id}", json={"name": " Monday’s loss ", "is_pinned": True})
    assert (changed.json()["name"], changed.json()["is_pinned"]) == ("Monday’s loss", True)
    assert [one["id"] for one in listing(keeping, search="MONDAY loss")["recordings"]] == [run_id]
    unpinned = keeping.ask("PATCH", f"/api/recordings/{run_id}", json={"is_pinned": False}).json()
    assert (unpinned["name"], unpinned["is_pinned"]) == ("Monday’s loss", False)
    assert keeping.ask("PATCH", f"/api/recordings/{run_id}", json={"name": ""}).json()["name"] is None
    assert keeping.ask("PATCH", f"/api/recordings/{run_id}", json={}).json()["name"] is None


@pytest.mark.parametrize("body", [{"name": "x" * 201}, {"name": 1}, {"is_pinned": "perhaps"}, {"colour": "red"}, []])
def test_a_change_that_is_none_is_refused(keeping: RunningServer, body: Any) -> None:
    run_id = kept(keeping, **RACE)
    assert keeping.ask("PATCH", f"/api/recordings/{run_id}", json=body).status_code == 422


def test_half_of_a_surrogate_pair_is_no_name(keeping: RunningServer) -> None:
    run_id = kept(keeping, **RACE)
    sent = {"content": b'{"name": "a\\ud800b"}', "headers": {"Content-Type": "application/json"}}
    assert keeping.ask("PATCH", f"/api/recordings/{run_id}", **sent).status_code == 422


@pytest.mark.parametrize("asked", [{"search": "x" * 201}, {"before": "yesterday"}, {"before": "9" * 30}])
def test_a_list_that_nobody_can_make_is_refused(keeping: RunningServer, asked: dict[str, str]) -> None:
    assert keeping.ask("GET", "/api/recordings", params=asked).status_code == 422


def test_what_is_deleted_is_gone_from_lists_and_addresses_and_comes_back(keeping: RunningServer) -> None:
    run_id = kept(keeping, **RACE)
    assert keeping.ask("DELETE", f"/api/recordings/{run_id}").json()["is_deleted"]
    assert shown(keeping, f"/runs/{run_id}").status_code == 404
    for path in (f"/api/runs/{run_id}", f"/api/runs/{run_id}/columns", f"/api/runs/{run_id}/events"):
        assert keeping.ask("GET", path).status_code == 404, path
    assert run_id not in [one["id"] for one in listing(keeping)["recordings"]]
    assert keeping.ask("DELETE", f"/api/recordings/{run_id}").status_code == 404
    assert not keeping.ask("POST", f"/api/recordings/{run_id}/restore").json()["is_deleted"]
    assert shown(keeping, f"/runs/{run_id}").status_code == 200
    assert run_id in [one["id"] for one in listing(keeping)["recordings"]]


def test_what_somebody_keeps_is_listed_and_changed_by_them_alone_and_may_be_watched_by_all(
    keeping: RunningServer,
) -> None:
    with visitor(keeping) as ada, visitor(keeping) as bob, somebody(keeping, "127.0.0.2") as program:
        run_id = ada.post("/api/runs", json=RACE).json()["id"]
        until(lambda: [one["id"] for one in ada.get("/api/recordings").json()["recordings"]], lambda ids: run_id in ids)
        for other in (bob, program):
            assert run_id not in [one["id"] for one in other.get("/api/recordings").json()["recordings"]]
            assert other.get(f"/api/runs/{run_id}").status_code == 200
            for refused in (
                other.patch(f"/api/recordings/{run_id}", json={"name": "mine"}),
                other.delete(f"/api/recordings/{run_id}"),
                other.post(f"/api/recordings/{run_id}/restore"),
            ):
                check_it_is_refused(refused, 403, "not_yours")
        assert ada.get("/api/recordings").json()["recordings"][0]["name"] is None


def test_a_recording_that_there_is_not_is_said(keeping: RunningServer) -> None:
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/restore")):
        body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
        refused = keeping.ask(method, f"/api/recordings/nothing{path}", **body)
        check_it_is_refused(refused, 404, "no_such_recording")


def test_a_second_server_on_the_same_directory_shows_what_is_kept_and_keeps_nothing(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path / "data")) as first:
        run_id = kept(first, **RACE)
        with serving(errors=errors, LOST_UPDATE_DATA_DIR=str(tmp_path / "data")) as second:
            assert shown(second, f"/runs/{run_id}").status_code == 200
            own = second.run(**RACE)["id"]
            found = listing(second)
            assert [one["id"] for one in found["recordings"]] == [run_id]
            assert not found["is_kept"]
            assert "Another Lost Update" in found["why_not"]
            check_it_is_refused(second.ask("DELETE", f"/api/recordings/{own}"), 409, "not_kept")
            assert shown(second, f"/runs/{own}").status_code == 200
        assert errors.read_text().count("Another Lost Update keeps its recordings") == 1
        assert first.ask("GET", f"/api/runs/{own}").status_code == 404


@FULL
def test_where_nothing_can_be_kept_the_terminal_says_so_once_and_everything_else_works(tmp_path: Path) -> None:
    errors, there = tmp_path / "stderr", tmp_path / "file"
    there.write_text("")
    with serving(errors=errors, LOST_UPDATE_DATA_DIR=str(there)) as server:
        for _ in range(2):
            assert server.run(**RACE)["status"] == "finished"
        found = listing(server)
        assert (found["is_kept"], found["recordings"]) == (False, [])
        assert f"{there} cannot be used: File exists" in found["why_not"]
    assert errors.read_text() == found["why_not"] + "\n"


def traced(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`lost-update trace votes.py`, to its end."""
    (folder / "votes.py").write_text(VOTES)
    done = trace("votes.py", cwd=folder, environment=environment)
    assert done.returncode == 0
    return done


@FULL
def test_what_the_command_line_traced_is_listed_for_whoever_asks_from_this_machine(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    done = traced(tmp_path, LOST_UPDATE_DATA_DIR=data, CI="")
    assert "Kept, to be looked at again: " in done.stderr
    with serving(LOST_UPDATE_DATA_DIR=data) as server, visitor(server) as ada, visitor(server, "127.0.0.2") as far:
        (one,) = ada.get("/api/recordings").json()["recordings"]
        assert one["id"] in done.stderr
        assert one["kind"] == "script"
        assert one["title"] == "python votes.py"
        assert ada.get(f"/script/{one['id']}").status_code == 200
        assert ada.get(f"/runs/{one['id']}").headers["location"].endswith(f"script/{one['id']}")
        assert httpx.get(f"{server.url}/api/runs/{one['id']}/columns").status_code == 200
        assert far.get("/api/recordings").json()["recordings"] == []
        assert ada.patch(f"/api/recordings/{one['id']}", json={"is_pinned": True}).json()["is_pinned"]


def test_continuous_integration_keeps_nothing(tmp_path: Path) -> None:
    done = traced(tmp_path, LOST_UPDATE_DATA_DIR=str(tmp_path / "data"), CI="true")
    assert "Kept" not in done.stderr
    assert not (tmp_path / "data").exists()
