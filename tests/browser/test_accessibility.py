"""axe-core looks for what would keep someone out who sees little, or sees nothing and listens.

Each test walks through the states of one page, at the sizes of a laptop and a phone, and has each judged.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.judging import Judge
from tests.browser.looking import LAPTOP, PHONE, Looking
from tests.browser.test_fix_it import check, follow
from tests.browser.test_interleavings import Exploration
from tests.browser.test_scheduler import SchedulerPage
from tests.browser.test_walkthrough import RACE, STEPS, Walk
from tests.serving import RunningServer
from tests.variants import FULL, one_in

PANELS = ("timeline", "map", "lineage", "code", "anatomy", "distribution")
SIZES = {"laptop": LAPTOP, "phone": PHONE}


@pytest.fixture
def looking(page: Page) -> Looking:
    return Looking(page)


def open_end(looking: Looking, server: RunningServer, *runs: str, more: str = "") -> None:
    """Open recorded races at their end."""
    looking.open(f"{server.url}/?runs={','.join(runs)}{more}")
    for race in (looking.left, looking.right, looking.third)[: len(runs)]:
        race.wait_for_the_end()


@FULL
def test_the_page_of_the_races_before_anything_runs(looking: Looking, server: RunningServer, judge: Judge) -> None:
    looking.open(server.url)
    for size, viewport in SIZES.items():
        looking.page.set_viewport_size(viewport)
        judge(looking.page, f"at the start, on a {size}")
    looking.page.set_viewport_size(LAPTOP)
    looking.choose(iterations="0")
    expect(looking.part("message")).to_contain_text("Between 1 and 100")
    judge(looking.page, "bad input")
    for scenario in ("array", "raising", "sharing"):
        looking.open(f"{server.url}/?scenario={scenario}&iterations=3&pace=free")
        judge(looking.page, f"the line-up of {scenario}, at rest")


@FULL
def test_a_race_while_it_runs_and_a_run_that_is_gone(
    looking: Looking, server: RunningServer, judge: Judge, faults: list[str]
) -> None:
    request = {"processes": 3, "iterations": 20, "pace": "slow", "step_ms": 300}
    runs = [server.start(guard=guard, **request) for guard in ("none", "with")]
    looking.open(f"{server.url}/?runs={','.join(runs)}")
    expect(looking.part("position")).to_have_text(re.compile(r"^Step [1-9]"))
    judge(looking.page, "live")
    for run in runs:
        server.stop(run)
    looking.left.wait_for_the_end()
    looking.open(f"{server.url}/?runs=gone,gone")
    expect(looking.part("notice")).to_be_visible()
    judge(looking.page, "the runs are gone")
    faults.clear()


@pytest.mark.parametrize("panel", one_in(len(PANELS), PANELS))
def test_a_pair_of_races_with_each_panel(looking: Looking, server: RunningServer, judge: Judge, panel: str) -> None:
    open_end(looking, server, "race-none", "race-with", more=f"&panel={panel}")
    expect(looking.left.part(panel)).to_be_visible()
    judge(looking.page, f"{panel}, at the end")
    looking.part("next-loss").click()
    expect(looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence"))
    judge(looking.page, f"{panel}, a loss on show")


@FULL
def test_the_page_of_the_races_with_what_can_be_opened_on_it(
    looking: Looking, server: RunningServer, judge: Judge
) -> None:
    pair = ("race-none", "race-with")
    for panel in ("timeline", "distribution"):
        open_end(looking, server, *pair, more=f"&projector&panel={panel}")
        judge(looking.page, f"projector, {panel}")
    looking.open(f"{server.url}/?runs={','.join(pair)}&alone=left")
    looking.left.wait_for_the_end()
    expect(looking.right.root).to_be_hidden()
    judge(looking.page, "one race alone")
    looking.key("?")
    expect(looking.page.get_by_role("dialog")).to_be_visible()
    judge(looking.page, "help")
    open_end(looking, server, *pair, more="&panel=distribution")
    looking.left.part("distribution").locator("[data-pace=free]").click()
    looking.left.part("distribution-run").click()
    expect(looking.left.part("distribution")).to_contain_text(re.compile(r"Lost something in \d+ of 20 runs"))
    judge(looking.page, "the distribution of twenty runs")
    looking.page.set_viewport_size(PHONE)
    open_end(looking, server, *pair)
    judge(looking.page, "at the end, on a phone")


@FULL
def test_other_line_ups_at_their_end(looking: Looking, server: RunningServer, judge: Judge) -> None:
    for runs in (
        ("array-none", "array-with"),
        ("array-none", "array-lock"),
        ("raising-lock", "raising-with"),
        ("sharing-with", "sharing-owner", "sharing-sum"),
    ):
        open_end(looking, server, *runs)
        judge(looking.page, f"{runs[0]} and the others")
    looking.open_runs(server.url, "race-eight-processes", at=server.view("race-eight-processes")["steps"] // 2)
    judge(looking.page, "eight processes")


@FULL
def test_the_scheduler(page: Page, server: RunningServer, judge: Judge) -> None:
    scheduler = SchedulerPage(page, server)
    for query in ("guard=with&processes=2&iterations=1&schedule=P1", "goal=lose-one&schedule=P1+P2*3+P1*2"):
        scheduler.open(query)
        expect(scheduler.part("narration")).not_to_be_empty()
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            judge(page, f"{query}, on a {size}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (query, size)
    page.set_viewport_size(LAPTOP)
    for query in ("goal=one-of-six&schedule=P1+P2+P3+P4+P5", "goal=deadlock&schedule=P1+P2"):
        scheduler.open(f"{query}&projector")
        judge(page, f"{query}, projector")


@FULL
@pytest.mark.parametrize(
    "query", [{}, {"iterations": 1, "projector": ""}, {"iterations": 10}], ids=["2x2", "projector", "2x10"]
)
def test_the_interleavings(page: Page, server: RunningServer, judge: Judge, query: dict[str, Any]) -> None:
    exploration = Exploration(page, server)
    exploration.open(**query)
    for end in ("worked out", "followed"):
        if end == "followed":
            exploration.part("follow-schedule").click()
            expect(exploration.part("comparison")).to_contain_text("as predicted")
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            judge(page, f"{end}, on a {size}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (end, size)


@FULL
def test_the_puzzle(page: Page, server: RunningServer, judge: Judge) -> None:
    page.goto(f"{server.url}/fix-it?acquire=before_write&release=after_write")
    expect(page.locator('[data-part="ask"]')).not_to_be_empty()
    for end in ("placed", "followed"):
        if end == "followed":
            check(page, "wrong")
            follow(page, "They ended at 2, as predicted.")
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            judge(page, f"{end}, on a {size}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (end, size)


@pytest.mark.parametrize(
    "name", one_in(3, ["locks/an-exception-between", RACE, ""], beginning=2), ids=lambda name: name or "overview"
)
def test_the_walkthrough(page: Page, server: RunningServer, judge: Judge, name: str) -> None:
    walk = Walk(page, server)
    walk.open(name)
    for phase in ("ask", "look"):
        if phase == "look":
            walk.key("1")
            walk.key("PageDown")
            walk.wait_for_runs(STEPS[name])
            walk.key("PageDown")
            walk.expect_place(name, "look")
            for run in walk.started.ids:
                server.finished(run)
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            judge(page, f"{name or 'overview'}, {phase}, on a {size}")
        if not name:
            break
