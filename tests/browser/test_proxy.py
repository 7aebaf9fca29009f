"""The page behind a real nginx: under a path that is taken away or left, told or untold, over TLS, by other names.

Chromium ── nginx ──┬── a server that knows of no path
                    └── a server that was told its path
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from tests import ROOT
from tests.browser import nginx
from tests.browser.conftest import OpenPage
from tests.browser.firefox import Firefox
from tests.browser.looking import Looking
from tests.serving import CLIENT, RunningServer, serving, until
from tests.variants import FULL, one_in

KEPT = "/user/ada/proxy/8123"
README = (ROOT / "README.md").read_text(encoding="utf-8")
(SNIPPET,) = re.findall(r"```nginx\n(.*?)```", README, re.DOTALL)
"""What we advise."""

PASS_ON = "proxy_set_header Host $http_host;"


@dataclass
class Proxy:
    """An nginx before two servers. Each of its addresses ends where the application lies, with no slash."""

    plain: str
    secure: str
    known: RunningServer
    """The server that was told its path."""

    @property
    def ways(self) -> dict[str, str]:
        """Every way in which the application lies under a path, and its address there."""
        return {
            "as advised": f"{self.plain}/race",
            "taken away, untold": f"{self.plain}/deep/er/still",
            "taken away, though the server was told": f"{self.secure}{KEPT}",
            "left": f"{self.plain}{KEPT}",
            "over TLS": f"{self.secure}/race",
        }


WAYS = list(Proxy("", "", None).ways)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def proxy(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    made = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *made]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    plain, secure = nginx.free_port(), nginx.free_port()
    assert "http://127.0.0.1:8000/;" in SNIPPET
    advised = SNIPPET.replace("http://127.0.0.1:8000/;", f"{server.url}/;")
    told = ("--root-path", KEPT)
    with serving(*told, LOST_UPDATE_FRAME_HOSTS="http://localhost:*,*.school.example") as known:
        http = f"""
            upstream classroom {{ server {httpx.URL(server.url).netloc.decode()}; }}
            server {{
                listen 127.0.0.1:{plain};
                {advised}
                location /deep/er/still/ {{ proxy_pass {server.url}/; {PASS_ON} }}
                location {KEPT} {{ proxy_pass {known.url}; {PASS_ON} }}
                location /nameless/ {{ proxy_pass http://classroom/; }}
                location /hostless/ {{ proxy_pass {server.url}/; proxy_set_header Host ""; }}
                location /addressed/ {{ proxy_pass {server.url}/; }}
                location /embedding {{
                    default_type text/html;
                    return 200 "<!doctype html><title>A lesson</title><link rel=icon href=data:,>
                        <iframe src=http://127.0.0.1:{plain}$arg_shown width=900 height=600></iframe>";
                }}
                location /unbuffered/ {{ proxy_pass {server.url}/; {PASS_ON} proxy_buffering off; }}
            }}
            server {{
                listen 127.0.0.1:{secure} ssl;
                ssl_certificate {folder}/certificate.pem;
                ssl_certificate_key {folder}/key.pem;
                {advised}
                location {KEPT}/ {{ proxy_pass {known.url}/; {PASS_ON} proxy_set_header X-Forwarded-Proto https; }}
                location /forgetful/ {{ proxy_pass {server.url}/; {PASS_ON} }}
            }}
        """
        with nginx.running(folder, http, plain):
            yield Proxy(f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", known)


@pytest.fixture
def asked(open_page: OpenPage) -> tuple[Page, list[str]]:
    """A page that puts up with our certificate, and every address that it asks for."""
    page = open_page(ignore_https_errors=True)
    addresses: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            addresses.append(request.url)

    page.on("request", note)
    return page, addresses


@pytest.mark.parametrize("way", one_in(5, WAYS))
def test_races_are_run_watched_shared_and_opened_again(proxy: Proxy, asked: tuple[Page, list[str]], way: str) -> None:
    page, addresses = asked
    base = proxy.ways[way]
    looking = Looking(page)
    looking.open(f"{base}/")
    looking.choose(iterations="3", pace="free")
    looking.run_both("fewer")
    assert looking.right.score == (6, 6, 0)
    assert page.url.startswith(f"{base}/?")
    # What comes when it is needed, with its styles.
    for panel in ("map", "code", "anatomy", "distribution"):
        looking.left.root.page.locator(f'[data-panel="{panel}"]').first.click()
        looking.wait_for_panel(panel)
    page.reload()
    looking.right.wait_for_the_end()
    (first, _) = re.findall(r"runs=(\w+),(\w+)", page.url)[0]
    looking.open(f"{base}/runs/{first}")
    looking.left.wait_for_the_end()
    page.get_by_role("link", name="Walkthrough").first.click()
    expect(page).to_have_url(f"{base}/walkthrough")
    assert {address for address in addresses if not address.startswith(f"{base}/")} == set()


@FULL
@pytest.mark.parametrize("way", WAYS)
def test_the_other_pages_work(proxy: Proxy, asked: tuple[Page, list[str]], way: str) -> None:
    page, addresses = asked
    base = proxy.ways[way]
    page.goto(f"{base}/walkthrough/")  # one slash too many is redirected
    expect(page).to_have_url(f"{base}/walkthrough")
    page.locator(".contents a").first.click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(base)}/walkthrough/\w+/"))
    # The address bar has moved two levels down; the links must not have moved with it.
    page.get_by_role("link", name="Scheduler").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(base)}/scheduler"))
    page.locator('[data-process="P1"]').first.click()
    expect(page.locator('[data-part="schedule"]')).to_have_value("P1")
    page.get_by_role("link", name="Interleavings").click()
    expect(page.locator('[data-part="take-over"]')).to_have_attribute("href", re.compile("/scheduler"))
    page.locator('[data-part="take-over"]').click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(base)}/scheduler"))
    page.get_by_role("link", name="Fix it").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(base)}/fix-it"))
    page.get_by_role("link", name="Lost Update").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(base)}/(\?|$)"))
    assert {address for address in addresses if not address.startswith(f"{base}/")} == set()


@FULL
def test_what_is_shared_over_tls_says_https(proxy: Proxy, asked: tuple[Page, list[str]]) -> None:
    page, _ = asked
    looking = Looking(page)
    looking.open(f"{proxy.secure}/race/runs/race-none")
    looking.left.part("stage").locator(".ticket").first.click()
    page.get_by_role("button", name="Share this death").click()
    expect(page.locator(".share-preview")).to_contain_text(f"{proxy.secure}/race/runs/race-none?clip=")


@pytest.mark.parametrize("buffering", ["race", "unbuffered"])
def test_a_live_run_is_streamed_step_by_step(proxy: Proxy, server: RunningServer, buffering: str) -> None:
    run_id = server.start(pace="slow", step_ms=100, iterations=100)
    address = f"{proxy.plain}/{buffering}/api/runs/{run_id}/events"
    with httpx.stream("GET", address, timeout=20) as response:
        batches = (line for line in response.iter_lines() if line.startswith("event: steps"))
        next(batches)
        next(batches)
        assert server.view(run_id)["status"] == "running"
    server.stop(run_id)


@pytest.mark.parametrize(
    ("path", "says"), [("nameless", "does not answer to the name 'classroom'"), ("hostless", "names no host")]
)
def test_a_proxy_that_does_not_pass_the_host_is_told_of_on_a_page(
    proxy: Proxy, open_page: OpenPage, faults: list[str], path: str, says: str
) -> None:
    page = open_page()
    response = page.goto(f"{proxy.plain}/{path}/walkthrough")
    assert response is not None
    assert response.status == 400
    expect(page.locator("main")).to_contain_text(says)
    expect(page.locator("main")).to_contain_text("proxy_set_header Host $http_host")
    # The page has its styles and its scripts.
    expect(page.locator('[data-part="theme"]')).not_to_be_empty()
    assert page.locator("main").evaluate("main => getComputedStyle(main).maxWidth") != "none"
    assert all("400" in fault for fault in faults), faults
    faults.clear()


@pytest.mark.parametrize(
    ("base", "path"), [("plain", "addressed"), ("secure", "forgetful")], ids=["another host", "another scheme"]
)
def test_where_the_proxy_changes_our_name_the_refusal_says_so(proxy: Proxy, base: str, path: str) -> None:
    address = getattr(proxy, base)
    # As a browser does that says only where it comes from: one at a plain address that is not this machine.
    response = CLIENT.post(f"{address}/{path}/api/runs", json={"iterations": 1}, headers={"Origin": address})
    assert response.status_code == 403
    hint = response.json()["error"]["hint"]
    assert address in hint
    assert "proxy_set_header Host $http_host" in hint
    assert "LOST_UPDATE_TRUSTED_PROXIES" in hint
    advised = CLIENT.post(f"{address}/race/api/runs", json={"iterations": 1}, headers={"Origin": address})
    assert advised.status_code == 201


@FULL
def test_a_page_of_an_allowed_host_may_show_ours_in_a_frame_and_no_other(
    proxy: Proxy, open_page: OpenPage, faults: list[str]
) -> None:
    port = httpx.URL(proxy.plain).port
    page = open_page()
    page.goto(f"http://localhost:{port}/embedding?shown={KEPT}/")
    frame = page.frame_locator("iframe")
    frame.locator('[data-guess="fewer"]').click()
    expect(frame.locator('[data-part="run-again"]')).to_be_visible()
    assert not faults
    # The same host, by a name that is not allowed; and a server that allows none.
    for stranger, shown in (("127.0.0.1", f"{KEPT}/"), ("localhost", "/race/")):
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(f"http://{stranger}:{port}/embedding?shown={shown}")
        expect(frame.locator("main")).to_have_count(0)
        faults.clear()


@pytest.mark.parametrize("way", ["taken away, untold", "left"])
@FULL
def test_in_firefox_races_are_run_and_watched_too(proxy: Proxy, firefox: Firefox, way: str) -> None:
    base = proxy.ways[way]
    firefox.open(f"{base}/?iterations=2&pace=free")
    firefox.evaluate("document.querySelector('[data-guess=\"fewer\"]').click()")
    # How it is played back is not what is looked at: go to the end, until there is one.
    skip = "document.querySelector('[data-part=end]').click(), document.querySelectorAll('.is-end-sentence').length"
    until(lambda: firefox.evaluate(f"({skip})"), lambda ended: ended == 2)
    until(lambda: firefox.evaluate("location.href"), lambda shown: shown.startswith(f"{base}/?") and "runs=" in shown)
    names = firefox.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert len(names) > 20
    assert {name for name in names if not name.startswith((f"{base}/", "data:"))} == set()
    assert firefox.complaints() == []


@pytest.mark.parametrize("way", WAYS)
def test_the_visitors_cookie_is_kept_under_the_path_and_over_tls_for_tls(
    proxy: Proxy, asked: tuple[Page, list[str]], way: str
) -> None:
    page, _ = asked
    address = f"{proxy.ways[way]}/"
    page.goto(address)
    [cookie] = page.context.cookies(address)
    path = "/" if way == "taken away, untold" else httpx.URL(address).path
    assert cookie["path"] == path
    assert cookie["secure"] == address.startswith("https")
