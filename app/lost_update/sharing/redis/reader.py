"""The one thread of a replica that reads from Redis, however many watch: one blocking read of all that concerns it.

    messages to this replica ─▶ on_message                 a run that somebody begins to watch: `look` makes a message
    rooms that have changed ──▶ on_rooms                   of nothing, so that the read begins again with its stream
    runs that are watched ────▶ their mirrors

Where Redis is away, whoever watches a mirror is sent away; when it is back, streams are read from their first entries:
what a mirror has it passes over.
"""

import threading
from typing import Any, Final, Protocol

from lost_update.execution.failures import log as log_fault
from lost_update.sharing.mirror import NOTHING_READ, Gap, Mirror, Place
from lost_update.sharing.redis import keys, pieces
from lost_update.sharing.redis.link import TROUBLE, Link, pauses
from lost_update.sharing.redis.mirrors import Mirrors

WAIT_MS: Final = 500
"""How long a read waits at the longest: then it is looked which mirrors there are."""

ENTRIES_AT_ONCE: Final = 64
"""Of each stream."""

Said = dict[bytes, bytes]


class Hearing(Protocol):
    """Who is told what is read. Each is called by the reader's thread, and must return at once."""

    def on_message(self, said: Said, age_seconds: float) -> None:
        """Somebody wants something of this replica, or answers it. It is so old."""

    def on_rooms(self, by: dict[str, str] | None) -> None:
        """These rooms have changed, each by that replica; None: any may have."""

    def on_break(self) -> None:
        """Redis does not answer. It may be back at once, and empty."""

    def on_gap(self, mirror: Mirror) -> None:
        """Steps are missing in the stream of that run."""


class Reader:
    """Owns its thread and its connection."""

    def __init__(self, mirrors: Mirrors, link: Link, replica: str, hearing: Hearing) -> None:
        self._mirrors = mirrors
        self._link = link
        self._messages = keys.messages(replica)
        self._hearing = hearing
        self._closing = threading.Event()
        self._read: dict[str, Place] = {self._messages: NOTHING_READ, keys.ROOM_CHANGES: NOTHING_READ}
        self._began_ms = 0.0
        """When it began to read, by the clock of Redis."""
        self._thread = threading.Thread(target=self._work, name="the reader", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more, from the next time on when something has come."""
        self._closing.set()

    def close(self) -> None:
        """End: at the latest when the read that goes on has waited long enough."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self) -> None:
        pause = pauses()
        while not self._closing.is_set():
            try:
                with self._link.client() as client:
                    self._begin(client)
                    pause = pauses()
                    while not self._closing.is_set():
                        self._read_once(client)
            except TROUBLE as error:
                self._link.lost(error)
                self._hearing.on_break()
            except Exception as error:  # ours
                log_fault(error)
            self._mirrors.cut()
            self._closing.wait(next(pause))

    def _begin(self, client: Any) -> None:
        """Go on where it was, with messages; with rooms, where their stream is now: any may have changed meanwhile."""
        last = client.xrevrange(keys.ROOM_CHANGES, count=1)
        self._read[keys.ROOM_CHANGES] = pieces.place_of(last[0][0]) if last else NOTHING_READ
        seconds, microseconds = client.time()
        self._began_ms = seconds * 1000 + microseconds / 1000
        for mirror in self._mirrors.live():
            mirror.place = NOTHING_READ
            mirror.is_cut = False
        self._hearing.on_rooms(None)

    def _read_once(self, client: Any) -> None:
        self._mirrors.tidy()
        followed = {keys.log(mirror.id): mirror for mirror in self._mirrors.live()}
        places = self._read | {stream: mirror.place for stream, mirror in followed.items()}
        wanted = {stream: pieces.id_of(place) for stream, place in places.items()}
        for name, found in client.xread(wanted, count=ENTRIES_AT_ONCE, block=WAIT_MS):
            stream = name.decode()
            if mirror := followed.get(stream):
                self._feed(mirror, found)
                continue
            self._read[stream] = pieces.place_of(found[-1][0])
            if stream == keys.ROOM_CHANGES:
                self._hearing.on_rooms({said[b"code"].decode(): said[b"by"].decode() for _, said in found})
            else:
                for place, said in found:
                    self._hearing.on_message(said, self._age(pieces.place_of(place)))

    def _feed(self, mirror: Mirror, found: list[tuple[bytes, Said]]) -> None:
        try:
            for place, said in found:
                mirror.take(pieces.piece_of(said, mirror.names))
                mirror.place = pieces.place_of(place)
                if mirror.is_over:
                    break
        except Gap:
            self._mirrors.drop(mirror)
            self._hearing.on_gap(mirror)

    def _age(self, place: Place) -> float:
        """How old that was when this began to read: what came after that is as good as new."""
        return max(self._began_ms - place[0], 0.0) / 1000
