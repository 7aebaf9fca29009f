"""What a person sees on the page, and does there, in the words of the page."""

import re
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Locator, Page, ViewportSize, expect

LAPTOP: Final[ViewportSize] = {"width": 1280, "height": 720}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

RACE_MS = 40_000
"""Two races at the slow pace have ended by then, on a busy machine too."""


@dataclass
class Arena:
    """One of the two races."""

    root: Locator

    def part(self, name: str) -> Locator:
        """The element that plays a part."""
        return self.root.locator(f'[data-part="{name}"]')

    @property
    def narration(self) -> str:
        """The sentence for the step on show."""
        return self.part("narration").inner_text()

    @property
    def score(self) -> tuple[int, int, int]:
        """Expected, counter, lost."""
        return number(self.part("expected")), number(self.part("counter")), number(self.part("lost"))

    @property
    def scores(self) -> list[tuple[int, int, int]]:
        """Expected, counter, lost of each cell."""
        figures = [self.part(name).inner_text().split(" · ") for name in ("expected", "counter", "lost")]
        return [(int(expected), int(counter), int(lost)) for expected, counter, lost in zip(*figures, strict=True)]

    def wait_for_the_end(self) -> None:
        """Wait until this race shows its result."""
        expect(self.part("narration")).to_have_class(re.compile("tells-end"), timeout=RACE_MS)


@dataclass
class Looking:
    """The page, open in a browser."""

    page: Page

    @property
    def left(self) -> Arena:
        """The race without a lock."""
        return Arena(self.page.locator('[data-arena="left"]'))

    @property
    def right(self) -> Arena:
        """The race with a lock."""
        return Arena(self.page.locator('[data-arena="right"]'))

    @property
    def third(self) -> Arena:
        """The race that only some line-ups have."""
        return Arena(self.page.locator('[data-arena="third"]'))

    def part(self, name: str) -> Locator:
        """The element that plays a part, outside the arenas."""
        return self.page.locator(f'[data-part="{name}"]')

    def open(self, url: str) -> None:
        """Open an address, and wait until the scripts have drawn it."""
        self.page.goto(url)
        expect(self.left.part("narration")).not_to_be_empty()

    def open_runs(self, url: str, *runs: str, at: int | None = None, panel: str = "timeline") -> None:
        """Open runs that have ended, and wait for their result or for a position."""
        position = "" if at is None else f"&at={at}"
        self.open(f"{url}/?runs={','.join(runs)}{position}&panel={panel}")
        if at is None:
            self.left.wait_for_the_end()
        else:
            self.expect_position(at)

    def run_both(self) -> None:
        """Press the one button, and wait for both results."""
        self.part("run").click()
        self.left.wait_for_the_end()
        self.right.wait_for_the_end()

    @property
    def position(self) -> int:
        """The number of steps that are shown."""
        return int(self.part("scrubber").input_value())

    @property
    def length(self) -> int:
        """The number of steps of the longest race."""
        return int(self.part("scrubber").get_attribute("max") or 0)

    def expect_position(self, position: int) -> None:
        """Wait until this many steps are shown; the scrubber alone would say so before the page is drawn."""
        written = f"{position:,}".replace(",", "\u2009")
        expect(self.part("position")).to_have_text(re.compile(rf"^Step {written} of "))

    def go_to(self, position: int) -> None:
        """Drag the scrubber to a position."""
        self.part("scrubber").fill(str(position))
        self.expect_position(position)

    def key(self, name: str) -> None:
        """Press a key where the focus is."""
        self.page.keyboard.press(name)

    def seen(self) -> dict[str, Any]:
        """All that the stages say at this moment, to compare two moments."""
        return {
            side: [
                arena.score,
                arena.narration,
                # Ghosts are what has just gone, for a motion.
                arena.part("stage").locator("text:not(.ghost)").all_inner_texts(),
            ]
            for side, arena in (("left", self.left), ("right", self.right))
        }


def number(element: Locator) -> int:
    """A number as it stands on the page."""
    return int(re.sub(r"\s", "", element.inner_text()))
