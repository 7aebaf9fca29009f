"""A real Chromium, a server with recordings to look at, and pages that fail their test when the browser complains or
asks anyone but us.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, expect

from tests.browser import chromium
from tests.browser.closing import playwright_that_ends
from tests.browser.firefox import Firefox
from tests.browser.firefox import running as running_firefox
from tests.browser.judging import judge
from tests.browser.looking import LAPTOP, Looking
from tests.serving import RunningServer, serving_by

__all__ = [
    "browser",
    "faults",
    "firefox",
    "judge",
    "looking",
    "open_page",
    "open_to_look",
    "page",
    "pair",
    "server",
    "usual",
]

WAIT_MS = 60_000
"""How long a page is waited for: for twenty runs on a busy machine, too. What takes longer has failed."""

# Without motion: a page that draws sixty times a second takes the machine from everybody else's tests. Those that are
# about motion ask for it: `open_page(reduced_motion="no-preference")`.
USUAL: Final[dict[str, Any]] = {"viewport": LAPTOP, "reduced_motion": "reduce"}
"""What a page is opened with, unless a test asks for something else."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """The server for all tests that leave it as they found it. It knows the recordings, by their names."""
    with serving_by([sys.executable, "-m", "tests.recorded_server"]) as running:
        yield running


# For this package, not for the session: while Playwright runs, this thread counts as inside an event loop, and the
# tests that come after would find that they cannot start one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.ADVICE, pytrace=False)
    # Playwright leaves the sandbox off, without which Chromium runs for root and in containers too.
    # A page that asks anyone but us finds nobody, where its own policy lets it, and the browser complains of either.
    loopback_only = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    # The pages of a context share a process, which has what the last page needed.
    one_renderer = "--renderer-process-limit=1"
    # Whatever is drawn is drawn by the processor here. In the browser's own process it need not be handed over.
    drawn_here = "--in-process-gpu"
    # A context that puts up with certificates begins a request anew for each connection, and gives up at some time.
    # Where the browser itself puts up with them there is nothing to begin anew.
    own_certificates = "--ignore-certificate-errors"
    expect.set_options(timeout=WAIT_MS)
    with playwright_that_ends() as playwright:
        yield playwright.chromium.launch(
            executable_path=path, args=[loopback_only, one_renderer, drawn_here, own_certificates], timeout=WAIT_MS
        )


@dataclass
class Usual:
    """The context of all tests that ask for nothing special. Each finds it new, but for the files that are cached."""

    context: BrowserContext
    anchor: Page
    """A page of the server that does nothing. The process that shows the pages lives as long as one of them."""
    is_taken: bool = False

    def clear(self) -> None:
        """Close what a test has opened, and forget what it has made the browser remember."""
        for page in self.context.pages:
            if page is not self.anchor:
                page.close()
        self.context.clear_cookies()
        self.anchor.evaluate("localStorage.clear()")
        self.is_taken = False


@pytest.fixture(scope="package")
def usual(browser: Browser, server: RunningServer) -> Usual:
    """It ends with the browser."""
    context = browser.new_context(**USUAL)
    context.set_default_timeout(WAIT_MS)
    anchor = context.new_page()
    anchor.goto(f"{server.url}/healthz")
    return Usual(context, anchor)


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """The other browser, for what is worth being looked at in both."""
    with running_firefox() as firefox:
        yield firefox


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about. A test that provokes a complaint asserts it and clears the list."""
    return []


@pytest.fixture
def open_page(browser: Browser, usual: Usual, faults: list[str]) -> Iterator[OpenPage]:
    """Opens pages, each as a browser of its own: `open_page(color_scheme="dark", viewport={…})`.

    The first that asks for nothing special, or for a size alone, is given the context that has the page's files
    already. What holds for a whole context, such as a clock, does not belong there.
    """
    with opening(browser, faults, usual) as open_one:
        yield open_one


@pytest.fixture(scope="module")
def open_to_look(browser: Browser) -> Iterator[OpenPage]:
    """As `open_page`, for a page that the tests of a module share: they only look."""
    with opening(browser, []) as open_one:
        yield open_one


@contextmanager
def opening(browser: Browser, faults: list[str], usual: Usual | None = None) -> Iterator[OpenPage]:
    """Pages that are closed in the end. What the browser complained about meanwhile counts as a failure."""
    contexts: list[BrowserContext] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def note_error(error: WebError) -> None:
        faults.append(f"uncaught: {error.error}")

    def context_for(options: dict[str, Any]) -> BrowserContext:
        if usual and options.keys() <= {"viewport"} and not usual.is_taken:
            usual.is_taken = True
            return usual.context
        context = browser.new_context(**{**USUAL, **options})
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        return context

    def open_one(**options: Any) -> Page:
        context = context_for(options)
        context.on("console", note_console)
        context.on("weberror", note_error)
        page = context.new_page()
        if "viewport" in options:
            page.set_viewport_size(options["viewport"])
        return page

    yield open_one
    for context in contexts:
        context.close()
    if usual and usual.is_taken:
        usual.clear()
        usual.context.remove_listener("console", note_console)
        usual.context.remove_listener("weberror", note_error)
    if faults:
        pytest.fail("\n  ".join(["The browser complained:", *faults]), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


Pair = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="session")
def pair(server: RunningServer) -> Pair:
    """The views of a pair of recorded races: without a lock, and with one."""
    return server.view("race-none"), server.view("race-with")


@pytest.fixture
def looking(page: Page, server: RunningServer, pair: Pair) -> Looking:
    """The page on this pair, at its end."""
    looking = Looking(page)
    looking.open_runs(server.url, *(run["id"] for run in pair))
    looking.right.wait_for_the_end()
    return looking
