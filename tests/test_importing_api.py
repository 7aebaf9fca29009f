"""A recording that somebody brings along is there at once, belongs to them, and takes nobody's place."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from lost_update.web.security import FILE_TYPES
from tests.recordings import file_of
from tests.serving import RunningServer, serving
from tests.test_connections import HOST, connected, until_it_says
from tests.variants import FULL

pytestmark = pytest.mark.processes

RACE = file_of("race-none").read_bytes()


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that keeps what it records, and opens no more than 100 kB."""
    directory = str(tmp_path_factory.mktemp("kept"))
    with serving(LOST_UPDATE_DATA_DIR=directory, LOST_UPDATE_MAX_IMPORT="100000") as running:
        yield running


def bring(server: RunningServer, data: bytes, kind: str = FILE_TYPES[0], **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}/api/recordings", content=data, headers={"Content-Type": kind, **headers})


def called(name: str, data: bytes = RACE) -> bytes:
    """The recording under another id, as somebody would write it by hand."""
    first, *between, last = data.splitlines(keepends=True)
    header = json.loads(first)
    header["header"]["id"] = name
    return b"".join(
        [json.dumps(header).encode() + b"\n", *between, json.dumps({"end": json.loads(last)["end"]}).encode()]
    )


def exported(server: RunningServer, run_id: str) -> bytes:
    return httpx.get(f"{server.url}/api/runs/{run_id}/export/ndjson").content


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_it_is_there_at_once_and_the_same(keeping: RunningServer, kind: str) -> None:
    answer = bring(keeping, RACE, kind)
    assert answer.status_code == 201
    assert answer.json() == httpx.get(f"{keeping.url}/api/runs/race-none").json()
    assert exported(keeping, "race-none") == RACE


def test_it_belongs_to_whoever_brings_it(keeping: RunningServer) -> None:
    cookie = {"Cookie": "lost-update-visitor=" + "a" * 22}
    run_id = bring(keeping, called("of-a"), **cookie).json()["id"]
    other = {"Cookie": "lost-update-visitor=" + "b" * 22}
    address = f"{keeping.url}/api/recordings"
    mine = httpx.get(address, headers=cookie).json()["recordings"]
    assert run_id in [kept["id"] for kept in mine]
    assert all(kept["is_imported"] for kept in mine)
    assert run_id not in [kept["id"] for kept in httpx.get(address, headers=other).json()["recordings"]]
    assert httpx.delete(f"{address}/{run_id}", headers=other).status_code == 403
    assert httpx.get(f"{keeping.url}/api/runs/{run_id}", headers=other).status_code == 200


def test_another_recording_of_the_same_id_takes_nobodys_place(keeping: RunningServer) -> None:
    bring(keeping, RACE)
    other = bring(keeping, called("race-none", file_of("race-with").read_bytes()))
    assert other.status_code == 201
    assert other.json()["id"] != "race-none"
    assert exported(keeping, "race-none") == RACE
    run = keeping.run(guard="none", iterations=3)
    taken = bring(keeping, called(run["id"]))
    assert taken.json()["id"] != run["id"]
    assert httpx.get(f"{keeping.url}/api/runs/{run['id']}").json()["request"]["iterations"] == 3


def test_the_same_once_more_is_the_same(keeping: RunningServer) -> None:
    assert bring(keeping, RACE).json()["id"] == bring(keeping, RACE).json()["id"] == "race-none"


@FULL
def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path)) as server:
        bring(server, RACE)
    with serving(LOST_UPDATE_DATA_DIR=str(tmp_path)) as server:
        assert exported(server, "race-none") == RACE


def test_without_a_directory_it_is_there_for_a_while(server: RunningServer) -> None:
    run_id = bring(server, called("for-a-while")).json()["id"]
    assert httpx.get(f"{server.url}/api/runs/{run_id}").status_code == 200


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"no recording", FILE_TYPES[0], 422, "no_recording"),
        (b"<p>no recording</p>", FILE_TYPES[1], 422, "no_recording"),
        (b"", FILE_TYPES[2], 422, "no_recording"),
        (RACE[:-100], FILE_TYPES[0], 422, "no_recording"),
        (b" " * 100_001, FILE_TYPES[0], 413, "too_large"),
        (RACE, "text/plain", 415, "no_file"),
        (RACE, "multipart/form-data", 415, "no_file"),
    ],
)
def test_what_is_no_recording_is_refused(
    keeping: RunningServer, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = bring(keeping, data, kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "\n" not in answer.json()["error"]["message"]


def test_another_sites_page_brings_nothing(keeping: RunningServer) -> None:
    assert bring(keeping, RACE, Origin="https://elsewhere.example").status_code == 403
    assert bring(keeping, RACE, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_script_in_a_name_is_text(keeping: RunningServer) -> None:
    evil = called("evil").replace(b'"number"', b'"<script>alert(1)</script>"')
    answer = bring(keeping, evil)
    assert answer.status_code == 422  # its request adds to a cell of another name
    page = httpx.get(f"{keeping.url}/runs/evil", headers={"Accept": "text/html"})
    assert "<script>alert(1)" not in page.text


def test_only_a_few_are_taken_in_at_the_same_time(keeping: RunningServer) -> None:
    head = f"Content-Type: {FILE_TYPES[0]}\r\nContent-Length: {len(RACE)}\r\nExpect: 100-continue\r\n\r\n".encode()
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(keeping)) for _ in range(2)]
        for connection in slow:
            connection.sendall(b"POST /api/recordings HTTP/1.1\r\n" + HOST + head)
            until_it_says(connection, b" 100 Continue")
        answer = bring(keeping, RACE)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        for connection in slow:
            connection.sendall(RACE)
            until_it_says(connection, b" 201 Created")
