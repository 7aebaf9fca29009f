"""What the page shows at any position is the truth, worked out again from the steps alone.

The state itself is held against the steps in tests/js, without a browser; here that of one very long run, too.
"""

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.looking import Looking
from tests.recomputing import recompute
from tests.recordings import load
from tests.scripts import FOLDER, keep, passes
from tests.serving import RunningServer
from tests.truths import case
from tests.variants import FULL

LENGTH = 204_004


@pytest.fixture(scope="module")
def large(server: RunningServer) -> dict[str, Any]:
    """A run of very many steps, and what is true at some of its positions."""
    run = server.run(guard="none", iterations=34_000)
    chance = random.Random(run["request"]["seed"])
    positions = [*chance.sample(range(LENGTH), 20), LENGTH]
    return case(run, server.steps(run["id"]), positions, with_losses=False)


@FULL
def test_after_hundreds_of_thousands_of_steps_the_state_still_agrees(large: dict[str, Any], tmp_path: Path) -> None:
    assert len(large["steps"]) == LENGTH
    passes(FOLDER / "model.test.js", keep([large], tmp_path))


@FULL
def test_a_run_of_hundreds_of_thousands_of_steps_opens_and_goes_anywhere(
    page: Page, server: RunningServer, large: dict[str, Any]
) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, large["run"]["id"])
    assert looking.length == LENGTH
    for moment in large["moments"]:
        looking.go_to(moment["position"])
        (cell,) = moment["cells"]
        assert looking.left.score == (cell["expected"], cell["value"], cell["lost"])


def test_the_scoreboard_shows_the_truth_at_every_position(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-three-processes")
    _, steps = load("race-three-processes")
    assert looking.length == len(steps)
    for position in range(0, len(steps) + 1, 5):
        looking.go_to(position)
        truth = recompute(steps[:position])
        assert looking.left.score == (truth.expected, truth.final, truth.lost)
