"""The address bar holds what is on show, and opens the same thing again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL


def test_a_link_opens_the_same_races_at_the_same_position(open_page: OpenPage, server: RunningServer) -> None:
    sender, receiver = Looking(open_page()), Looking(open_page())
    sender.open(server.url)
    sender.choose(processes="3", iterations="3", variant="get_lock")
    sender.run_both()
    sender.go_to(17)
    expect(sender.page).to_have_url(re.compile("at=17"))
    receiver.open(sender.page.url)
    receiver.expect_position(17)
    assert receiver.seen() == sender.seen()
    expect(receiver.part("processes")).to_have_value("3")
    expect(receiver.part("variant")).to_have_value("get_lock")


def test_without_a_position_a_link_opens_the_result(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    run = server.run(guard="none", iterations=5)
    looking.open_runs(server.url, run["id"])
    assert looking.left.score[0] == 10


def test_a_single_run_has_a_page_of_its_own(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    run = server.run(guard="with", iterations=5)
    looking.open(f"{server.url}/runs/{run['id']}")
    looking.left.wait_for_the_end()
    expect(looking.left.part("title")).to_have_text("With a lock")
    assert looking.left.score == (10, 10, 0)
    expect(looking.right.root).to_be_hidden()
    looking.key("Home")
    expect(page).to_have_url(re.compile(rf"/runs/{run['id']}\?at=0"))


@FULL
def test_an_expired_run_says_so_and_can_be_run_again(page: Page, server: RunningServer, faults: list[str]) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?processes=2&iterations=2&guard=with&pace=free&runs=000000000000,000000000001&at=5")
    expect(looking.part("notice")).to_contain_text("not here: recorded by another Lost Update, or not kept any more")
    # The browser itself reports that what was asked for is not there.
    assert all("404" in fault for fault in faults)
    faults.clear()
    looking.part("notice-action").click()
    looking.skip_playback()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    assert looking.right.score == (4, 4, 0)
    expect(looking.part("notice")).to_be_hidden()


def test_an_unknown_run_s_page_says_so(page: Page, server: RunningServer, faults: list[str]) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/runs/000000000000")
    expect(looking.part("notice")).to_be_visible()
    expect(looking.part("notice-action")).to_be_visible()
    assert all("404" in fault for fault in faults)
    faults.clear()


def test_an_address_that_makes_no_sense_opens_the_page(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?processes=many&iterations=-3&guard=<b>&pace=warp&at=x")
    expect(looking.part("processes")).to_have_value("2")
    expect(looking.part("variant")).to_have_value("with")
    expect(looking.part("pace")).to_have_value("slow")
    expect(looking.part("opening")).to_be_visible()


@FULL
def test_the_page_of_a_run_offers_that_run_again_and_nothing_to_compare_it_with(
    page: Page, server: RunningServer
) -> None:
    run = server.run(guard="write_only", processes=3, iterations=7)
    looking = Looking(page)
    looking.open(f"{server.url}/runs/{run['id']}")
    looking.left.wait_for_the_end()
    expect(looking.part("processes")).to_have_value("3")
    expect(looking.part("iterations")).to_have_value("7")
    expect(looking.part("variant")).to_have_value("write_only")
    expect(looking.part("pace")).to_have_value("free")
    expect(looking.left.part("solo")).to_be_hidden()
    expect(looking.right.root).to_be_hidden()


@FULL
def test_the_page_of_a_run_that_was_not_recorded_shows_what_is_known_of_it(page: Page, server: RunningServer) -> None:
    run = server.run(guard="with", traced=False, iterations=50)
    looking = Looking(page)
    looking.open(f"{server.url}/runs/{run['id']}")
    looking.left.wait_for_the_end()
    assert looking.left.score == (100, 100, 0)
    expect(looking.left.part("pace-title")).to_have_text("free · nobody pauses · untraced")
    stage = looking.left.part("stage")
    expect(stage.locator(".cell-value:not(.ghost)")).to_have_text("100")
    expect(stage.locator(".cell-version")).to_have_text("not recorded")


@FULL
@pytest.mark.parametrize("guess", ["4", "more"])
def test_the_guess_comes_back_with_its_races(page: Page, server: RunningServer, guess: str) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="2")
    looking.run_both(guess=guess)
    expect(page).to_have_url(re.compile(f"guess={guess}"))
    page.reload()
    looking.left.wait_for_the_end()
    expect(looking.left.part("guessed")).to_have_text(guess)
    expect(looking.left.part("guess-result")).to_have_text(re.compile("too many|right|it was"))
