"""A run of a whole class: up to 32 processes on the page of the races, each to be told from all others."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.judging import Judge
from tests.browser.looking import PHONE, Looking
from tests.recordings import load
from tests.serving import CLIENT, RunningServer, serving, until
from tests.variants import FULL

LARGE = {"width": 1920, "height": 1080}
CLASSES = ("crowd-nine", "crowd-twelve", "crowd-twenty", "crowd-thirty-two", "crowd-under-lock")


def names_of(many: int) -> list[str]:
    return [f"P{one}" for one in range(1, many + 1)]


def grant(server: RunningServer, run: str, process: str) -> dict[str, Any]:
    """Let a process take its next step."""
    response = CLIENT.post(f"{server.url}/api/runs/{run}/grants", json={"process": process})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def open_class(looking: Looking, server: RunningServer, run: str, at: int, more: str = "") -> None:
    """A class at one moment, and the race has the page for itself."""
    looking.open(f"{server.url}/?runs={run}&at={at}{more}")
    looking.expect_position(at)


@pytest.mark.parametrize("run", CLASSES)
def test_on_a_projector_every_name_and_number_can_be_read_from_the_last_row(
    page: Page, server: RunningServer, run: str
) -> None:
    many = load(run)[0]["request"]["processes"]
    looking = Looking(page)
    open_class(looking, server, run, 60, "&projector")
    stage = looking.left.part("stage")
    assert stage.locator(".plane-seats .card-name").all_text_contents()[:many] == names_of(many)
    assert stage.locator(".plane-seats .register").count() == many
    for size, least in (({"width": 1280, "height": 720}, 24), (LARGE, 36)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looking.wait_until_drawn()
        small = stage.locator("text:not(:empty):not(.plane-ground .ghost)").evaluate_all(
            "(texts, least) => texts.filter(text => parseFloat(getComputedStyle(text).fontSize) < least - 0.5)"
            ".map(text => `${text.textContent} ${getComputedStyle(text).fontSize}`)",
            least,
        )
        assert small == []


def test_a_class_is_offered_and_runs_as_one_race(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/")
    looking.choose(scenario="crowd")
    assert page.locator('[data-part="processes"] option').last.get_attribute("value") == "32"
    looking.choose(processes="32", iterations="1", pace="free")
    expect(looking.part("sum")).to_have_text("32 × 1 = ?")
    expect(looking.part("run-words")).to_have_text("Your guess starts the race. Or")
    looking.start(guess="fewer")
    looking.skip_playback()
    looking.left.wait_for_the_end()
    expect(looking.right.root).to_be_hidden()
    expect(looking.left.part("stage").locator(".plane-seats .card-name")).to_have_text(names_of(32))
    expected, counter, lost = looking.left.score
    assert (expected, counter) == (32, 32 - lost)
    expect(looking.part("ran")).to_have_text("32 processes · 1 each · no lock · at full speed")


@FULL
def test_a_process_that_is_let_take_a_step_is_lit_on_every_screen(open_page: OpenPage) -> None:
    with serving() as server:
        run = server.start(scenario="crowd", processes=32, iterations=1, pace="step")
        until(lambda: server.view(run), lambda view: len(view["runnable"]) == 32)
        screens = [Looking(open_page(viewport=size)) for size in (PHONE, LARGE)]
        for looking in screens:
            looking.open(f"{server.url}/runs/{run}")
        for process, op, sentence in (
            ("P30", "read", "P30 reads 0"),
            ("P9", "read", "P9 reads 0"),
            ("P9", "modify", "P9 computes 0 + 1 = 1"),
            ("P9", "write", "P9 writes 1"),
        ):
            answer = grant(server, run, process)
            assert (answer["step"]["process"], answer["step"]["op"]) == (process, op)
            for looking in screens:
                expect(looking.left.part("narration")).to_contain_text(sentence)
                lit = looking.left.part("stage").locator(".lane-lit")
                expect(lit).to_have_class(f"lane-lit p{(int(process[1:]) - 1) % 8}")
        for looking in screens:
            stage = looking.left.part("stage")
            expect(stage.locator(".register.is-stale")).to_have_count(1)
            expect(stage.locator(".stage-drawing")).to_have_attribute(
                "aria-label", re.compile("; read 0, out of date: P30")
            )
        server.stop(run)


@FULL
def test_a_ticket_of_one_of_many_plays_its_death(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    open_class(looking, server, "crowd-thirty-two", 200)
    ticket = page.get_by_role("button", name=re.compile(r"^P\d+’s \+1, lost at step \d+: see it die$")).last
    name = re.match(r"(P\d+)’s .* step (\d+)", ticket.get_attribute("aria-label") or "")
    assert name
    ticket.click()
    looking.expect_position(int(name[2]))
    expect(looking.left.part("narration")).to_contain_text(re.compile(rf"{name[1]}’s \+1 is lost|updates are lost"))


def test_beside_the_code_stands_how_many_are_on_a_line_and_who_moved_last(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    open_class(looking, server, "crowd-under-lock", 120, "&panel=code")
    current = looking.left.part("code").locator(".code-line.is-current")
    expect(current.locator(".code-count")).to_have_text(["31", "P27"])
    expect(current.locator(".mark")).to_have_count(1)
    expect(current.first.locator(".unseen")).to_contain_text("P1, P2, P3")


def test_the_timeline_names_as_many_lanes_as_there_is_room_for(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    open_class(looking, server, "crowd-thirty-two", 120, "&panel=timeline")
    timeline = looking.left.part("timeline")
    named = timeline.locator(".lane-label:not(:empty)")
    expect(timeline.locator(".lane-label")).to_have_count(32)
    shown = [int(name[1:]) for name in named.all_text_contents()]
    assert shown[0] == 1
    assert len(shown) >= 8
    assert {after - before for before, after in pairwise(shown)} == {shown[1] - shown[0]}
    expect(timeline).to_have_attribute("aria-label", re.compile(r"P32 3 increments|P32 \d increment"))


@FULL
def test_a_class_is_as_readable_as_two_processes(page: Page, server: RunningServer, judge: Judge) -> None:
    looking = Looking(page)
    for run, at in (("crowd-thirty-two", 101), ("crowd-under-lock", 120), ("crowd-nine", 60)):
        open_class(looking, server, run, at, "&panel=code")
        judge(page, run)
    page.set_viewport_size(PHONE)
    open_class(looking, server, "crowd-thirty-two", 101)
    judge(page, "a class on a phone")


def test_the_scores_of_a_class_follow_from_its_steps(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    view, _ = load("crowd-thirty-two")
    looking.open_runs(server.url, "crowd-thirty-two")
    [cell] = view["summary"]["cells"]
    assert looking.left.score == (cell["expected"], cell["final"], cell["lost"])
    expect(looking.left.part("stage").locator(".cell-value:not(.ghost)")).to_have_text(str(cell["final"]))
