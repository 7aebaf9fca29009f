"""A link to what is on show: as text and as a QR code; where its runs are not known it opens the same settings."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from lost_update.exports.formats import FORMATS
from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.exported import exported
from tests.recordings import recorded
from tests.serving import RunningServer
from tests.variants import FULL


def opened(looking: Looking, way: str = "key") -> Locator:
    if way == "key":
        looking.key("l")
    else:
        looking.part("link").click()
    dialog = looking.page.get_by_role("dialog", name="Share this")
    expect(dialog).to_be_visible()
    return dialog


@FULL
@pytest.mark.parametrize("way", ["key", "button"])
def test_a_link_is_shown_as_text_to_be_copied_and_as_a_code(looking: Looking, way: str) -> None:
    dialog = opened(looking, way)
    field = dialog.get_by_label("The address")
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile(r"/\?.*runs="))
    code = dialog.get_by_role("img", name="The same address as a QR code")
    looking.page.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=code.element_handle())
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied.")
    looking.key("Escape")
    expect(dialog).to_be_hidden()


@FULL
def test_a_link_of_this_machine_alone_says_how_phones_get_one(looking: Looking) -> None:
    expect(opened(looking)).to_contain_text("This address is for this machine alone")


@FULL
def test_where_the_runs_are_not_known_a_link_opens_the_same_settings_with_the_same_seed(
    open_page: OpenPage, server: RunningServer, faults: list[str]
) -> None:
    sender, receiver = Looking(open_page()), Looking(open_page())
    sender.open(f"{server.url}/runs/race-three-processes")
    sender.left.wait_for_the_end()
    link = opened(sender).get_by_label("The address").input_value()
    seed = parse_qs(urlsplit(link).query)["seed"]
    receiver.open(link.replace("race-three-processes", "of-another-machine"))
    expect(receiver.part("notice")).to_contain_text("This recording is not here")
    expect(receiver.part("processes")).to_have_value("3")
    assert all("404" in fault for fault in faults)
    faults.clear()
    with receiver.page.expect_request(lambda request: request.method == "POST") as started:
        receiver.part("notice-action").click()
    body = started.value.post_data_json
    assert body is not None
    assert [str(body["seed"])] == seed
    receiver.skip_playback()
    receiver.left.wait_for_the_end()


def test_every_page_has_a_link(open_page: OpenPage, server: RunningServer) -> None:
    looking = Looking(open_page())
    for path in ("/walkthrough", "/scheduler", "/interleavings", "/fix-it"):
        looking.page.goto(f"{server.url}{path}")
        expect(looking.part("theme")).to_have_text("Dark")  # so its scripts have begun
        dialog = opened(looking)
        expect(dialog.get_by_label("The address")).to_have_value(re.compile(re.escape(path)))
        dialog.get_by_role("button", name="Close").click()


def test_each_recording_on_show_is_taken_away_in_every_format_that_can_show_it(
    looking: Looking, tmp_path: Path
) -> None:
    page = looking.page
    opened(looking).get_by_role("button", name="Without a lock…").click()
    dialog = page.get_by_role("dialog", name="Take it away")
    items = dialog.get_by_role("listitem")
    expect(items).to_have_count(len(FORMATS))
    for item, wanted in zip(items.all(), FORMATS.values(), strict=True):
        expect(item).to_contain_text(wanted.about)
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Map (svg)").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "run-race-none-map.svg"
    assert file.read_bytes() == exported(recorded("race-none"), "svg-map")


@FULL
def test_what_a_format_cannot_show_is_said_instead(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-three-processes")
    opened(looking).get_by_role("button", name="Without a lock…").click()
    map_row = page.get_by_role("dialog", name="Take it away").get_by_role("listitem").filter(has_text="Map (svg)")
    expect(map_row.get_by_role("link")).to_have_count(0)
    expect(map_row).to_contain_text("two processes")
