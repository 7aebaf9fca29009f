"""The story of a queue, and of an owner who is sent messages by one: what it shows is held against the steps.

What is known of a queue after each step is tested in tests/js/queue.test.js.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.browser.stages import Step, expect_position, of, show, value
from tests.recordings import load
from tests.serving import RunningServer
from tests.variants import FULL


@pytest.fixture(scope="module")
def page(open_to_look: OpenPage) -> Page:
    """One page for all of these tests."""
    return open_to_look()


def test_what_went_in_first_comes_out_first(page: Page, server: RunningServer) -> None:
    _, steps = load("queue-fifo")
    (race,) = show(page, server, "queue-fifo")
    out = [value(text) for text in race.texts(".chip:not(.in-pipe) .chip-words")]
    assert out == [step["value"] for step in of(steps, "get")]
    assert race.figures() == ["6", "0", "6"]
    assert "first in, first out" in race.narration


@FULL
def test_at_every_step_the_pipe_holds_what_was_put_and_not_got(page: Page, server: RunningServer) -> None:
    _, steps = load("queue-fifo")
    (race,) = show(page, server, "queue-fifo", at=1)
    for at in range(1, len(steps) + 1):
        if at > 1:
            page.keyboard.press("ArrowRight")
            expect_position(page, at)
        put = [step["value"] for step in of(steps[:at], "put")]
        got = [step["value"] for step in of(steps[:at], "get")]
        assert [value(text) for text in reversed(race.texts(".in-pipe .chip-words"))] == put[len(got) :]
        waiting = steps[at - 1]["op"] == "wait"
        assert race.count(".wait") >= int(waiting)
        assert race.figures() == [str(len(put)), str(len(put) - len(got)), str(len(got))]


@FULL
def test_this_time_is_held_beside_last_time(page: Page, server: RunningServer) -> None:
    (race,) = show(page, server, "queue-workers")
    before = [step["value"] for step in of(load("queue-workers")[1], "get")]
    assert [value(text) for text in race.texts(".chip .chip-words")] == before
    assert "run it again to compare" in race.narration
    with page.expect_response("**/api/runs") as answered:
        page.keyboard.press("r")
    expect(page).to_have_url(re.compile(f"runs={answered.value.json()['id']}"))
    Looking(page).skip_playback()
    expect(race.root.locator('[data-part="narration"]')).to_contain_text("last time")
    steps = server.steps(answered.value.json()["id"])
    now = [step["value"] for step in of(steps, "get")]
    past = ".chip.is-past .chip-words, .chip.is-other .chip-words"
    assert [value(text) for text in race.texts(past)] == before
    assert [value(text) for text in race.texts(".chip:not(.is-past, .is-other) .chip-words")] == now
    assert race.count(".is-other") == sum(one != other for one, other in zip(now, before, strict=True))
    assert race.figures() == ["10", "0", str(out_of_turn(steps))]
    assert race.count(".leap") == out_of_turn(steps)


@FULL
def test_the_owners_counter_is_what_it_wrote_last(page: Page, server: RunningServer) -> None:
    _, steps = load("sharing-owner")
    for at in (len(steps) // 3, len(steps) // 2, len(steps) - 4):
        (race,) = show(page, server, "sharing-owner", at=at)
        written = [step["value"] for step in of(steps[:at], "write")]
        puts, gets = (len(of(steps[:at], op)) for op in ("put", "get"))
        assert race.figures() == [str(written[-1] if written else 0), str(puts), str(puts - gets)]
        assert race.texts(".value") == [str(written[-1] if written else 0)]
    (race,) = show(page, server, "sharing-owner")
    assert race.figures() == ["40", "40", "0"]


def out_of_turn(steps: list[Step]) -> int:
    """How many items were got while one that had been put earlier was still inside. All values differ."""
    inside: list[int] = []
    early = 0
    for step in of(steps, "put", "get"):
        if step["op"] == "put":
            inside.append(step["value"])
        else:
            early += inside.index(step["value"]) > 0
            inside.remove(step["value"])
    return early
