"""The first minute of somebody who knows nothing but the page: a question, a recorded loss, and the race it starts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import PHONE, Looking
from tests.serving import RunningServer
from tests.variants import FULL, one_in

LONG_ENOUGH_MS = 40_000
"""The recorded loss has been played to its end by then, and has begun again."""


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """What is tested here moves."""
    return open_page(reduced_motion="no-preference")


def told(page: Page) -> str:
    """Which step of the recorded loss is on show."""
    return page.locator('[data-part="first-loss-label"]').inner_text()


def step(page: Page) -> int:
    found = re.search(r"step (\d+) of 10", told(page))
    return int(found[1]) if found else -1


@pytest.fixture
def timed(page: Page, server: RunningServer) -> Looking:
    """The page before anything runs, with a clock that only the test drives."""
    page.clock.install()
    looking = Looking(page)
    page.goto(server.url)
    # Time goes on until everything has been fetched.
    expect(looking.left.part("narration")).not_to_be_empty()
    expect(page.locator(".first-frame")).to_have_count(0)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    return looking


def test_the_page_opens_on_a_question_and_not_on_a_form_with_zeros(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    sentence = looking.part("sentence")
    shown = sentence.evaluate(
        "root => [...root.childNodes].map(node => node.querySelector?.('select, input')?.selectedOptions?.[0].text"
        " ?? node.querySelector?.('input')?.value ?? node.textContent).join('')"
    )
    assert shown == "Two processes add 1 to the same number, 10 times each, slowly."
    expect(looking.part("sum")).to_have_text("10 + 10 = ?")
    assert page.locator("[data-guess]").all_inner_texts() == ["20", "19", "fewer", "more"]
    for hidden in ("races", "result-bar", "transport"):
        expect(looking.part(hidden)).to_be_hidden()
    expect(looking.left.part("score")).to_be_hidden()


@FULL
def test_a_recorded_loss_plays_until_somebody_touches_the_page_and_then_on_request(timed: Looking) -> None:
    page = timed.page
    stage = page.locator('.first-loss [data-part="stage"]')
    seen: set[int] = set()
    phases: set[str] = set()
    for _ in range(LONG_ENOUGH_MS // 200):
        page.clock.run_for(200)
        seen.add(step(page))
        phases.add(stage.get_attribute("data-phase") or "")
        if seen >= set(range(1, 11)) and step(page) == 1:
            break
    assert seen >= set(range(1, 11)), "every step of it was on show"
    assert step(page) == 1, "it begins again"
    assert phases >= {"thread", "stale", "travel", "impact", "tear", "rest"}
    assert told(page).startswith("recorded earlier, from two real processes")

    page.mouse.click(5, 300)
    page.clock.run_for(1000)
    rests = step(page)
    page.clock.run_for(LONG_ENOUGH_MS)
    assert step(page) == rests
    page.get_by_role("button", name="play it again").click()
    page.clock.run_for(3000)
    assert step(page) > 1


@pytest.mark.parametrize("touch", one_in(2, ["key", "focus"]))
def test_a_key_or_a_look_at_what_can_be_chosen_stops_the_recorded_loss_too(timed: Looking, touch: str) -> None:
    page = timed.page
    page.clock.run_for(2000)
    if touch == "key":
        page.keyboard.press("Shift")
    else:
        timed.part("pace").focus()
    page.clock.run_for(1000)
    rests = step(page)
    page.clock.run_for(LONG_ENOUGH_MS)
    assert step(page) == rests


@FULL
@pytest.mark.parametrize("key", ["r", "Enter", "PageDown"])
def test_one_key_starts_without_a_guess(page: Page, server: RunningServer, key: str) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?iterations=2")
    page.keyboard.press(key)
    expect(looking.part("run-again")).to_be_visible()
    expect(looking.part("opening")).to_be_hidden()
    looking.skip_playback()
    looking.left.wait_for_the_end()
    expect(looking.part("result-bar-guess")).to_be_empty()


@pytest.mark.parametrize("guess", one_in(3, ["fewer", "more", "4"], beginning=2))
def test_a_guess_is_also_the_start_and_gets_its_verdict(page: Page, server: RunningServer, guess: str) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?iterations=2")
    looking.run_both(guess=guess)
    counter = looking.left.score[1]
    right = {"4": counter == 4, "fewer": counter < 4, "more": False}[guess]
    expect(looking.part("result-bar-guess")).to_have_text(
        re.compile(rf"^You guessed {guess}: {'right' if right else '(it was|. too many)'}")
    )


def test_what_starts_the_race_is_among_the_first_tab_stops_of_the_page_itself(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(server.url)
    page.get_by_role("button", name="All keys (?)").focus()
    looking.key("Tab")
    expect(page.locator("[data-guess]").first).to_be_focused()


def test_the_sentence_follows_what_is_chosen_in_it(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(processes="1", iterations="1")
    expect(looking.part("sentence")).to_contain_text("process adds 1")
    expect(looking.part("sum")).to_have_text("1 = ?")
    looking.choose(processes="3")
    expect(looking.part("sum")).to_have_text("1 + 1 + 1 = ?")
    assert page.locator("[data-guess]").all_inner_texts() == ["3", "2", "fewer", "more"]


def test_after_the_start_the_sentence_is_one_line_that_opens_again(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none", "race-with")
    expect(looking.part("ran")).to_have_text("Two processes · 10 each · slowly")
    expect(looking.part("opening")).to_be_hidden()
    looking.part("change").click()
    expect(looking.part("sentence")).to_be_visible()
    expect(page.locator("[data-guess]").first).to_be_focused()
    looking.key("Escape")
    expect(looking.part("opening")).to_be_hidden()


def test_the_end_offers_one_next_act_which_shows_a_death(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none", "race-with")
    assert re.match(r"\d+ of 20 additions are gone\. No error, no warning\.$", looking.left.narration)
    assert looking.right.narration == "Only the holder of the lock touched the number."
    looking.part("see-loss").click()
    expect(looking.part("see-loss")).to_be_hidden()
    expect(looking.left.part("stage")).to_have_attribute("data-phase", re.compile("travel|impact|tear|rest"))


def test_where_no_motion_is_wanted_three_still_frames_tell_it(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(reduced_motion="reduce")
    Looking(page).open(server.url)
    expect(page.locator(".frame:visible")).to_have_count(3)
    expect(page.locator(".frame:visible").last).to_contain_text("is lost.")
    expect(page.locator('.first-loss [data-part="stage"]')).to_be_hidden()


def test_without_scripts_the_page_shows_the_recorded_loss_and_no_dead_controls(
    open_page: OpenPage, server: RunningServer
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(server.url)
    expect(page.locator(".frame:visible")).to_have_count(6)
    expect(page.locator("main button:visible, form :visible, .transport:visible")).to_have_count(0)
    expect(page.locator(".frame").last).to_contain_text("is lost.")


def test_on_a_phone_the_question_and_the_stage_come_first_and_the_choices_fold_away(
    open_page: OpenPage, server: RunningServer
) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="no-preference")
    looking = Looking(page)
    looking.open(server.url)
    expect(looking.part("choice-summary")).to_have_text(
        "Two processes add 1 to the same number, 10 times each, slowly."
    )
    for name in ("sum", "chips"):
        expect(looking.part(name)).to_be_in_viewport(ratio=1)
    expect(page.locator('.first-loss [data-part="stage"]')).to_be_in_viewport(ratio=1)
    expect(looking.part("sentence")).to_be_hidden()
    page.get_by_text("Change what runs").tap()
    expect(looking.part("sentence")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
