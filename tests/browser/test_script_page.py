"""The page of a traced script, on recordings made for it: code, findings, lanes; live, clean, crowded, hanging."""

import re
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from lost_update.model.ops import Op
from tests.browser.conftest import OpenPage
from tests.browser.firefox import Firefox
from tests.browser.judging import Judge
from tests.browser.looking import LAPTOP, PHONE, TWO_FRAMES
from tests.serving import RunningServer, serving_by, until
from tests.variants import FULL, one_in

THIN = "\u2009"


@pytest.fixture(scope="module")
def scripts() -> Iterator[RunningServer]:
    """A server that shows traced scripts."""
    with serving_by([sys.executable, "-m", "tests.browser.script_server", "votes"]) as running:
        yield running


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part='{name}']")


def open_script(page: Page, scripts: RunningServer, name: str, query: str = "") -> Page:
    """The page on that recording, when all of its steps are there."""
    view = scripts.view(name)
    page.goto(f"{scripts.url}/script/{name}{query}")
    steps = f"{view['steps']:,}".replace(",", THIN)
    expect(part(page, "position")).to_have_text(re.compile(rf"^Step [\d{THIN}]+ of {steps}$"))
    expect(page.locator(".lane-name").first).to_be_visible()
    return page


@pytest.fixture(scope="module")
def votes(open_to_look: OpenPage, scripts: RunningServer) -> Page:
    """The page on the votes, for the tests that only look at it."""
    return open_script(open_to_look(), scripts, "votes")


def line(page: Page, number: int) -> Locator:
    return page.locator(".line").nth(number - 1)


@FULL
def test_it_says_what_ran_and_what_nobody_watched(votes: Page) -> None:
    expect(votes.locator(".script-command")).to_have_text("$ lost-update trace votes.py")
    expect(part(votes, "figures")).to_contain_text("5 processes")
    expect(part(votes, "figures")).to_contain_text("exit status 0")
    expect(part(votes, "not-seen")).to_have_text("Not watched: files, the terminal")
    expect(votes).to_have_title("Script · Lost Update")


@FULL
def test_the_gutter_says_who_took_steps_in_a_line_and_a_sentence_stands_under_it(votes: Page) -> None:
    expect(line(votes, 9).locator(".line-gutter use")).to_have_count(2)
    expect(line(votes, 9).locator(".line-gutter")).to_have_attribute("title", f"P1 and P2: 3{THIN}600 steps")
    expect(line(votes, 14).locator(".line-gutter use").first).to_have_attribute("href", "#mark-2")
    expect(line(votes, 9)).to_contain_text("updates were lost here")
    expect(line(votes, 16)).to_contain_text("Not seen to happen")
    expect(line(votes, 10).locator(".line-note")).to_have_count(0)


def test_it_opens_at_the_first_loss_with_its_line_lit(votes: Page) -> None:
    expect(part(votes, "narration")).to_contain_text("update is lost")
    expect(votes.locator(".line.is-current")).to_contain_text("tally.value += 1")
    expect(part(votes, "loss-count")).to_contain_text("1 of")


def test_findings_come_with_figures_advice_and_how_certain_they_are(votes: Page, scripts: RunningServer) -> None:
    cell = scripts.view("votes")["summary"]["cells"][0]
    happened, suspected = votes.locator("article.finding").all()
    expect(happened.locator(".chip-certainty")).to_have_text("happened")
    expect(happened.locator(".finding-figures")).to_contain_text(str(cell["lost"]))
    expect(happened.locator("svg.finding-picture")).to_be_visible()
    expect(happened.locator("pre")).to_have_text("with tally.get_lock():\n    tally.value += 1")
    expect(suspected.get_by_role("heading")).to_have_text("Deadlock: ledger and seal")
    expect(suspected.locator(".finding-command")).to_contain_text("lost-update trace --prove votes.py")


def test_show_me_plays_the_evidence_and_ends_with_the_loss(page: Page, scripts: RunningServer) -> None:
    finding = scripts.view("votes")["findings"][0]
    open_script(page, scripts, "votes")
    part(page, "zoom-all").click()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Show me how one died").click()
    narration = part(page, "narration")
    expect(narration).to_contain_text("reads")
    expect(narration).to_contain_text("update is lost")
    last = f"{finding['steps'][-1] + 1:,}".replace(",", THIN)
    expect(part(page, "position")).to_contain_text(f"Step {last} of")
    expect(page.get_by_role("heading", name="Lost update", exact=True)).to_be_visible()


@FULL
def test_the_evidence_of_what_is_only_suspected_ends_with_its_message(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "votes")
    page.get_by_role("button", name="Show me the orders").click()
    expect(part(page, "narration")).to_contain_text("Not seen to happen")
    expect(page.locator(".line.is-current")).to_contain_text("with second:")


