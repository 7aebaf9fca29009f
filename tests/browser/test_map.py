"""The map of two processes: a run draws its path on it, one walks on it, and it says why there is none."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import PHONE, Looking, Race
from tests.serving import RunningServer


def picture(race: Race) -> Locator:
    return race.root.locator(".map-picture")


def open_map(looking: Looking, server: RunningServer, *runs: str, at: int | None = None) -> None:
    looking.open_runs(server.url, *runs, at=at, panel="map")


def says(race: Race, words: str) -> None:
    """The picture and the sentence beside it, for those who see it and those who do not."""
    expect(race.root.locator(".map-words")).to_contain_text(words)
    expect(picture(race)).to_have_attribute("aria-label", re.compile(re.escape(words)))


def strokes(race: Race, name: str) -> int:
    """How many pieces a part of the picture consists of."""
    path = picture(race).locator(f".{name}").get_attribute("d") or ""
    return path.count("M")


@pytest.fixture
def looking(page: Page) -> Looking:
    return Looking(page)


def test_a_way_that_cuts_a_red_square_loses_an_update(looking: Looking, server: RunningServer) -> None:
    # P2 and P1 have read 0, P2 has written 1: P1 will write 1 too, and does so by the next step.
    open_map(looking, server, "race-none", at=7)
    says(looking.left, "P2 wrote first, so its +1 is at risk")
    assert (strokes(looking.left, "map-cut"), strokes(looking.left, "map-cross")) == (1, 0)
    looking.key("ArrowRight")
    says(looking.left, "P1 writes over P2’s +1: it is lost.")
    expect(picture(looking.left).locator(".map-ticket-words")).to_have_text(["+1"])
    assert strokes(looking.left, "map-cross") == 1


def test_at_the_end_it_counts_what_the_run_lost(looking: Looking, server: RunningServer) -> None:
    open_map(looking, server, "race-none", "race-with")
    _, _, lost = looking.left.score
    says(looking.left, f"{lost} updates are lost.")
    says(looking.right, "The path cut no square: nothing is lost.")
    expect(looking.left.root.locator(".map-counts")).to_contain_text("184\u2009756 of them cut no square")
    expect(looking.right.root.locator(".map-counts")).to_contain_text("The lock leaves 184\u2009756 paths")


def test_before_a_wall_a_process_waits(looking: Looking, server: RunningServer) -> None:
    # P2 has acquired the lock, P1 waits for it, and P2 has read.
    open_map(looking, server, "race-with", at=5)
    says(looking.left, "P2 holds the lock. P1 waits: right of it stands a wall.")
    expect(picture(looking.left).locator(".map-waits")).to_have_count(1)


def test_a_press_on_the_way_goes_there(looking: Looking, server: RunningServer) -> None:
    open_map(looking, server, "race-none")
    box = picture(looking.left).locator(".map-edge").bounding_box()
    assert box is not None
    # The lower left corner: nothing but the start of the processes has come before.
    looking.page.mouse.click(box["x"] + 2, box["y"] + box["height"] - 2)
    looking.expect_position(0)
    says(looking.left, "every run is a path from corner to corner")


def test_a_deadlock_is_a_corner_with_no_way_out(looking: Looking, server: RunningServer) -> None:
    open_map(looking, server, "crossed-locks")
    says(
        looking.left,
        "A corner with no way out. P1 holds lock a and waits for lock b; P2 holds lock b and waits for lock a.",
    )
    expect(picture(looking.left).locator(".map-corner.is-now")).to_have_count(1)


def test_it_says_why_there_is_no_map(looking: Looking, server: RunningServer) -> None:
    open_map(looking, server, "race-three-processes")
    expect(looking.left.part("map")).to_contain_text("Here are 3. Choose two to see it.")
    expect(picture(looking.left)).to_be_hidden()


def test_what_is_too_long_is_shown_around_the_moment(looking: Looking, server: RunningServer) -> None:
    open_map(looking, server, "race-stopped")
    expect(looking.left.root.locator(".map-part")).to_contain_text(
        re.compile(r"In sight: steps \d+ to \d+ of P1’s 600")
    )
    expect(picture(looking.left).locator(".map-ring")).to_have_count(1)
    looking.key("Home")
    expect(looking.left.root.locator(".map-part")).to_contain_text("In sight: steps 1 to")


def test_on_a_phone_it_is_as_wide_as_the_page(looking: Looking, server: RunningServer) -> None:
    looking.page.set_viewport_size(PHONE)
    open_map(looking, server, "race-none", at=20)
    box = picture(looking.left).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert 300 < box["width"] <= PHONE["width"]
    assert box["height"] > 300


def test_on_the_scheduler_one_walks_on_it(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/scheduler?guard=crossed_locks&processes=2&iterations=1&panel=map")
    right, up = page.locator(".map-move.p0"), page.locator(".map-move.p1")
    right.click()
    expect(page.locator('[data-part="schedule"]')).to_have_value("P1")
    # P1 holds a. P2 may take b, and then nobody can go on.
    expect(up).not_to_have_attribute("aria-disabled", "true")
    up.click()
    expect(page.locator(".map-words")).to_contain_text("A corner with no way out.")


def test_on_the_scheduler_a_wall_says_why_it_is_one(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/scheduler?guard=with&processes=2&iterations=1&schedule=P1&panel=map")
    up = page.locator(".map-move.p1")
    expect(up).to_have_attribute("aria-label", "up is a wall: P2 waits for the lock, which P1 holds")
    expect(up).to_have_attribute("aria-disabled", "true")


def test_real_processes_follow_a_way_that_was_drawn(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/interleavings?processes=2&iterations=1&guard=none")
    page.locator('[data-tab="map"]').click()
    frame, follow = page.locator(".map-frame"), page.locator('[data-part="follow-path"]')
    # The path of the outcome that is open is drawn already; from its start on it is drawn anew.
    expect(follow).to_be_enabled()
    frame.focus()
    page.keyboard.press("Home")
    expect(follow).to_be_disabled()
    for key in ["ArrowRight"] * 3 + ["ArrowUp"] * 3:
        page.keyboard.press(key)
    expect(page.locator(".map-words")).to_contain_text("The counter ends at 2 of 2.")
    follow.click()
    expect(page.locator('[data-part="comparison"]')).to_have_text("Real processes ended at 2, as predicted.")


def test_a_way_is_dragged_from_corner_to_corner(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/interleavings?processes=2&iterations=1&guard=none")
    page.locator('[data-tab="map"]').click()
    page.locator('[data-part="clear-path"]').click()
    box = page.locator(".map-edge").bounding_box()
    assert box is not None
    left, right = box["x"] + 1, box["x"] + box["width"] - 1
    bottom, top = box["y"] + box["height"] - 1, box["y"] + 1
    page.mouse.move(left, bottom)
    page.mouse.down()
    page.mouse.move(left, top, steps=6)
    page.mouse.move(right, top, steps=6)
    page.mouse.up()
    expect(page.locator(".map-words")).to_contain_text(
        "The path cut no square: nothing is lost. The counter ends at 2 of 2."
    )
