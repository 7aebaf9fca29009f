"""A run that was written to a file and read back by another server looks the same, in the middle and at its end."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import TWO_FRAMES
from tests.browser.stages import show
from tests.chapters import short
from tests.recordings import file_of
from tests.serving import RunningServer, serving_by, until
from tests.variants import FULL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files are."""
    return tmp_path_factory.mktemp("written")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[RunningServer]:
    """A server that has never run any of them."""
    with serving_by([sys.executable, "-m", "tests.recorded_server", str(folder)]) as running:
        yield running


SHAPES = """stage => [...stage.querySelectorAll('*')]
  .filter(each => !each.closest('[hidden]'))
  .map(each => each.cloneNode(each.childElementCount === 0).outerHTML)"""


def seen(page: Page, server: RunningServer, run_id: str, at: int | None) -> tuple[Any, ...]:
    """All that can be read on the page, and every shape of the stage, once nothing moves.

    In which order shapes came onto the stage, and which are hidden there, depends on how many steps had arrived when
    it was drawn first.
    """
    (race,) = show(page, server, run_id, at=at)
    expect(race.root.locator(".code-file")).to_be_visible()
    page.wait_for_function("() => document.getAnimations().length === 0")
    looks: list[tuple[Any, ...]] = [(), ("before",)]

    def look_again() -> bool:
        page.evaluate(TWO_FRAMES)
        lines = page.locator("main").inner_text().splitlines()
        looks.append((sorted(lines), race.figures(), race.told, sorted(race.stage.evaluate(SHAPES))))
        return looks[-1] == looks[-2]

    until(look_again)
    return looks[-1]


@FULL
@pytest.mark.parametrize(
    "request_",
    [
        {"iterations": 10, "pace": "slow", "step_ms": 1},
        {"scenario": "array", "iterations": 3},
        {"guard": "forgotten_release"},
        short("queue-workers-none"),
        short("pool-apply_async"),
        short("processes-fork"),
    ],
    ids=lambda request: f"{request.get('scenario', 'value')}-{request.get('guard', '')}",
)
def test_the_page_shows_the_same(
    page: Page, server: RunningServer, reader: RunningServer, folder: Path, request_: dict[str, Any]
) -> None:
    view = server.run(**request_)
    file_of(view["id"], folder).write_bytes(server.ask("GET", f"/api/runs/{view['id']}/export/ndjson").content)
    for at in (view["steps"] // 2, None):
        assert seen(page, reader, view["id"], at) == seen(page, server, view["id"], at)
