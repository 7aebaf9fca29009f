"""One, two or three races side by side: what can be chosen, what stands there, and what the address says of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL, one_in, one_of_each

SCENARIOS = {
    "value": ["left", "right"],
    "array": ["left", "right"],
    "tutorial": ["left", "right"],
    "raising": ["left", "right"],
    "processes": ["left", "right", "third"],
    "queue-fifo": ["left"],
    "queue-workers": ["left"],
    "pool": ["left"],
    "sharing": ["left", "right", "third"],
}
"""The races of each scenario."""

BUTTONS = {1: "Run", 2: "Run both", 3: "Run all"}


def arenas_on_show(looking: Looking) -> list[str]:
    """The races that can be seen, from left to right."""
    all_of_them = looking.page.locator("[data-race]:visible").all()
    return [race.get_attribute("data-race") or "" for race in all_of_them]


@pytest.mark.parametrize("scenario", one_of_each(lambda name: name == "value" or len(SCENARIOS[name]), SCENARIOS))
def test_each_scenario_is_offered_with_its_own_line_up(page: Page, server: RunningServer, scenario: str) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(scenario=scenario)
    wanted = SCENARIOS[scenario]
    expect(page).to_have_url(re.compile(f"scenario={scenario}"))
    if scenario == "value":
        expect(looking.part("sum")).to_have_text("10 + 10 = ?")
        expect(page.locator("[data-race]:visible")).to_have_count(0)
        return
    expect(looking.part("sum")).to_be_hidden()
    expect(looking.part("run")).to_have_text(BUTTONS[len(wanted)])
    expect(page.locator("[data-race]:visible")).to_have_count(len(wanted))
    assert arenas_on_show(looking) == wanted
    for side in wanted:
        expect(page.locator(f'[data-race="{side}"] [data-part="narration"]')).not_to_be_empty()
        expect(page.locator(f'[data-race="{side}"] [data-part="stage"] svg').first).to_be_visible()
    expect(looking.part("chunksize")).to_be_visible(visible=scenario == "pool")


@pytest.mark.parametrize(
    ("scenario", "request_"),
    one_in(
        2,
        [
            ("processes", {"iterations": 2}),
            ("queue-fifo", {"iterations": 3}),
            ("queue-workers", {"iterations": 3}),
            ("pool", {"iterations": 4, "call": "apply_async"}),
            ("sharing", {"iterations": 5, "guard": "owner"}),
            ("array", {"iterations": 2, "guard": "get_lock"}),
            ("array", {"iterations": 2, "guard": "lock"}),
            ("tutorial", {"iterations": 2, "guard": "lock"}),
        ],
    ),
)
def test_each_scenario_s_run_has_a_page_of_its_own(
    page: Page, server: RunningServer, scenario: str, request_: dict[str, Any]
) -> None:
    run = server.run(scenario=scenario, pace="free", **request_)
    assert run["status"] == "finished", run["reason"]
    looking = Looking(page)
    looking.open(f"{server.url}/runs/{run['id']}")
    looking.left.wait_for_the_end()
    assert arenas_on_show(looking) == ["left"]
    assert looking.length == run["steps"]
    expect(looking.part("scenario")).to_have_value(scenario)
    for position in (run["steps"] // 2, 1):
        looking.go_to(position)
        expect(looking.left.part("narration")).not_to_be_empty()


def test_three_races_run_each_can_be_shown_alone_and_a_link_opens_all_of_them(
    open_page: OpenPage, server: RunningServer
) -> None:
    looking = Looking(open_page())
    looking.open(f"{server.url}/?scenario=sharing&iterations=10")
    looking.start()
    looking.skip_playback()
    for race in (looking.left, looking.right, looking.third):
        race.wait_for_the_end()
        expect(race.part("took")).to_have_text(re.compile(r"^[\d.]+ m?s$"))
        assert race.narration
    expect(looking.third.part("title")).to_have_text("a pool and a sum")
    looking.third.part("solo").click()
    expect(looking.left.root).to_be_hidden()
    expect(looking.third.root).to_be_visible()
    expect(looking.page).to_have_url(re.compile("alone=third"))
    other = Looking(open_page())
    other.page.goto(looking.page.url)
    other.third.wait_for_the_end()
    assert arenas_on_show(other) == ["third"]
    other.third.part("solo").click()
    expect(other.page.locator("[data-race]:visible")).to_have_count(3)


@FULL
def test_another_scenario_fills_in_what_is_usual_for_it_and_an_address_may_say_otherwise(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?scenario=pool&iterations=6&call=apply_async&chunksize=2&pace=free")
    for part, value in {"iterations": "6", "variant": "apply_async", "chunksize": "2", "pace": "free"}.items():
        expect(looking.part(part)).to_have_value(value)
    looking.start()
    looking.skip_playback()
    looking.left.wait_for_the_end()
    expect(page).to_have_url(re.compile(r"iterations=6.*call=apply_async&chunksize=2&runs=\w+"))
    asked = server.view(page.url.rpartition("runs=")[2].partition("&")[0])["request"]
    assert (asked["call"], asked["chunksize"], asked["iterations"]) == ("apply_async", 2, 6)

    looking.part("change").click()
    looking.choose(scenario="value")
    for part, value in {"processes": "2", "iterations": "10", "variant": "with", "pace": "slow"}.items():
        expect(looking.part(part)).to_have_value(value)
    # What was on show is not what the sentence is about any more.
    expect(looking.left.root).to_be_hidden()
    expect(looking.part("sum")).to_be_visible()
    expect(page).not_to_have_url(re.compile("runs="))
    expect(page).not_to_have_url(re.compile("call=|chunksize="))


def test_only_panels_that_have_something_to_say_are_offered(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "raising-with")
    assert page.locator("[data-panel]:visible").all_inner_texts() == ["Timeline", "Map", "Lineage", "Code"]
    looking.open_runs(server.url, "queue-fifo", panel="code")
    expect(page.locator("[data-panel]:visible")).to_have_count(0)
    expect(looking.part("next-loss")).to_be_hidden()


@FULL
@pytest.mark.parametrize("scenario", ["sharing", "tutorial", "pool"])
def test_a_line_up_fits_without_scrolling(page: Page, server: RunningServer, scenario: str) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?scenario={scenario}&iterations=3&pace=free")
    looking.start()
    looking.skip_playback()
    expect(page).not_to_have_url(re.compile("at="))
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        for side in SCENARIOS[scenario]:
            expect(page.locator(f'[data-race="{side}"] .is-end-sentence')).to_be_visible()
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, height]


@FULL
@pytest.mark.parametrize("scenario", ["sharing", "tutorial"])
def test_on_a_phone_races_are_swiped_and_a_line_says_how_all_of_them_stand(
    open_page: OpenPage, server: RunningServer, scenario: str
) -> None:
    looking = Looking(open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    looking.open(f"{server.url}/?scenario={scenario}&iterations=3&pace=free")
    looking.part("run").tap()
    looking.skip_playback()
    for side in SCENARIOS[scenario]:
        expect(looking.page.locator(f'[data-race="{side}"] .is-end-sentence')).to_be_attached()
    assert looking.page.evaluate("document.documentElement.scrollWidth") == 390
    boxes = [race.bounding_box() for race in looking.page.locator("[data-race]:visible").all()]
    assert len({box["y"] for box in boxes if box}) == 1
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(set(lefts))
    assert len(lefts) == len(SCENARIOS[scenario])
    line = looking.part("score-line").locator("button:visible")
    expect(line).to_have_count(len(lefts))
    line.last.tap()
    expect(looking.page.locator("[data-race]:visible").last).to_be_in_viewport(ratio=0.4)
    expect(line.first).to_be_in_viewport()
