"""Several shared cells: each with its own value, version and losses, and charts that are about one of them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL


@pytest.fixture
def run(server: RunningServer) -> dict[str, Any]:
    """A race on an array that has lost something."""
    return server.view("array-none")


@pytest.fixture
def looking(page: Page, server: RunningServer, run: dict[str, Any]) -> Looking:
    """The page on this run, at its end."""
    looking = Looking(page)
    looking.open_runs(server.url, run["id"])
    return looking


def test_every_cell_stands_on_the_stage_and_on_the_scoreboard(looking: Looking, run: dict[str, Any]) -> None:
    cells = run["summary"]["cells"]
    assert [cell["initial"] for cell in cells] == [0, 100, 200]
    assert looking.left.scores == [(cell["expected"], cell["final"], cell["lost"]) for cell in cells]
    stage = looking.left.part("stage")
    assert stage.locator(".cell-name").all_text_contents() == ["numbers[0]", "numbers[1]", "numbers[2]"]
    assert stage.locator(".cell-value:not(.ghost)").all_text_contents() == [str(int(cell["final"])) for cell in cells]
    assert stage.locator(".cell-version").all_text_contents() == [f"v{cell['writes']}" for cell in cells]
    losses = [f"✕ {cell['lost']}" for cell in cells if cell["lost"]]
    assert stage.locator(".plane-cells .loss-words").all_text_contents() == losses
    lost, made = (sum(cell[name] for cell in cells) for name in ("lost", "writes"))
    assert f"{lost} of {made} additions are gone." in looking.left.narration


def test_before_anything_runs_the_cells_show_what_they_begin_with(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?scenario=tutorial")
    values = looking.left.part("stage").locator(".cell-value:not(.ghost)")
    expect(values).to_have_text(["0", "0", "100", "200"])
    assert looking.left.scores == [(0, 0, 0), (0, 0, 0), (100, 100, 0), (200, 200, 0)]


@FULL
def test_losses_of_all_cells_are_visited_one_by_one(
    looking: Looking, server: RunningServer, run: dict[str, Any]
) -> None:
    writes = [step for step in server.steps(run["id"]) if step["op"] == "write"]
    total = sum(cell["lost"] for cell in run["summary"]["cells"])
    expect(looking.part("next-loss")).to_contain_text(f"({total})")
    targets = set()
    looking.part("speed").select_option("8")
    looking.key("Home")
    for _ in range(total):
        looking.key("n")
        expect(looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence|is-end-sentence"))
        if "is-end-sentence" in (looking.left.part("narration").get_attribute("class") or ""):
            break
        step = next(step for step in writes if step["index"] == looking.position - 1)
        assert f"to {step['target']}, made from" in looking.left.narration
        losing = (
            looking.left.part("stage")
            .locator(".cell-box")
            .evaluate_all("boxes => boxes.map(box => box.classList.contains('is-losing'))")
        )
        assert losing == [cell["name"] == step["target"] for cell in run["summary"]["cells"]]
        targets.add(step["target"])
    assert targets == {cell["name"] for cell in run["summary"]["cells"] if cell["lost"]}


def test_the_charts_are_about_the_chosen_cell_and_the_address_keeps_it(looking: Looking, run: dict[str, Any]) -> None:
    looking.page.locator('[data-panel="lineage"]').click()
    lineage = looking.left.part("lineage")
    first, second, third = run["summary"]["cells"]
    expect(lineage).to_have_attribute("aria-label", re.compile(rf"Lineage of {re.escape(first['name'])}: "))
    looking.left.part("cells").get_by_role("button", name=second["name"]).click()
    words = f"{second['name']}: {second['writes']} writes, {second['writes'] - second['lost']} on the trunk"
    expect(lineage).to_have_attribute("aria-label", re.compile(re.escape(words)))
    looking.left.part("stage").locator(".cell-box.is-row").nth(2).click(force=True)
    expect(lineage).to_have_attribute("aria-label", re.compile(rf"Lineage of {re.escape(third['name'])}: "))
    expect(looking.page).to_have_url(re.compile(r"cell=numbers%5B2%5D"))
    looking.page.reload()
    expect(lineage).to_have_attribute("aria-label", re.compile(rf"Lineage of {re.escape(third['name'])}: "))
    expect(looking.left.part("cells").locator('[aria-pressed="true"]')).to_have_text(third["name"])


def test_the_anatomy_says_which_cell_it_is_about(looking: Looking) -> None:
    looking.page.locator('[data-panel="anatomy"]').click()
    looking.key("Home")
    looking.key("n")
    anatomy = looking.left.part("anatomy")
    expect(anatomy.locator(".anatomy-caption")).to_have_text(re.compile(r"write to numbers\[\d\] erases"))


def test_one_cell_alone_is_not_asked_about(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none")
    expect(looking.left.part("cells")).to_be_hidden()
    expect(looking.left.part("stage").locator(".cell-name")).to_have_text(["number"])
