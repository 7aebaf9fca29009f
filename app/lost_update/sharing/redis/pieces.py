"""Recordings as entries of a stream of Redis, and back; and a run's hash. Pure.

first   the index of its first step       rows   its steps, as they lie in a log
next    the index after its last step     names, snapshot   JSON, compressed if it is long, where there is something new
number  counts the snapshots of the run   lost   the run was ended by others, since its replica was gone

Steps are not compressed. They are here for minutes; to compress them took a replica as long as to record them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lost_update.model import exact
from lost_update.model.encoding import Names
from lost_update.model.log import SLOTTED
from lost_update.model.recording import Header, Recording, Snapshot
from lost_update.sharing.mirror import Piece, Place, size_of

ROWS_AT_ONCE: Final = 8192
"""Of one entry, at most: some three hundred kilobytes."""

LEAST_COMPRESSED: Final = 4096
"""Bytes. To compress less than that takes longer than to send it."""

NOT_TOLD: Final = -1
"""Less than what is declared by any run."""

Entry = dict[str, bytes | str | int]
Told = Mapping[bytes, bytes]


@dataclass(frozen=True)
class About:
    """What a run's hash says."""

    header: Header
    names: Names
    snapshot: Snapshot
    number: int
    owner: str
    replica: str
    is_lost: bool

    @property
    def outline(self) -> Recording:
        """The recording, without its steps."""
        return Recording(self.header, self.snapshot)


def entries(recording: Recording, steps: range, stand: Entry, names: Names, known: int = NOT_TOLD) -> Iterator[Entry]:
    """Some steps, and after them how it stands. Of what is declared, `known` is how much has been told."""
    is_first = True
    for start in range(steps.start, max(steps.stop, steps.start + 1), ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, steps.stop)
        entry: Entry = {"first": start, "next": end, "number": stand["number"]}
        if end > start:
            entry["rows"] = recording.log.rows(start, end).tobytes()
        if is_first and size_of(names) != known:
            entry |= declared_in(names)
        if end == steps.stop:
            entry["snapshot"] = stand["snapshot"]
        yield entry
        is_first = False


def last_entry(snapshot: Snapshot, number: int) -> Entry:
    """How a run ends that others have ended, after all the steps that are known of it."""
    steps = snapshot.steps
    return {"first": steps, "next": steps, **stand_of(snapshot, number, is_lost=True)}


def piece_of(entry: Told, names: Names) -> Piece:
    """An entry, as a mirror takes it. `names` are those that the run has by now."""
    if b"names" in entry:
        names = exact.names_of(_unpacked(entry[b"names"]))
    return Piece(
        first=int(entry[b"first"]),
        number=int(entry[b"number"]),
        rows=np.frombuffer(entry[b"rows"], SLOTTED) if b"rows" in entry else None,
        names=names if b"names" in entry else None,
        snapshot=exact.snapshot_of(_unpacked(entry[b"snapshot"]), names) if b"snapshot" in entry else None,
        is_lost=is_lost(entry),
    )


def next_after(entry: Told) -> int:
    """The index of the step after this entry."""
    return int(entry[b"next"])


def is_lost(said: Told) -> bool:
    """Whether it says that others have ended the run."""
    return bool(said.get(b"lost"))


def origin_of(header: Header, owner: str, replica: str) -> Entry:
    """What of a run's hash never changes."""
    return {"header": _packed(header), "owner": owner, "replica": replica}


def declared_in(names: Names) -> Entry:
    """What of a run's hash, and of an entry, grows now and then."""
    return {"names": _packed(exact.of_names(names))}


def stand_of(snapshot: Snapshot, number: int, *, is_lost: bool = False) -> Entry:
    """What of a run's hash changes all the time."""
    return {"snapshot": _packed(exact.of_snapshot(snapshot)), "number": number, "lost": "1" if is_lost else ""}


def about(said: Told) -> About | None:
    """A run's hash, read; None where there is none, or half of one: it is about to expire, or to be written."""
    if not {b"header", b"names", b"snapshot", b"number", b"owner", b"replica"} <= said.keys():
        return None
    names = exact.names_of(_unpacked(said[b"names"]))
    return About(
        header=_unpacked(said[b"header"]),
        names=names,
        snapshot=exact.snapshot_of(_unpacked(said[b"snapshot"]), names),
        number=int(said[b"number"]),
        owner=said[b"owner"].decode(),
        replica=said[b"replica"].decode(),
        is_lost=is_lost(said),
    )


def _packed(said: object) -> bytes:
    text = exact.as_json(said)
    return text if len(text) < LEAST_COMPRESSED else exact.compressed(text)


def _unpacked(data: bytes) -> Any:
    return json.loads(data) if data[:1] in b"{[" else exact.unpacked(data)


def place_of(stream_id: bytes | str) -> Place:
    """The id of an entry: a time, and a number."""
    text = stream_id.decode() if isinstance(stream_id, bytes) else stream_id
    time, _, number = text.partition("-")
    return int(time), int(number)


def id_of(place: Place) -> str:
    """The other way round."""
    return f"{place[0]}-{place[1]}"
