"""A presenter leads a room, on any page: the class follows, votes, is told the truth, and is the processes."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.judging import Judge
from tests.browser.looking import PHONE
from tests.browser.presenting import Presenting, presenting
from tests.exported import exported
from tests.recordings import recorded
from tests.serving import RunningServer, until
from tests.variants import FULL, one_in

Present = Callable[..., Presenting]

PROJECTOR = {"width": 1280, "height": 720}
SMALLEST_TYPE = """
layer => {
  const sizes = [];
  for (const element of layer.querySelectorAll("*")) {
    const words = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim());
    if (words.length === 0 || element.getClientRects().length === 0) continue;
    const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
    sizes.push([scale * parseFloat(getComputedStyle(element).fontSize), element.textContent.slice(0, 30)]);
  }
  return sizes.sort(([one], [other]) => one - other)[0];
}
"""


@pytest.fixture
def present(page: Page, server: RunningServer) -> Iterator[Present]:
    """Opens a room on a page: `present("/walkthrough", phones=2)`."""
    with ExitStack() as rooms:
        yield lambda path="/", phones=0: rooms.enter_context(presenting(page, server, path, phones))


def test_a_browser_that_holds_no_room_asks_for_nothing_of_rooms(page: Page, server: RunningServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    expect(page.locator('[data-part="room"]')).to_have_text("Room")
    page.wait_for_function("document.querySelector('[data-mode=start]')")
    assert asked
    assert [url for url in asked if "presenter" in url or "/api/rooms" in url or "room=" in url] == []


@FULL
def test_neither_a_page_in_one_file_nor_a_recording_has_a_room() -> None:
    assert b'data-part="link"' not in exported(recorded("race-none"), "html")
    assert b'data-part="room"' not in exported(recorded("race-none"), "html")


def test_the_way_in_stands_on_the_screen_and_says_who_has_come(present: Present) -> None:
    presenter = present(phones=1)
    expect(presenter.title).to_have_text("Join with your phone")
    layer, code = presenter.layer, presenter.room.code
    expect(layer.locator(".join-code")).to_have_text(code)
    way_in = presenter.room.ask("GET", "join").json()
    host = httpx.URL(way_in["join"][0]).netloc.decode()
    expect(layer.locator(".join-address")).to_have_text(f"{host}/{code.lower()}")
    picture = layer.get_by_role("img", name="The address of this room as a QR code")
    presenter.page.wait_for_function("it => it.complete && it.naturalWidth > 0", arg=picture.element_handle())
    # What keeps phones away depends on this machine; where something does, it is said.
    expect(layer.locator(".join-hint")).to_have_text(way_in["hint"] or "")
    presenter.room.join()
    expect(layer.locator(".join-here")).to_have_text("2 phones here")
    presenter.room.phones[0].leave()
    expect(layer.locator(".join-here")).to_have_text("1 phone here")


def test_escape_leaves_the_layer_and_the_page_stands_as_it_was(present: Present) -> None:
    presenter = present("/?runs=race-none,race-with&at=17")
    expect(presenter.page).to_have_url(re.compile("scenario="))  # the page has said all of what it shows
    before = presenter.page.url
    presenter.page.keyboard.press("Escape")
    expect(presenter.layer).to_be_hidden()
    presenter.looking.expect_position(17)
    assert presenter.page.url == before
    # And keys are the page's again.
    presenter.looking.key("ArrowRight")
    presenter.looking.expect_position(18)
    presenter.show()
    presenter.page.keyboard.press("ArrowRight")
    presenter.page.keyboard.press("j")
    expect(presenter.layer).to_be_hidden()
    presenter.looking.expect_position(18)


def test_who_loads_the_page_again_or_goes_to_another_is_still_the_presenter(
    present: Present, server: RunningServer, faults: list[str]
) -> None:
    presenter = present(phones=2)
    presenter.page.reload()
    presenter.expect_scene("join")
    presenter.act("Hide").click()
    for path in ("/scheduler", "/recordings", "/no-such-page"):
        presenter.page.goto(f"{server.url}{path}")
        expect(presenter.button).to_have_text(f"Room {presenter.room.code} · 2")
        expect(presenter.layer).to_be_hidden()
        presenter.expect_shown(path)
    assert all("404" in fault for fault in faults)
    faults.clear()


def test_the_room_is_told_what_the_page_shows_its_runs_its_moment_and_its_clip(present: Present) -> None:
    presenter = present("/?runs=race-none,race-with&at=17")
    presenter.act("Hide").click()

    def shows(**wanted: object) -> None:
        until(lambda: {name: presenter.room.view["shown"][name] for name in wanted} == wanted)

    shows(runs=["race-none", "race-with"], at=17, clip=None, title="Race")
    assert "at=" not in presenter.room.view["shown"]["path"]
    presenter.looking.key("ArrowRight")
    shows(at=18)
    presenter.looking.key("End")
    shows(at=None)
    presenter.looking.key("n")
    clip = until(lambda: presenter.room.view["shown"]["clip"])
    expect(presenter.page).to_have_url(re.compile(f"clip={clip}"))


@FULL
def test_a_page_without_runs_says_that_it_shows_none(present: Present) -> None:
    presenter = present("/walkthrough/value/the-race")
    presenter.act("Hide").click()
    shown = until(lambda: presenter.room.view["shown"])
    assert (shown["path"], shown["runs"]) == ("/walkthrough/value/the-race", [])
    presenter.page.keyboard.press("PageDown")
    runs = until(lambda: presenter.room.view["shown"]["runs"])
    assert runs
    presenter.page.keyboard.press("Home")
    until(lambda: presenter.room.view["shown"]["path"] == "/walkthrough")
    assert presenter.room.view["shown"]["runs"] == []


@FULL
def test_of_several_tabs_the_one_that_was_used_last_leads(present: Present, server: RunningServer) -> None:
    presenter = present("/scheduler")
    presenter.act("Hide").click()
    presenter.expect_shown("/scheduler")
    other = presenter.page.context.new_page()
    other.goto(f"{server.url}/fix-it")
    presenter.expect_shown("/fix-it")
    presenter.page.bring_to_front()
    presenter.page.locator("body").click(position={"x": 2, "y": 2})
    presenter.expect_shown("/scheduler")
    other.close()


@FULL
def test_the_class_says_what_the_counter_will_show_and_then_it_runs(present: Present, tmp_path: Path) -> None:
    presenter = present(phones=4)
    presenter.do("Ask: what will the counter show?", "asked")
    expect(presenter.title).to_have_text("What will the counter show?")
    expect(presenter.layer.locator(".room-lead")).to_have_text(re.compile("^Two processes add 1 .* There is no lock.$"))
    expect(presenter.layer.get_by_role("status")).to_have_text("0 of 4 have answered")
    presenter.vote("20", "20", "fewer")
    expect(presenter.layer.get_by_role("status")).to_have_text("3 of 4 have answered")
    expect(presenter.layer.locator(".boxes .is-full")).to_have_count(3)
    expect(presenter.layer).not_to_contain_text("fewer")  # what was answered stays hidden

    presenter.run_it()
    question = presenter.question
    assert question["state"] == "revealed"
    counter = int(question["truth"])
    assert counter < 20
    assert question["right"] == [question["truth"], "fewer"]
    expect(presenter.title).to_have_text("Two of you said 20. One said fewer.")
    expect(presenter.layer.locator(".figures dd")).to_have_text(["20", str(counter), str(20 - counter)])
    expect(presenter.layer.locator(".votes circle.votes-dot")).to_have_count(3 + 1)  # who was right wears a ring
    expect(presenter.layer.locator(".votes .votes-flag-words")).to_have_text(f"counter {counter}")
    expect(presenter.layer).to_contain_text(f"{20 - counter} of 20 additions")

    with presenter.page.expect_download() as download:
        presenter.act("Results as CSV").click()
    assert download.value.suggested_filename == f"room-{presenter.room.code}.csv"
    download.value.save_as(tmp_path / "results.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "results.csv").read_text())))
    assert [(row["answer"], row["right"]) for row in rows] == [("20", "false"), ("20", "false"), ("fewer", "true")]

    presenter.act("See how one died").click()
    expect(presenter.layer).to_be_hidden()
    expect(presenter.looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence"))
    presenter.show()
    presenter.do("Done", "join")
    assert presenter.room.view["question"] is None


@FULL
def test_the_class_votes_again_after_a_talk_and_sees_who_moved(present: Present) -> None:
    presenter = present(phones=3)
    presenter.do("Ask: what will the counter show?", "asked")
    presenter.vote("20", "20", "19")
    presenter.do("Vote again after a talk", "talking")
    expect(presenter.title).to_have_text("Talk to your neighbour.")
    presenter.do("Open the second vote", "asked")
    expect(presenter.layer.get_by_role("status")).to_have_text("0 of 3 have voted again")
    presenter.vote("fewer", "fewer", "19")
    presenter.run_it()
    expect(presenter.layer.locator(".room-lead")).to_have_text("2 moved from 20 to fewer.")
    expect(presenter.layer.locator(".votes .is-earlier")).to_have_count(3)
    expect(presenter.layer.locator(".votes text", has_text=re.compile("^(first vote|after the talk)$"))).to_have_count(
        2
    )


@FULL
def test_a_clicker_leads_through_it(present: Present) -> None:
    presenter = present(phones=1)
    presenter.page.keyboard.press("PageDown")
    presenter.expect_scene("asked")
    presenter.vote("20")
    presenter.page.keyboard.press("PageDown")
    expect(presenter.layer).to_be_hidden()
    presenter.looking.skip_playback()
    presenter.expect_scene("revealed")
    presenter.page.keyboard.press("PageDown")
    expect(presenter.layer).to_be_hidden()
    expect(presenter.looking.left.part("narration")).to_have_class(re.compile("is-loss-sentence"))


@FULL
def test_run_again_with_a_lock_shows_the_race_with_the_lock_alone(present: Present) -> None:
    presenter = present(phones=1)
    presenter.do("Ask: what will the counter show?", "asked")
    presenter.run_it()
    first = presenter.page.url
    presenter.act("Run again with a lock").click()
    expect(presenter.layer).to_be_hidden()
    expect(presenter.looking.left.root).to_be_hidden()
    expect(presenter.page).not_to_have_url(first)
    presenter.looking.skip_playback()
    presenter.looking.right.wait_for_the_end()
    assert presenter.looking.right.score == (20, 20, 0)


@FULL
def test_a_page_that_was_loaded_again_while_it_ran_can_still_reveal(present: Present) -> None:
    presenter = present(phones=1)
    presenter.do("Ask: what will the counter show?", "asked")
    presenter.vote("20")
    presenter.act("Run it").click()
    expect(presenter.page).to_have_url(re.compile("runs="))
    presenter.page.reload()
    presenter.looking.skip_playback()  # its address may have had the moment at which it was: there it stays
    presenter.looking.left.wait_for_the_end()
    presenter.show()
    presenter.expect_scene("closed")
    presenter.do("Reveal", "revealed")
    assert presenter.question["truth"] is not None


@FULL
def test_a_question_of_the_walkthrough_is_asked_closed_and_revealed(present: Present) -> None:
    presenter = present("/walkthrough/locks/acquire-release", phones=2)
    presenter.do("Ask this question", "asked")
    options = presenter.question["options"]
    expect(presenter.layer.locator(".choices-list li")).to_have_text(
        [f"{place + 1}{each}" for place, each in enumerate(options)]
    )
    presenter.vote("1", "2")
    presenter.do("Close", "closed")
    presenter.do("Reveal", "revealed")
    expect(presenter.title).to_have_text("One of you was right.")
    right = presenter.question["right"]
    expect(presenter.layer.locator(".vote-row.is-right .vote-number")).to_have_text(right)
    expect(presenter.layer.locator(".vote-bar b")).to_have_text(["1", "1", "0"])


@FULL
def test_a_question_of_the_walkthrough_that_chance_decides_waits_for_its_run(present: Present) -> None:
    presenter = present("/walkthrough/value/the-race", phones=1)
    presenter.do("Ask this question", "asked")
    presenter.vote("20")
    presenter.act("Run it").click()
    expect(presenter.layer).to_be_hidden()
    expect(presenter.page.locator("body")).to_have_attribute("data-phase", "run")
    presenter.looking.wait_for_steps(1)
    presenter.page.locator('[data-part="end"]').click()
    presenter.expect_scene("revealed")
    run = presenter.room.view["shown"]["runs"][0]
    [cell] = presenter.room.server.finished(run)["summary"]["cells"]
    assert presenter.question["truth"] == str(cell["final"])


@FULL
def test_the_class_is_the_processes_and_plays_again_with_a_lock(present: Present) -> None:
    presenter = present(phones=2)
    presenter.do("You are the processes", "choosing")
    expect(presenter.layer.get_by_role("radio").first).to_be_checked()
    presenter.do("Start", "playing")
    assert presenter.room.view["game"]["processes"] == ["P1", "P2"]
    score = presenter.layer.locator(".game-score dd")
    expect(score).to_have_text(["0", "0"])
    # Both read, then both write: the second write erases the first.
    presenter.press("P1", "P2", "P1", "P2", "P1", "P2")
    expect(presenter.layer.locator(".narration")).to_contain_text("is lost")
    expect(score).to_have_text(["1", "1"])
    expect(presenter.layer.locator(".team.is-last")).to_contain_text("P2")
    expect(presenter.layer.locator(".team-size")).to_have_text(["1 phone", "1 phone"])
    presenter.press(*["P1"] * 3, *["P2"] * 3)
    expect(score).to_have_text(["4", "3", "1"])
    presenter.do("Again with a lock", "playing")
    until(lambda: presenter.room.view["game"]["guard"] == "with")
    expect(score).to_have_text(["0", "0"])
    expect(presenter.layer.locator(".gate")).not_to_have_count(0)
    presenter.do("End", "join")
    assert presenter.room.view["game"] is None


@FULL
def test_a_class_reaches_a_goal_together_and_can_look_at_it_again(present: Present) -> None:
    presenter = present("/scheduler", phones=3)
    presenter.do("You are the processes", "choosing")
    presenter.layer.get_by_text("Lose one update").click()
    expect(presenter.layer).to_contain_text("Let the counter end at 1.")
    presenter.do("Start", "playing")
    expect(presenter.layer.locator(".team-size")).to_have_text(["2 phones", "1 phone"])
    presenter.press("P1", "P2", "P1", "P2", "P1", "P2")
    expect(presenter.layer.get_by_text("✓ The goal is reached.")).to_be_visible()
    run = presenter.room.view["game"]["run"]
    presenter.act("Look at it again").click()
    expect(presenter.page).to_have_url(re.compile(f"/runs/{run}"))
    expect(presenter.looking.left.part("narration")).to_have_class(re.compile("is-end-sentence"))
    expect(presenter.layer).to_be_hidden()


@FULL
def test_processes_whose_phones_have_left_are_handed_to_others(present: Present) -> None:
    presenter = present(phones=3)
    presenter.do("You are the processes", "choosing")
    presenter.layer.get_by_text("Lose one update").click()
    presenter.do("Start", "playing")
    phones = presenter.room.phones
    until(lambda: all(phone.own["process"] for phone in phones))
    alone = next(phone for phone in phones if phone.own["process"] == "P2")
    alone.leave()
    expect(presenter.layer.locator(".team-size")).to_have_text(["2 phones", "0 phones"])
    presenter.act("Hand over what nobody holds").click()
    expect(presenter.layer.locator(".team-size")).to_have_text(["1 phone", "1 phone"])
    presenter.room.phones.remove(alone)


def test_a_room_is_ended_after_one_question_and_the_page_lets_go(present: Present) -> None:
    presenter = present(phones=1)
    presenter.do("End the room", "ending")
    presenter.do("Keep it", "join")
    presenter.do("End the room", "ending")
    presenter.act("End it").click()
    expect(presenter.layer).to_be_hidden()
    expect(presenter.button).to_have_text("Room")
    assert presenter.page.evaluate("localStorage.getItem('room')") is None
    until(lambda: presenter.room.phones[0].room["status"] == "ended")


def test_a_room_that_is_gone_says_so_and_the_page_lets_go(present: Present) -> None:
    presenter = present()
    presenter.act("Hide").click()
    presenter.room.ask("DELETE")
    expect(presenter.page.get_by_role("alert").first).to_contain_text(f"Room {presenter.room.code} has ended")
    expect(presenter.button).to_have_text("Room")
    assert presenter.page.evaluate("localStorage.getItem('room')") is None


@pytest.mark.parametrize(
    "size", one_in(4, [PROJECTOR, {"width": 1920, "height": 1080}, PHONE, {"width": 844, "height": 390}])
)
def test_every_view_fits_its_screen_and_is_read_from_the_last_row(present: Present, size: dict[str, int]) -> None:
    presenter = present(phones=3)
    presenter.page.set_viewport_size(size)  # type: ignore[arg-type]

    def fits(scene: str) -> None:
        presenter.expect_scene(scene)
        presenter.looking.wait_until_drawn()
        wide, high, width, height = presenter.layer.evaluate(
            "it => [it.scrollWidth, it.scrollHeight, it.clientWidth, it.clientHeight]"
        )
        assert wide == width, f"{scene} scrolls sideways"
        if size["width"] < 1000:
            return
        assert high == height, f"{scene} is {high - height} too high"
        smallest, words = presenter.layer.evaluate(SMALLEST_TYPE)
        assert smallest >= 24 * min(size["width"] / 1280, size["height"] / 720) - 0.1, (
            f"{scene}: “{words}” is {smallest} px"
        )

    fits("join")
    presenter.do("You are the processes", "choosing")
    fits("choosing")
    presenter.do("Start", "playing")
    expect(presenter.layer.locator(".stage-drawing")).to_be_visible()
    fits("playing")
    presenter.do("End", "join")
    presenter.do("Ask: what will the counter show?", "asked")
    fits("asked")
    presenter.vote("20", "19", "fewer")
    presenter.do("Vote again after a talk", "talking")
    fits("talking")
    presenter.do("Open the second vote", "asked")
    presenter.vote("fewer", "19", "fewer")
    presenter.run_it()
    fits("revealed")


def test_nobody_is_kept_out_of_any_view(present: Present, judge: Judge) -> None:
    presenter = present(phones=2)
    page = presenter.page
    judge(page, "the way in")
    presenter.do("You are the processes", "choosing")
    judge(page, "what can be played")
    presenter.do("Start", "playing")
    presenter.press("P1", "P2", "P1", "P2", "P1")
    expect(presenter.layer.locator(".narration")).not_to_be_empty()
    judge(page, "a game")
    presenter.do("End", "join")
    presenter.do("Ask: what will the counter show?", "asked")
    presenter.vote("20", "fewer")
    judge(page, "a question")
    presenter.run_it()
    judge(page, "the answers")
    page.set_viewport_size(PHONE)
    judge(page, "the answers, on a phone")
    presenter.do("Done", "join")
    presenter.do("End the room", "ending")
    judge(page, "the end")


def test_everything_on_the_layer_is_reached_by_tab_and_shows_its_focus(present: Present) -> None:
    presenter = present()
    reached = set()
    for _ in range(8):
        presenter.page.keyboard.press("Tab")
        words, outline = presenter.page.evaluate(
            "[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if presenter.layer.evaluate("it => it.contains(document.activeElement)"):
            reached.add(words)
            assert outline == "solid", words
    assert reached == {"Hide", "Ask: what will the counter show?", "You are the processes", "End the room"}


def test_the_keys_of_every_page_name_the_room(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page()
    page.goto(f"{server.url}/fix-it")
    expect(page.locator('[data-part="theme"]')).to_have_text("Dark")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Room: a class follows on its phones")
