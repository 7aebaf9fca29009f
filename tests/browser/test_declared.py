"""What a run declares while it goes on is on the page from then on: a child of a child, a hundred children, a file."""

import os
import re
import signal
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import elsewhere
from tests.browser.looking import Looking
from tests.serving import RunningServer, serving_by, until
from tests.variants import FULL


@pytest.fixture(scope="module")
def declaring() -> Iterator[RunningServer]:
    """A server that offers programs whose processes, and files, show only as they run."""
    with serving_by([sys.executable, "-m", "tests.declared_server"]) as running:
        yield running


@FULL
def test_a_process_that_starts_while_one_watches_gets_its_lane(page: Page, declaring: RunningServer) -> None:
    run_id = declaring.start(scenario="on_request", start_method="forkserver", iterations=1)
    steps = until(lambda: declaring.steps(run_id), lambda steps: any(step["op"] == "write" for step in steps))
    looking = Looking(page)
    page.goto(f"{declaring.url}/?runs={run_id}")
    stage = looking.left.part("stage")
    expect(stage.locator(".lane-name")).to_have_text(["main", "P1"])
    assert {step["process"] for step in steps} == {"main", "P1"}
    (parent,) = [process for process in declaring.view(run_id)["processes"] if process["name"] == "P1"]
    os.kill(parent["pid"], signal.SIGUSR1)
    expect(stage.locator(".lane-name")).to_have_text(["main", "P1", "P2"])
    looking.left.wait_for_the_end()
    expect(stage).to_have_attribute(
        "aria-label", re.compile("P1 has ended with exit code 0 and is joined; P2 has ended")
    )
    joined = next(step for step in declaring.steps(run_id) if step["op"] == "join" and step["target"] == "P2")
    page.goto(f"{declaring.url}/?runs={run_id}&at={joined['index'] + 1}")
    expect(looking.left.part("narration")).to_contain_text("P2 is joined")
    expect(stage.locator(".lane-name")).to_have_text(["main", "P1", "P2"])


@FULL
def test_what_has_no_lane_is_said_in_a_sentence(page: Page, declaring: RunningServer) -> None:
    run = declaring.run(scenario="many", start_method="fork", iterations=40)
    looking = Looking(page)
    looking.open_runs(declaring.url, run["id"])
    stage = looking.left.part("stage")
    expect(stage.locator(".lane-name")).to_have_text(["main", *(f"P{number}" for number in range(1, 33))])
    expect(stage).to_contain_text("8 more processes have no lane here.")


def test_a_step_in_a_file_that_was_declared_shows_that_file(page: Page, declaring: RunningServer) -> None:
    run = declaring.run(scenario="two-files", iterations=1)
    steps = [step for step in declaring.steps(run["id"]) if step["op"] == "read"]
    looking = Looking(page)
    for file in (None, elsewhere.NAME):
        step = next(step for step in steps if step.get("file") == file)
        page.goto(f"{declaring.url}/?runs={run['id']}&at={step['index'] + 1}&panel=code")
        code = looking.left.part("code")
        expect(code.locator(".code-file")).to_have_text(file or run["code"]["file"])
        marked = code.locator(".code-line.is-current", has_text="number.value += 1")
        expect(marked).to_have_attribute("class", re.compile("is-current"))
