"""How pages hear of their runs: over one event stream for all tabs of a browser, which is cut, stalls and comes back.
Where tabs cannot share one, a tab that can be seen has its own.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser import chromium
from tests.browser.conftest import WAIT_MS, OpenPage
from tests.browser.firefox import Firefox
from tests.browser.looking import NO_SHARED_WORKER, Looking
from tests.cutting import Cutter, cutting
from tests.serving import WAIT_SECONDS, RunningServer, serving, until
from tests.variants import FULL, none_of, one_in

BY_HAND: dict[str, Any] = {"pace": "step", "iterations": 20}
LIVE: dict[str, Any] = {"pace": "slow", "step_ms": 100, "iterations": 20}
LOST = "The connection is lost"

MORE_THAN_CONNECTIONS = one_in(2, [7, 10])
"""How many windows: a browser opens six connections to a host."""
IN_FIREFOX = [2, *none_of([3, 7, 10])]
"""There a window takes seconds to open. That they share one connection is seen with two of them."""

NOT_SHARED = {
    "none": NO_SHARED_WORKER,
    "forbidden": "window.SharedWorker = class { constructor() { throw new DOMException('', 'SecurityError'); } };",
    "without modules": """
      window.SharedWorker = class extends EventTarget {
        port = new MessageChannel().port1;
        constructor() {
          super();
          setTimeout(() => this.dispatchEvent(new Event("error")));
        }
      };
    """,
}
"""Ways in which a browser does not let tabs share a worker."""

HIDE = """
  isHidden => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }
"""
"""What a browser does when a tab goes to the background, or comes back from there."""


@pytest.fixture
def cutter(server: RunningServer) -> Iterator[Cutter]:
    with cutting(server.url) as cutter:
        yield cutter


@pytest.fixture
def open_page(cutter: Cutter, open_page: OpenPage) -> OpenPage:
    """Pages are closed before the cutter is: a browser complains of a stream that breaks off."""
    return open_page


@pytest.fixture
def page_of_either(request: pytest.FixtureRequest, open_page: OpenPage, faults: list[str]) -> Page:
    """A page that shares its stream, or has its own. Of a connection that was cut, a browser complains."""
    page = open_page()
    if request.param == "own":
        page.add_init_script(NO_SHARED_WORKER)
    return page


@pytest.fixture
def by_hand(server: RunningServer) -> Iterator[str]:
    """A live run whose next step a test lets it take."""
    run_id = server.start(**BY_HAND)
    until(lambda: server.view(run_id)["runnable"] == ["P1", "P2"])
    yield run_id
    server.stop(run_id)


def grant(server: RunningServer, run_id: str, process: str = "P1") -> int:
    """One step. How many steps there are then."""
    path = f"{server.url}/api/runs/{run_id}/grants"
    granted = httpx.post(path, json={"process": process}, timeout=WAIT_SECONDS).json()
    index: int = granted["step"]["index"]
    return index + 1


def open_live(page: Page, url: str, *runs: str) -> Looking:
    looking = Looking(page)
    looking.open(f"{url}/?runs={','.join(runs)}")
    return looking


def watching(page: Page, cutter: Cutter, server: RunningServer, by_hand: str) -> Looking:
    """A page that has shown a step of that run."""
    looking = open_live(page, cutter.url, by_hand)
    looking.wait_for_steps(grant(server, by_hand))
    return looking


def lose(looking: Looking, cutter: Cutter) -> None:
    """Cut the connection, and wait until the page says so."""
    cutter.cut()
    expect(looking.left.part("trouble")).to_contain_text(LOST)


def leave(looking: Looking, faults: list[str]) -> None:
    """End the page's stream, and forget what the browser complained of meanwhile."""
    looking.page.goto("about:blank")
    faults.clear()


def wait_for(looking: Looking, steps: int) -> None:
    """Wait until the page knows so many steps, and no more."""
    until(lambda: looking.length, lambda length: length == steps)


def expect_all_of(looking: Looking, server: RunningServer, run_id: str) -> None:
    """The page has each step of the run, once."""
    looking.left.wait_for_the_end()
    view = server.view(run_id)
    assert looking.length == view["steps"]
    (cell,) = view["summary"]["cells"]
    assert looking.left.score == (cell["expected"], cell["final"], cell["lost"])


