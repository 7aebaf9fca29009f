"""The same race untraced: what tracing and our pauses change, one press away."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import Interception, Looking, Race
from tests.serving import RunningServer, serving

RUNS = "**/api/runs"


@pytest.fixture
def looking(page: Page) -> Looking:
    return Looking(page)


def open_panel(looking: Looking, server: RunningServer, run: dict[str, Any]) -> None:
    looking.open(f"{server.url}/runs/{run['id']}?panel=untraced")
    looking.left.wait_for_the_end()
    looking.wait_for_panel("untraced")


def press(race: Race) -> None:
    race.part("untraced").get_by_role("button").click()


def names(race: Race) -> list[str]:
    return race.part("untraced").locator(".untraced-name").all_inner_texts()


def results(race: Race) -> list[str]:
    return race.part("untraced").locator(".untraced-result").all_inner_texts()


def test_before_the_end_it_says_what_will_stand_here(looking: Looking, server: RunningServer) -> None:
    looking.open(f"{server.url}/?panel=untraced")
    expect(looking.left.part("untraced")).to_contain_text("When this race has ended, it can be run again")
    expect(looking.left.part("untraced").locator(".untraced-rows")).to_be_hidden()
    expect(looking.left.part("untraced").get_by_role("button")).to_have_count(0)


def test_a_slow_race_is_run_untraced_without_our_pauses(looking: Looking, server: RunningServer) -> None:
    run = server.run(pace="slow", step_ms=2, iterations=10)
    open_panel(looking, server, run)
    assert names(looking.left) == ["traced, slow", "untraced, without our pauses"]
    assert results(looking.left) == [f"{run['summary']['cells'][0]['lost']} of 20 lost", "not run yet"]
    expect(looking.left.part("untraced")).to_contain_text("there are no pauses: chance decides")
    with looking.page.expect_request(RUNS) as asked:
        press(looking.left)
    wanted = json.loads(asked.value.post_data or "")
    assert (wanted["traced"], wanted["pace"], wanted["iterations"]) == (False, "free", 10)
    expect(looking.left.part("untraced")).to_contain_text(re.compile("[01] of 1 run lost something"))
    assert re.fullmatch(r"\d+ of 20 lost", results(looking.left)[1])
    # The race itself is still on show.
    assert looking.left.score[0] == 20


def test_every_run_leaves_a_dot_and_the_last_twenty_are_shown(looking: Looking, server: RunningServer) -> None:
    open_panel(looking, server, server.run(iterations=1, processes=1))
    dots = looking.left.part("untraced").locator(".untraced-track").last.locator("circle")
    for made in range(1, 23):
        press(looking.left)
        expect(looking.left.part("untraced")).to_contain_text("of the last 20" if made > 20 else f" of {made} run")
        expect(dots).to_have_count(min(made, 20))
        expect(looking.left.part("untraced").locator(".untraced-track").last.locator(".is-newest")).to_have_count(1)
    expect(looking.left.part("untraced")).to_contain_text("0 of the last 20 of 22 runs lost something.")


def test_dots_stand_where_the_scale_says(looking: Looking, server: RunningServer) -> None:
    run = server.run(iterations=20_000)
    lost = run["summary"]["cells"][0]["lost"]
    open_panel(looking, server, run)
    tracks = looking.left.part("untraced").locator(".untraced-track")
    press(looking.left)
    expect(tracks.last.locator("circle")).to_have_count(1)
    untraced = int(re.sub(r"\D", "", results(looking.left)[1].partition(" of ")[0]))
    for track, share in ((tracks.first, lost / 40_000), (tracks.last, untraced / 40_000)):
        line, dot = track.bounding_box(), track.locator("circle").bounding_box()
        assert line is not None
        assert dot is not None
        assert (dot["x"] + dot["width"] / 2 - line["x"]) / line["width"] == pytest.approx(share, abs=0.005)


def test_what_goes_wrong_is_said_where_it_happened(looking: Looking, server: RunningServer, faults: list[str]) -> None:
    error = {"code": "full", "message": "Too many runs are waiting.", "hint": "Try again in 5 s."}
    started = Interception(looking.page, RUNS, lambda route: route.fulfill(status=429, json={"error": error}))
    open_panel(looking, server, server.run(iterations=2))
    press(looking.left)
    expect(looking.left.part("untraced")).to_contain_text("Too many runs are waiting. Try again in 5 s.")
    started.answer = None
    press(looking.left)
    expect(looking.left.part("untraced")).to_contain_text("of 1 run lost something.")
    assert all("429" in fault for fault in faults)
    faults.clear()


def test_a_run_that_fails_says_why(looking: Looking, server: RunningServer) -> None:
    run = server.run(iterations=2)
    reason = "P1 (pid 4711) was killed by SIGKILL."

    def fail(route: Route) -> None:
        route.fulfill(status=201, json={**run, "status": "failed", "reason": reason})

    Interception(looking.page, RUNS, fail)
    open_panel(looking, server, run)
    press(looking.left)
    expect(looking.left.part("untraced")).to_contain_text(reason)
    assert results(looking.left)[1] == "not run yet"


def test_while_it_waits_it_shows_its_place_and_then_goes_on(looking: Looking) -> None:
    with serving(LOST_UPDATE_MAX_LIVE_WORKERS="8") as server:
        run = server.run(iterations=2)
        open_panel(looking, server, run)
        first = server.start(processes=8, iterations=40, pace="slow", step_ms=500)
        press(looking.left)
        expect(looking.left.part("untraced")).to_contain_text("Waiting for a free place: number 1 in line.")
        server.stop(first)
        expect(looking.left.part("untraced")).to_contain_text("of 1 run lost something.")
        looking.page.close()


def test_another_race_begins_with_no_dots(looking: Looking, server: RunningServer) -> None:
    looking.open(f"{server.url}/?panel=untraced&pace=free&iterations=3")
    looking.run_both()
    press(looking.right)
    expect(looking.right.part("untraced")).to_contain_text("0 of 1 run lost something.")
    expect(looking.right.part("untraced")).to_contain_text("A right lock does not depend on timing")
    assert results(looking.left)[1] == "not run yet"
    address = looking.page.url
    looking.run_both()
    expect(looking.page).not_to_have_url(address)
    expect(looking.right.part("untraced").locator(".untraced-result").nth(1)).to_have_text("not run yet")


def test_a_race_that_was_stopped_or_not_traced_is_not_compared(looking: Looking, server: RunningServer) -> None:
    stopped = server.stop(server.start(pace="slow", iterations=100))
    open_panel(looking, server, server.finished(stopped["id"]))
    expect(looking.left.part("untraced")).to_contain_text("did not run to its end")
    looking.open(f"{server.url}/runs/{server.run(traced=False)['id']}?panel=untraced")
    expect(looking.left.part("untraced")).to_contain_text("was itself run untraced")
    expect(looking.left.part("untraced").get_by_role("button")).to_have_count(0)