def test_anatomy_is_a_table_and_a_step_of_it_can_be_gone_to(page: Page, scripts: RunningServer) -> None:
    steps = scripts.view("votes")["findings"][0]["steps"]
    open_script(page, scripts, "votes")
    button = page.get_by_role("button", name="Anatomy").first
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    rows = page.locator(".finding-anatomy tbody tr")
    expect(rows).to_have_count(len(steps))
    expect(rows.last).to_contain_text("write")
    rows.first.get_by_role("button").click()
    expect(part(page, "position")).to_contain_text(f"Step {steps[0] + 1} of")


@FULL
def test_keys_move_through_steps_losses_and_findings(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "votes")
    position = part(page, "position")
    page.keyboard.press("Home")
    expect(position).to_contain_text("Step 0 of")
    expect(part(page, "narration")).to_contain_text("Nothing has happened yet")
    page.keyboard.press("ArrowRight")
    expect(position).to_contain_text("Step 1 of")
    expect(part(page, "narration")).to_have_text("main starts P1.")
    page.keyboard.press("End")
    expect(part(page, "narration")).to_contain_text("That was the last step.")
    page.keyboard.press("n")
    expect(part(page, "narration")).to_contain_text("update is lost")
    expect(part(page, "loss-count")).to_contain_text("(1 of")
    page.keyboard.press("n")
    expect(part(page, "loss-count")).to_contain_text("(2 of")
    page.keyboard.press("p")
    expect(part(page, "loss-count")).to_contain_text("(1 of")
    page.keyboard.press("PageDown")
    expect(part(page, "narration")).to_contain_text("Not seen to happen")


def test_the_lanes_are_the_scrubber_and_the_address_holds_the_place(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "votes")
    lanes = part(page, "lanes")
    box = lanes.bounding_box()
    assert box
    expect(page).to_have_url(re.compile(r"\?at=\d+$"))
    first = page.url
    page.mouse.click(box["x"] + box["width"] - 200, box["y"] + 60)
    expect(part(page, "narration")).not_to_contain_text("update is lost")
    expect(page).not_to_have_url(first)
    words = part(page, "narration").inner_text()
    page.reload()
    expect(part(page, "narration")).to_have_text(words)


def test_one_can_zoom_and_come_back(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "votes")
    before = page.locator(".lanes-picture").screenshot()
    part(page, "zoom-in").click()
    part(page, "zoom-in").click()
    assert page.locator(".lanes-picture").screenshot() != before
    part(page, "zoom-all").click()
    part(page, "scrubber").focus()
    page.keyboard.press("Home")
    expect(part(page, "position")).to_contain_text("Step 0 of")


def test_while_it_runs_it_says_what_has_been_looked_at(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "live")
    findings = part(page, "findings")
    expect(findings).to_contain_text("Nothing found so far")
    expect(findings).to_contain_text(f"3{THIN}012 writes of tally")
    expect(findings).to_contain_text("ledger and seal have not been taken yet")
    expect(findings).to_contain_text("done: nothing put, nothing taken")
    expect(part(page, "figures")).to_contain_text("running")
    expect(part(page, "go-live")).to_have_text("Live")
    assert page.get_by_role("progressbar").count() == 0


def test_what_hangs_is_said_while_it_hangs(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "hangs")
    expect(part(page, "findings")).to_contain_text("Neither can go on.")
    expect(line(page, 16)).to_contain_text("Neither can go on.")
    expect(part(page, "narration")).to_have_text("P2 waits for the lock ledger, which P1 holds.")
    page.get_by_role("button", name="Show me").click()
    expect(part(page, "narration")).to_contain_text("Neither can go on.")


def test_a_clean_run_says_what_it_shows_and_what_it_does_not(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "clean")
    findings = part(page, "findings")
    expect(findings).to_contain_text("Nothing was found in this run")
    expect(findings).to_contain_text(f"All 6{THIN}000 updates are in tally")
    expect(findings).to_contain_text("All 5 processes ended by themselves.")
    expect(findings).to_contain_text("Other input, more processes or another start method take other steps.")
    expect(findings).to_contain_text("lost-update trace --repeat 20 votes.py")
    assert page.locator("article.finding").count() == 0


@FULL
def test_many_processes_are_folded_and_ten_thousand_cells_are_searched(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "grid")
    expect(page.locator(".lane-name.is-lane")).to_have_count(5)
    expect(page.locator(".lane-name.is-fold")).to_contain_text("60 others")
    expect(line(page, 8).locator(".line-gutter b")).to_have_text("64×")
    assert part(page, "cells").locator("button").count() <= 12
    part(page, "search").fill("grid[77]")
    expect(part(page, "cells").locator("button").first).to_contain_text("grid[")
    part(page, "cells").get_by_role("button", name="grid[77]").click()
    expect(page.locator(".lane-name.is-value")).to_contain_text("grid[77]")
    expect(page).to_have_url(re.compile(r"cell=grid"))
    part(page, "fold").click()
    expect(page.locator(".lane-name.is-lane")).to_have_count(65)
    part(page, "lanes").evaluate("lanes => lanes.scrollTo(0, 1e6)")
    expect(page.locator(".lane-name", has_text="P64")).to_be_in_viewport()


