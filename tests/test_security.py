"""What other sites may not do, and what every response carries."""

import http.client
from urllib.parse import urlsplit

import pytest

from lost_update.web.security import response_headers
from tests.serving import CLIENT, RunningServer, serving


def status_for(server: RunningServer, method: str = "GET", path: str = "/healthz", **headers: str) -> int:
    return CLIENT.request(
        method, server.url + path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    ).status_code


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1", "192.168.1.20:8000", "[::1]:8000", "10.0.0.7"]
)
def test_addresses_and_localhost_are_answered(server: RunningServer, host: str) -> None:
    assert status_for(server, Host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8000", "a b", "[", "", "@"],
)
def test_any_other_name_is_refused_in_the_form_of_an_error(server: RunningServer, host: str) -> None:
    response = CLIENT.get(f"{server.url}/healthz", headers={"Host": host})
    assert response.status_code == 400
    if response.content.startswith(b"{"):  # what is no header at all is refused before it reaches us
        assert response.json()["error"]["code"] == "unknown_host"


@pytest.mark.processes
def test_a_name_can_be_allowed() -> None:
    with serving(LOST_UPDATE_ALLOWED_HOSTS="workshop.example, other.example") as server:
        assert status_for(server, Host="workshop.example") == 200
        assert status_for(server, Host="Other.Example:8000") == 200
        assert status_for(server, Host="evil.example") == 400


@pytest.mark.processes
def test_all_names_below_one_can_be_allowed() -> None:
    with serving(LOST_UPDATE_ALLOWED_HOSTS="*.app.github.dev,.local") as server:
        for host in ("fuzzy-8000.app.github.dev", "Laptop.LOCAL:8000", "a.b.local.", "localhost"):
            assert status_for(server, Host=host) == 200, host
        for host in ("app.github.dev", "local", "evil-app.github.dev", "notlocal", "a.local.evil.example"):
            assert status_for(server, Host=host) == 400, host


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/runs"), ("DELETE", "/api/runs/x")])
def test_pages_of_other_sites_may_change_nothing(server: RunningServer, site: str, method: str, path: str) -> None:
    assert status_for(server, method, path, Sec_Fetch_Site=site) == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"])
def test_where_the_browser_says_no_site_the_origin_must_be_ours(server: RunningServer, origin: str) -> None:
    assert status_for(server, "DELETE", "/api/runs/x", Origin=origin) == 403
    assert status_for(server, "DELETE", "/api/runs/x", Origin=server.url) == 404


def test_a_browser_that_is_refused_gets_a_page_whatever_it_has_sent(server: RunningServer) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "cross-site"}
    for method, path, status in (("POST", "/api/runs", 403), ("DELETE", "/api/runs/x", 403), ("PUT", "/nothing", 403)):
        response = CLIENT.request(method, server.url + path, headers=browser)
        assert response.status_code == status
        assert response.headers["content-type"].startswith("text/html")
        assert "Another site" in response.text
    put = CLIENT.put(f"{server.url}/healthz", headers={"Accept": "text/html"})
    assert (put.status_code, put.headers["allow"]) == (405, "GET, HEAD")
    assert put.headers["content-type"].startswith("text/html")


def test_what_came_through_a_proxy_is_not_sent_to_an_address_behind_it(server: RunningServer) -> None:
    headers = {"Host": "workshop.example", "Accept": "text/html"}
    assert f'href="{server.url}/"' in CLIENT.get(server.url, headers=headers).text
    assert f'href="{server.url}/"' not in CLIENT.get(server.url, headers={**headers, "Via": "1.1 proxy"}).text


def test_our_own_page_may_change_things(server: RunningServer) -> None:
    assert status_for(server, "DELETE", "/api/runs/x", Sec_Fetch_Site="same-origin", Origin=server.url) == 404


def test_other_sites_may_still_link_to_the_page(server: RunningServer) -> None:
    assert status_for(server, path="/", Sec_Fetch_Site="cross-site") == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/api/runs/nothing", "/static/js/main.js"])
def test_every_response_carries_the_security_headers(server: RunningServer, path: str) -> None:
    headers = CLIENT.get(server.url + path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-frame-options"] == "DENY"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers


def test_named_hosts_may_show_the_page_in_a_frame() -> None:
    headers = response_headers(("https://moodle.example", "*.school.example"))
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors https://moodle.example *.school.example")
    assert "X-Frame-Options" not in headers  # it could not name them


def test_a_request_that_is_no_http_harms_nothing(server: RunningServer) -> None:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    connection.connect()
    connection.sock.sendall(b"\x00\x01 nonsense\r\n\r\n")
    connection.sock.recv(1000)
    connection.close()
    assert status_for(server) == 200
