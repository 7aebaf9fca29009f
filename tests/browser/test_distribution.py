"""The same race many times: each run a dot where it ended, at any pace, and what that does and does not prove."""

import json
import re
from collections import Counter
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.looking import Interception, Looking, Race
from tests.serving import RunningServer, serving
from tests.variants import FULL

RUNS = "**/api/runs"


@pytest.fixture
def looking(page: Page) -> Looking:
    return Looking(page)


def open_panel(looking: Looking, server: RunningServer, run: dict[str, Any]) -> Locator:
    """The page on a run that has ended, with the panel open."""
    looking.open(f"{server.url}/runs/{run['id']}?panel=distribution")
    looking.wait_for_panel("distribution")
    expect(button(looking.left)).to_be_visible()
    return looking.left.part("distribution")


def button(race: Race) -> Locator:
    return race.part("distribution-run")


def dots(race: Race) -> Locator:
    return race.part("distribution-plot").locator(".plot-dot")


def choose(race: Race, pace: str) -> None:
    race.part("distribution").locator(f'[data-pace="{pace}"]').click()


def all_runs(server: RunningServer) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = httpx.get(f"{server.url}/api/runs").json()
    return runs


def answer_with(looking: Looking, run: dict[str, Any]) -> Interception:
    """Whoever asks for a run from now on gets this one, which has ended: where it does not matter who ran."""
    return Interception(looking.page, RUNS, lambda route: route.fulfill(status=201, json=run))


def wait_for_all(race: Race) -> None:
    """Until twenty runs have been made."""
    expect(dots(race)).to_have_count(20)
    expect(button(race)).to_have_text("Run it 20 times")


def test_before_the_end_it_says_what_will_stand_here(looking: Looking, server: RunningServer) -> None:
    looking.open(f"{server.url}/?panel=distribution")
    expect(looking.left.part("distribution")).to_contain_text("When this race has ended, it can be run 20 times here")
    expect(button(looking.left)).to_be_hidden()


def test_twenty_runs_are_twenty_dots_where_they_ended_and_an_honest_sentence(
    looking: Looking, server: RunningServer
) -> None:
    panel = open_panel(looking, server, server.run(guard="none", iterations=4, pace="slow", step_ms=2))
    expect(panel).to_contain_text("It will take about")
    before = {run["id"] for run in all_runs(server)}
    button(looking.left).click()
    expect(panel).to_contain_text(re.compile(r"\d+ of 20 runs …"))
    wait_for_all(looking.left)
    made = [run for run in all_runs(server) if run["id"] not in before]
    assert len(made) == 20
    assert len({run["request"]["seed"] for run in made}) > 1
    finals = Counter(run["summary"]["cells"][0]["final"] for run in made)
    some = sum(times for final, times in finals.items() if final < 8)
    expect(panel).to_contain_text(f"Lost something in {some} of 20 runs.")
    told = looking.left.part("distribution-plot").get_attribute("aria-label") or ""
    for final, times in finals.items():
        assert f"{times} run{'s' if times > 1 else ''} at {final}" in told
    expect(looking.left.part("distribution-plot").locator(".plot-dot.is-lossy")).to_have_count(some)
    # The race itself is still on show.
    assert looking.left.score[0] == 8


@FULL
def test_dots_stand_over_the_number_that_they_ended_at(page: Page, looking: Looking, server: RunningServer) -> None:
    page.emulate_media(reduced_motion="reduce")
    lucky = server.view("race-lucky")
    answer_with(looking, lucky)
    open_panel(looking, server, lucky)
    button(looking.left).click()
    wait_for_all(looking.left)
    final = lucky["summary"]["cells"][0]["final"]
    plot = looking.left.part("distribution-plot")
    number = plot.locator(".plot-number", has_text=re.compile(f"^{final}$")).bounding_box()
    assert number
    middle = number["x"] + number["width"] / 2
    boxes = [dot.bounding_box() for dot in dots(looking.left).all()]
    centres = [box["x"] + box["width"] / 2 for box in boxes if box]
    assert sum(centres) / len(centres) == pytest.approx(middle, abs=3)