@FULL
def test_each_of_several_files_is_behind_a_tab(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "grid")
    tabs = part(page, "files").get_by_role("button")
    expect(tabs).to_have_text(["grid.py", "grid_work.py"])
    expect(tabs.nth(1)).to_have_attribute("aria-pressed", "true")
    tabs.nth(0).click()
    expect(part(page, "listing")).to_contain_text("from grid_work import visit")
    page.keyboard.press("n")
    expect(part(page, "listing")).to_contain_text("grid[place] += 1")


def test_every_op_has_a_plain_sentence(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "every-op", "?at=1")
    expect(part(page, "narration")).to_contain_text("begins")
    said = set()
    for _ in range(len(Op) - 1):
        before = part(page, "position").inner_text()
        page.keyboard.press("ArrowRight")
        expect(part(page, "position")).not_to_have_text(before)
        words = part(page, "narration").inner_text()
        assert re.search(r"^\S.*[.)]$", words), words
        assert not re.search(r"null|undefined|NaN|_", words), words
        said.add(words)
    assert len(said) == len(Op) - 1


def test_on_a_phone_the_findings_come_first_and_what_is_played_comes_into_view(
    open_page: OpenPage, scripts: RunningServer
) -> None:
    page = open_page(viewport=PHONE)
    open_script(page, scripts, "votes")
    tops = [page.locator(name).bounding_box() for name in (".script-findings", ".script-code", ".script-time")]
    places = [box["y"] for box in tops if box]
    assert places == sorted(places)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Show me how one died").click()
    expect(part(page, "narration")).to_be_in_viewport()


def test_a_projector_shows_big_type(page: Page, scripts: RunningServer) -> None:
    open_script(page, scripts, "votes")
    page.keyboard.press("m")
    for name in (".line.is-current > code", ".line-note", ".script-narration", ".lane-name b"):
        size = page.locator(name).first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
        assert size >= 23.9, name
    expect(page.locator(".line.is-current")).to_be_in_viewport()


@pytest.mark.parametrize("name", one_in(5, ["votes", "clean", "grid", "hangs", "live"]))
def test_nobody_is_kept_out(page: Page, scripts: RunningServer, judge: Judge, name: str) -> None:
    open_script(page, scripts, name)
    for viewport in (LAPTOP, PHONE):
        page.set_viewport_size(viewport)
        judge(page, f"{name} at {viewport['width']} pixels")


@FULL
@pytest.mark.parametrize("name", ["votes", "grid"])
def test_on_a_wide_screen_the_page_itself_does_not_scroll(page: Page, scripts: RunningServer, name: str) -> None:
    open_script(page, scripts, name)
    for width, height in ((1280, 720), (1920, 1080), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(TWO_FRAMES)
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        transport = part(page, "transport").bounding_box()
        assert transport
        assert transport["y"] + transport["height"] <= height + 1


PAINTED = """
[...document.querySelectorAll('.script-lanes canvas')].every((canvas) =>
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((each) => each > 0))
"""


@FULL
def test_in_firefox_it_is_the_same_page(firefox: Firefox, scripts: RunningServer) -> None:
    firefox.resize(1280, 720)
    firefox.open(f"{scripts.url}/script/votes")
    until(
        lambda: firefox.evaluate("document.querySelector('.script-narration').textContent.includes('update is lost')")
    )
    until(lambda: firefox.evaluate("document.querySelectorAll('.lane-name').length > 5"))
    until(lambda: firefox.evaluate(PAINTED))
    firefox.press("n")
    until(lambda: firefox.evaluate("document.querySelector('[data-part=loss-count]').textContent.includes('(2 of')"))
    assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert firefox.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert firefox.complaints() == []


@FULL
def test_the_value_row_follows_what_is_played_until_one_chooses(page: Page, scripts: RunningServer) -> None:
    finding = scripts.view("grid")["findings"][0]
    steps = scripts.steps("grid")
    open_script(page, scripts, "grid")
    value = page.locator(".lane-name.is-value")
    expect(value).to_contain_text(steps[finding["steps"][-1]]["target"])
    page.keyboard.press("n")
    second = [step for step in steps if step.get("lost")][1]
    expect(value).to_contain_text(second["target"])


@FULL
def test_a_key_in_the_address_opens_the_page_once_and_for_all(open_page: OpenPage) -> None:
    key = "a-key-of-some-length"
    command = [sys.executable, "-m", "tests.browser.script_server", "votes"]
    page = open_page()
    with serving_by(command, LOST_UPDATE_ACCESS_KEY=key) as private, closing(page):
        page.goto(f"{private.url}/script/votes?key={key}")
        expect(page).to_have_url(re.compile(r"/script/votes(\?at=\d+)?$"))
        expect(part(page, "narration")).to_contain_text("update is lost")
        page.reload()
        expect(part(page, "narration")).to_contain_text("update is lost")
