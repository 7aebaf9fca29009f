"""The page of recordings: what is kept is listed, named, pinned, deleted and brought back, searched, and opened."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import JSHandle, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.recordings import file_of
from tests.serving import RunningServer, serving_by
from tests.variants import FULL


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that keeps what it records."""
    command = [sys.executable, "-m", "tests.keeping_server"]
    with serving_by(command, LOST_UPDATE_DATA_DIR=str(tmp_path_factory.mktemp("kept"))) as running:
        yield running


@pytest.fixture
def listed(open_page: OpenPage, keeping: RunningServer) -> Iterator[Page]:
    """The page, with three recordings that were opened from files. They are gone afterwards."""
    for name in ("race-none", "race-with", "crossed-locks"):
        bring(keeping, file_of(name))
    page = open_page()
    page.goto(f"{keeping.url}/recordings")
    expect(cards(page)).to_have_count(3)
    yield page
    for kept in httpx.get(f"{keeping.url}/api/recordings").json()["recordings"]:
        httpx.delete(f"{keeping.url}/api/recordings/{kept['id']}").raise_for_status()


def bring(server: RunningServer, file: Path) -> None:
    answer = httpx.post(
        f"{server.url}/api/recordings", content=file.read_bytes(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 201, answer.text


def cards(page: Page) -> Locator:
    return page.get_by_role("list", name="Recordings, newest first").get_by_role("listitem")


def card(page: Page, run_id: str) -> Locator:
    return page.locator(f'[data-id="{run_id}"]')


def title(page: Page, run_id: str) -> Locator:
    return card(page, run_id).locator(".kept-title")


def holding(page: Page, text: str) -> JSHandle:
    """What is dragged: a file of that text."""
    return page.evaluate_handle(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "race-lucky.ndjson"));
            return transfer;
        }""",
        text,
    )


def test_each_shows_what_ran_what_was_lost_and_a_picture_of_the_value(listed: Page) -> None:
    expect(cards(listed).nth(0)).to_contain_text("two locks, crossed")
    lossy = card(listed, "race-none")
    expect(lossy).to_contain_text("2 processes, 10 times each, without a lock")
    expect(lossy).to_contain_text(re.compile(r"expected 20 · counter \d+ · lost \d+"))
    expect(lossy).to_contain_text("opened from a file")
    expect(lossy.locator(".kept-gap")).to_be_attached()
    expect(card(listed, "race-with").locator(".kept-gap")).not_to_be_attached()


@FULL
def test_one_leads_to_the_race_itself(listed: Page) -> None:
    title(listed, "race-none").click()
    expect(listed).to_have_url(re.compile("/runs/race-none"))
    looking = Looking(listed)
    looking.left.wait_for_the_end()
    assert looking.left.score[0] == 20


def test_it_is_renamed_by_keys_alone_and_found_by_its_name(listed: Page) -> None:
    card(listed, "race-none").get_by_role("button", name="Rename").focus()
    listed.keyboard.press("Enter")
    listed.keyboard.type("For Monday <b>")
    listed.keyboard.press("Enter")
    expect(title(listed, "race-none")).to_have_text("For Monday <b>")
    listed.keyboard.press("/")
    listed.keyboard.type("monday")
    expect(cards(listed)).to_have_count(1)
    expect(listed).to_have_url(re.compile("search=monday"))
    listed.reload()
    expect(cards(listed)).to_have_count(1)
    listed.get_by_role("searchbox").fill("nothing like it")
    expect(listed.get_by_text("Nothing that you keep matches “nothing like it”.")).to_be_visible()


@FULL
def test_escape_leaves_the_name_as_it_was(listed: Page) -> None:
    card(listed, "race-with").get_by_role("button", name="Rename").click()
    listed.keyboard.type("Another")
    listed.keyboard.press("Escape")
    expect(title(listed, "race-with")).to_have_text(re.compile("2 processes"))
    expect(card(listed, "race-with").get_by_role("button", name="Rename")).to_be_focused()


@FULL
def test_a_pin_stays(listed: Page) -> None:
    pin = card(listed, "race-with").get_by_role("button", name="Pin")
    expect(pin).to_have_attribute("aria-pressed", "false")
    pin.click()
    expect(card(listed, "race-with").get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    listed.reload()
    pin = card(listed, "race-with").get_by_role("button", name="Pin")
    expect(pin).to_have_attribute("aria-pressed", "true")
    pin.click()
    expect(card(listed, "race-with").get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "false")


def test_what_is_deleted_comes_back_in_its_place(listed: Page) -> None:
    amount = listed.locator("[data-part=amount]")
    before = amount.inner_text()
    card(listed, "race-with").get_by_role("button", name="Delete").click()
    expect(amount).not_to_have_text(before)
    undo = card(listed, "race-with").get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    expect(title(listed, "race-with")).to_be_visible()
    expect(amount).to_have_text(before)
    listed.reload()
    expect(cards(listed)).to_have_count(3)


@FULL
def test_a_file_is_opened_by_choosing_it(listed: Page) -> None:
    with listed.expect_navigation(url=re.compile("/runs/race-lucky")):
        listed.get_by_label("Open a file").set_input_files(file_of("race-lucky"))


def test_a_file_is_opened_by_dropping_it_anywhere(listed: Page) -> None:
    text = file_of("race-lucky").read_text()
    transfer = holding(listed, text)
    listed.dispatch_event("main", "dragenter", {"dataTransfer": transfer})
    expect(listed.get_by_text("Drop it to open it here")).to_be_visible()
    with listed.expect_navigation(url=re.compile("/runs/race-lucky")):
        listed.dispatch_event("main", "drop", {"dataTransfer": transfer})


def test_a_file_is_opened_by_dropping_it_on_any_page(page: Page, keeping: RunningServer) -> None:
    text = file_of("race-lucky").read_text()
    for path in ("/", "/walkthrough"):
        page.goto(f"{keeping.url}{path}")
        expect(page.locator("[data-part=theme]")).to_have_text("Dark")  # so its scripts have begun
        with page.expect_navigation(url=re.compile("/runs/race-lucky")):
            page.dispatch_event("main", "drop", {"dataTransfer": holding(page, text)})


def test_a_file_that_is_too_large_is_not_sent_at_all(listed: Page, tmp_path: Path) -> None:
    file = tmp_path / "long.ndjson"
    file.write_bytes(b" " * 34_000_000)
    sent: list[str] = []
    listed.on("request", lambda request: sent.append(request.method))
    listed.get_by_label("Open a file").set_input_files(file)
    expect(listed.locator("[data-part=notice]")).to_contain_text("long.ndjson has 34 MB, and this server opens at most")
    assert "POST" not in sent


def test_a_file_that_is_no_recording_is_refused_in_words_with_its_name(
    listed: Page, tmp_path: Path, faults: list[str]
) -> None:
    file = tmp_path / "holiday.ndjson"
    file.write_text("sun\n")
    listed.get_by_label("Open a file").set_input_files(file)
    expect(listed.locator("[data-part=notice]")).to_contain_text("holiday.ndjson, line 1: this is not JSON.")
    assert all("422" in fault for fault in faults)
    faults.clear()


def test_where_nothing_is_kept_the_page_says_why(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/recordings")
    expect(page.locator("[data-part=why-not]")).to_contain_text("Recordings are not kept here")
