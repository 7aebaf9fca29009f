"""The pure scripts of the page, tested under Node: tests/js has the tests, and what is true comes from here."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from lost_update.exports.anatomy import anatomies
from lost_update.exports.report import anatomy_as_text
from lost_update.exports.updates import updates_of
from lost_update.model.recording import Header, Recording, Snapshot
from tests.binaries import binary_of, log_of
from tests.exported import done
from tests.recordings import RECORDINGS, load, recorded
from tests.scripts import TEST_FILES, keep, passes
from tests.truths import case, made_up

MADE_UP = [(1, 2, 1, 60), (2, 3, 1, 120), (3, 5, 2, 200), (4, 8, 3, 300), (5, 2, 1, 400)]
"""Of each schedule: its seed, how many processes and cells there are, and how many writes."""

LONG = (6, 3, 2, 8000)
"""One of several chunks."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every recorded run with steps, and some schedules that chance made up: what is true at each position."""
    runs = [(*load(name), recorded(name)) for name in RECORDINGS]
    runs += [(view, steps, recording_of(view, steps)) for view, steps in (made_up(*each) for each in MADE_UP)]
    chance = random.Random(1)
    folder = tmp_path_factory.mktemp("cases")
    for view, steps, recording in runs:
        if steps:
            # In no order: who goes about in a run jumps back and forth.
            positions = chance.sample(range(len(steps) + 1), min(len(steps) + 1, 60))
            more = {"binary": binary_of(recording), "anatomies": anatomies_of(recording)}
            keep([{**case(view, steps, positions), **more}], folder)
    view, steps = made_up(*LONG)
    Path(f"{folder}-long.json").write_bytes(
        orjson.dumps({"run": view, "steps": steps, "binary": binary_of(log_of(view, steps))})
    )
    return folder


def recording_of(view: dict[str, Any], steps: list[dict[str, Any]]) -> Recording:
    """Steps that were made up, as a recording. All cells held 0 at first."""
    log, names = log_of(view, steps)
    names = replace(names, declared=[target._replace(initial=0) for target in names.declared])
    header = Header(id=view["id"], request=view["request"], adds={}, steppable=False)
    return Recording(header, Snapshot(names, (), status="finished"), log)


def anatomies_of(recording: Recording) -> list[dict[str, Any]]:
    """What the report says of each write that lost something for good: the page has to say the same."""
    updates = done(updates_of(recording))
    found = anatomies(recording, updates, most=len(recording.log))
    return [{"position": each.rows[-1].position, "text": anatomy_as_text(each)} for each in found]


@pytest.mark.processes
@pytest.mark.check
@pytest.mark.parametrize("file", TEST_FILES, ids=lambda file: file.name)
def test_every_test_of_a_script_passes(file: Path, cases: Path) -> None:
    passes(file, cases)


@pytest.mark.processes
def test_a_test_of_a_script_that_fails_is_shown(cases: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.test.js"
    file.write_text('import test from "node:test";\ntest("one is two", () => { throw new Error("it is not"); });\n')
    with pytest.raises(pytest.fail.Exception) as failure:
        passes(file, cases)
    for told in ("wrong.test.js", "one is two", "it is not"):
        assert told in str(failure.value)
