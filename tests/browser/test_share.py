"""Share this death: a lost update as a picture, from its ticket and from the anatomy."""

import re
import struct
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL

SVG = "{http://www.w3.org/2000/svg}"


def saved(page: Page, button: str, folder: Path) -> Path:
    """What a button of the dialog saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_a_death_is_shared_from_its_ticket_once_it_has_been_seen(
    looking: Looking, server: RunningServer, tmp_path: Path
) -> None:
    page = looking.page
    expect(page.get_by_role("button", name="Share this death")).to_be_hidden()
    ticket = looking.left.part("stage").locator(".ticket").first
    position = int(re.findall(r"step (\d+)", ticket.get_attribute("aria-label") or "")[0])
    ticket.click()
    page.get_by_role("button", name="Share this death").click()
    address = f"{server.url}/runs/race-none?clip={position}"
    expect(page.locator(".share-preview")).to_contain_text(address)

    svg = ElementTree.parse(saved(page, "Save as SVG", tmp_path)).getroot()
    texts = ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]
    writes = [step for step in server.steps("race-none") if step["index"] == position - 1]
    assert any(f"writes {writes[0]['value']} ✕ erases" in text for text in texts)
    assert address in texts
    assert "number.value += 1" in texts
    # It needs nothing from the page: its looks stand in it, and what it refers to is inside.
    assert all(element.get("class") is None for element in svg.iter())
    assert all(element.get("fill") for element in svg.iter(f"{SVG}text"))
    known = {f"#{symbol.get('id')}" for symbol in svg.iter(f"{SVG}symbol")}
    assert {use.get("href") for use in svg.iter(f"{SVG}use")} <= known

    png = saved(page, "Save as PNG", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 2400
    assert height > 1200


@FULL
def test_the_shared_address_plays_the_same_death(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/runs/race-none?clip=14")
    expect(looking.left.part("stage")).to_have_attribute("data-phase", "rest")
    looking.expect_position(14)


def test_a_death_is_shared_from_the_anatomy_too(looking: Looking) -> None:
    looking.page.locator('[data-panel="anatomy"]').click()
    looking.left.part("anatomy").get_by_role("button", name="Share as a picture").click()
    expect(looking.page.locator("dialog.share")).to_contain_text("How one update was lost")
    looking.page.keyboard.press("Escape")
    expect(looking.page.locator("dialog.share")).to_have_count(0)
