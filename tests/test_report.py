"""A run in words: what was lost and how, what was found; no name from a script changes the page around it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from lost_update.exports.report import MOST_ANATOMIES
from lost_update.model.findings import Finding
from lost_update.model.recording import Recording, ScriptCellSummary, ScriptSummary
from tests.exported import exported
from tests.recordings import RECORDINGS, kind_of, load, recorded
from tests.script_recordings import Script
from tests.variants import one_of_each

NASTY = "a|b`c<script>alert(1)</script>*d*\n# e"


def text_of(recording: Recording) -> str:
    return exported(recording, "text").decode()


def markdown_of(recording: Recording) -> str:
    return exported(recording, "markdown").decode()


def script_that_lost(*, times: int = 1, name: str = "tally") -> Recording:
    """Two processes; each of these times the second writes over what the first has written."""
    script = Script("tally.value += 1\n")
    cell = script.cell(name, initial=0)
    one, two = script.main.launches(2)
    for _ in range(times):
        one.reads(cell)
        two.reads(cell)
        one.writes(cell)
        two.writes(cell)
    return script.recording()


def with_finding(recording: Recording, **fields: object) -> Recording:
    finding = Finding(
        kind="lost_update",
        certainty="happened",
        target="tally",
        count=1,
        lines=[{"file": "votes.py", "line": 1, "process": "P1"}],
        steps=[1],
        message="P2 wrote over what P1 had written.",
        advice="Hold one lock:\n\nwith lock:\n    tally.value += 1",
    )
    finding.update(fields)  # type: ignore[typeddict-item]
    cell = ScriptCellSummary(name="tally", initial=0, expected=2, final=1, writes=2, updates=2, lost=1)
    summary: Any = ScriptSummary(cells=[cell], duration_ms=1.5, unrecorded=0, consistent=True)
    recording.publish(replace(recording.snapshot, findings=(finding,), summary=summary))
    return recording


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_it_begins_with_what_ran_and_its_figures(name: str) -> None:
    view, _ = load(name)
    text = text_of(recorded(name))
    assert text.startswith((f"{view['request']['processes']} process", f"{view['request']['scenario']}: "))
    for cell in view["summary"]["cells"]:
        figures = " +".join(f"{cell[figure]:g}" for figure in ("expected", "final", "lost"))
        assert re.search(rf"^{re.escape(cell['name'])} +{figures}$", text, re.M)


def test_every_write_that_lost_something_has_its_table() -> None:
    text = text_of(recorded("first-loss"))
    assert text.count("that lost something") == 1
    assert "writes 1, erases P1’s +1" in text
    assert "P2’s write erases P1’s +1: it was computed from the 0 read before." in text


def test_beyond_a_number_of_them_the_rest_is_counted() -> None:
    text = text_of(script_that_lost(times=MOST_ANATOMIES + 312))
    assert text.count("it was computed from") == MOST_ANATOMIES
    assert "… and 312 more." in text


def test_a_script_loses_an_update_and_not_a_one() -> None:
    assert "erases P1’s update" in text_of(script_that_lost())


def test_a_run_that_lost_nothing_says_so() -> None:
    assert "This run lost nothing" in text_of(recorded("race-with"))
    assert "This run was not recorded" in text_of(recorded("race-untraced"))


def test_a_finding_has_its_place_its_certainty_and_its_advice() -> None:
    recording = with_finding(script_that_lost())
    text, markdown = text_of(recording), markdown_of(recording)
    assert "Lost update: tally (happened)" in text
    assert re.search(r"^votes\.py:1  tally\.value \+= 1$", text, re.M)
    assert "    with lock:\n        tally.value += 1" in text
    assert "```python\nwith lock:\n    tally.value += 1\n```" in markdown


def test_code_in_a_sentence_stays_code_in_markdown() -> None:
    markdown = markdown_of(with_finding(script_that_lost(), message="Use `with lock:` here, *now*."))
    assert "Use `with lock:` here, \\*now\\*." in markdown


@pytest.mark.parametrize("message", [f"{NASTY} wrote.", "- one", "1. two", "=== three"])
def test_what_a_script_calls_a_thing_means_nothing_in_markdown(message: str) -> None:
    recording = with_finding(script_that_lost(name=NASTY), target=NASTY, message=message)
    markdown = markdown_of(recording)
    assert not re.search(r"(?<!\\)<", markdown), "this would be an element"
    assert not re.search(r"(?<!\\)`(?!``)[^`]*\|", markdown)
    assert [line for line in markdown.splitlines() if line.startswith(("# e", "- one", "1. two", "=="))] == []
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} <= {3, 4, 5}


def test_no_name_moves_the_cursor_of_a_terminal() -> None:
    text = text_of(script_that_lost(name="\x1b[2Jtally\u202e"))
    assert not [letter for letter in text if not letter.isprintable() and letter not in "\n\u2009"]
