"""The story of a pool, and of a sum that a pool works out: what it shows is held against the steps, worked out anew."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.stages import Step, most_at_once, of, show, value
from tests.recordings import load
from tests.serving import RunningServer
from tests.variants import FULL, one_in


@pytest.fixture(scope="module")
def page(open_to_look: OpenPage) -> Page:
    """One page for all of these tests."""
    return open_to_look(viewport={"width": 1280, "height": 1000})


@pytest.mark.parametrize("run", one_in(2, ["pool-map", "pool-apply", "pool-map-async", "pool-apply-async"]))
def test_every_task_is_a_bar_and_every_figure_that_of_the_steps(page: Page, server: RunningServer, run: str) -> None:
    _, steps = load(run)
    (race,) = show(page, server, run)
    assert race.count(".task") == len(of(steps, "task_start")) == 10
    assert [value(text) for text in race.texts(".box-words")] == [number**3 for number in range(10)]
    assert race.figures() == ["10", str(most_at_once(steps)), str(out_of_order(steps))]
    assert race.count(".wait") == len(of(steps, "wait", target="pool"))
    if out_of_order(steps):
        assert "The results are still in order." in race.narration


def test_in_the_middle_there_are_tasks_that_wait_and_tasks_that_run(page: Page, server: RunningServer) -> None:
    _, steps = load("pool-apply-async")
    at = of(steps, "task_start")[4]["index"] + 1
    (race,) = show(page, server, "pool-apply-async", at=at)
    submitted, started, ended = (
        {step["task"] for step in of(steps[:at], op)} for op in ("submit", "task_start", "task_end")
    )
    assert race.count(".task") == len(started)
    assert race.count(".task.is-open") == len(started - ended)
    results = [str(number**3) for number in sorted(ended)]
    assert race.texts(".box-words") == [str(number) for number in sorted(submitted - started)] + results
    assert race.figures()[0] == str(len(ended))


@FULL
def test_a_thousand_tasks_are_a_thousand_bars(page: Page, server: RunningServer) -> None:
    run = server.run(scenario="pool", call="apply_async", iterations=1000, processes=4, pace="free")["id"]
    (race,) = show(page, server, run)
    assert race.count(".task") == 1000


def test_the_sum_is_written_once(page: Page, server: RunningServer) -> None:
    _, steps = load("sharing-sum")
    (race,) = show(page, server, "sharing-sum")
    assert race.figures() == ["40", "2", str(most_at_once(steps))]
    assert len(of(steps, "write")) == 1
    assert race.texts(".box-words") == ["20", "20"]


def out_of_order(steps: list[Step]) -> int:
    """How many tasks were done before one with a lower number."""
    done = [step["task"] for step in of(steps, "task_end")]
    return sum(min(done[place:]) < task for place, task in enumerate(done))
