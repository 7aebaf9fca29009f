"""Keys on keyboards whose letters are not Latin: what counts is the place of the key."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer, until
from tests.variants import one_in

SHIFT = 8


@dataclass
class Keyboard:
    """Types as a person does on a keyboard of that layout: the browser sees a letter, and the place of its key."""

    session: CDPSession

    def press(self, key: str, code: str, modifiers: int = 0) -> None:
        """Press a key and let it go."""
        pressed = {"key": key, "code": code, "modifiers": modifiers}
        self.session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key, **pressed})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})


LAYOUTS = {
    "Cyrillic": {"n": "т", "m": "ь", "?": ",", "2": "2"},
    "Greek": {"n": "ν", "m": "μ", "?": "?", "2": "2"},  # noqa: RUF001
    "Hebrew": {"n": "מ", "m": "צ", "?": "?", "2": "2"},
    "Arabic": {"n": "ى", "m": "ة", "?": "؟", "2": "٢"},
}
"""What the keys type that have these signs on an English keyboard."""

QUESTION_MARK = {"Cyrillic": ("?", "Digit7")}
"""Where it is elsewhere."""


@pytest.mark.parametrize("layout", one_in(len(LAYOUTS), LAYOUTS))
def test_on_any_keyboard_the_place_of_a_key_counts(looking: Looking, page: Page, layout: str) -> None:
    typed = LAYOUTS[layout]
    keyboard = Keyboard(page.context.new_cdp_session(page))
    page.keyboard.press("Home")
    looking.expect_position(0)
    keyboard.press(typed["n"], "KeyN")
    looking.wait_until_past(0)
    keyboard.press(typed["m"], "KeyM")
    expect(page.locator("html")).to_have_class("is-projector")
    keyboard.press(typed["m"], "KeyM")
    keyboard.press(typed["2"], "Digit2")
    expect(looking.left.part("map")).to_be_visible()
    key, code = QUESTION_MARK.get(layout, (typed["?"], "Slash"))
    for is_open in (True, False):
        keyboard.press(key, code, SHIFT)
        until(lambda: looking.part("help").is_visible(), is_open.__eq__)


def test_a_key_that_is_typed_into_a_field_does_nothing_else(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    keyboard = Keyboard(page.context.new_cdp_session(page))
    looking.part("iterations").focus()
    keyboard.press("ь", "KeyM")
    looking.wait_until_drawn()
    expect(page.locator("html")).not_to_have_class("is-projector")