@FULL
def test_runs_that_lose_nothing_do_not_prove_anything(looking: Looking, server: RunningServer) -> None:
    lucky = server.view("race-lucky")
    # Chance cannot be asked to lose nothing: the runs that are counted are answered by one that did.
    answer_with(looking, lucky)
    panel = open_panel(looking, server, lucky)
    button(looking.left).click()
    expect(panel).to_contain_text("Lost something in 0 of 20 runs. The bug is still there")


def test_theory_stands_under_the_words_of_a_coin_toss(looking: Looking, server: RunningServer) -> None:
    open_panel(looking, server, server.run(iterations=2))
    expect(looking.left.part("distribution")).to_contain_text("if each step were a coin toss")
    expect(looking.left.part("distribution-plot").locator(".plot-theory")).to_be_attached()


@FULL
def test_what_would_take_long_to_work_out_is_not_asked_for(looking: Looking, server: RunningServer) -> None:
    asked: list[str] = []
    looking.page.on("request", lambda request: asked.append(request.url))
    panel = open_panel(looking, server, server.run(iterations=20_000))
    expect(looking.left.part("distribution-plot").locator(".plot-axis")).to_be_attached()
    assert not any(url.endswith("/api/explore") for url in asked)
    expect(panel).not_to_contain_text("coin toss")


def test_the_race_on_show_is_marked(looking: Looking, server: RunningServer) -> None:
    run = server.run(iterations=10, pace="slow", step_ms=2)
    open_panel(looking, server, run)
    final = str(run["summary"]["cells"][0]["final"])
    expect(looking.left.part("distribution-plot").locator(".is-mark")).to_have_text(final)
    expect(looking.left.part("distribution").locator(".distribution-mark")).to_have_text(final)


@FULL
def test_the_pace_is_changed_and_the_same_dots_move(looking: Looking, server: RunningServer) -> None:
    run = server.run(iterations=3, pace="slow", step_ms=2)
    answer_with(looking, run)
    panel = open_panel(looking, server, run)
    button(looking.left).click()
    wait_for_all(looking.left)
    slow = looking.left.part("distribution-plot").get_attribute("aria-label")
    choose(looking.left, "free")
    expect(dots(looking.left)).to_have_count(0)
    expect(panel).to_contain_text("Not run yet at the pace free.")
    expect(panel).to_contain_text("Nobody pauses, but our recording makes each increment take longer.")
    button(looking.left).click()
    wait_for_all(looking.left)
    choose(looking.left, "slow")
    expect(looking.left.part("distribution-plot")).to_have_attribute("aria-label", slow or "")
    expect(dots(looking.left)).to_have_count(20)


@FULL
def test_without_our_recording_nobody_pauses_either(looking: Looking, server: RunningServer) -> None:
    panel = open_panel(looking, server, server.run(pace="slow", step_ms=2, iterations=10))
    choose(looking.left, "untraced")
    expect(panel).to_contain_text("nobody records, nobody pauses. The bug is there either way.")
    with looking.page.expect_request(RUNS) as asked:
        button(looking.left).click()
    wanted = json.loads(asked.value.post_data or "")
    assert (wanted["traced"], wanted["pace"], wanted["iterations"]) == (False, "free", 10)
    assert "seed" not in wanted
    assert "step_ms" not in wanted
    expect(panel).to_contain_text(re.compile(r"Lost something in \d+ of 20 runs\."))


@FULL
def test_a_right_lock_does_not_depend_on_luck(looking: Looking, server: RunningServer) -> None:
    panel = open_panel(looking, server, server.run(guard="with", iterations=3))
    button(looking.left).click()
    wait_for_all(looking.left)
    expect(panel).to_contain_text("Lost something in 0 of 20 runs. A right lock does not depend on luck.")
    expect(panel).to_contain_text("under a right lock nothing is lost")


@FULL
def test_a_deadlock_is_told_and_has_a_column_of_its_own(looking: Looking, server: RunningServer) -> None:
    stuck = server.view("crossed-locks")
    answer_with(looking, stuck)
    panel = open_panel(looking, server, stuck)
    button(looking.left).click()
    wait_for_all(looking.left)
    expect(panel).to_contain_text("Ended in a deadlock in 20 of 20 runs.")
    expect(looking.left.part("distribution-plot").locator("text", has_text="deadlock")).to_have_count(1)


