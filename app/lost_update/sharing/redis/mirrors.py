"""The runs of other replicas that somebody here watches or has looked at a short while ago.

A mirror that nobody watches is dropped after a while, and sooner where all of them take too much memory.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Final

from lost_update.sharing.mirror import Mirror
from lost_update.sharing.redis.pieces import About

UNUSED_SECONDS: Final = 60.0

SHARE: Final = 4
"""Of the memory for runs, mirrors that nobody watches may fill so little a part."""


class Mirrors:
    """Safe to use from any thread."""

    def __init__(self, memory: int, now: Callable[[], float] = monotonic) -> None:
        self._memory = memory // SHARE
        self._now = now
        self._lock = threading.Lock()
        self._by_run: dict[str, Mirror] = {}

    def get(self, run_id: str) -> Mirror | None:
        """The mirror of that run, where there is one. It is of use from now on."""
        mirror = self._by_run.get(run_id)
        if mirror is not None:
            mirror.asked_at = self._now()
        return mirror

    def of(self, about: About) -> Mirror:
        """The mirror of that run, a new one where there is none, or where the run lives although it was given up."""
        with self._lock:
            mirror = self._by_run.get(about.header["id"])
            if mirror is None or (mirror.is_lost and not about.is_lost):
                mirror = Mirror(about.header, about.names, about.owner, about.replica)
                self._by_run[mirror.id] = mirror
            mirror.asked_at = self._now()
            return mirror

    def drop(self, mirror: Mirror) -> None:
        """Have it no more. Who watches it is sent away, and makes a new one by coming back."""
        with self._lock:
            if self._by_run.get(mirror.id) is mirror:
                del self._by_run[mirror.id]
        mirror.cut()

    def live(self) -> list[Mirror]:
        """Those whose runs are not over."""
        with self._lock:
            return [mirror for mirror in self._by_run.values() if not mirror.is_over]

    def cut(self) -> None:
        """Send all away who watch a run that is not over: nothing comes any more."""
        for mirror in self.live():
            mirror.cut()

    def tidy(self) -> None:
        """Drop what nobody has wanted for a while."""
        now = self._now()
        taken, dropped = 0, []
        with self._lock:
            unused = [mirror for mirror in self._by_run.values() if not mirror.log.is_listened_to]
            unused.sort(key=lambda mirror: mirror.asked_at, reverse=True)
            for mirror in unused:
                taken += mirror.log.nbytes
                if now - mirror.asked_at > UNUSED_SECONDS or (taken > self._memory and mirror is not unused[0]):
                    dropped.append(self._by_run.pop(mirror.id))
        for mirror in dropped:
            mirror.cut()  # somebody may be about to watch it
