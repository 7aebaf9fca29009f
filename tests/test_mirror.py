"""The recording of a run that lives elsewhere, made of pieces: whatever comes twice, late or not at all."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lost_update.model.encoding import Names, steps
from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.sharing.mirror import Gap, Mirror
from lost_update.sharing.redis import pieces
from lost_update.sharing.redis.heartbeats import REASON, lost
from lost_update.sharing.redis.pieces import piece_of
from tests.recordings import memory_of_log, recorded
from tests.script_recordings import one_of_everything

pytestmark = pytest.mark.pure

NAME = "race-none"


def mirror_of(recording: Recording) -> Mirror:
    """One that knows nothing but what was executed."""
    known = recording.names
    return Mirror(recording.header, Names(known.processes[:1], sources=known.sources[:1]), "a visitor", "a replica")


def told(recording: Recording, *stops: int) -> Iterator[dict[bytes, bytes]]:
    """The entries of a stream in which the steps come up to these indexes, and in the end all of it."""
    first = 0
    for number, stop in enumerate((*stops, len(recording.log)), 1):
        is_last = stop == len(recording.log)
        now = recording.snapshot if is_last else replace(recording.snapshot, status="running", steps=stop)
        stand = pieces.stand_of(now, number)
        for entry in pieces.entries(recording, range(first, stop), stand, now.names, -1 if number == 1 else 10**6):
            yield as_read(entry)
        first = stop


def as_read(entry: pieces.Entry) -> dict[bytes, bytes]:
    """An entry as Redis gives it back."""
    return {name.encode(): each if isinstance(each, bytes) else str(each).encode() for name, each in entry.items()}


def fed(mirror: Mirror, entries: list[dict[bytes, bytes]]) -> Mirror:
    for entry in entries:
        mirror.take(piece_of(entry, mirror.names))
    return mirror


@pytest.mark.parametrize(
    "recording", [recorded(NAME), recorded("pool-map"), one_of_everything()], ids=lambda one: one.id
)
def test_a_mirror_that_was_told_everything_is_the_same(recording: Recording) -> None:
    mirror = fed(mirror_of(recording), list(told(recording, 3, 4, 7)))
    assert view_of(mirror) == view_of(recording)
    assert memory_of_log(mirror) == memory_of_log(recording)


def test_what_comes_twice_or_from_the_start_again_changes_nothing() -> None:
    recording = recorded(NAME)
    entries = list(told(recording, 3, 7))
    mirror = fed(mirror_of(recording), entries[:2])
    before = view_of(mirror)
    fed(mirror, [entries[1], entries[0], entries[1]])
    assert (view_of(mirror), len(mirror.log)) == (before, 7)
    fed(mirror, [*entries, *entries])
    assert view_of(mirror) == view_of(recording)
    assert len(mirror.log) == len(recording.log)


def test_other_pieces_of_the_same_steps_fit_too() -> None:
    recording = recorded(NAME)
    mirror = fed(mirror_of(recording), list(told(recording, 3, 7))[:2])
    fed(mirror, list(told(recording, 5, 9)))
    assert len(mirror.log) == len(recording.log)


def test_a_gap_is_not_passed_over() -> None:
    recording = recorded(NAME)
    first, _, third = told(recording, 3, 7)
    mirror = fed(mirror_of(recording), [first])
    with pytest.raises(Gap):
        mirror.take(piece_of(third, mirror.names))
    assert len(mirror.log) == 3


def test_a_reader_sees_no_step_whose_names_are_missing_and_no_end_before_the_last_step() -> None:
    recording = recorded(NAME)
    mirror = mirror_of(recording)

    def look() -> None:
        length = len(mirror.log)
        assert len(steps(mirror.log.rows(0, length), 0, mirror.names)) == length
        assert not mirror.is_over or length == len(recording.log)

    mirror.log.listen(look)
    fed(mirror, list(told(recording, 3, 7)))
    assert mirror.is_over


def test_who_waits_is_sent_away_unless_the_run_is_over() -> None:
    recording = recorded(NAME)
    live, over = (
        fed(mirror_of(recording), list(told(recording, 3))[:1]),
        fed(mirror_of(recording), list(told(recording))),
    )
    woken = []
    live.log.listen(lambda: woken.append("live"))
    for mirror in (live, over):
        mirror.cut()
    assert (live.is_cut, over.is_cut, woken) == (True, False, ["live"])


def test_a_run_without_its_replica_ends_as_failed_after_the_steps_that_are_known() -> None:
    recording = recorded(NAME)
    mirror = fed(mirror_of(recording), list(told(recording, 7))[:1])
    ended = lost(mirror.snapshot, 7)
    fed(mirror, [as_read(pieces.last_entry(ended, mirror.number + 1))])
    view = view_of(mirror)
    assert (view["status"], view["reason"], view["steps"], view["runnable"]) == ("failed", REASON, 7, [])
    assert {process["state"] for process in view["processes"]} == {"ended"}
    assert mirror.is_lost


def test_a_long_log_comes_in_pieces_that_are_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "ROWS_AT_ONCE", 5)
    recording = recorded(NAME)
    length = len(recording.log)
    entries = list(pieces.entries(recording, range(length), pieces.stand_of(recording.snapshot, 1), recording.names))
    assert [entry["first"] for entry in entries] == list(range(0, length, 5))
    assert [entry["next"] for entry in entries] == [*range(5, length, 5), length]
    assert ["snapshot" in entry for entry in entries] == [False] * (len(entries) - 1) + [True]
    assert ["names" in entry for entry in entries] == [True] + [False] * (len(entries) - 1)
    assert view_of(fed(mirror_of(recording), [*map(as_read, entries)])) == view_of(recording)


def test_a_hash_says_all_that_an_outline_needs() -> None:
    recording = recorded(NAME)
    said = as_read(
        pieces.origin_of(recording.header, "a visitor", "a replica")
        | pieces.declared_in(recording.names)
        | pieces.stand_of(recording.snapshot, 7)
    )
    about = pieces.about(said)
    assert about is not None
    assert view_of(about.outline) == view_of(recording)
    assert (about.owner, about.replica, about.number, about.is_lost) == ("a visitor", "a replica", 7, False)


def test_half_a_hash_is_none() -> None:
    assert pieces.about(as_read(pieces.stand_of(recorded(NAME).snapshot, 1))) is None
    assert pieces.about({}) is None


def test_places_of_a_stream_are_ordered_as_numbers() -> None:
    places = [pieces.place_of(text) for text in (b"9-1", b"10-0", b"10-9", b"10-10")]
    assert places == sorted(places)
    assert pieces.id_of(places[-1]) == "10-10"
