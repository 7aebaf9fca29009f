"""The timeline and the lineage: they say what they show, lead to any moment, and can be looked at more closely."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer, until
from tests.variants import FULL


@pytest.fixture
def run(server: RunningServer) -> dict[str, Any]:
    """A race that lost something and has ended."""
    return server.view("race-none")


@pytest.fixture
def looking(page: Page, server: RunningServer, run: dict[str, Any]) -> Looking:
    """The page on this run, at its end."""
    looking = Looking(page)
    looking.open_runs(server.url, run["id"])
    return looking


def pointed(looking: Looking, panel: str, share: float) -> tuple[float, float]:
    """A point of a chart, at a share of what it shows."""
    looking.wait_for_panel(panel)
    box = looking.left.part(panel).bounding_box()
    assert box is not None
    unit = 16  # a rem at this size of the window
    left, right = box["x"] + 2.25 * unit, box["x"] + box["width"] - 0.5 * unit
    return left + share * (right - left), box["y"] + box["height"] / 2


@pytest.mark.parametrize("panel", ["timeline", "lineage"])
def test_a_click_on_a_chart_goes_there(looking: Looking, panel: str) -> None:
    button = looking.page.locator(f'[data-panel="{panel}"]')
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    looking.page.mouse.click(*pointed(looking, panel, 0.5))
    looking.expect_position(round(looking.length / 2))


def test_the_charts_say_in_words_what_they_show(looking: Looking, run: dict[str, Any]) -> None:
    cell = run["summary"]["cells"][0]
    timeline = looking.left.part("timeline")
    expect(timeline).to_have_attribute("aria-label", re.compile(rf"Timeline of {run['steps']} steps: P1 10 increments"))
    looking.page.locator('[data-panel="lineage"]').click()
    words = f"{cell['writes']} writes, {cell['final']} on the trunk, {cell['lost']} on dead branches."
    expect(looking.left.part("lineage")).to_have_attribute("aria-label", re.compile(re.escape(words)))


def test_the_wheel_zooms_to_the_pointer_and_a_drag_pans(looking: Looking) -> None:
    x, y = pointed(looking, "timeline", 0.5)
    looking.page.mouse.move(x, y)
    for _ in range(3):
        looking.page.mouse.wheel(0, -200)
    # What was under the pointer still is; what was at the edge is out of sight.
    looking.page.mouse.click(x, y)
    looking.expect_position(round(looking.length / 2))
    before = clicked_at_the_edge(looking, lambda position: position > 0)
    looking.page.mouse.move(x, y)
    looking.page.mouse.down()
    looking.page.mouse.move(x + 150, y, steps=5)
    looking.page.mouse.up()
    clicked_at_the_edge(looking, lambda position: position < before)


def clicked_at_the_edge(looking: Looking, is_so: Callable[[int], bool]) -> int:
    """The position that stands at the left edge of the timeline, once it is so: what turns and drags comes later."""

    def click() -> int:
        looking.page.mouse.click(*pointed(looking, "timeline", 0.0))
        return looking.position

    position: int = until(click, is_so)
    return position


def test_zero_shows_all_again(looking: Looking) -> None:
    looking.go_to(10)
    for _ in range(4):
        looking.key("+")
    looking.key("0")
    looking.page.mouse.click(*pointed(looking, "timeline", 1.0))
    looking.expect_position(looking.length)


@FULL
def test_moving_on_turns_the_page_of_a_chart_that_is_zoomed_in(looking: Looking) -> None:
    looking.go_to(5)
    for _ in range(4):
        looking.key("+")
    looking.go_to(looking.length - 5)
    # The playhead is in sight: a click beside it goes to a step near it.
    looking.page.mouse.click(*pointed(looking, "timeline", 0.9))
    expect(looking.part("scrubber")).not_to_have_value(str(looking.length - 5))
    assert abs(looking.position - (looking.length - 5)) < 20


def test_the_panel_is_part_of_the_address(page: Page, looking: Looking) -> None:
    looking.page.locator('[data-panel="lineage"]').click()
    expect(page).to_have_url(re.compile("panel=lineage"))
    page.reload()
    expect(looking.left.part("lineage")).to_be_visible()
    expect(looking.left.part("timeline")).to_be_hidden()
