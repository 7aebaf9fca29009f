"""axe-core looks for what would keep someone out who sees little, or sees nothing and listens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.serving import RunningServer

PANELS = ("timeline", "lineage", "code", "anatomy", "untraced", "again")
SIZES = {"laptop": {"width": 1280, "height": 720}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def address(server: RunningServer) -> str:
    """Where a pair of races that have ended is on show."""
    request = {"pace": "slow", "step_ms": 3, "iterations": 10}
    runs = [server.run(guard=guard, **request) for guard in ("none", "with")]
    return f"{server.url}/?runs={','.join(run['id'] for run in runs)}"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Both themes."""
    return str(request.param)


@pytest.fixture
def looking(open_page: OpenPage, scheme: str) -> Looking:
    """A page at rest: what moves would be half gone when it is judged."""
    return Looking(open_page(color_scheme=scheme, reduced_motion="reduce"))


def open_end(looking: Looking, address: str) -> None:
    looking.open(address)
    looking.left.wait_for_the_end()


def assert_nothing_is_in_the_way(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, "\n".join(_told(found))


def _told(violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        yield f"{violation['help']} ({violation['id']}, {violation['impact']})"
        for node in violation["nodes"]:
            yield f"    {node['target']}: {node['html'][:200]}"
            yield from (f"        {each['message']}" for each in node["any"] + node["all"] + node["none"])


@pytest.mark.parametrize("size", SIZES)
def test_the_start_page(open_page: OpenPage, server: RunningServer, scheme: str, size: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=SIZES[size])
    Looking(page).open(server.url)
    assert_nothing_is_in_the_way(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_end(open_page: OpenPage, address: str, scheme: str, size: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=SIZES[size])
    open_end(Looking(page), address)
    assert_nothing_is_in_the_way(page)


def test_a_live_race(looking: Looking, server: RunningServer) -> None:
    request = {"processes": 3, "iterations": 20, "pace": "slow", "step_ms": 300}
    runs = [server.start(guard=guard, **request) for guard in ("none", "with")]
    looking.open(f"{server.url}/?runs={','.join(runs)}")
    expect(looking.part("position")).to_contain_text("Step 1")
    assert_nothing_is_in_the_way(looking.page)
    for run in runs:
        server.stop(run)
    looking.left.wait_for_the_end()


@pytest.mark.parametrize("panel", PANELS)
def test_a_loss_on_show_with_each_panel(looking: Looking, address: str, panel: str) -> None:
    open_end(looking, f"{address}&panel={panel}")
    looking.part("next-loss").click()
    expect(looking.left.part("narration")).to_have_class(re.compile("tells-loss"))
    assert_nothing_is_in_the_way(looking.page)


@pytest.mark.parametrize("panel", PANELS)
def test_each_panel_at_the_end(looking: Looking, address: str, panel: str) -> None:
    open_end(looking, f"{address}&panel={panel}")
    expect(looking.left.part(panel)).to_be_visible()
    assert_nothing_is_in_the_way(looking.page)


def test_a_race_run_untraced(looking: Looking, address: str) -> None:
    open_end(looking, f"{address}&panel=untraced")
    looking.left.part("untraced").get_by_role("button").click()
    expect(looking.left.part("untraced")).to_contain_text("of 1 run lost something.")
    assert_nothing_is_in_the_way(looking.page)


@pytest.mark.parametrize("panel", ["timeline", "untraced"])
def test_the_projector(looking: Looking, address: str, panel: str) -> None:
    open_end(looking, f"{address}&projector&panel={panel}")
    assert_nothing_is_in_the_way(looking.page)


def test_one_race_alone(looking: Looking, address: str) -> None:
    open_end(looking, f"{address}&alone=left")
    expect(looking.right.root).to_be_hidden()
    assert_nothing_is_in_the_way(looking.page)


@pytest.mark.parametrize("scenario", ["array", "raising", "sharing"])
def test_other_line_ups(looking: Looking, server: RunningServer, scenario: str) -> None:
    looking.open(f"{server.url}/?scenario={scenario}&iterations=3&pace=free")
    assert_nothing_is_in_the_way(looking.page)
    looking.part("run").click()
    looking.left.wait_for_the_end()
    looking.right.wait_for_the_end()
    assert_nothing_is_in_the_way(looking.page)


def test_eight_processes(looking: Looking, server: RunningServer) -> None:
    run = server.run(processes=8, iterations=30)
    looking.open_runs(server.url, run["id"], at=run["steps"] // 2)
    assert_nothing_is_in_the_way(looking.page)


def test_a_message_of_bad_input(looking: Looking, server: RunningServer) -> None:
    looking.open(server.url)
    looking.part("processes").fill("9")
    expect(looking.part("message")).to_contain_text("Between 1 and 8")
    assert_nothing_is_in_the_way(looking.page)


def test_the_help(looking: Looking, address: str) -> None:
    open_end(looking, address)
    looking.key("?")
    expect(looking.page.get_by_role("dialog")).to_be_visible()
    assert_nothing_is_in_the_way(looking.page)


def test_a_notice_that_the_runs_are_gone(looking: Looking, server: RunningServer, faults: list[str]) -> None:
    looking.open(f"{server.url}/?runs=gone,gone")
    expect(looking.part("notice")).to_be_visible()
    assert_nothing_is_in_the_way(looking.page)
    faults.clear()
