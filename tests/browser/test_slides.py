"""The example slide of the docs, in a real deck: the player is there, and keys in it stay with it."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests import ROOT
from tests.browser.conftest import OpenPage
from tests.serving import RunningServer
from tests.variants import FULL

REVEAL = ROOT / "node_modules" / "reveal.js" / "dist"

DECK = """<!doctype html>
<html lang="en">
<head><title>Slides</title><link rel="stylesheet" href="reveal/reveal.css"></head>
<body>
<div class="reveal"><div class="slides">
<section><h3>First</h3></section>{slide}<section><h3>Last</h3></section>
</div></div>
<script src="reveal/reveal.js"></script>
<script>Reveal.initialize({{ width: 1200, height: 700 }});</script>
</body>
</html>
"""


def example() -> str:
    """The slide that the docs show."""
    found = re.search(r"<section>.*?</section>", (ROOT / "docs" / "TAKE-AWAY.md").read_text(), re.DOTALL)
    assert found
    return found[0]


@FULL
def test_the_player_stands_on_a_slide_and_keeps_its_keys(
    open_page: OpenPage, server: RunningServer, tmp_path: Path
) -> None:
    shutil.copytree(REVEAL, tmp_path / "reveal")
    (tmp_path / "race.html").write_bytes(server.ask("GET", "/api/runs/race-none/export/html").content)
    (tmp_path / "deck.html").write_text(DECK.format(slide=example()))
    page = open_page(offline=True)
    page.goto((tmp_path / "deck.html").as_uri())
    slide = "Reveal.getIndices().h"
    expect(page.locator("h3").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{slide} === 1")

    frame = page.frame_locator("iframe")
    position = frame.locator('[data-part="position"]')
    expect(position).to_contain_text("Step 64 of 64")
    frame.locator('[data-part="stage"]').first.click(position={"x": 5, "y": 5})
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(position).to_contain_text("Step 1 of 64")
    page.keyboard.press("PageDown")
    expect(frame.locator('[data-part="loss-count"]')).to_contain_text("of 10")
    assert page.evaluate(slide) == 1

    page.locator("h3").nth(1).click()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{slide} === 2")
