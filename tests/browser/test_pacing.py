"""The first minute: a race that has just begun is played at the pace of the eye, and a lost update dies in full view.

Time passes on the page only when a test says so: nobody waits.
"""

import re
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Pair
from tests.browser.looking import Looking, StartedRuns
from tests.serving import RunningServer, serving, until
from tests.variants import FULL

FRAME_MS = 16

STEP_MS = 700
"""How long a step is shown until the first lost update is over."""

HALF_A_MINUTE_MS = 30_000


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """What is tested here moves."""
    return open_page(reduced_motion="no-preference")


def hold(page: Page) -> None:
    """Let time stand still until a test lets it pass."""
    page.clock.pause_at(datetime.now() + timedelta(hours=1))


def begin(page: Page, server: RunningServer) -> tuple[Looking, str]:
    """Start a real pair of races. All of their steps have come; next to nothing of it has been played."""
    page.clock.install()
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="6")
    hold(page)
    runs = StartedRuns(server)
    looking.part("run").click()
    until(lambda: runs.ids, lambda ids: len(ids) == 2)
    views = until(lambda: [server.view(run) for run in runs.ids], have_ended)
    until(lambda: drawn_length(looking), lambda length: length >= max(view["steps"] for view in views))
    return looking, next(view["id"] for view in views if view["request"]["guard"] == "none")


def have_ended(views: list[dict[str, Any]]) -> bool:
    return all(view["status"] == "finished" for view in views)


def drawn_length(looking: Looking) -> int:
    """How many steps the page knows of, once it has drawn another frame."""
    looking.page.clock.run_for(FRAME_MS)
    return looking.length


@pytest.fixture
def opened(page: Page, server: RunningServer, pair: Pair) -> Looking:
    """A recorded pair, at its end."""
    page.clock.install()
    looking = Looking(page)
    looking.open_runs(server.url, *(run["id"] for run in pair))
    hold(page)
    return looking


def watched(page: Page, ms: int, look: str) -> list[Any]:
    """What an expression comes to at every fourth frame while so much time passes."""
    page.evaluate(
        """() => {
          const seen = [];
          let frame = 0;
          const watch = () => {
            if (++frame % 4 === 0) seen.push(LOOK);
            if (seen === window.seen) requestAnimationFrame(watch);
          };
          window.seen = seen;
          requestAnimationFrame(watch);
        }""".replace("LOOK", look)
    )
    page.clock.run_for(ms)
    seen: list[Any] = page.evaluate("[window.seen, window.seen = null][0]")
    return seen


LEFT = """() => {
  const part = name => document.querySelector(`[data-race="left"] [data-part="${name}"]`);
  return {
    phase: part("stage").dataset.phase ?? "",
    narration: part("narration").innerText,
    lost: Number(part("lost").innerText),
    tickets: [...part("stage").querySelectorAll(".ticket")].filter(ticket => ticket.checkVisibility()).length,
  };
}"""
"""What is said and seen of the race without a lock."""
POSITION = "Number(document.querySelector('[data-part=scrubber]').value)"


def shown(looking: Looking, ms: int) -> dict[int, int]:
    """How long each step is shown while so much time passes."""
    return {position: times * FRAME_MS * 4 for position, times in Counter(watched(looking.page, ms, POSITION)).items()}


def lost_at(server: RunningServer, run: str) -> list[int]:
    """The positions of the writes that erased something."""
    writes = [step for step in server.steps(run) if step["op"] == "write"]
    erasing = [step for step in writes if step["base"] is not None and step["base"] < step["version"] - 1]
    return [step["index"] + 1 for step in erasing]


@FULL
def test_a_race_that_has_begun_is_played_from_its_first_step_until_the_first_update_has_died(
    page: Page, server: RunningServer
) -> None:
    looking, run = begin(page, server)
    assert looking.position <= 1
    expect(looking.part("play")).to_have_attribute("aria-label", "Pause")
    death, *_ = lost_at(server, run)
    times = shown(looking, death * STEP_MS + 5000)
    assert times[death] >= 4000
    for position in range(2, death):
        assert times[position] >= 350
    page.clock.run_for(HALF_A_MINUTE_MS)
    assert looking.position == looking.length
    expect(looking.part("play")).to_have_attribute("aria-label", "Play")
    looking.left.wait_for_the_end()


