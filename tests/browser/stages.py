"""What a person sees on the stages that tell of processes, queues and pools, and what the steps say of it."""

import re
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.serving import RunningServer

Step = dict[str, Any]
FIGURES = ("expected", "counter", "lost")
"""The three places of a scoreboard, under the names that they have in the page."""


class Shown:
    """A race, as a person sees it."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.root = page.locator("section.race").nth(number)

    @property
    def stage(self) -> Locator:
        """Where the story is drawn."""
        return self.root.locator('[data-part="stage"]')

    @property
    def told(self) -> str:
        """What is said of the stage to those who cannot see it."""
        return self.stage.get_attribute("aria-label") or ""

    @property
    def narration(self) -> str:
        """The sentence."""
        return self.root.locator('[data-part="narration"]').inner_text()

    def figures(self) -> list[str]:
        """The three values of the scoreboard."""
        return [self.root.locator(f'[data-part="{name}"]').inner_text().replace("\u2009", "") for name in FIGURES]

    def count(self, drawn: str) -> int:
        """How many of something are drawn."""
        return self.stage.locator(drawn).count()

    def texts(self, drawn: str) -> list[str]:
        """What is written there once nothing moves any more, from left to right and then from line to line."""
        self.root.page.wait_for_function("() => document.getAnimations().length === 0")
        found: list[tuple[float, float, str]] = []
        for one in self.stage.locator(drawn).all():
            box = one.bounding_box()
            assert box is not None
            found.append((round(box["y"] / 8), box["x"], one.text_content() or ""))
        return [text for _, _, text in sorted(found)]


def show(page: Page, server: RunningServer, *runs: str, at: int | None = None, also: str = "") -> list[Shown]:
    """Open runs that have ended, at their end or after `at` steps."""
    position = "" if at is None else f"&at={at}"
    page.goto(f"{server.url}/?runs={','.join(runs)}{position}&panel=code{also}")
    races = [Shown(page, number) for number in range(len(runs))]
    for race in races:
        narration = race.root.locator('[data-part="narration"]')
        if at is None:
            expect(narration).to_have_class(re.compile("is-end-sentence"))
        expect(race.stage.locator(".stage-drawing")).to_be_visible()
    if at is not None:
        expect_position(page, at)
    return races


def expect_position(page: Page, at: int) -> None:
    """Wait until so many steps are shown."""
    written = f"{at:,}".replace(",", "\u2009")
    expect(page.locator('[data-part="position"]')).to_have_text(re.compile(rf"^Step {written} of "))


def value(text: str) -> int:
    """A number as it stands on the stage."""
    return int(text.replace("−", "-").replace("\u2009", ""))


def of(steps: Iterable[Step], *ops: str, target: str | None = None) -> list[Step]:
    """The steps of these ops."""
    return [step for step in steps if step["op"] in ops and target in (None, step.get("target"))]


def most_at_once(steps: list[Step]) -> int:
    """The most tasks that were worked on at one moment."""
    running, most = 0, 0
    for step in of(steps, "task_start", "task_end"):
        running += 1 if step["op"] == "task_start" else -1
        most = max(most, running)
    return most
