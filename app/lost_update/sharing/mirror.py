"""The recording of a run that lives at another replica: made here of the pieces that come from there. Knows no Redis.

    pieces, each with the index of its first step ──▶ what is not here yet ──▶ log
    snapshots, numbered                           ──▶ one that is newer    ──▶ snapshot

So it does no harm when something comes twice, or when all of it comes again from the first step. Viewers, exports and
all others use it as any recording. It may be behind: a viewer who comes from another replica can know more steps.
"""

from dataclasses import dataclass, replace
from typing import Final

from lost_update.model.encoding import Names
from lost_update.model.log import Rows
from lost_update.model.recording import Header, Recording, Snapshot

NOTHING_READ: Final = (0, 0)

Place = tuple[int, int]
"""Where in a stream of Redis something stands."""


@dataclass(frozen=True)
class Piece:
    """What has become known of a run: more steps from the one of index `first` on, and how it stands after them.

    `number` counts the snapshots of a run. `names` is what its rows and its snapshot need, where that has grown.
    """

    first: int
    number: int
    rows: Rows | None = None
    names: Names | None = None
    snapshot: Snapshot | None = None
    is_lost: bool = False
    """The run was ended by others, since its replica was gone."""


class Gap(Exception):
    """Steps before this piece are missing."""


class Mirror(Recording):
    """Written by the thread that reads from Redis, read by any. `owner` is its visitor, `replica` where it lives."""

    def __init__(self, header: Header, names: Names, owner: str, replica: str) -> None:
        super().__init__(header, Snapshot(names, ()))
        self.owner = owner
        self.replica = replica
        self.place = NOTHING_READ
        """How far its stream has been read."""
        self.number = -1
        """That of its snapshot."""
        self.is_cut = False
        """Nothing comes any more, for now or for good: who watches is to come back, here or elsewhere."""
        self.is_lost = False
        """Its replica was gone, and may come back."""
        self.asked_at = 0.0
        """When somebody last wanted it, on the clock of whoever keeps the mirrors."""

    def take(self, piece: Piece) -> None:
        """Add what is new in a piece. Raises `Gap`."""
        if self.is_over:
            return
        if piece.names is not None and size_of(piece.names) > size_of(self.names):
            self.publish(replace(self.snapshot, names=piece.names))  # before any row that needs them
        if piece.rows is not None:
            known = len(self.log) - piece.first
            if known < 0:
                raise Gap
            if known < len(piece.rows):
                self.log.append(piece.rows[known:])
        if piece.snapshot is not None and piece.number > self.number:
            self.number, self.is_lost = piece.number, piece.is_lost
            if piece.snapshot.is_over:
                self.log.trim()
            self.publish(replace(piece.snapshot, names=self.names))
            self.log.notify()  # somebody may wait for this number

    def cut(self) -> None:
        """Send everybody away who waits for more."""
        self.is_cut = not self.is_over
        self.log.notify()


def size_of(names: Names) -> int:
    """How much is declared. Names only grow."""
    return sum(map(len, (names.processes, names.declared, names.sources, names.owners, names.values)))
