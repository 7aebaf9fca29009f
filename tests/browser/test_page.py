"""The page around the races: what it says when something is wrong, how it looks, and on which screens."""

import json
import re
from contextlib import closing

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import NO_SHARED_WORKER, Interception, Looking, no_server
from tests.serving import RunningServer, serving
from tests.variants import FULL, one_in


@pytest.mark.parametrize(
    ("field", "value", "message"),
    one_in(
        3,
        [
            ("iterations", "", "Between 1 and 100\u2009000 increments"),
            ("iterations", "0", "Between 1 and 100\u2009000 increments"),
            ("iterations", "-1", "Between 1 and 100\u2009000 increments"),
        ],
    ),
)
def test_what_is_out_of_range_is_said_where_it_happened(
    page: Page, server: RunningServer, field: str, value: str, message: str
) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.part(field).fill(value)
    expect(looking.part("message")).to_contain_text(message)
    expect(looking.part(field)).to_have_attribute("aria-invalid", "true")
    looking.part("run").click()
    looking.page.locator("[data-guess]").first.click()
    looking.wait_until_drawn()
    expect(looking.part("opening")).to_be_visible()
    assert "runs=" not in page.url
    looking.part(field).fill("2")
    expect(looking.part("message")).to_be_empty()


def test_what_the_server_refuses_is_shown_in_its_words(page: Page, server: RunningServer, faults: list[str]) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="100000")
    looking.part("run").click()
    refusal = server.post(processes=2, iterations=100_000, pace="slow", step_ms=120).json()["error"]
    expect(looking.part("notice")).to_contain_text(refusal["message"])
    expect(looking.part("notice")).to_contain_text(refusal["hint"])
    expect(looking.part("run")).to_be_visible()
    assert all("422" in fault for fault in faults)
    faults.clear()


def test_a_server_that_is_full_says_so(page: Page, server: RunningServer, faults: list[str]) -> None:
    error = {"code": "full", "message": "Too many runs are waiting.", "hint": "Try again in 5 s."}
    Interception(page, "**/api/runs", lambda route: route.fulfill(status=429, json={"error": error}))
    looking = Looking(page)
    looking.open(server.url)
    looking.part("run").click()
    expect(looking.part("notice-text")).to_have_text("Too many runs are waiting. Try again in 5 s.")
    assert all("429" in fault for fault in faults)
    faults.clear()


def test_a_server_that_is_gone_is_named(page: Page, server: RunningServer, faults: list[str]) -> None:
    Interception(page, "**/api/runs", no_server)
    looking = Looking(page)
    looking.open(server.url)
    looking.part("run").click()
    expect(looking.part("notice")).to_contain_text("The server does not answer.")
    faults.clear()


@FULL
def test_a_queued_run_shows_its_place(page: Page) -> None:
    # The page first: the browser would complain of what it can no longer fetch.
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="8") as server, closing(page):
        first = server.start(processes=8, iterations=40, pace="slow", step_ms=500)
        waiting = [server.start(processes=8, iterations=1) for _ in range(2)]
        looking = Looking(page)
        looking.open(f"{server.url}/?runs={','.join(waiting)}")
        expect(looking.left.part("narration")).to_have_text("Waiting for a free place: number 1 in line.")
        expect(looking.right.part("narration")).to_have_text("Waiting for a free place: number 2 in line.")
        server.stop(first)
        looking.left.wait_for_the_end()
        looking.right.wait_for_the_end()


def test_a_run_that_failed_says_why(page: Page, server: RunningServer, faults: list[str]) -> None:
    looking = Looking(page)
    run = server.run(guard="with", iterations=2)
    reason = "P1 (pid 4711) was killed by SIGKILL."
    broken = {"run": run["id"], **run, "status": "failed", "reason": reason}

    def end(route: Route) -> None:
        route.fulfill(content_type="text/event-stream", body=f"event: end\ndata: {json.dumps(broken)}\n\n")

    page.add_init_script(NO_SHARED_WORKER)  # nobody can answer its requests in the server's place
    page.route("**/columns", lambda route: route.fulfill(status=503))
    page.route("**/api/events*", end)
    looking.open(f"{server.url}/?runs={run['id']}")
    expect(looking.left.part("narration")).to_contain_text(reason)
    assert all("503" in fault for fault in faults)
    faults.clear()