@FULL
def test_it_can_be_stopped_and_stops_what_it_started(looking: Looking, server: RunningServer) -> None:
    panel = open_panel(looking, server, server.run(guard="none", iterations=10, pace="slow", step_ms=19))
    button(looking.left).click()
    expect(button(looking.left)).to_have_text("Stop")
    button(looking.left).click()
    expect(panel).to_contain_text("Stopped after")
    expect(button(looking.left)).to_have_text("Run it 20 times")
    for run in (run for run in all_runs(server) if run["request"]["step_ms"] == 19):
        assert server.finished(run["id"])["status"] in {"finished", "stopped"}


@FULL
def test_a_full_server_is_said_and_asked_again(looking: Looking, server: RunningServer, faults: list[str]) -> None:
    error = {"code": "full", "message": "Too many runs are waiting.", "hint": "Try again in 5 s."}
    started = Interception(looking.page, RUNS, lambda route: route.fulfill(status=429, json={"error": error}))
    panel = open_panel(looking, server, server.run(iterations=2))
    button(looking.left).click()
    expect(panel).to_contain_text("Too many runs are waiting. Asking again …")
    started.answer = None
    expect(dots(looking.left)).not_to_have_count(0)
    assert all("429" in fault for fault in faults)
    faults.clear()


@FULL
def test_a_run_that_fails_says_why_and_leaves_no_dot(looking: Looking, server: RunningServer) -> None:
    run = server.run(iterations=2)
    reason = "P1 (pid 4711) was killed by SIGKILL."

    def fail(route: Route) -> None:
        route.fulfill(status=201, json={**run, "status": "failed", "reason": reason})

    Interception(looking.page, RUNS, fail)
    panel = open_panel(looking, server, run)
    button(looking.left).click()
    expect(panel).to_contain_text(reason)
    expect(dots(looking.left)).to_have_count(0)


@FULL
def test_while_it_waits_it_shows_its_place_and_then_goes_on(looking: Looking) -> None:
    with serving(LOST_UPDATE_MAX_LIVE_PROCESSES="8") as server, closing(looking.page):
        run = server.run(iterations=2)
        panel = open_panel(looking, server, run)
        first = server.start(processes=8, iterations=40, pace="slow", step_ms=500)
        button(looking.left).click()
        expect(panel).to_contain_text("Waiting for a free place: number 1 in line.")
        server.stop(first)
        expect(dots(looking.left)).not_to_have_count(0)


@FULL
def test_the_same_race_again_keeps_its_dots(looking: Looking, server: RunningServer) -> None:
    pair = [server.run(guard=guard, iterations=3)["id"] for guard in ("none", "with")]
    looking.open(f"{server.url}/?runs={','.join(pair)}&iterations=3&pace=free&panel=distribution")
    button(looking.right).click()
    wait_for_all(looking.right)
    expect(dots(looking.left)).to_have_count(0)
    before = looking.page.url
    looking.key("r")
    expect(looking.page).not_to_have_url(before)
    looking.skip_playback()
    looking.right.wait_for_the_end()
    expect(dots(looking.right)).to_have_count(20)
    expect(dots(looking.left)).to_have_count(0)


def test_a_race_that_was_stopped_is_not_marked_but_can_be_run(looking: Looking, server: RunningServer) -> None:
    stopped = server.stop(server.start(pace="slow", step_ms=100, iterations=100))
    panel = open_panel(looking, server, server.finished(stopped["id"]))
    expect(panel).to_contain_text("this race did not run to its end")
    expect(panel.locator(".is-mark")).to_have_count(0)


def test_a_race_without_our_recording_begins_with_that_pace(looking: Looking, server: RunningServer) -> None:
    panel = open_panel(looking, server, server.run(traced=False, iterations=3))
    expect(panel.locator('[data-pace="untraced"]')).to_have_attribute("aria-pressed", "true")
