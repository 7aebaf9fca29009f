"""Play, pause, step, seek: any position can be shown, by hand, by key, or as it happened."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Pair
from tests.browser.looking import Looking
from tests.serving import RunningServer


def test_stepping_back_and_forward_shows_the_same_as_before(looking: Looking) -> None:
    looking.go_to(20)
    before = looking.seen()
    for _ in range(3):
        looking.part("back").click()
    looking.expect_position(17)
    assert looking.seen() != before
    for _ in range(3):
        looking.part("forward").click()
    looking.expect_position(20)
    assert looking.seen() == before


def test_the_end_shows_what_was_shown_live(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.part("iterations").fill("4")
    looking.run_both()
    live = looking.seen()
    looking.part("start").click()
    looking.expect_position(0)
    looking.part("end").click()
    looking.expect_position(looking.length)
    assert looking.seen() == live
    page.reload()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    assert looking.seen() == live


def test_a_race_with_fewer_steps_rests_at_its_end(looking: Looking, pair: Pair) -> None:
    shorter, longer = (run["steps"] for run in pair)
    assert shorter < longer == looking.length
    looking.go_to(longer - 1)
    assert looking.left.score[0] == 20
    assert "Expected 20" in looking.left.narration
    assert "Expected 20" not in looking.right.narration


def test_every_key_does_what_it_says(looking: Looking) -> None:
    for key, position in {
        "Home": 0,
        "ArrowRight": 1,
        "Shift+ArrowRight": 11,
        "ArrowLeft": 10,
        "Shift+ArrowLeft": 0,
        "End": looking.length,
    }.items():
        looking.key(key)
        looking.expect_position(position)


def test_space_plays_and_pauses(looking: Looking) -> None:
    looking.part("speed").select_option("8")
    looking.part("speed").blur()
    looking.key("Home")
    looking.expect_position(0)
    looking.key("Space")
    expect(looking.part("play")).to_have_attribute("aria-label", "Pause")
    expect(looking.part("position")).to_have_text(re.compile(r"Step [3-9] of"))
    looking.key("Space")
    expect(looking.part("play")).to_have_attribute("aria-label", "Play")
    paused = looking.position
    looking.key("ArrowRight")
    looking.expect_position(paused + 1)


def test_playing_from_the_end_begins_again_and_stops_at_the_end(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    run = server.run(guard="none", iterations=1)
    looking.open_runs(server.url, run["id"])
    looking.part("speed").select_option("8")
    looking.part("play").click()
    expect(looking.part("position")).to_have_text(re.compile(r"Step [1-5] of"))
    expect(looking.part("position")).to_have_text(f"Step {run['steps']} of {run['steps']}")
    expect(looking.part("play")).to_have_attribute("aria-label", "Play")


def test_keys_do_nothing_while_someone_types(looking: Looking) -> None:
    looking.part("guess").focus()
    looking.page.keyboard.type("5")
    looking.key("ArrowLeft")
    looking.key("Home")
    looking.expect_position(looking.length)


def test_after_a_press_space_is_for_playing_and_not_for_stopping(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.part("iterations").fill("4")
    looking.part("run").click()
    expect(looking.part("play")).to_be_focused()
    expect(looking.part("position")).to_have_text(re.compile(r"Step \d+ of"))
    looking.key("Space")
    expect(looking.part("play")).to_have_attribute("aria-label", "Play")
    expect(looking.part("run")).to_have_text("Stop")
    looking.part("follow").click()
    looking.left.wait_for_the_end()
    assert looking.left.score[0] == 8


def test_scrubbing_back_never_stops_the_run(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.part("run").click()
    expect(looking.part("position")).to_have_text(re.compile(r"Step [2-9]\d of"))
    looking.key("Home")
    looking.expect_position(0)
    expect(looking.part("follow")).to_have_text("Follow live")
    expect(looking.part("position")).to_have_text(re.compile(r"Step 0 of [4-9]\d"))
    looking.part("follow").click()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    assert looking.right.score == (20, 20, 0)


def test_the_next_lost_update_is_named_and_breaks_away(looking: Looking) -> None:
    lost = looking.left.score[2]
    expect(looking.part("next-loss")).to_have_text(f"Next lost update ({lost})")
    expect(looking.part("next-loss")).to_have_class(re.compile("is-inviting"))
    looking.key("n")
    expect(looking.part("next-loss")).to_have_text(re.compile(rf"Next lost update \(1(–\d+)? of {lost}\)"))
    assert re.search(r"P\d writes \d+, computed from the \d+ it read before P\d wrote", looking.left.narration)
    assert re.search(r"lost\.", looking.left.narration)
    words = looking.left.part("stage").locator(".loss-words")
    expect(words).to_be_visible()
    expect(words).to_have_text(re.compile(r"✕ (P\d’s \+1 is|\d+ updates are) lost"))
    looking.key("Home")
    expect(words).to_be_hidden()


def test_n_visits_every_lost_update_then_the_result_and_p_goes_back(looking: Looking) -> None:
    lost = looking.left.score[2]
    visited: list[int] = []
    while True:
        looking.key("n")
        expect(looking.part("scrubber")).not_to_have_value(str(visited[-1] if visited else looking.length))
        if looking.position == looking.length:
            break
        visited.append(looking.position)
    assert visited == sorted(set(visited))
    assert 1 <= len(visited) <= lost
    for position in reversed(visited):
        looking.key("p")
        looking.expect_position(position)


def test_narration_tells_a_screen_reader_only_what_rests(looking: Looking) -> None:
    narration = looking.left.part("narration")
    expect(narration).to_have_attribute("aria-live", "polite")
    looking.key("Space")
    expect(narration).to_have_attribute("aria-live", "off")
    looking.key("Space")
    expect(narration).to_have_attribute("aria-live", "polite")


def test_without_motion_values_change_in_place(open_page: OpenPage, server: RunningServer, pair: Pair) -> None:
    looking = Looking(open_page(reduced_motion="reduce"))
    looking.open_runs(server.url, pair[0]["id"], at=4)
    moving = "stage => stage.getAnimations({subtree: true}).length"
    for _ in range(6):
        looking.key("ArrowRight")
        assert looking.left.part("stage").evaluate(moving) == 0
    looking.expect_position(10)


def test_with_motion_a_step_by_hand_is_animated(looking: Looking) -> None:
    looking.key("n")
    moving = "stage => stage.getAnimations({subtree: true}).length"
    assert (
        looking.left.part("stage").evaluate(
            f"async stage => {{ await new Promise(requestAnimationFrame); return ({moving})(stage); }}"
        )
        > 0
    )
