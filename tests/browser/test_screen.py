"""The whole screen: projector mode, and one race alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Pair
from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL

LEAST_PROJECTED = 24

# Every text that can be seen, with its size as it is on the screen.
SIZES = """
() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('.drawings, .unseen, .ghost'))
  .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .map(one => {
    const scale = one.ownerSVGElement?.getScreenCTM().a ?? 1;
    return [one.textContent.trim(), Math.round(10 * scale * parseFloat(getComputedStyle(one).fontSize)) / 10];
  })
"""


def opened(page: Page, server: RunningServer, pair: Pair, more: str) -> Looking:
    looking = Looking(page)
    looking.open(f"{server.url}/?runs={','.join(run['id'] for run in pair)}&{more}")
    looking.left.wait_for_the_end()
    return looking


def test_on_a_projector_nothing_is_smaller_than_24_pixels_and_nothing_scrolls(
    page: Page, server: RunningServer, pair: Pair
) -> None:
    looking = opened(page, server, pair, "projector")
    looking.key("n")
    expect(looking.left.part("stage").locator(".loss-words")).to_be_visible()
    assert_it_can_be_read_from_the_last_row(page)
    expect(looking.left.part("panel")).to_be_hidden()


def assert_it_can_be_read_from_the_last_row(page: Page) -> None:
    assert [text for text, size in page.evaluate(SIZES) if size < LEAST_PROJECTED] == []
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [1280, 720]


@FULL
def test_on_a_projector_the_puzzle_fits_before_and_after_its_judgement(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it?projector")
    judgement = page.locator('[data-part="judgement-word"]')
    expect(page.locator('[data-part="stage"] .cell-value')).to_be_visible()
    assert_it_can_be_read_from_the_last_row(page)
    page.keyboard.press("c")
    expect(judgement).to_have_text("BROKEN")
    expect(page.locator('[data-part="outcome"]')).to_have_text("They ended at 2, as predicted.")
    expect(Looking(page).left.part("narration")).to_have_class(re.compile("is-end-sentence"))
    assert_it_can_be_read_from_the_last_row(page)
    page.locator('[data-gap] [data-call="acquire"]').nth(1).click()
    page.locator('[data-gap] [data-call="release"]').nth(3).click()
    page.keyboard.press("c")
    expect(judgement).to_have_text("PASS")
    assert_it_can_be_read_from_the_last_row(page)


@FULL
def test_on_a_projector_the_state_graph_can_be_read(page: Page, server: RunningServer) -> None:
    for asked in ("processes=2&iterations=1", "processes=2&iterations=2"):
        page.goto(f"{server.url}/interleavings?{asked}&projector")
        expect(page.locator(".state").first).to_be_visible()
        assert_it_can_be_read_from_the_last_row(page)


@FULL
def test_on_a_projector_the_maps_of_both_races_show_the_whole_of_them(
    page: Page, server: RunningServer, pair: Pair
) -> None:
    looking = opened(page, server, pair, "projector&panel=map")
    for race in (looking.left, looking.right):
        expect(race.part("map").locator(".map-picture")).to_be_visible()
        # What is not whole is told in words, which a projector has no room for.
        expect(race.part("map").locator(".map-part")).to_have_attribute("hidden", "")
    assert_it_can_be_read_from_the_last_row(page)


def test_the_projector_button_and_its_key_switch_back_and_forth(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.part("projector").click()
    expect(page).to_have_url(re.compile("projector"))
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(looking.part("run")).to_be_visible()
    looking.key("m")
    expect(page.get_by_role("navigation")).to_be_visible()


@FULL
def test_on_a_projector_the_two_stages_stand_exactly_level(page: Page, server: RunningServer, pair: Pair) -> None:
    looking = opened(page, server, pair, "projector&guess=20")
    for position in (looking.length, 30, 31):
        looking.go_to(position)
        boxes = [race.part("stage").bounding_box() for race in (looking.left, looking.right)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert (boxes[0]["y"], boxes[0]["height"]) == (boxes[1]["y"], boxes[1]["height"])


@FULL
def test_a_race_starts_from_projector_mode(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?projector&iterations=2")
    looking.run_both()
    assert looking.right.score == (4, 4, 0)


def test_either_race_can_be_shown_alone_and_the_transport_is_then_about_that_one(
    page: Page, server: RunningServer, pair: Pair
) -> None:
    looking = opened(page, server, pair, "")
    looking.right.wait_for_the_end()
    looking.left.part("solo").click()
    expect(looking.right.root).to_be_hidden()
    expect(looking.part("scrubber")).to_have_attribute("max", str(pair[0]["steps"]))
    expect(page).to_have_url(re.compile("alone=left"))
    looking.left.part("solo").click()
    expect(looking.right.root).to_be_visible()
    looking.right.part("solo").click()
    expect(looking.left.root).to_be_hidden()
    expect(looking.part("scrubber")).to_have_attribute("max", str(pair[1]["steps"]))


@FULL
@pytest.mark.parametrize("processes", [8, 1, 4])
def test_on_a_projector_every_number_of_processes_has_its_place(
    open_page: OpenPage, server: RunningServer, processes: int
) -> None:
    page = open_page(viewport={"width": 1920, "height": 1080})
    runs = [server.run(guard=guard, processes=processes, iterations=3)["id"] for guard in ("none", "with")]
    looking = Looking(page)
    looking.open(f"{server.url}/?runs={','.join(runs)}&projector")
    looking.left.wait_for_the_end()
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [1920, 1080]
