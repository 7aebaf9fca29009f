"""The same race twenty times: how many updates each run lost, and what that does and does not prove."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import Interception, Looking
from tests.serving import RunningServer

PATIENCE_MS = 60_000


def open_again(page: Page, server: RunningServer, **request: object) -> Looking:
    """The page on a run that has ended, with the panel open."""
    run = server.run(**request)
    looking = Looking(page)
    looking.open_runs(server.url, run["id"], panel="again")
    expect(looking.left.part("again")).to_contain_text("It will take about")
    return looking


def test_twenty_runs_make_a_histogram_and_an_honest_sentence(page: Page, server: RunningServer) -> None:
    looking = open_again(page, server, guard="none", iterations=4, pace="slow", step_ms=2)
    panel = looking.left.part("again")
    before = {run["id"] for run in page.request.get(f"{server.url}/api/runs").json()}
    panel.get_by_role("button").click()
    expect(panel).to_contain_text(re.compile(r"\d+ of 20 runs …"))
    expect(panel).to_contain_text(re.compile(r"Lost something in \d+ of 20 runs\."), timeout=PATIENCE_MS)
    made = [run for run in page.request.get(f"{server.url}/api/runs").json() if run["id"] not in before]
    assert len(made) == 20
    assert len({run["request"]["seed"] for run in made}) > 1
    losses = [run["summary"]["cells"][0]["lost"] for run in made]
    some = sum(lost > 0 for lost in losses)
    expect(panel).to_contain_text(f"Lost something in {some} of 20 runs.")
    columns = panel.locator(".again-column span:first-child").all_text_contents()
    assert sum(int(text.rstrip("×")) for text in columns if text) == 20
    for lost in set(losses):
        assert columns[lost] == f"{losses.count(lost)}×"


def test_runs_that_lose_nothing_do_not_prove_anything(page: Page, server: RunningServer) -> None:
    lucky = server.view("race-lucky")
    # Chance cannot be asked to lose nothing: the runs that are counted are answered by one that did.
    Interception(page, "**/api/runs", lambda route: route.fulfill(status=201, json=lucky))
    looking = open_again(page, server, guard="none", processes=2, iterations=1, pace="tutorial")
    looking.left.part("again").get_by_role("button").click()
    expect(looking.left.part("again")).to_contain_text("Lost something in 0 of 20 runs. The bug is still there")


def test_it_can_be_stopped_and_stops_what_it_started(page: Page, server: RunningServer) -> None:
    looking = open_again(page, server, guard="none", iterations=10, pace="slow", step_ms=21)
    panel = looking.left.part("again")
    panel.get_by_role("button").click()
    expect(panel.get_by_role("button")).to_have_text("Stop")
    panel.get_by_role("button").click()
    expect(panel).to_contain_text("Stopped after")
    expect(panel.get_by_role("button")).to_have_text(re.compile("^Run it 20 times"))
    known = page.request.get(f"{server.url}/api/runs").json()
    for run in (run for run in known if run["request"]["step_ms"] == 21):
        assert server.finished(run["id"])["status"] in {"finished", "stopped"}
