"""A recording as bytes, and back: exactly the same, whatever is in it."""

import gzip

import pytest

from lost_update.exports import ndjson
from lost_update.model.view import view_of
from lost_update.store import contents
from tests.binaries import written
from tests.recordings import RECORDINGS, kind_of, memory_of_log, recorded
from tests.script_recordings import one_of_everything
from tests.variants import one_of_each


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_a_recording_comes_back_exactly_as_it_was(name: str) -> None:
    recording = recorded(name)
    packed = contents.packed(recording)
    again = contents.opened(packed.head, packed.log)
    assert memory_of_log(again) == memory_of_log(recording)
    assert view_of(again) == view_of(recording)
    assert (again.header, again.names, again.snapshot.end) == (
        recording.header,
        recording.names,
        recording.snapshot.end,
    )
    assert b"".join(ndjson.write(again)) == b"".join(ndjson.write(recording))
    assert contents.packed(again) == packed


def test_so_does_that_one_of_everything() -> None:
    recording = one_of_everything()
    packed = contents.packed(recording)
    again = contents.opened(packed.head, packed.log)
    assert memory_of_log(again) == memory_of_log(recording)
    assert view_of(again) == view_of(recording)
    assert again.names == recording.names


@pytest.mark.parametrize("name", ["race-none", "pool-map"])
def test_the_columns_are_those_that_are_made_of_a_recording_in_memory(name: str) -> None:
    recording = recorded(name)
    assert gzip.decompress(contents.packed(recording).columns) == written(recording.log, recording.names)


def test_an_outline_is_enough_for_the_view() -> None:
    recording = recorded("race-none")
    outline = contents.outline(contents.packed(recording).head, len(recording.log))
    assert view_of(outline) == view_of(recording)
    assert len(outline.log) == 0


@pytest.mark.parametrize("broken", [b"", b"nothing"])
def test_what_is_no_recording_is_not_opened(broken: bytes) -> None:
    packed = contents.packed(recorded("race-none"))
    with pytest.raises(contents.Unreadable):
        contents.opened(broken, packed.log)
    with pytest.raises(contents.Unreadable):
        contents.opened(packed.head, packed.log[:-5])


def test_a_recording_of_another_form_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = contents.packed(recorded("race-none"))
    monkeypatch.setattr(contents, "FORM", contents.FORM + 1)
    with pytest.raises(contents.Unreadable, match="it has the form 1, and this Lost Update reads 2"):
        contents.outline(packed.head, 0)
