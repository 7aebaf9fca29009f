"""The puzzle: a wrong placement is broken by real processes as it was said, a right one passes."""

import re

from playwright.sync_api import Page, expect

from tests.serving import RunningServer
from tests.variants import FULL


def place(page: Page, call: str, gap: str) -> None:
    page.locator(f'[data-gap="{gap}"] [data-call="{call}"]').click()


def pressed(page: Page) -> list[str]:
    """The calls that stand in the code, from top to bottom."""
    return page.locator('[data-gap] [aria-pressed="true"]').all_inner_texts()


def check(page: Page, ends: str) -> None:
    page.locator('[data-part="check"]').click()
    expect(page.locator('[data-part="judgement-result"]')).to_have_attribute("data-ends", ends)


def follow(page: Page, said: str) -> None:
    """Real processes have ended as was said. What breaks the code is played at once; what is right, when one asks."""
    if page.locator('[data-part="judgement-result"]').get_attribute("data-ends") == "right":
        page.locator('[data-part="follow-schedule"]').click()
    expect(page.locator('[data-part="outcome"]')).to_have_text(said)


def test_a_wrong_placement_is_broken_by_real_processes_as_said(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it")
    place(page, "acquire", "before_write")
    place(page, "release", "after_write")
    check(page, "wrong")
    expect(page.locator('[data-part="judgement-word"]')).to_have_text("BROKEN")
    expect(page.locator('[data-part="judgement-why"]')).to_have_text(
        "After 2 context switches it ends at 2 instead of 4."
    )
    schedule = page.locator('[data-part="schedule"]').inner_text()
    # Read, acquire, write with its modify, release: twice five steps each.
    assert sorted(schedule.split()) == ["P1"] * 10 + ["P2"] * 10
    follow(page, "They ended at 2, as predicted.")
    expect(page.locator('[data-race="left"] [data-part="counter"]')).to_have_text("2")
    expect(page.locator('[data-race="left"] [data-part="pace-title"]')).to_contain_text("step")


def test_a_right_placement_passes_and_real_processes_lose_nothing(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it")
    place(page, "acquire", "before_read")
    place(page, "release", "after_write")
    expect(page.locator(".puzzle-code-line.is-held")).to_have_count(2)
    check(page, "right")
    expect(page.locator('[data-part="judgement-word"]')).to_have_text("PASS")
    expect(page.locator('[data-part="judgement-more"]')).to_have_text(
        "All 6 interleavings were tried. The lock is held for 2 lines, and released in every round."
    )
    expect(page.locator('[data-part="solved"]')).to_have_text("1 of 5 solved")
    follow(page, "They ended at 4, as predicted.")
    expect(page.locator('[data-race="left"] [data-part="lost"]')).to_have_text("0")


@FULL
def test_a_deadlock_and_a_failure_are_told_as_what_they_are(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it?level=stuck&acquire=before_read")
    check(page, "deadlock")
    follow(page, "They ended in a deadlock, as predicted.")
    page.goto(f"{server.url}/fix-it?level=failure&acquire=before_loop&release=after_write")
    check(page, "failure")
    expect(page.locator('[data-part="judgement-goal"]')).to_contain_text("Solved.")
    follow(page, "P1 and P2 failed, and it ended at 4, as predicted.")
    expect(page.locator('[data-race="left"] [data-part="narration"]')).to_contain_text("P1 and P2 failed.")


def test_with_the_keyboard_alone(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it")
    expect(page.locator('[data-part="ask"]')).to_contain_text("ends at 4")
    keys = page.keyboard
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("a")
    expect(page).to_have_url(re.compile("acquire=before_read"))
    for _ in range(2):
        keys.press("ArrowDown")
    keys.press("r")
    assert pressed(page) == ["lock.acquire()", "lock.release()"]
    keys.press("c")
    expect(page.locator('[data-part="judgement-word"]')).to_have_text("PASS")
    keys.press("n")
    expect(page.locator('[data-part="level"]')).to_have_value("short")
    assert pressed(page) == []


@FULL
def test_the_address_holds_the_placement(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it?level=long&acquire=before_loop&release=after_loop&nonsense=1")
    expect(page.locator('[data-part="level"]')).to_have_value("long")
    assert pressed(page) == ["lock.acquire()", "lock.release()"]
    check(page, "right")
    expect(page.locator('[data-part="judgement-goal"]')).to_contain_text("Solved.")
    # Pressed again, a call is taken out, and what was said of the code before does not stand any more.
    place(page, "release", "after_loop")
    expect(page.locator('[data-part="judgement-word"]')).to_be_empty()
    expect(page).to_have_url(re.compile(r"/fix-it\?level=long&acquire=before_loop$"))
    page.reload()
    assert pressed(page) == ["lock.acquire()"]


@FULL
def test_a_right_placement_that_was_not_asked_for_is_said_to_be_so(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/fix-it?level=short&acquire=before_loop&release=after_loop")
    check(page, "right")
    expect(page.locator('[data-part="judgement-goal"]')).to_have_text("Right, but not what this puzzle asks for.")
    expect(page.locator('[data-part="solved"]')).to_have_text("0 of 5 solved")
