"""What nobody can know is said to be unknown: a process was killed, and took steps along that it had not sent."""

import os
import re
import signal
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import Looking
from tests.checking import check_it_is_over
from tests.serving import HOLDING, RunningServer, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

TRIES = 20
"""A process that is killed just after it has sent its steps takes none along."""


def killed(server: RunningServer) -> dict[str, Any]:
    """A run of which writes are missing."""
    for _ in range(TRIES):
        run_id = server.start(guard="none", iterations=20_000, pace="free")
        running = until(partial(server.view, run_id), lambda view: view["steps"] > 1_000)
        with suppress(ProcessLookupError):  # it may have ended
            os.kill(running["processes"][0]["pid"], signal.SIGKILL)
        view = server.finished(run_id)
        check_it_is_over(server, view)
        if view["summary"]["unrecorded"]:
            return view
    raise AssertionError(f"no process was killed in time, {TRIES} times")


@FULL
def test_what_was_expected_and_lost_is_unknown_and_what_is_certain_is_a_bound(
    page: Page, server: RunningServer
) -> None:
    run = killed(server)
    (cell,) = run["summary"]["cells"]
    assert (cell["expected"], cell["lost"]) == (None, None)
    looking = Looking(page)
    looking.open_runs(server.url, run["id"], panel="value")
    least = cell["lost_at_least"]
    expect(looking.left.part("expected")).to_have_text("?")
    expect(looking.left.part("lost")).to_have_text(re.compile(r"^≥ [\d\s]+$") if least else "?")
    expect(looking.left.part("counter")).to_have_text(re.compile(r"\s?".join(str(cell["final"]))))
    assert "nobody can know how much was lost" in looking.left.narration
    unknown = [step["index"] for step in server.steps(run["id"]) if step.get("lost", 0) is None]
    if unknown:  # the missing writes lie before others, which were recorded
        expect(looking.left.part("value")).to_have_attribute("aria-label", re.compile("what was expected is unknown"))
        looking.go_to(unknown[0] + 1)
        expect(looking.left.part("narration")).to_have_text(re.compile("nobody can know what it erased"))
        expect(looking.left.part("expected")).to_have_text("?")
        looking.go_to(unknown[0])
        expect(looking.left.part("expected")).not_to_have_text("?")


@FULL
def test_who_was_killed_with_a_lock_is_told_with_those_who_would_wait_for_it(page: Page, server: RunningServer) -> None:
    run_id = server.start(guard="with", processes=4, iterations=2, **HOLDING)

    waiting = until(
        lambda: server.view(run_id), lambda view: [one["state"] for one in view["processes"]].count("blocked") == 3
    )
    (holder,) = [process for process in waiting["processes"] if process["state"] == "running"]
    os.kill(holder["pid"], signal.SIGKILL)
    run = server.finished(run_id)
    assert len(run["deadlock"]) == 3
    looking = Looking(page)
    looking.open_runs(server.url, run_id)
    name = holder["name"]
    expect(looking.left.part("narration")).to_have_text(
        re.compile(f"{name} was killed: .* would wait for ever for the lock, which {name} held when it was killed")
    )
    stage = looking.left.part("stage")
    expect(stage.locator(".deadlock-title")).to_have_text("Nobody can go on")
    expect(stage.locator(".card-caption", has_text="waits for ever")).to_have_count(3)
