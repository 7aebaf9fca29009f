"""The exported page, opened from a disk with no network, and in frames that may do little."""

import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.firefox import Firefox
from tests.browser.looking import PHONE, TWO_FRAMES, Looking
from tests.serving import RunningServer, serving_by, until
from tests.variants import FULL, none_of, one_in

SHOWN = ("title", "expected", "counter", "lost", "narration", "code")
"""What is compared word by word; of the stage, what stands where."""

PICTURE = """
(stage) => {
  const { x, y } = stage.getBoundingClientRect();
  return [...stage.querySelectorAll("*")].flatMap((each) => {
    if (each.childElementCount > 0 || each.checkVisibility?.() === false) return [];
    const box = each.getBoundingClientRect();
    const text = each.textContent.trim();
    return text && box.width > 0 ? [`${text} at ${Math.round(box.x - x)}, ${Math.round(box.y - y)}`] : [];
  }).sort().join("; ");
}
"""

KEPT = ["race-none", "array-none", "crossed-locks", "pool-map", "queue-workers", "processes-fork"]


@pytest.fixture(scope="module")
def scripts() -> Iterator[RunningServer]:
    """A server that shows traced scripts."""
    with serving_by([sys.executable, "-m", "tests.browser.script_server"]) as running:
        yield running


def exported(server: RunningServer, name: str, folder: Path) -> Path:
    """The page of a run, as a file."""
    answer = server.ask("GET", f"/api/runs/{name}/export/html")
    assert answer.status_code == 200
    file = folder / f"{name}.html"
    file.write_bytes(answer.content)
    return file


def shown(page: Page) -> dict[str, str]:
    """What a race says, part by part, and the picture of its stage."""
    race = page.locator('[data-race="left"]')
    said = {name: " ".join((part(race, name).text_content() or "").split()) for name in SHOWN}
    return {**said, "stage": part(race, "stage").evaluate(PICTURE)}


def same(pair: list[object]) -> bool:
    """Whether the file shows what the server's page shows."""
    here, there = pair
    return here == there


LITTLE, MORE = "allow-scripts", "allow-scripts allow-same-origin"
"""What a learning platform lets a frame do."""


def offline(open_page: OpenPage, **options: object) -> Page:
    """A page of a browser that has no network."""
    return open_page(offline=True, **options)


