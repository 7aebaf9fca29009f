"""A server for one person alone: nothing is answered without its key, and the key stays in no address."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from lost_update.settings import Settings
from lost_update.web.access import cookie_name
from tests.contract import contract_in
from tests.serving import CLIENT, RunningServer, serving

pytestmark = pytest.mark.processes

KEY = "Sesame_open-" + "7" * 20
OTHER = "Another-key-" + "8" * 20
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def private() -> Iterator[RunningServer]:
    """A server with a key."""
    with serving(LOST_UPDATE_ACCESS_KEY=KEY) as running:
        yield running


def ask(server: RunningServer, path: str, *, method: str = "GET", cookie: str = "", **headers: str) -> httpx.Response:
    given = {"Cookie": f"{cookie_name(KEY)}={cookie}", **headers} if cookie else headers
    return CLIENT.request(method, server.url + path, headers=given, follow_redirects=False)


PATHS = [
    "/",
    "/walkthrough",
    "/script/x",
    "/runs/x",
    "/api/runs",
    "/api/runs/x/events",
    "/healthz",
    "/openapi.json",
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
def test_without_the_key_nothing_is_answered(private: RunningServer, path: str) -> None:
    answer = ask(private, path)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "no_access"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "HEAD", "OPTIONS"])
def test_nothing_is_done_without_the_key_either(private: RunningServer, method: str) -> None:
    assert ask(private, "/api/runs", method=method).status_code == 403


def test_a_browser_gets_a_page_that_says_what_to_do(private: RunningServer) -> None:
    answer = ask(private, "/script/x", **BROWSER)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "the terminal shows" in answer.text
    style = ask(private, "/static/css/base.css")
    assert style.status_code == 200, "the page that explains it needs its styles"


def test_the_key_lets_a_browser_in_and_leaves_the_address(private: RunningServer) -> None:
    answer = ask(private, f"/walkthrough/3-array?key={KEY}&at=3", **BROWSER)
    assert answer.status_code == 303
    place = httpx.URL(private.url + "/walkthrough/3-array").join(answer.headers["location"])
    assert (place.path, dict(place.params)) == ("/walkthrough/3-array", {"at": "3"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{cookie_name(KEY)}={KEY};")
    for wanted in ("HttpOnly", "Path=/", "SameSite=strict"):
        assert wanted in cookie


def test_with_the_cookie_everything_is_as_usual(private: RunningServer) -> None:
    assert ask(private, "/", cookie=KEY, **BROWSER).status_code == 200
    assert ask(private, "/healthz", cookie=KEY).json() == {"status": "ok"}
    assert ask(private, "/api/runs/x", cookie=KEY).status_code == 404
    started = CLIENT.post(
        f"{private.url}/api/runs", json={"iterations": 1}, headers={"Cookie": f"{cookie_name(KEY)}={KEY}"}
    )
    assert started.status_code == 201


@pytest.mark.parametrize("wrong", [OTHER, KEY[:-1], KEY + "x", KEY.swapcase(), "ü", " "])
def test_a_wrong_key_opens_nothing(private: RunningServer, wrong: str) -> None:
    answer = CLIENT.get(f"{private.url}/healthz", params={"key": wrong})
    assert answer.status_code == 403
    assert "not the key" in answer.json()["error"]["message"]
    assert ask(private, "/healthz", cookie=quote(wrong)).status_code == 403


def test_the_cookie_of_another_server_of_this_machine_is_not_taken_for_ours(private: RunningServer) -> None:
    both = f"{cookie_name(OTHER)}={OTHER}; {cookie_name(KEY)}={KEY}"
    assert cookie_name(OTHER) != cookie_name(KEY)
    assert ask(private, "/healthz", Cookie=both).status_code == 200
    assert ask(private, "/healthz", Cookie=f"{cookie_name(OTHER)}={OTHER}").status_code == 403


def test_the_answer_without_a_key_is_as_described(private: RunningServer) -> None:
    described = CLIENT.get(f"{private.url}/openapi.json", headers={"Cookie": f"{cookie_name(KEY)}={KEY}"})
    answer = ask(private, "/api/runs")
    assert answer.status_code == 403
    contract_in(described.text).check(answer)


def test_without_the_setting_no_key_is_needed(server: RunningServer) -> None:
    answer = CLIENT.get(f"{server.url}/healthz?key=anything", follow_redirects=False)
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)


@pytest.mark.parametrize("weak", ["", "short", "with space and more", "sëcret-sëcret-sëcret"])
def test_a_key_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("LOST_UPDATE_ACCESS_KEY", weak)
    with pytest.raises(ValueError, match="access_key"):
        Settings()