def test_a_recording_that_is_none_is_called_so_and_nothing_is_guessed(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    page.route("**/columns", lambda route: route.fulfill(body="<p>Welcome to the network of this hotel!</p>"))
    looking.open(f"{server.url}/?runs=race-none")
    told = "The steps of this run cannot be read: what came are no steps."
    expect(looking.left.part("trouble")).to_contain_text(told)
    expect(looking.left.part("narration")).to_have_text("There are no steps to show.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_can_be_read(open_page: OpenPage, server: RunningServer, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    looking = Looking(page)
    looking.open_runs(server.url, "race-none", panel="code")
    looking.key("n")
    for selector in ("body", ".badge", ".figure dt", ".code-file", ".position", '[data-part="lost"]'):
        assert _contrast(page, selector) >= 4.5, f"{selector} is hard to read in the {scheme} theme"
    other = "light" if scheme == "dark" else "dark"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name=f"Switch to the {other} theme").click()
    expect(page.locator("body")).not_to_have_css("background-color", before)
    page.reload()
    expect(page.get_by_role("button", name=f"Switch to the {scheme} theme")).to_be_visible()


def _contrast(page: Page, selector: str) -> float:
    """The contrast of a text to the page behind it, as WCAG defines it."""
    ink, paper = page.evaluate(
        "selector => [getComputedStyle(document.querySelector(selector)).color,"
        " getComputedStyle(document.body).backgroundColor]",
        selector,
    )
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(text) / 255 for text in re.findall(r"\d+", color)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("processes", one_in(2, [1, 2, 8]))
def test_on_a_laptop_and_a_projector_everything_fits_without_scrolling(
    page: Page, server: RunningServer, processes: int
) -> None:
    looking = Looking(page)
    runs = [server.run(guard=guard, processes=processes, iterations=3) for guard in ("none", "with")]
    looking.open_runs(server.url, *(run["id"] for run in runs))
    looking.go_to(6)
    for width, height in ((1280, 720), (1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        looking.wait_until_drawn()
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, height]


@pytest.mark.parametrize("processes", one_in(2, [8, 2]))
def test_on_a_phone_nothing_scrolls_sideways_and_thumbs_find_the_buttons(
    open_page: OpenPage, server: RunningServer, processes: int
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    looking = Looking(page)
    runs = [server.run(guard=guard, processes=processes, iterations=3) for guard in ("none", "write_only")]
    looking.open_runs(server.url, *(run["id"] for run in runs))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("back", "play", "forward", "next-loss", "run-again", "change"):
        box = looking.part(name).bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    looking.part("back").tap()
    looking.expect_position(looking.length - 1)


def test_everything_is_reached_by_tab_and_shows_its_focus(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none")
    reached = set()
    for _ in range(50):
        looking.key("Tab")
        name, outline = page.evaluate(
            "[document.activeElement.dataset.part ?? '', getComputedStyle(document.activeElement).outlineStyle]"
        )
        if name:
            reached.add(name)
            assert outline == "solid", f"{name} does not show its focus"
    assert reached >= {
        "theme",
        "run-again",
        "change",
        "see-loss",
        "scrubber",
        "start",
        "back",
        "play",
        "forward",
        "end",
        "previous-loss",
        "next-loss",
        "speed",
        "clock",
        "projector",
        "help-button",
        "solo",
    }


def test_what_the_page_asks_for_before_it_is_painted_travels_as_less_than_80_kb(
    open_page: OpenPage, server: RunningServer
) -> None:
    page = open_page(color_scheme="light")  # a browser that has nothing of it yet
    Looking(page).open(server.url)
    sizes = page.evaluate(
        """() => {
          const painted = performance.getEntriesByName('first-contentful-paint')[0].startTime;
          const [page] = performance.getEntriesByType('navigation');
          // What it fetches once it has been drawn may come before the browser counts it as painted.
          const begun = Math.min(painted, page.domContentLoadedEventEnd);
          const all = [...performance.getEntriesByType('resource'), page];
          return all.filter(one => one.startTime < begun).map(one => [one.name, one.encodedBodySize]);
        }"""
    )
    assert {name.rpartition("/")[2] for name, _ in sizes} >= {"", "start.css", "main.js"}
    assert sum(size for _, size in sizes) < 80_000, sizes


@pytest.mark.parametrize("host", one_in(2, ["example.org", "203.0.113.7"]))
def test_a_page_that_asks_anyone_but_us_is_noticed(
    page: Page, server: RunningServer, faults: list[str], host: str
) -> None:
    page.goto(server.url)
    with page.expect_console_message(lambda message: host in message.text):
        page.evaluate(f"fetch('http://{host}/', {{mode: 'no-cors'}}).catch(() => null)")
    assert faults
    faults.clear()


def test_a_run_that_has_ended_is_fetched_and_not_said_to_be_starting(page: Page, server: RunningServer) -> None:
    recording = Interception(page, "**/columns", hold)
    looking = Looking(page)
    looking.open(f"{server.url}/?runs=race-none")
    assert looking.left.narration == "Fetching its steps."
    assert looking.left.score == (0, 0, 0), "nothing is known of it so far"
    recording.answer = None
    page.reload()
    looking.left.wait_for_the_end()


def hold(_: Route) -> None:
    """No answer comes for now."""