@FULL
@pytest.mark.parametrize("name", KEPT)
def test_any_moment_looks_as_on_the_server(
    open_page: OpenPage, server: RunningServer, tmp_path: Path, name: str
) -> None:
    there, here = open_page(), offline(open_page)
    file = exported(server, name, tmp_path)
    steps = server.view(name)["steps"]
    for at in (1, steps // 3, steps // 2, steps):
        for page, address in ((there, f"{server.url}/runs/{name}"), (here, file.as_uri())):
            page.goto(f"{address}?at={at}&panel=code")
            expect(page.locator('[data-part="position"]')).to_contain_text(f"Step {at} of {steps}")
            expect(page.locator('[data-race="left"] [data-part="narration"]')).not_to_be_empty()
            page.evaluate(TWO_FRAMES)
        # The stages of pools, queues and processes come later.
        until(lambda: [shown(page) for page in (here, there)], same)


def test_it_is_played_by_keys_and_by_hand_with_no_network(
    open_page: OpenPage, server: RunningServer, tmp_path: Path
) -> None:
    page = offline(open_page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    file = exported(server, "race-none", tmp_path)
    looking = Looking(page)
    looking.open(file.as_uri())
    looking.left.wait_for_the_end()
    page.keyboard.press("Home")
    looking.expect_position(0)
    page.keyboard.press("ArrowRight")
    looking.expect_position(1)
    page.keyboard.press("n")
    expect(looking.left.part("narration")).to_contain_text("lost")
    for panel in ("timeline", "map", "lineage", "code", "anatomy"):
        page.locator(f'[data-panel="{panel}"]').click()
        expect(looking.left.part(panel)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("html")).to_have_class(re.compile("is-projector"))
    assert asked == [file.as_uri()]


def test_it_says_that_it_is_recorded_and_offers_nothing_that_needs_a_server(
    open_page: OpenPage, server: RunningServer, tmp_path: Path
) -> None:
    page = offline(open_page)
    Looking(page).open(exported(server, "race-none", tmp_path).as_uri())
    expect(page.locator(".recorded-label")).to_contain_text("recorded")
    for name in ("Run again", "Distribution", "Stop"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator("a[href]")).to_have_count(0)


def test_a_death_is_shared_as_a_picture_without_an_address(
    open_page: OpenPage, server: RunningServer, tmp_path: Path
) -> None:
    page = offline(open_page)
    Looking(page).open(exported(server, "race-none", tmp_path).as_uri())
    page.locator('[data-panel="anatomy"]').click()
    page.get_by_role("button", name="Share as a picture").click()
    dialog = page.locator("dialog.share")
    expect(dialog).to_contain_text("How one update was lost")
    expect(dialog.get_by_role("button", name="Copy the address")).to_have_count(0)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename.startswith("lost-update-race-none-")


@pytest.mark.parametrize(
    ("way", "sandbox"),
    [
        ("srcdoc", LITTLE),
        ("src", MORE),
        *none_of([("srcdoc", MORE), ("src", LITTLE)]),
    ],
)
def test_it_plays_in_the_frame_of_a_learning_platform(
    open_page: OpenPage, server: RunningServer, tmp_path: Path, sandbox: str, way: str
) -> None:
    file = exported(server, "race-none", tmp_path)
    source = f'srcdoc="{html.escape(file.read_text())}"' if way == "srcdoc" else f'src="{file.name}"'
    outer = tmp_path / "course.html"
    outer.write_text(
        f'<!doctype html><title>A course</title><iframe {source} sandbox="{sandbox}" title="A race" width="900"'
        ' height="600"></iframe>'
    )
    page = offline(open_page)
    page.goto(outer.as_uri())
    frame = page.frame_locator("iframe")
    expect(part(frame, "position")).to_contain_text("Step 64 of 64")
    part(frame, "play").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(part(frame, "position")).to_contain_text("Step 1 of 64")
    part(frame, "theme").click()
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("m")
    expect(frame.locator("html")).to_have_class(re.compile("is-projector"))


def part(frame: FrameLocator | Page | Locator, name: str) -> Locator:
    return frame.locator(f'[data-part="{name}"]').first


@pytest.mark.parametrize("name", one_in(2, ["votes", "grid"]))
def test_the_recording_of_a_script_is_the_page_of_a_script(
    open_page: OpenPage, scripts: RunningServer, tmp_path: Path, name: str
) -> None:
    there, here = open_page(), offline(open_page)
    there.goto(f"{scripts.url}/script/{name}")
    here.goto(exported(scripts, name, tmp_path).as_uri())
    parts = ("figures", "findings", "narration", "listing", "position")
    for page in (there, here):
        expect(part(page, "narration")).not_to_be_empty()
        expect(page.locator(".lane-name").first).to_be_visible()
    until(lambda: [[part(page, each).inner_text() for each in parts] for page in (here, there)], same)
    for page in (there, here):
        page.keyboard.press("n")
    expect(part(here, "narration")).to_have_text(part(there, "narration").inner_text())
    expect(here.locator("a[href]")).to_have_count(0)


def test_it_fits_a_phone(open_page: OpenPage, server: RunningServer, tmp_path: Path) -> None:
    page = offline(open_page, viewport=PHONE)
    Looking(page).open(exported(server, "race-none", tmp_path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_script_that_got_into_the_page_all_the_same_does_nothing(
    open_page: OpenPage, server: RunningServer, tmp_path: Path, faults: list[str]
) -> None:
    page = offline(open_page)
    file = exported(server, "race-none", tmp_path)
    inside = (
        '<script>window.evil = 1</script><img src="data:," onerror="window.evil = 2">'
        '<script src="data:text/javascript,window.evil=3"></script>'
    )
    file.write_text(file.read_text().replace("<main", inside + "<main", 1))
    Looking(page).open(file.as_uri())
    assert page.evaluate("window.evil") is None
    assert len([fault for fault in faults if "Content Security Policy" in fault]) >= 3
    faults.clear()


TOLD = "document.querySelector('[data-part=position]').textContent"


def test_in_firefox_it_plays_from_a_disk(firefox: Firefox, server: RunningServer, tmp_path: Path) -> None:
    firefox.open(exported(server, "race-none", tmp_path).as_uri())
    until(lambda: firefox.evaluate(TOLD), lambda told: "Step 64 of 64" in told)
    firefox.press("Home")
    firefox.press("ArrowRight")
    until(lambda: firefox.evaluate(TOLD), lambda told: "Step 1 of 64" in told)
    assert firefox.complaints() == []


def test_in_firefox_it_plays_in_a_frame_that_may_do_little(
    firefox: Firefox, server: RunningServer, tmp_path: Path
) -> None:
    page = exported(server, "race-none", tmp_path).read_text()
    outer = tmp_path / "course.html"
    outer.write_text(f'<!doctype html><iframe sandbox="allow-scripts" srcdoc="{html.escape(page)}"></iframe>')
    firefox.open(outer.as_uri())
    until(lambda: firefox.evaluate_in_frame(TOLD), lambda told: "Step 64 of 64" in (told or ""))
    assert firefox.complaints() == []
