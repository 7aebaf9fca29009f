"""Source files are declared as they come: by each process that needs one, once in the run, before its first step."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lost_update.execution.registry import Registry
from lost_update.exports import ndjson
from lost_update.model.recording import Recording
from lost_update.model.sources import Code
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from tests import ROOT, elsewhere, two_files
from tests.recordings import plain, recorded
from tests.serving import ended
from tests.two_files import SCENARIO

pytestmark = pytest.mark.processes

SHOWN = two_files.__file__
"""A file outside of the package is shown with its whole path."""


@pytest.fixture(scope="module")
def recording() -> Iterator[Recording]:
    """That of a run whose processes take steps in two files."""
    SCENARIOS[SCENARIO.name] = SCENARIO
    registry = Registry(Settings())
    try:
        yield ended(registry.submit(RunRequest(scenario=SCENARIO.name, iterations=1))).recording
    finally:
        registry.close()
        del SCENARIOS[SCENARIO.name]


def test_steps_name_the_file_that_their_process_declared_and_no_other_step_names_one(recording: Recording) -> None:
    view, steps = plain(recording)
    assert (view["status"], view["reason"]) == ("finished", None)
    shown, (other,) = view["code"], view["sources"]
    assert (shown["file"], other["file"]) == (SHOWN, elsewhere.NAME)
    assert other["text"] == (ROOT / elsewhere.NAME).read_text()
    for process in ("P1", "P2"):
        accesses = [step for step in steps if step["process"] == process and "value" in step]
        assert [step.get("file") for step in accesses] == [None] * 3 + [elsewhere.NAME] * 3
        lines = [(other if "file" in step else shown)["text"].splitlines()[step["line"] - 1] for step in accesses]
        assert {line.strip() for line in lines} == {"number.value += 1"}


def test_a_file_that_two_processes_declare_is_one_source(recording: Recording) -> None:
    assert [source["file"] for source in recording.names.sources] == [SHOWN, elsewhere.NAME]


def test_the_recording_is_kept_with_both_files(recording: Recording) -> None:
    lines = b"".join(ndjson.write(recording)).splitlines(keepends=True)
    declared = [json.loads(line)["declared_source"]["file"] for line in lines if b'"declared_source"' in line]
    assert declared == [SHOWN, elsewhere.NAME]
    assert plain(ndjson.read("kept.ndjson", lines)) == plain(recording)


def test_whoever_watches_is_told_of_a_new_source() -> None:
    kept = recorded("first-loss")
    source = Code(file=elsewhere.NAME, name="", text="", python="3.11", bytecode=[])
    names = replace(kept.names, sources=[*kept.names.sources, source])
    kept.publish(replace(kept.snapshot, names=names))
    assert kept.revision == 1
    kept.publish(replace(kept.snapshot, names=names))
    assert kept.revision == 1
