"""One lost update taken apart: the steps that made it, in order, and as text for slides.

What the table says of every loss is held against the steps in tests/js/anatomy.test.js.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking, Race
from tests.recordings import load
from tests.serving import RunningServer
from tests.variants import FULL, one_in

ERASES = re.compile(r"✕ erases (P\d)’s \+1( and \d+ more)?$")


def open_anatomy(page: Page, server: RunningServer) -> Looking:
    """The page on a race that has lost something, with the panel open, at its first lost update."""
    looking = Looking(page)
    looking.open_runs(server.url, "race-none", panel="anatomy")
    looking.key("Home")
    looking.expect_position(0)
    looking.key("n")
    expect(looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence"))
    return looking


def rows(race: Race) -> list[list[str]]:
    """The table as people read it."""
    expect(race.part("anatomy").locator("tbody tr")).not_to_have_count(0)
    return [row.locator("th, td").all_inner_texts() for row in race.part("anatomy").locator("tbody tr").all()]


def test_the_table_holds_the_steps_of_victim_and_thief_in_order_and_nothing_else(
    page: Page, server: RunningServer
) -> None:
    looking = open_anatomy(page, server)
    table = rows(looking.left)
    _, steps = load("race-none")
    assert len(table) == 6
    positions = [int(row[0]) for row in table]
    assert positions == sorted(positions)
    assert positions[-1] == looking.position
    words = {"read": "reads", "modify": "computes", "write": "writes"}
    heads = looking.left.part("anatomy").locator("thead th").all_inner_texts()
    for row, position in zip(table, positions, strict=True):
        step = steps[position - 1]
        told = row[[head.strip() for head in heads].index(step["process"])]
        assert told.startswith(f"{words[step['op']]} {step['value']}")
        if step["op"] != "modify":
            assert row[-1] == f"{step['value']} · v{step['version']}"
    thief = steps[positions[-1] - 1]["process"]
    (victim,) = {steps[position - 1]["process"] for position in positions} - {thief}
    erased = ERASES.search(" ".join(table[-1]).replace(f" {table[-1][-1]}", "").strip())
    assert erased is not None
    assert erased[1] == victim
    expect(looking.left.part("anatomy").locator("p")).to_contain_text(f"{thief}’s write erases {victim}’s +1")


@FULL
def test_rows_say_what_is_past_what_is_now_and_what_comes_and_lead_there(page: Page, server: RunningServer) -> None:
    looking = open_anatomy(page, server)
    table = looking.left.part("anatomy").locator("tbody tr")
    now = table.and_(page.locator("[aria-current=step]"))
    expect(now).to_contain_text("erases")
    third = int(table.nth(2).locator("th").inner_text())
    table.nth(2).locator("td").last.click()
    looking.expect_position(third)
    expect(now.locator("th")).to_have_text(str(third))
    expect(table.and_(page.locator(".is-later"))).to_have_count(3)
    table.nth(4).get_by_role("button").press("Enter")
    looking.expect_position(int(table.nth(4).locator("th").inner_text()))


@pytest.mark.parametrize("secure", one_in(2, [True, False]))
def test_the_table_can_be_copied_as_aligned_text(open_page: OpenPage, server: RunningServer, secure: bool) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    if not secure:
        # As in a room that reaches the server by its address: there is no clipboard to ask.
        page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})")
    looking = open_anatomy(page, server)
    table = rows(looking.left)
    button = looking.left.part("anatomy").get_by_role("button", name="Copy as text")
    button.click()
    expect(looking.left.part("anatomy").get_by_role("button", name="Copied")).to_be_focused()
    field = page.locator("body").evaluate_handle("body => body.appendChild(document.createElement('textarea'))")
    element = field.as_element()
    assert element is not None
    element.focus()
    page.keyboard.press("Control+v")
    lines = element.input_value().splitlines()
    assert lines[0].split() == ["step", "P1", "P2", "number"]
    end = lines[0].index("number")
    assert [line[end:] for line in lines[1:7]] == [row[-1] for row in table]
    assert lines[-1].endswith("read before.")


def test_a_run_that_lost_nothing_and_a_page_at_rest_say_so_in_a_sentence(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?panel=anatomy")
    expect(looking.left.part("anatomy")).to_contain_text("Here one lost update will stand")
    looking.open_runs(server.url, "get-lock", panel="anatomy")
    expect(looking.left.part("anatomy")).to_have_text(re.compile("lost nothing"))
    expect(looking.left.part("anatomy").locator("table")).to_be_hidden()


def test_the_write_that_killed_is_in_sight_however_long_the_table_is(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-none", at=30, panel="anatomy")
    last = looking.left.part("anatomy").locator("tbody tr").last
    expect(last).to_contain_text("erases P1’s +1 and 1 more")
    expect(last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 600})
    looking.left.part("panel").evaluate("panel => { panel.style.height = '5rem'; }")
    expect(last).to_be_in_viewport(ratio=1)
