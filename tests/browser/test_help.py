"""Keys: what they do, that the help shows all of them, and that they rest where somebody types."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking, no_server
from tests.serving import RunningServer
from tests.variants import FULL, one_in

FULLSCREEN = "document.fullscreenElement !== null"


@pytest.fixture(scope="module")
def opened(open_to_look: OpenPage, server: RunningServer) -> Looking:
    """One page for all of these tests, on a race that has lost something, at its end."""
    looking = Looking(open_to_look())
    looking.open_runs(server.url, "race-none")
    return looking


@pytest.fixture
def looking(opened: Looking) -> Iterator[Looking]:
    """It is left as it was found."""
    yield opened
    expect(opened.page.locator("dialog[open]")).to_have_count(0)
    opened.key("1")
    expect(opened.left.part("timeline")).to_be_visible()
    opened.key("End")
    opened.expect_position(opened.length)


@pytest.mark.parametrize("way", one_in(2, ["key", "button"]))
def test_the_help_lists_the_keys_and_closes_by_escape_by_its_button_and_by_a_click_outside(
    looking: Looking, way: str
) -> None:
    page = looking.page
    dialog = page.get_by_role("dialog", name="Keys")
    ways: list[Callable[[], None]] = [
        lambda: looking.key("Escape"),
        lambda: dialog.get_by_role("button", name="Close").click(),
        lambda: page.mouse.click(5, 5),
    ]
    for close in ways:
        if way == "key":
            looking.key("?")
        else:
            looking.part("help-button").click()
        expect(dialog).to_be_visible()
        expect(dialog.locator("dl div", has_text="Ten steps").locator("kbd")).to_have_text(["Shift", "←", "→"])
        close()
        expect(dialog).to_be_hidden()


def test_a_key_that_comes_before_the_focus_has_left_the_closed_help_is_for_the_page(looking: Looking) -> None:
    looking.key("?")
    expect(looking.part("help")).to_be_visible()
    # In one go, so that no frame comes in between: that is what moves the focus out of what is closed.
    looking.part("help-close").evaluate(
        """button => {
            button.click();
            button.dispatchEvent(new KeyboardEvent("keydown", { key: "?", code: "Slash", bubbles: true }));
        }"""
    )
    expect(looking.part("help")).to_be_visible()
    looking.key("Escape")


def test_a_key_that_comes_before_the_focus_has_left_the_curtain_is_for_the_page(looking: Looking) -> None:
    looking.key("b")
    curtain = looking.page.locator("dialog.blank")
    expect(curtain).to_be_visible()
    curtain.evaluate(
        """curtain => {
            for (const key of ["x", "Home"])
                curtain.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }"""
    )
    expect(curtain).to_be_hidden()
    looking.expect_position(0)


def test_a_click_inside_the_help_leaves_it_open_and_keys_rest_meanwhile(looking: Looking) -> None:
    looking.key("?")
    looking.page.get_by_text("Play or pause", exact=True).click()
    expect(looking.part("help")).to_be_visible()
    looking.key("Home")
    looking.key("Escape")
    expect(looking.part("help")).to_be_hidden()
    looking.expect_position(looking.length)


@FULL
def test_a_clicker_leads_from_one_lost_update_to_the_next_and_back(looking: Looking) -> None:
    looking.key("Home")
    looking.expect_position(0)
    looking.key("PageDown")
    expect(looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence"))
    first = looking.position
    looking.key("PageDown")
    expect(looking.part("scrubber")).not_to_have_value(str(first))
    looking.key("PageUp")
    looking.expect_position(first)


def test_digits_open_the_panels(looking: Looking) -> None:
    for digit, panel in enumerate(("timeline", "map", "lineage", "code", "anatomy", "distribution"), 1):
        looking.key(str(digit))
        expect(looking.part("panels").locator("[aria-pressed=true]")).to_have_attribute("data-panel", panel)
        expect(looking.left.part(panel)).to_be_visible()


def test_m_switches_the_projector_mode_with_caps_lock_too(looking: Looking) -> None:
    looking.key("m")
    expect(looking.part("projector")).to_have_attribute("aria-pressed", "true")
    looking.key("M")
    expect(looking.part("projector")).to_have_attribute("aria-pressed", "false")


def test_f_fills_the_screen_and_gives_it_back(looking: Looking) -> None:
    for expected in (True, False):
        looking.key("f")
        looking.page.wait_for_function(f"({FULLSCREEN}) === {str(expected).lower()}")


@pytest.mark.parametrize("end", one_in(2, ["b", "Home", "click"]))
def test_b_blanks_the_screen_until_any_key_or_click(looking: Looking, end: str) -> None:
    curtain = looking.page.locator(".blank")
    looking.key("b")
    expect(curtain).to_be_visible()
    expect(curtain).to_have_css("background-color", "rgb(0, 0, 0)")
    box = curtain.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 720)
    if end == "click":
        looking.page.mouse.click(300, 300)
    else:
        looking.key(end)
    expect(curtain).to_be_hidden()
    # What ended it did nothing else.
    looking.expect_position(looking.length)


def test_keys_rest_while_somebody_types_a_guess(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none")
    looking.part("change").click()
    looking.part("iterations").focus()
    looking.page.keyboard.type("24")
    for key in ("b", "m", "?"):
        looking.key(key)
    expect(looking.part("timeline").first).to_be_visible()
    expect(looking.page.locator("dialog[open]")).to_have_count(0)
    expect(looking.part("projector")).to_have_attribute("aria-pressed", "false")


def test_a_script_that_did_not_come_is_asked_for_again_when_it_is_wanted_again(
    page: Page, server: RunningServer, faults: list[str]
) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none")
    page.route(re.compile(r"help\.js$"), no_server)
    looking.key("?")
    expect(looking.part("notice-text")).to_have_text("The list of keys did not come: the server is away. Try again.")
    assert faults
    faults.clear()
    page.unroute_all()
    looking.key("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
