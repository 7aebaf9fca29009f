"""The site without a server, as a host of plain files shows it under a path: no page asks for an API."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lost_update.settings import Settings
from lost_update.site_command import make_site
from lost_update.walkthrough.content import read
from tests.browser.conftest import OpenPage
from tests.browser.looking import PHONE, Looking
from tests.variants import FULL, one_in

CHAPTERS = {chapter.slug: [step.slug for step in chapter.steps] for chapter in read()}


class Host:
    """A host of plain files, with the site under a path. It notes what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, int]] = []
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def log_request(self, code: object = "-", _size: object = "-") -> None:
                asked.append((self.path, int(str(code).split()[0]) if not hasattr(code, "value") else code.value))

            def end_headers(self) -> None:
                if "/static/" in self.path:  # scripts and sheets stay as they are
                    self.send_header("Cache-Control", "max-age=3600")
                super().end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/courses/threads"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A site that was made for real, once for all of these tests."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "courses").mkdir()
    make_site(folder / "courses" / "threads", Settings())
    host = Host(folder)
    yield host
    host.close()


@pytest.fixture(autouse=True)
def nothing_fails(host: Host) -> Iterator[None]:
    """Whatever a page asks for is there, and none asks for an API."""
    host.asked.clear()
    yield
    assert host.asked
    assert [one for one in host.asked if one[1] >= 400 or "/api/" in one[0]] == []


def test_a_guess_starts_the_recording_and_gets_its_verdict(page: Page, host: Host) -> None:
    looking = Looking(page)
    looking.open(f"{host.url}/index.html")
    expect(page.locator(".recorded-label")).to_contain_text("Python")
    looking.run_both("fewer")
    expected, counter, lost = looking.left.score
    assert (expected, counter + lost) == (20, 20)
    assert looking.right.score == (20, 20, 0)
    expect(looking.left.part("pace-title")).to_contain_text("recorded")
    if lost:
        expect(looking.part("result-bar-guess")).to_contain_text("right")
    # The address shows the same again. It is written a moment after the page.
    expect(page).not_to_have_url(re.compile("[?&]at="))
    shown = page.url
    assert "/courses/threads/index.html?" in shown
    page.goto(shown)
    looking.left.wait_for_the_end()
    assert looking.left.score == (expected, counter, lost)


@FULL
def test_other_scenarios_play_their_recordings(page: Page, host: Host) -> None:
    looking = Looking(page)
    looking.open(f"{host.url}/index.html")
    names = looking.part("scenario").locator("option").evaluate_all("options => options.map(({ value }) => value)")
    for name in names:
        looking.choose(scenario=name)
        page.keyboard.press("Escape")
        looking.start()
        looking.skip_playback()
        looking.left.wait_for_the_end()
        looking.part("change").click()


def test_what_was_not_recorded_says_that_it_needs_a_server(page: Page, host: Host) -> None:
    page.goto(f"{host.url}/run-it/index.html")
    expect(page.get_by_text("docker run")).to_be_visible()
    page.get_by_role("link", name="Walkthrough").click()
    expect(page).to_have_url(re.compile(r"/courses/threads/walkthrough/index\.html$"))
    page.locator(".wordmark").click()
    expect(page.locator('[data-part="sum"]')).to_have_text("10 + 10 = ?")


@pytest.mark.parametrize("chapter", one_in(9, list(CHAPTERS)))
def test_every_step_of_the_walkthrough_plays_what_was_recorded(page: Page, host: Host, chapter: str) -> None:
    for step in CHAPTERS[chapter]:
        page.goto(f"{host.url}/walkthrough/{chapter}/{step}/index.html")
        expect(page.locator('[data-part="theme"]')).not_to_be_empty()  # its scripts are at work
        expect(page.locator("article.is-current")).to_have_attribute("data-step", f"{chapter}/{step}")
        options = page.locator("article.is-current .option")
        if options.count():
            options.first.click()
        page.locator('[data-part="to-next"]').click()
        expect(page.locator("body")).to_have_attribute("data-phase", "run")
        page.locator('[data-part="to-next"]').click()
        expect(page.locator("body")).to_have_attribute("data-phase", "look")
        expect(page.locator('[data-part="found-look"]')).not_to_be_empty()
        expect(page.locator('[data-part="notice"]')).to_be_hidden()
        expect(page).to_have_url(re.compile(rf"/walkthrough/{chapter}/{step}/index\.html"))


def test_a_chapter_leads_to_the_next_without_a_server(page: Page, host: Host) -> None:
    page.goto(f"{host.url}/walkthrough/index.html")
    page.locator(".contents h3 a").first.click()
    first = next(f"{chapter}/{steps[0]}" for chapter, steps in CHAPTERS.items())
    expect(page).to_have_url(re.compile(rf"/walkthrough/{first}/index\.html"))
    page.reload()
    expect(page.locator("article.is-current")).to_have_attribute("data-step", first)


def test_it_fits_a_phone(open_page: OpenPage, host: Host) -> None:
    page = open_page(viewport=PHONE)
    for path in ("index.html", "walkthrough/index.html", "run-it/index.html"):
        page.goto(f"{host.url}/{path}")
        expect(page.locator(".recorded-label")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
