"""Misleading names mislead nobody on the page: the lock is called `queue`, the queue `lock`, and the cell `P1`."""

import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer, serving_by
from tests.variants import FULL


@pytest.fixture(scope="module")
def misleading() -> Iterator[RunningServer]:
    """A server that offers the scenario whose names mislead."""
    with serving_by([sys.executable, "-m", "tests.misnamed_server"]) as running:
        yield running


@FULL
def test_a_deadlock_is_drawn_told_and_explained_rightly(page: Page, misleading: RunningServer) -> None:
    run = misleading.run(scenario="misnamed", guard="forgotten_release", iterations=1)
    looking = Looking(page)
    looking.open_runs(misleading.url, run["id"])
    assert run["reason"] in looking.left.narration
    stage = looking.left.part("stage")
    expect(stage.locator(".deadlock-words")).to_have_text(
        ["P1 waits for the lock, held by itself", "P2 waits for the queue"]
    )
    expect(stage.locator(".lock.is-shut")).to_have_count(1)
    expect(stage.locator(".cell-name")).to_have_text(["P1"])
    expect(stage.locator(".stage-drawing")).to_have_attribute(
        "aria-label", re.compile("P1 is 1; P1 waits for the lock; .*P2 waits for the queue")
    )
    steps = misleading.steps(run["id"])
    waits = {step["target"]: step["index"] + 1 for step in steps if step["op"] == "wait"}
    for target, words in (
        ("queue", "P1 waits for the lock, which it holds itself."),
        ("lock", "P2 waits for the queue."),
    ):
        page.goto(f"{misleading.url}/?runs={run['id']}&at={waits[target]}")
        # The last step is told together with how it ended.
        expect(looking.left.part("narration")).to_have_text(words if waits[target] < len(steps) else run["reason"])


@FULL
def test_a_run_that_ends_well_is_drawn_live_and_told_rightly(page: Page, misleading: RunningServer) -> None:
    run_id = misleading.start(scenario="misnamed", guard="with", iterations=3, pace="slow", step_ms=5)
    looking = Looking(page)
    looking.open_runs(misleading.url, run_id)
    looking.left.wait_for_the_end()
    assert looking.left.score == (6, 6, 0)
    expect(looking.left.part("stage").locator(".gate")).to_have_count(1)
    taken = next(step for step in misleading.steps(run_id) if step["op"] == "acquire")
    page.goto(f"{misleading.url}/?runs={run_id}&at={taken['index'] + 1}")
    expect(looking.left.part("narration")).to_contain_text(f"{taken['process']} takes the lock")
    expect(looking.left.part("stage").locator(".lock.is-shut")).to_have_count(1)
