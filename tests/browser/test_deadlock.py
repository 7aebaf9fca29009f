"""A deadlock is said unmistakably: who waits for what, who holds it, and that nobody can go on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer


def test_a_lock_that_is_never_released_ends_in_a_deadlock_that_names_everyone(
    page: Page, server: RunningServer
) -> None:
    run = server.view("forgotten-release")
    assert run["status"] == "failed"
    looking = Looking(page)
    looking.open_runs(server.url, run["id"])
    assert run["reason"] in looking.left.narration
    stage = looking.left.part("stage")
    expect(stage.locator(".deadlock-title")).to_have_text("Deadlock: nobody can go on")
    for blocked in run["deadlock"]:
        holder = "itself" if blocked["held_by"] == blocked["process"] else blocked["held_by"]
        words = f"{blocked['process']} waits for the lock, held by {holder}"
        expect(stage.locator(".deadlock-words", has_text=words)).to_have_count(1)
    drawing = stage.locator(".stage-drawing")
    expect(drawing).to_have_attribute("aria-label", re.compile("P2 waits for the lock, held by"))
    expect(stage.locator(".card-caption")).to_have_text(["waits for ever", "waits for ever"])
    expect(stage.locator(".gate.is-dead")).to_have_count(1)
    looking.key("Home")
    expect(stage.locator(".deadlock-title")).to_have_count(0)


def test_a_lock_of_a_process_that_failed_stays_held_and_with_releases_it(page: Page, server: RunningServer) -> None:
    runs = [server.view(name) for name in ("raising-lock", "raising-with")]
    looking = Looking(page)
    looking.open_runs(server.url, *(run["id"] for run in runs))
    looking.right.wait_for_the_end()
    assert looking.left.narration.startswith("Deadlock: P2 waits")
    statuses = looking.left.part("stage").locator(".card-caption")
    expect(statuses).to_have_text(["ended, holds the lock", "waits for ever"])
    assert "P1 failed, and the lock was released on the way out." in looking.right.narration
    ends = ("still holds the lock", "On the way out it released the lock")
    for race, run, words in zip((looking.left, looking.right), runs, ends, strict=True):
        fail = next(step for step in server.steps(run["id"]) if step["op"] == "fail")
        looking.go_to(fail["index"] + 1)
        expect(race.part("narration")).to_have_text(
            re.compile(f"P1 fails: an exception that nothing caught ends its code here.*{words}")
        )


def test_many_who_wait_are_told_together(page: Page, server: RunningServer) -> None:
    run = server.view("raising-six")
    looking = Looking(page)
    looking.open_runs(server.url, run["id"])
    waiting = len(run["deadlock"])
    assert waiting > 2
    assert looking.left.narration.count("waits for") + looking.left.narration.count("wait for") == 1
    assert "which P1 held when it ended" in looking.left.narration
    expect(looking.left.part("stage").locator(".deadlock-words").last).to_have_text(f"and {waiting - 1} more")


def test_the_value_of_a_race_that_ended_early_reaches_across_its_picture(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?runs=crossed-locks,race-with&panel=value")
    looking.left.wait_for_the_end()
    for race in (looking.left, looking.right):
        expect(race.part("value").locator(".value-line")).to_have_attribute("d", re.compile(r"L1000\.0 [\d.]+$"))
