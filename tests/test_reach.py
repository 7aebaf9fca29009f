"""Where phones reach the server: what the code on the screen leads to, and what a presenter is told to do."""

import pytest
from starlette.requests import Request

from lost_update.settings import Settings
from lost_update.web import reach as reaching
from lost_update.web.reach import IN_A_CONTAINER, NO_NETWORK, ONLY_HERE, Reach, reach

pytestmark = pytest.mark.pure


def asked(host: str, root_path: str = "") -> Request:
    """A request to that host, with its port."""
    name, _, port = host.rpartition(":")
    return Request(
        {
            "type": "http",
            "scheme": "http",
            "method": "GET",
            "path": f"{root_path}/api/rooms/K7F4/join",
            "root_path": root_path,
            "query_string": b"",
            "headers": [(b"host", host.encode())],
            "server": (name, int(port)),
            "app_root_path": root_path,
        }
    )


@pytest.fixture(autouse=True)
def a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine lies in one, and is no container."""
    monkeypatch.setattr(reaching, "in_the_network", lambda: "10.0.0.12")
    monkeypatch.setattr(reaching, "is_container", lambda: False)


def test_the_address_by_which_the_presenter_came_is_good_for_phones_too() -> None:
    assert reach(asked("10.0.0.12:8000"), Settings(), "0.0.0.0") == Reach(["http://10.0.0.12:8000/"])
    assert reach(asked("race.school:80", "/demo"), Settings(), "127.0.0.1").roots == ["http://race.school:80/demo/"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "demo.localhost:8000", "[::1]:8000"])
def test_localhost_is_another_machine_on_every_phone(host: str) -> None:
    found = reach(asked(host), Settings(), "0.0.0.0")
    assert found == Reach(["http://10.0.0.12:8000/", f"http://{host}/"])


def test_a_server_for_this_machine_alone_says_how_it_is_started_for_others() -> None:
    for listens_on in ("127.0.0.1", "::1"):
        assert reach(asked("localhost:8000"), Settings(), listens_on) == Reach(["http://localhost:8000/"], ONLY_HERE)


def test_a_container_knows_no_address_of_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "is_container", lambda: True)
    assert reach(asked("localhost:8000"), Settings(), "0.0.0.0").hint == IN_A_CONTAINER


def test_a_machine_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "in_the_network", lambda: None)
    assert reach(asked("localhost:8000"), Settings(), "0.0.0.0").hint == NO_NETWORK


def test_an_address_that_is_set_is_taken() -> None:
    settings = Settings(address="https://race.school.example/demo/")
    assert reach(asked("localhost:8000"), settings, "127.0.0.1") == Reach(["https://race.school.example/demo/"])


@pytest.mark.parametrize("address", ["race.school", "ftp://race.school", "http://race school", "http://x/../y"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not an address such as"):
        Settings(address=address)
