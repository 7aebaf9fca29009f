"""What holds for every kind of story: everybody can read it, and it fits its stage, wherever in a run one looks.

Each test walks through all stories in one page, each in the middle of its runs and at their end.
"""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.judging import Judge
from tests.browser.looking import LAPTOP, PHONE, TWO_FRAMES
from tests.browser.stages import Shown, expect_position, show
from tests.recordings import load
from tests.serving import RunningServer
from tests.variants import FULL

LINEUPS = (
    ("processes-fork", "processes-forkserver", "processes-spawn"),
    ("queue-fifo",),
    ("queue-workers",),
    ("pool-map",),
    ("sharing-with", "sharing-owner", "sharing-sum"),
)
"""What stands side by side."""


def walk(page: Page, server: RunningServer, also: str = "") -> Iterator[list[Shown]]:
    """Through all stories: the races in the middle, and at the end."""
    for runs in LINEUPS:
        for at in (max(load(run)[0]["steps"] for run in runs) // 2, None):
            yield show(page, server, *runs, at=at, also=also)


@FULL
def test_nothing_is_in_the_way(page: Page, server: RunningServer, judge: Judge) -> None:
    for races in walk(page, server):
        judge(page, " and ".join(race.root.get_attribute("aria-label") or "" for race in races))


@FULL
def test_on_a_projector_nothing_on_a_stage_is_small(page: Page, server: RunningServer) -> None:
    sizes: list[float] = []
    for races in walk(page, server, also="&projector"):
        for race in races:
            sizes += race.stage.locator(".diagram text").evaluate_all(
                "(texts) => texts.map((text) => parseFloat(getComputedStyle(text).fontSize))"
            )
    assert min(sizes) >= 24


def test_nothing_stands_outside_its_stage(page: Page, server: RunningServer) -> None:
    texts: list[tuple[str, bool]] = []
    for races in walk(page, server):
        for size in (LAPTOP, PHONE):
            page.set_viewport_size(size)
            page.evaluate(TWO_FRAMES)
            for race in races:
                texts += race.stage.locator(".diagram text").evaluate_all(ARE_INSIDE)
    assert texts
    assert [text for text, is_inside in texts if not is_inside] == []


ARE_INSIDE = """
(texts) => texts.map((text) => {
  const stage = text.closest('[data-part="stage"]').getBoundingClientRect();
  const box = text.getBoundingClientRect();
  const across = box.left >= stage.left - 2 && box.right <= stage.right + 2;
  const down = box.top >= stage.top - 4 && box.bottom <= stage.bottom + 4;
  return [text.textContent, across && down];
})
"""


@FULL
def test_who_wants_no_motion_gets_none(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(reduced_motion="reduce")
    for runs in LINEUPS:
        show(page, server, *runs, at=4)
        for at in range(5, 10):
            page.keyboard.press("ArrowRight")
            expect_position(page, at)
            assert page.evaluate("() => document.getAnimations().length") == 0


def test_a_run_that_is_not_recorded_says_so(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/?runs=sharing-untraced")
    race = Shown(page)
    expect(race.root.locator('[data-part="narration"]')).to_contain_text("Counter 16. It was not recorded")
    assert race.figures() == ["16", "–", "–"]


def test_a_run_that_was_stopped_shows_how_far_it_came(page: Page, server: RunningServer) -> None:
    for run in ("pool-stopped", "queue-fifo-stopped", "processes-stopped"):
        view, _ = load(run)
        (race,) = show(page, server, run)
        expect(race.root.locator('[data-part="narration"]')).to_contain_text(view["reason"])
        expect(race.stage.locator(".diagram")).to_be_visible()
