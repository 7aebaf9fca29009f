"""What a list shows of a recording: what ran, what came of it, and the value against time."""

import pytest

from lost_update.store.card import POINTS, card_of
from tests.recordings import RECORDINGS, kind_of, recorded
from tests.script_recordings import one_of_everything
from tests.variants import one_of_each


def test_a_card_says_what_ran_and_shows_the_value() -> None:
    card = card_of(recorded("race-none"))
    assert card.title.endswith("each, without a lock")
    assert card.title.startswith("2 processes, ")
    assert card.cell is not None
    cell = recorded("race-none").snapshot.summary["cells"][0]
    assert (card.cell["final"], card.cell["lost"]) == (cell["final"], cell["lost"])
    points = card.cell["points"]
    assert 1 < len(points) <= POINTS
    assert [share for share, _ in points] == sorted(share for share, _ in points)
    assert points[-1][1] == cell["final"]


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_every_recording_has_a_card(name: str) -> None:
    card = card_of(recorded(name))
    assert card.title
    assert card.kind == "scenario"
    if card.cell is not None:
        assert all(0 <= share <= 1 for share, _ in card.cell["points"])


def test_the_card_of_a_scenario_tells_of_a_deadlock() -> None:
    card = card_of(recorded("crossed-locks"))
    assert card.findings == [{"kind": "deadlock", "certainty": "happened", "count": 1}]
    assert "deadlock" in card.words
    assert card_of(recorded("race-none")).findings == []


def test_the_card_of_a_script_is_its_command() -> None:
    card = card_of(one_of_everything())
    assert (card.title, card.kind) == ("python votes.py", "script")
    assert {"kind": "lost_update", "certainty": "happened", "count": 1} in card.findings
