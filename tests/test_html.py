"""A recording as a page in one file: the same bytes each time, the recording whole inside, and nothing in it obeyed."""

import platform
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from lost_update.execution.registry import Registry
from lost_update.exports import html, ndjson
from lost_update.exports.html import NoRecording, TooLong, lines_in
from lost_update.model.recording import Made, Recording
from lost_update.page import one_file
from lost_update.sources.request import RunRequest
from tests.recordings import RECORDINGS, kind_of, recorded
from tests.script_recordings import Script
from tests.serving import ended
from tests.variants import one_of_each

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def page_of(recording: Recording) -> str:
    return b"".join(html.write(recording)).decode()


def script_recording(name: str) -> Recording:
    """Of a script in which something shared has that name."""
    script = Script(f"# {EVIL}\n")
    tally = script.cell(name, has_lock=True)
    p1, p2 = script.main.launches(2, at=1)
    for each in (p1, p2):
        each.reads(tally, at=1)
    for each in (p1, p2):
        each.writes(tally, at=1)
    return script.recording()


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_the_page_holds_the_whole_recording_and_is_the_same_when_it_was_read_back(name: str) -> None:
    page = page_of(recorded(name))
    lines = lines_in(page.encode(), 10**6)
    assert lines == b"".join(ndjson.write(recorded(name)))
    assert page_of(ndjson.read("page", lines.splitlines())) == page


def test_a_page_without_a_recording_says_so() -> None:
    with pytest.raises(NoRecording):
        lines_in(b"<!doctype html>", 10**6)
    with pytest.raises(TooLong):
        lines_in(page_of(recorded("race-none")).encode(), 1000)


@pytest.mark.parametrize("recording", [recorded("race-none"), script_recording("tally")], ids=["scenario", "script"])
def test_it_asks_nobody_for_anything(recording: Recording) -> None:
    page = page_of(recording)
    assert re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', page) == []
    assert "url(" not in page


def test_what_a_recording_is_called_stays_text() -> None:
    page = page_of(script_recording(EVIL))
    assert EVIL not in page
    kinds = re.findall(r"<script\b([^>]*)>", page)
    assert kinds.count("") == 1
    assert all("application/" in kind for kind in kinds if kind)
    assert "<img" not in page


def test_only_its_own_script_and_its_own_sheets_may_work_in_it() -> None:
    page = page_of(recorded("race-none"))
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    rules = dict(rule.split(" ", 1) for rule in unescape(found[1]).split("; "))
    assert rules["default-src"] == "'none'"
    assert {"connect-src", "frame-src", "object-src", "worker-src"} & set(rules) == set()
    assert "unsafe" not in found[1]

    def hashes(texts: list[str]) -> list[str]:
        return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts]

    assert rules["style-src"].split() == hashes(re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL))
    unpacking = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert rules["script-src"].split() == hashes([*unpacking, one_file.script("pages/recording/main.js")])


def test_it_says_when_and_where_it_was_recorded_as_far_as_the_recording_does() -> None:
    recording = recorded("race-none")
    assert html.words_of(recording) == ["Python 3.11"]
    made = Made(at="2026-11-27T14:05:09Z", system="Linux x86_64", python="3.11.2", lost_update="0.1.0")
    known = Recording({**recording.header, "made": made}, recording.snapshot, recording.log)
    assert html.words_of(known) == ["2026-11-27, 14:05 UTC", "Linux x86_64", "Python 3.11.2", "Lost Update 0.1.0"]
    assert "14:05 UTC · Linux x86_64 · Python 3.11.2" in page_of(known)


def test_a_run_says_when_and_where_it_is_made_and_not_by_whom(registry: Registry) -> None:
    run = ended(registry.submit(RunRequest(iterations=1)))
    made = run.recording.header["made"]
    assert set(made) == {"at", "system", "python", "lost_update"}
    assert made["python"] == platform.python_version()
    assert platform.node() not in " ".join(str(value) for value in made.values()).split()
    lines = b"".join(ndjson.write(run.recording))
    assert ndjson.read("run", lines.splitlines()).header["made"] == made


def test_a_page_of_30_000_steps_is_under_a_megabyte(registry: Registry) -> None:
    run = ended(registry.submit(RunRequest(scenario="value", processes=2, iterations=5_000)))
    assert len(run.recording.log) >= 30_000
    assert len(page_of(run.recording)) < 1_000_000