@FULL
@pytest.mark.parametrize("on_one_core", [True, False], ids=["one core", "all cores"])
def test_the_first_lost_update_is_seen_to_die_moment_by_moment(page: Page, on_one_core: bool) -> None:
    with serving(on_one_core=on_one_core) as server, closing(page):
        _, run = begin(page, server)
        death, *_ = lost_at(server, run)
        seen: dict[str, int] = {}
        for moment in watched(page, death * STEP_MS + 4500, f"{{ position: {POSITION}, ...({LEFT})() }}"):
            phase = moment["phase"]
            seen[phase] = seen.get(phase, 0) + FRAME_MS * 4
            if moment["position"] == death:
                # Nothing is called lost, and nothing lies in the tray, before the number has landed.
                has_hit = phase in {"impact", "tear", "rest"}
                assert ("is lost." in moment["narration"]) == has_hit
                assert (moment["lost"] > 0) == has_hit
                assert (moment["tickets"] > 0) <= (phase == "rest")
        death_phases = [phase for phase in seen if phase]
        assert death_phases == ["thread", "stale", "travel", "impact", "tear", "rest"]
        assert sum(seen[phase] for phase in ("travel", "impact", "tear", "rest")) >= 4000


@FULL
def test_the_chip_says_how_much_slower_it_is_shown_and_going_live_shows_the_newest_step(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="60")
    looking.start()
    looking.wait_for_steps(20)
    expect(looking.part("chip")).to_have_text(re.compile(r"^recording · shown [\d.]+× (slower|faster)$"))
    assert looking.position < 20
    looking.part("go-live").click()
    looking.wait_until_past(19)
    expect(looking.part("go-live")).to_have_text("Live")
    expect(looking.part("chip")).to_have_text("recording · shown live")
    looking.part("run-again").click()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    expect(looking.part("chip")).to_have_text(re.compile(r"^recorded in [\d.]+ m?s · shown [\d.]+× (slower|faster)$"))
    expect(looking.part("go-live")).to_be_hidden()


def test_a_lost_update_is_played_as_a_clip_that_rests_on_its_death(opened: Looking, server: RunningServer) -> None:
    first, second, *_ = lost_at(server, "race-none")
    opened.page.keyboard.press("n")
    times = shown(opened, 8000)
    played = [position for position, time in times.items() if position != first]
    assert played
    assert max(times) == first
    assert opened.left.part("stage").locator("svg").first.is_visible()
    # Those steps alone: what others did meanwhile is left out.
    steps = server.steps("race-none")
    assert {steps[position - 1]["op"] for position in times} <= {"read", "modify", "write"}
    assert steps[min(times) - 1]["op"] == "read"
    expect(opened.part("transport")).not_to_have_class(re.compile("is-moving"))
    assert "lost" in opened.left.narration
    opened.page.keyboard.press("ArrowRight")
    opened.page.clock.run_for(FRAME_MS)
    opened.expect_position(first + 1)
    opened.page.keyboard.press("p")
    assert max(shown(opened, 8000)) == first
    opened.page.keyboard.press("PageDown")
    assert max(shown(opened, 8000)) == second


def test_whatever_else_is_done_ends_a_clip_where_it_is(opened: Looking) -> None:
    opened.page.keyboard.press("n")
    opened.page.clock.run_for(1000)
    position = opened.position
    opened.page.keyboard.press("Space")
    opened.page.clock.run_for(8000)
    opened.expect_position(position)


@FULL
def test_a_tick_on_the_scrubber_plays_its_clip(opened: Looking, server: RunningServer) -> None:
    _, second, *_ = lost_at(server, "race-none")
    marks = opened.part("marks")
    box = marks.bounding_box()
    assert box
    opened.page.mouse.click(box["x"] + second / opened.length * box["width"], box["y"] + 2)
    assert max(shown(opened, 8000)) == second


@FULL
def test_without_motion_it_is_paced_all_the_same(open_page: OpenPage, server: RunningServer) -> None:
    looking, _ = begin(open_page(reduced_motion="reduce"), server)
    assert len(shown(looking, 4 * STEP_MS)) in {4, 5}


@FULL
def test_buttons_keep_their_places_whatever_the_words_say(opened: Looking) -> None:
    names = ("play", "end", "previous-loss", "next-loss", "clock", "speed", "scrubber")

    def places() -> list[object]:
        return [opened.part(name).bounding_box() for name in names]

    before = places()
    opened.page.keyboard.press("n")
    opened.page.clock.run_for(6000)
    assert places() == before
    opened.part("clock").select_option("clock")
    opened.page.clock.run_for(FRAME_MS)
    assert places() == before
    opened.page.keyboard.press("Home")
    opened.page.clock.run_for(FRAME_MS)
    assert places() == before


def test_on_a_phone_on_its_side_the_transport_leaves_the_room_to_the_race(
    open_page: OpenPage, server: RunningServer, pair: Pair
) -> None:
    looking = Looking(open_page(viewport={"width": 844, "height": 390}))
    looking.open(f"{server.url}/?runs={pair[0]['id']}")
    looking.left.wait_for_the_end()
    box = looking.part("transport").bounding_box()
    assert box
    assert box["height"] <= 0.2 * 390
    expect(looking.part("speed")).to_be_hidden()
    looking.part("more").click()
    expect(looking.part("speed")).to_be_visible()