# Many tabs


@pytest.mark.parametrize("count", MORE_THAN_CONNECTIONS)
def test_many_windows_of_a_live_run_all_load_and_follow_over_one_stream(
    page: Page, server: RunningServer, cutter: Cutter, by_hand: str, count: int
) -> None:
    windows = [page, *(page.context.new_page() for _ in range(count - 1))]
    lookings = [open_live(window, cutter.url, by_hand) for window in windows]
    for _ in range(3):
        steps = grant(server, by_hand)
        for looking in lookings:
            wait_for(looking, steps)
    assert cutter.streams == 1
    server.stop(by_hand)
    for looking in lookings:
        looking.left.wait_for_the_end()
        assert looking.length == server.view(by_hand)["steps"]
    until(lambda: cutter.streams == 0)


@pytest.mark.parametrize("count", IN_FIREFOX)
@FULL
def test_many_windows_of_firefox_all_load_and_follow_over_one_stream(
    firefox: Firefox, server: RunningServer, cutter: Cutter, by_hand: str, count: int
) -> None:
    with firefox.windows(f"{cutter.url}/?runs={by_hand}", count) as windows:
        for steps in (grant(server, by_hand) for _ in range(3)):
            windows.wait_until(f"""document.querySelector('[data-part="scrubber"]').max === "{steps}" """)
        assert cutter.streams == 1
    until(lambda: cutter.streams == 0)
    assert firefox.complaints() == []


@FULL
def test_tabs_of_different_runs_are_each_told_of_theirs(
    page: Page, server: RunningServer, cutter: Cutter, by_hand: str
) -> None:
    slow = server.start(**LIVE)
    over = server.run(iterations=3000)["id"]
    first = open_live(page, cutter.url, slow, over)
    second = open_live(page.context.new_page(), cutter.url, by_hand)
    third = open_live(page.context.new_page(), cutter.url, slow)
    steps = grant(server, by_hand)
    wait_for(second, steps)
    first.right.wait_for_the_end()
    for looking in (first, third):
        looking.left.wait_for_the_end()
    assert (first.length, third.length) == (server.view(over)["steps"], server.view(slow)["steps"])
    assert cutter.streams == 1


def test_a_page_that_is_closed_or_left_leaves_no_stream_behind(page: Page, cutter: Cutter, by_hand: str) -> None:
    open_live(page, cutter.url, by_hand)
    other = page.context.new_page()
    open_live(other, cutter.url, by_hand)
    until(lambda: cutter.streams == 1)
    other.close()
    page.goto(f"{cutter.url}/fix-it")
    until(lambda: cutter.streams == 0)
    page.go_back()
    until(lambda: cutter.streams == 1)


@pytest.fixture
def fragile(browser: Browser) -> Iterator[Browser]:
    """A browser that may lose processes."""
    launched = browser.browser_type.launch(executable_path=chromium.find(), args=["--process-per-tab"], timeout=WAIT_MS)
    yield launched
    launched.close()


@pytest.mark.parametrize("crashes", [1, 3])
@FULL
def test_a_tab_that_crashes_leaves_no_stream_behind_and_takes_nobody_with_it(
    fragile: Browser, server: RunningServer, cutter: Cutter, by_hand: str, crashes: int
) -> None:
    """The first tab, in whose process the shared worker may be; or that, then the second, and then the last."""
    context = fragile.new_context(reduced_motion="reduce")
    lookings = [open_live(context.new_page(), cutter.url, by_hand) for _ in range(max(2, crashes))]
    for _ in range(crashes):
        with pytest.raises(Error, match="crash"):
            lookings.pop(0).page.goto("chrome://crash")
        if lookings:
            wait_for(lookings[-1], grant(server, by_hand))
    for looking in lookings:
        looking.page.close()
    until(lambda: cutter.streams == 0)


# Connections that break


