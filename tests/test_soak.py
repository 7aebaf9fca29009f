"""A sample of each campaign that `make soak` carries out in full, and that a campaign notices what goes wrong."""

import re

import pytest

from tests.soak.campaign import Campaign, Trials
from tests.soak.report import CAMPAIGNS, document

SEED = 1


@pytest.mark.processes
@pytest.mark.parametrize("name", CAMPAIGNS)
def test_no_trial_of_a_sample_fails(name: str) -> None:
    campaign = CAMPAIGNS[name]
    outcome = campaign.run(campaign.sample, SEED)
    assert outcome.failures == []
    assert outcome.failed == 0
    assert outcome.trials == campaign.sample


def hundredth(trials: Trials) -> None:
    """A campaign that knows nothing of servers: its promise is that no trial draws more than 99."""
    for draw in trials:
        with trials.trial("a draw"):
            drawn = draw.randrange(101)
            trials.took("drawn", drawn, 99)
            assert drawn < 100, drawn


DRAWING = Campaign("drawing", "Draws.", 1000, 10, hundredth)


def test_a_trial_that_fails_is_reported_with_its_number_and_the_others_go_on() -> None:
    outcome = DRAWING.run(1000, SEED)
    assert outcome.trials == 1000
    assert 0 < outcome.failed < 100
    assert all(re.match(r"trial \d+, a draw: AssertionError in hundredth.*100", told) for told in outcome.failures)
    assert not outcome.figures["drawn"].held


def test_the_same_seed_repeats_a_campaign_and_another_does_not() -> None:
    drawn = [DRAWING.run(50, seed).figures["drawn"].taken for seed in (SEED, SEED, SEED + 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_what_goes_wrong_outside_the_trials_is_a_failure_too() -> None:
    def falls(trials: Trials) -> None:
        raise OSError("no server")

    outcome = Campaign("falling", "Falls.", 1, 1, falls).run(1, SEED)
    assert (outcome.failed, outcome.trials) == (1, 0)
    assert "no server" in outcome.failures[0]


def test_the_document_describes_every_campaign_and_names_what_did_not_hold() -> None:
    text = document([(DRAWING, DRAWING.run(1000, SEED))], SEED)
    (row,) = [line for line in text.splitlines() if line.startswith("| drawing")]
    assert "1,000 trials" in row
    assert "**no**" in row
    assert "- Failed: trial " in text
    assert f"--seed {SEED}" in text
