"""Play, pause, step, seek: any position can be shown, by hand, by key, or as it happened."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Pair
from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL, one_in


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """What is tested here moves."""
    return open_page(reduced_motion="no-preference")


@pytest.fixture(scope="module")
def opened(open_to_look: OpenPage, server: RunningServer, pair: Pair) -> Looking:
    """One page on a pair of races, at its end, for the tests that only move in it."""
    looking = Looking(open_to_look(reduced_motion="no-preference"))
    looking.open_runs(server.url, *(run["id"] for run in pair))
    looking.right.wait_for_the_end()
    return looking


@pytest.fixture
def at_the_end(opened: Looking) -> Iterator[Looking]:
    """It is left as it was found."""
    yield opened
    opened.key("End")
    opened.expect_position(opened.length)
    opened.wait_until_rest()


@FULL
def test_stepping_back_and_forward_shows_the_same_as_before(at_the_end: Looking) -> None:
    at_the_end.go_to(20)
    before = at_the_end.seen()
    for _ in range(3):
        at_the_end.part("back").click()
    at_the_end.expect_position(17)
    assert at_the_end.seen() != before
    for _ in range(3):
        at_the_end.part("forward").click()
    at_the_end.expect_position(20)
    at_the_end.wait_until_rest()
    assert at_the_end.seen() == before


@FULL
def test_the_end_shows_what_was_shown_live(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="4")
    looking.run_both()
    live = looking.seen()
    looking.part("transport").locator('[data-part="start"]').click()
    looking.expect_position(0)
    looking.part("end").click()
    looking.expect_position(looking.length)
    assert looking.seen() == live
    page.wait_for_url(lambda url: "at=0" not in url)  # the address follows a little later
    page.reload()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    assert looking.seen() == live


def test_a_race_with_fewer_steps_rests_at_its_end(at_the_end: Looking, pair: Pair) -> None:
    shorter, longer = (run["steps"] for run in pair)
    assert shorter < longer == at_the_end.length
    at_the_end.go_to(longer - 1)
    assert at_the_end.left.score[0] == 20
    ended = re.compile("is-end-sentence")
    expect(at_the_end.left.part("narration")).to_have_class(ended)
    expect(at_the_end.right.part("narration")).not_to_have_class(ended)


def test_every_key_does_what_it_says(at_the_end: Looking) -> None:
    for key, position in {
        "Home": 0,
        "ArrowRight": 1,
        "Shift+ArrowRight": 11,
        "ArrowLeft": 10,
        "Shift+ArrowLeft": 0,
        "End": at_the_end.length,
    }.items():
        at_the_end.key(key)
        at_the_end.expect_position(position)


@pytest.fixture
def paused(page: Page, server: RunningServer, pair: Pair) -> Looking:
    """The page on a pair of races at their start, at eight times the speed. Time passes only when a test says so."""
    page.clock.install()
    looking = Looking(page)
    looking.open_runs(server.url, *(run["id"] for run in pair), at=0)
    looking.part("speed").select_option("8")
    looking.part("speed").blur()
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    return looking


BEAT_MS = 700 / 8
"""How long a step lasts at eight times the speed, until the first update is lost."""

WHOLE_MS = 30_000 / 8
"""How long all of it lasts at most."""

FRAME_MS = 16


@FULL
def test_space_plays_step_by_step_and_pauses(paused: Looking) -> None:
    clock = paused.page.clock
    paused.page.keyboard.press("Space")
    clock.run_for(FRAME_MS)
    # The first step comes at once.
    paused.expect_position(1)
    expect(paused.part("play")).to_have_attribute("aria-label", "Pause")
    clock.run_for(int(5 * BEAT_MS))
    played = paused.position
    assert played in (5, 6)
    paused.page.keyboard.press("Space")
    clock.run_for(FRAME_MS)
    expect(paused.part("play")).to_have_attribute("aria-label", "Play")
    clock.run_for(int(20 * BEAT_MS))
    paused.expect_position(played)
    paused.page.keyboard.press("ArrowRight")
    clock.run_for(FRAME_MS)
    paused.expect_position(played + 1)


@FULL
def test_playing_from_the_end_begins_again_and_stops_at_the_end(paused: Looking) -> None:
    clock = paused.page.clock
    paused.page.keyboard.press("End")
    clock.run_for(FRAME_MS)
    paused.expect_position(paused.length)
    paused.part("play").click()
    clock.run_for(FRAME_MS)
    paused.expect_position(1)
    clock.run_for(int(WHOLE_MS))
    paused.expect_position(paused.length)
    expect(paused.part("play")).to_have_attribute("aria-label", "Play")


def test_keys_do_nothing_while_someone_types(looking: Looking) -> None:
    looking.part("change").click()
    looking.part("iterations").focus()
    looking.page.keyboard.type("5")
    looking.key("ArrowLeft")
    looking.key("Home")
    looking.expect_position(looking.length)


@pytest.fixture
def live(page: Page, server: RunningServer) -> Iterator[Looking]:
    """The page on a pair of races that it has just started and that go on for a minute; they are stopped in the end."""
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="50")
    looking.start()
    looking.wait_for_steps(5)
    yield looking
    if looking.part("run-again").inner_text() == "Stop":
        looking.part("run-again").click()
        looking.left.wait_for_the_end()


@FULL
def test_after_a_press_space_is_for_playing_and_not_for_stopping(live: Looking) -> None:
    expect(live.part("play")).to_be_focused()
    live.key("Space")
    expect(live.part("play")).to_have_attribute("aria-label", "Play")
    expect(live.part("run-again")).to_have_text("Stop")
    live.part("go-live").click()
    expect(live.part("play")).to_have_attribute("aria-label", "Pause")
    # For a moment after the start a press of Stop counts as the second of a double click: see views/result-bar.js.
    live.wait_until_past(live.position + 20)
    live.part("run-again").click()
    live.left.wait_for_the_end()
    assert "stopped" in live.left.narration
    expect(live.part("run-again")).to_have_text("Run again")


@FULL
def test_scrubbing_back_never_stops_the_run(live: Looking) -> None:
    live.key("Home")
    live.expect_position(0)
    expect(live.part("go-live")).to_have_text("Go live")
    known = live.length
    live.wait_for_steps(known + 10)
    live.expect_position(0)
    live.part("go-live").click()
    live.wait_until_past(known)
    expect(live.part("run-again")).to_have_text("Stop")


@FULL
def test_the_next_lost_update_is_named_and_breaks_away(looking: Looking) -> None:
    lost = looking.left.score[2]
    expect(looking.part("next-loss")).to_have_text(f"Next lost update ({lost})")
    expect(looking.part("see-loss")).to_have_class(re.compile("is-inviting"))
    looking.part("speed").select_option("8")
    looking.key("n")
    looking.wait_until_rest()
    expect(looking.part("next-loss")).to_have_text(re.compile(rf"Next lost update \(1(–\d+)? of {lost}\)"))
    assert re.search(r"P\d writes \d+, made from the \d+ that it read before P\d wrote", looking.left.narration)
    assert re.search(r"lost\.", looking.left.narration)
    expect(looking.left.part("stage")).to_have_attribute("data-phase", "rest")
    looking.key("Home")
    expect(looking.left.part("stage")).not_to_have_attribute("data-phase", "rest")


@pytest.mark.parametrize("run", one_in(2, ["write-only", "race-none"]))
def test_n_visits_every_lost_update_then_the_result_and_p_goes_back(
    page: Page, server: RunningServer, run: str
) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, run)
    lost = looking.left.score[2]
    visited: list[int] = []
    looking.part("speed").select_option("8")
    while True:
        looking.key("n")
        looking.wait_until_rest()
        if looking.position == looking.length:
            break
        visited.append(looking.position)
    assert visited == sorted(set(visited))
    assert 1 <= len(visited) <= lost
    for position in reversed(visited):
        looking.key("p")
        looking.wait_until_rest()
        looking.expect_position(position)


def test_narration_tells_a_screen_reader_only_what_rests(at_the_end: Looking) -> None:
    narration = at_the_end.left.part("narration")
    expect(narration).to_have_attribute("aria-live", "polite")
    at_the_end.key("Space")
    expect(narration).to_have_attribute("aria-live", "off")
    at_the_end.key("Space")
    expect(narration).to_have_attribute("aria-live", "polite")


@pytest.fixture
def open_held(open_page: OpenPage, server: RunningServer, pair: Pair) -> Callable[..., Looking]:
    """Opens the race without a lock at a position. Time passes only when a test says so."""

    def open_one(at: int, **options: Any) -> Looking:
        looking = Looking(open_page(**{"reduced_motion": "no-preference", **options}))
        looking.page.clock.install()
        looking.open_runs(server.url, pair[0]["id"], at=at)
        looking.page.clock.pause_at(datetime.now() + timedelta(hours=1))
        return looking

    return open_one


def drawings_of_a_step_by_hand(looking: Looking) -> list[str]:
    """How the stage looks just after a press, in the middle of the motion, and at rest."""
    looking.page.keyboard.press("ArrowRight")
    drawings: list[str] = []
    for ms in (FRAME_MS, 300, 1000):
        looking.page.clock.run_for(ms)
        drawings.append(looking.left.part("stage").inner_html())
    return drawings


def test_without_motion_values_change_in_place(open_held: Callable[..., Looking]) -> None:
    looking = open_held(4, reduced_motion="reduce")
    first, middle, rest = drawings_of_a_step_by_hand(looking)
    assert first == middle == rest


def test_with_motion_a_step_by_hand_is_animated_and_then_rests(open_held: Callable[..., Looking]) -> None:
    looking = open_held(4)
    first, middle, rest = drawings_of_a_step_by_hand(looking)
    assert len({first, middle, rest}) == 3
    looking.wait_until_rest()