@pytest.mark.parametrize("page_of_either", one_in(2, ["shared", "own"]), indirect=True)
def test_a_connection_that_is_cut_again_and_again_goes_on_with_no_gap_and_no_repeat(
    page_of_either: Page, server: RunningServer, cutter: Cutter, faults: list[str]
) -> None:
    run_id = server.start(**LIVE)
    looking = open_live(page_of_either, cutter.url, run_id)
    for _ in range(2):
        looking.wait_for_steps(looking.length + 1)
        lose(looking, cutter)
        cutter.restore()
        expect(looking.left.part("trouble")).to_be_hidden()
    expect_all_of(looking, server, run_id)
    for address in cutter.streams_so_far[1:]:
        assert f"after={run_id}-" in address
    leave(looking, faults)


@FULL
@pytest.mark.parametrize("page_of_either", ["own", "shared"], indirect=True)
def test_a_connection_that_was_cut_while_the_run_ended_brings_its_end(
    page_of_either: Page, server: RunningServer, cutter: Cutter, by_hand: str, faults: list[str]
) -> None:
    looking = watching(page_of_either, cutter, server, by_hand)
    lose(looking, cutter)
    steps = [grant(server, by_hand) for _ in range(3)]
    server.stop(by_hand)
    cutter.restore()
    looking.left.wait_for_the_end()
    expect(looking.left.part("trouble")).to_be_hidden()
    assert steps[-1] <= looking.length == server.view(by_hand)["steps"]
    leave(looking, faults)


@FULL
@pytest.mark.parametrize("page_of_either", ["shared", "own"], indirect=True)
def test_a_connection_that_stalls_is_noticed_and_goes_on_with_no_gap_and_no_repeat(
    page_of_either: Page, server: RunningServer, cutter: Cutter, by_hand: str, faults: list[str]
) -> None:
    looking = watching(page_of_either, cutter, server, by_hand)
    cutter.stall()
    steps = grant(server, by_hand)
    expect(looking.left.part("trouble")).to_contain_text(LOST)
    assert looking.length < steps
    cutter.flow()
    expect(looking.left.part("trouble")).to_be_hidden()
    wait_for(looking, steps)
    leave(looking, faults)


@FULL
@pytest.mark.parametrize("page_of_either", ["own", "shared"], indirect=True)
def test_a_run_that_the_server_has_forgotten_meanwhile_is_not_waited_for(
    page_of_either: Page, server: RunningServer, cutter: Cutter, by_hand: str, faults: list[str]
) -> None:
    looking = watching(page_of_either, cutter, server, by_hand)
    with serving() as another:
        lose(looking, cutter)
        cutter.lead_to(another.url)
        cutter.restore()
        expect(looking.left.part("trouble")).to_contain_text("no longer knows this run")
        until(lambda: cutter.streams == 0)
        page_of_either.close()
    faults.clear()


# Where tabs cannot share


@FULL
@pytest.mark.parametrize("way", NOT_SHARED)
def test_where_tabs_cannot_share_a_stream_only_a_tab_that_can_be_seen_has_one(
    page: Page, server: RunningServer, cutter: Cutter, by_hand: str, way: str
) -> None:
    other = page.context.new_page()
    for each in (page, other):
        each.add_init_script(NOT_SHARED[way])
    first = open_live(page, cutter.url, by_hand)
    first.wait_for_steps(grant(server, by_hand))
    page.evaluate(HIDE, True)
    until(lambda: cutter.streams == 0)
    second = open_live(other, cutter.url, by_hand)
    steps = grant(server, by_hand)
    wait_for(second, steps)
    assert (first.length, cutter.streams) == (steps - 1, 1)
    page.evaluate(HIDE, False)
    wait_for(first, steps)
    assert cutter.streams == 2
    assert f"after={by_hand}-{steps - 1}" in cutter.streams_so_far[-1]


def test_a_page_that_shares_a_stream_asks_nobody_but_its_server_and_no_policy_is_broken(
    page: Page, cutter: Cutter, by_hand: str
) -> None:
    """The fixture `faults` holds what the browser would complain about."""
    open_live(page, cutter.url, by_hand)
    until(lambda: cutter.streams == 1)
    assert any("/static/js/core/event-worker.js" in line for line in cutter.requests)
    assert f"/api/events?run={by_hand}" in cutter.streams_so_far
