"""A run of a person's own script, as other modules see it: its recording, live and afterwards."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lost_update.execution.script.script_run import ScriptRun
from lost_update.exports import ndjson
from lost_update.exports.formats import FORMATS
from lost_update.exports.not_possible import NotPossible
from lost_update.model.encoding import Step, steps
from lost_update.model.recording import Recording
from lost_update.model.view import script_run_view
from lost_update.sources.script import Script
from tests.exported import exported
from tests.script_cases import FOLDER
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes


def recorded(script: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Recording:
    monkeypatch.chdir(script.parent)
    run = ScriptRun(Script.of_file(script.name, ()), output=subprocess.DEVNULL, **options)
    run.run()
    return run.recording


def steps_of(recording: Recording) -> list[Step]:
    return steps(recording.log.rows(0, len(recording.log)), 0, recording.names)


@pytest.mark.parametrize(
    "name", one_in(2, ["11-manager-dict-words.py", "10-structure-transfer.py", "41-handed-over-by-queue.py"])
)
def test_a_recording_that_is_written_and_read_back_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(FOLDER / name, monkeypatch)
    back = ndjson.read(name, b"".join(ndjson.write(recording)).splitlines(keepends=True))
    assert steps_of(back) == steps_of(recording)
    assert script_run_view(back) == script_run_view(recording)


@pytest.mark.parametrize(
    "name", one_in(2, ["12-manager-nested-list.py", "08-array-slices-disjoint.py", "16-pool-lock-as-argument.py"])
)
def test_it_is_taken_away_in_every_format_that_can_show_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(FOLDER / name, monkeypatch)
    written = set()
    for each in FORMATS:
        with suppress(NotPossible):
            assert exported(recording, each)
            written.add(each)
    assert {"ndjson", "perfetto", "csv", "svg", "markdown", "text"} <= written
    assert "pytest" not in written
    report = exported(recording, "text").decode()
    assert report.startswith(f"python {name}\n")
    assert all(finding["message"].splitlines()[0] in report for finding in recording.snapshot.findings or ())


def test_the_log_is_in_order_of_time_and_of_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(FOLDER / "06-rawvalue-float.py", monkeypatch)
    rows = recording.log.rows(0, len(recording.log))
    assert (np.diff(rows["t_ns"]) >= 0).all()
    writes = rows["version"][rows["op"] == 3]
    assert writes.tolist() == list(range(1, 240_001))
    (cell,) = recording.snapshot.summary["cells"]
    assert cell["lost"] == 240_000 - round(float(cell["final"] or 0) / 0.5)


def test_threads_that_take_steps_have_lanes_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "threads.py"
    script.write_text(
        "import threading\n"
        "from multiprocessing import Value\n"
        "number = Value('i', 0)\n"
        "def add():\n"
        "    number.value += 1\n"
        "thread = threading.Thread(target=add)\n"
        "thread.start()\n"
        "thread.join()\n"
        "add()\n"
    )
    recording = recorded(script, monkeypatch)
    view = script_run_view(recording)
    assert view["threads"] == [{"name": "main.2", "process": "main"}]
    assert [step["process"] for step in steps_of(recording) if step["op"] == "write"] == ["main.2", "main"]
    assert view["findings"] == []


CHARACTERS = """\
from multiprocessing import Array, Process, Value
def write(word, letter, other):
    word.value = b"ab"
    letter.value = b"\\xff"
    other[1] = "\u00e4"
if __name__ == "__main__":
    word, letter, other = Array("c", 3), Value("c", b"a"), Array("u", 2)
    process = Process(target=write, args=(word, letter, other))
    process.start()
    process.join()
"""


def test_characters_are_shown_as_they_stand_in_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "characters.py"
    script.write_text(CHARACTERS)
    recording = recorded(script, monkeypatch)
    cells: list[Any] = list(recording.snapshot.summary["cells"])
    assert [(cell["name"], cell["initial"], cell["final"]) for cell in cells] == [
        ("word[0]", r"b'\x00'", "b'a'"),
        ("word[1]", r"b'\x00'", "b'b'"),
        ("word[2]", r"b'\x00'", r"b'\x00'"),
        ("letter", "b'a'", r"b'\xff'"),
        ("other[1]", r"'\x00'", "'\u00e4'"),
    ]
    assert recording.snapshot.summary["consistent"]
    back = ndjson.read("characters", b"".join(ndjson.write(recording)).splitlines(keepends=True))
    assert steps_of(back) == steps_of(recording)


NO_PICKLE = """\
import time
from multiprocessing import Process, Queue
def put(queue):
    queue.put(lambda: None)
    queue.put("word")
    time.sleep(0.5)
if __name__ == "__main__":
    queue = Queue()
    process = Process(target=put, args=(queue,))
    process.start()
    queue.get()
    process.join()
"""


def test_what_cannot_be_pickled_is_not_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "no_pickle.py"
    script.write_text(NO_PICKLE)
    recording = recorded(script, monkeypatch)
    assert [step["line"] for step in steps_of(recording) if step["op"] == "fail"] == [4]
    assert script_run_view(recording)["findings"] == []


def test_who_waits_for_what_cannot_be_pickled_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "no_pickle.py"
    script.write_text(NO_PICKLE.replace('    queue.put("word")\n', ""))
    recording = recorded(script, monkeypatch, timeout=3)
    (hang,) = script_run_view(recording)["findings"]
    assert (hang["kind"], hang["target"], [line["line"] for line in hang["lines"]]) == ("hang", "queue", [10])
    assert "what was put there at line 4 could not be sent" in hang["message"]


def test_nothing_is_left_running_when_a_script_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(FOLDER / "24-barrier-one-short.py", monkeypatch, timeout=2.0)
    assert recording.snapshot.status == "stopped"
    assert {view["state"] for view in recording.snapshot.processes} == {"ended"}
    assert [view["exitcode"] for view in recording.snapshot.processes] == [-9, -9, -9, 3]


@FULL
def test_a_log_that_is_followed_while_the_script_writes_is_in_order_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        recording = recorded(FOLDER / "01-value-votes.py", monkeypatch, is_watched=lambda: True)
        (cell,) = recording.snapshot.summary["cells"]
        assert (cell["writes"], cell["expected"]) == (60_000, 60_000)
        assert recording.snapshot.not_seen == ()
