"""What a person sees on the page, and does there, in the words of the page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from tests.serving import CLIENT, RunningServer, until

LAPTOP: Final[ViewportSize] = {"width": 1280, "height": 720}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

COUNT_MOTIONS = """
  window.motions = 0;
  const { animate } = Element.prototype;
  Element.prototype.animate = function (...options) {
    window.motions += 1;
    return animate.apply(this, options);
  };
"""
"""A script that comes before the page's own and counts the motions that begin: to catch one at work would be luck."""

NO_SHARED_WORKER = "delete window.SharedWorker;"
"""A script that comes before the page's own: its tabs cannot share a stream, and requests are the page's own."""

TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Ends when the frame that draws what was done so far has been drawn. Time must pass on the page."""


class Interception:
    """Stands between a page and its server, and answers in the server's place while it has an `answer`.

    Make it before the page is opened: a browser that is at work may still send out by itself what it asks for while
    somebody steps in its way.
    """

    def __init__(self, page: Page, pattern: str, answer: Callable[[Route], None] | None = None) -> None:
        self.answer = answer
        page.route(pattern, self._intercept)

    def _intercept(self, route: Route) -> None:
        if self.answer is None:
            route.fallback()
        else:
            self.answer(route)


class StartedRuns:
    """The runs that a server was asked for since the last `forget`. It knows of them before any browser tells."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self.forget()

    def forget(self) -> None:
        """Count from now on."""
        self._known = set(self._all())

    @property
    def ids(self) -> list[str]:
        """Of the runs since then, in the order in which they were asked for."""
        return [run for run in self._all() if run not in self._known]

    def _all(self) -> list[str]:
        newest_first = CLIENT.get(f"{self._server.url}/api/runs").json()
        return [view["id"] for view in reversed(newest_first)]


def no_server(route: Route) -> None:
    """An answer to give: there is none."""
    route.abort()


@dataclass
class Race:
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
        expect(self.part("narration")).to_have_class(re.compile("is-end-sentence"))


@dataclass
class Looking:
    """The page, open in a browser."""

    page: Page

    @property
    def left(self) -> Race:
        """The race without a lock."""
        return Race(self.page.locator('[data-race="left"]'))

    @property
    def right(self) -> Race:
        """The race with a lock."""
        return Race(self.page.locator('[data-race="right"]'))

    @property
    def third(self) -> Race:
        """The race that only some line-ups have."""
        return Race(self.page.locator('[data-race="third"]'))

    def part(self, name: str) -> Locator:
        """The element that plays a part, outside the races."""
        return self.page.locator(f'[data-part="{name}"]')

    def open(self, url: str) -> None:
        """Open an address, and wait until the scripts have drawn it."""
        self.page.goto(url)
        expect(self.left.part("narration")).not_to_be_empty()

    def open_runs(self, url: str, *runs: str, at: int | None = None, panel: str = "timeline") -> None:
        """Open runs that have ended, and wait for their result or for a position."""
        position = "" if at is None else f"&at={at}"
        self.open(f"{url}/?runs={','.join(runs)}{position}&panel={panel}")
        self.wait_for_panel(panel)
        if at is None:
            self.left.wait_for_the_end()
        else:
            self.expect_position(at)

    def wait_for_panel(self, panel: str) -> None:
        """Wait until a panel is there and drawn: it is fetched when it is first needed."""
        expect(self.left.part(panel)).to_be_visible()

    def choose(self, **choice: str) -> None:
        """Pick or type what would run, in the sentence."""
        folded = self.page.locator(".choices summary")
        if folded.is_visible() and not self.part(next(iter(choice))).is_visible():
            folded.click()
        for name, value in choice.items():
            picker = self.part(name)
            if picker.evaluate("picker => picker.matches('select')"):
                picker.select_option(value)
            else:
                picker.fill(value)

    def start(self, guess: str | None = None) -> None:
        """Start what the sentence says, by a guess or without one, and wait until it has begun."""
        before = self.page.url
        button = self.part("run") if guess is None else self.page.locator(f'[data-guess="{guess}"]')
        button.click()
        # Until the server has answered, what was there before is still on show.
        expect(self.part("run-again")).to_be_visible()
        expect(self.page).not_to_have_url(before)
        expect(self.page).to_have_url(re.compile("runs="))
        self.wait_until_drawn()

    def run_both(self, guess: str | None = None) -> None:
        """Start both races, skip the playback, and wait for both results."""
        self.start(guess)
        self.skip_playback()
        self.left.wait_for_the_end()
        self.right.wait_for_the_end()

    def skip_playback(self) -> None:
        """Go to the newest step of what has just begun, and to each that comes."""
        self.wait_for_steps(1)
        self.key("End")

    def wait_until_rest(self) -> None:
        """Wait until nothing moves by itself."""
        expect(self.part("transport")).not_to_have_class(re.compile("is-moving"))

    @property
    def motions(self) -> int:
        """How many motions have begun; the page was opened with `COUNT_MOTIONS`."""
        return int(self.page.evaluate("window.motions"))

    @property
    def position(self) -> int:
        """The number of steps that are shown."""
        return int(self.part("scrubber").input_value())

    @property
    def length(self) -> int:
        """The number of steps of the longest race."""
        return int(self.part("scrubber").get_attribute("max") or 0)

    def wait_for_steps(self, least: int) -> None:
        """Wait until so many steps of the longest race are known."""
        until(lambda: self.length, lambda length: length >= least)

    def wait_until_past(self, position: int) -> None:
        """Wait until more steps than these are shown."""
        until(lambda: self.position, lambda shown: shown > position)

    def expect_position(self, position: int) -> None:
        """Wait until this many steps are shown; the scrubber alone would say so before the page is drawn."""
        written = f"{position:,}".replace(",", "\u2009")
        expect(self.part("position")).to_have_text(re.compile(rf"^Step {written} of "))

    def go_to(self, position: int) -> None:
        """Drag the scrubber to a position."""
        self.part("scrubber").fill(str(position))
        self.expect_position(position)

    def key(self, name: str) -> None:
        """Press a key where the focus is, and wait until the page shows what came of it."""
        self.page.keyboard.press(name)
        self.wait_until_drawn()

    def wait_until_drawn(self) -> None:
        """Wait for the frame that draws what was done so far. Time must pass on the page."""
        self.page.evaluate(TWO_FRAMES)

    def seen(self) -> dict[str, Any]:
        """All that the stages say at this moment, to compare two moments."""
        return {
            side: [
                race.score,
                race.narration,
                # Ghosts are what has just gone, for a motion.
                race.part("stage").locator("text:not(.ghost)").all_inner_texts(),
            ]
            for side, race in (("left", self.left), ("right", self.right))
        }


def number(element: Locator) -> int:
    """A number as it stands on the page."""
    return int(re.sub(r"\s", "", element.inner_text()))
