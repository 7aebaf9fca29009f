"""A recording that was loaded from a file, as notebooks and programs have it."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import lost_update
from lost_update.exports import html
from lost_update.exports.ndjson import Unreadable
from tests.recordings import file_of, recorded


class Frames(HTMLParser):
    """The attributes of each frame in a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it, where it is a frame."""
        assert tag == "iframe"
        self.frames.append(dict(attrs))


def test_either_export_is_loaded(tmp_path: Path) -> None:
    page = tmp_path / "race.html"
    page.write_bytes(b"".join(html.write(recorded("race-none"))))
    for file in (file_of("race-none"), page):
        loaded = lost_update.load(file)
        assert repr(loaded) == "<recording race-none: finished, 64 steps>"
        assert loaded.view["steps"] == 64


def test_it_shows_itself_in_a_frame_that_may_run_scripts_and_nothing_else() -> None:
    shown = lost_update.load(file_of("race-none"))._repr_html_()
    (frame,) = Frames(shown).frames
    assert frame["sandbox"] == "allow-scripts"
    assert frame["title"] == "Recording race-none"
    assert (frame["srcdoc"] or "").encode() == b"".join(html.write(recorded("race-none")))


def test_what_is_no_recording_is_refused_in_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ndjson"
    broken.write_text("{}\n")
    with pytest.raises(Unreadable, match=r"broken\.ndjson, line 1"):
        lost_update.load(broken)
    page = tmp_path / "page.html"
    page.write_text("<!doctype html>")
    with pytest.raises(Unreadable, match=r"page\.html: [Tt]his page holds no recording"):
        lost_update.load(page)


@pytest.mark.processes
def test_the_package_stays_light_for_who_loads_nothing() -> None:
    told = "import sys; before = set(sys.modules); import lost_update; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["lost_update"]
