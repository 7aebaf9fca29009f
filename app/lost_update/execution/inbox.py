"""What other threads ask of the run's thread, and how they wake it.

    any thread                              the run's thread
    ──────────                              ────────────────
    put(request) ── one byte on a pipe ───▶ connection.wait([…, inbox]) returns
                                            take(): all that was asked since

The pipe belongs to the run's thread: it opens and closes it. Requests that come before that wait without a pipe.
"""

import os
import threading
from typing import Generic, TypeVar

Request = TypeVar("Request")


class Inbox(Generic[Request]):
    """Requests in the order in which they came. `put` is for any thread, everything else for the run's own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._pipe: tuple[int, int] | None = None
        self._is_closed = False

    def put(self, request: Request) -> bool:
        """Add a request. False if the inbox is closed and nobody will answer."""
        with self._lock:
            if self._is_closed:
                return False
            self._requests.append(request)
            if len(self._requests) == 1:
                self._wake()
            return True

    def open(self) -> None:
        """From now on a request wakes the thread that waits for this inbox."""
        with self._lock:
            self._pipe = os.pipe()
            if self._requests:
                self._wake()

    def fileno(self) -> int:
        """What to wait on."""
        assert self._pipe is not None
        return self._pipe[0]

    def take(self) -> list[Request]:
        """Everything that was asked since the last time."""
        with self._lock:
            requests, self._requests = self._requests, []
            if requests:
                os.read(self.fileno(), 1)
            return requests

    def close(self) -> list[Request]:
        """Accept no more requests. Returns those that were not taken."""
        with self._lock:
            self._is_closed = True
            for end in self._pipe or ():
                os.close(end)
            self._pipe = None
            requests, self._requests = self._requests, []
            return requests

    def _wake(self) -> None:
        """Write the one byte that says that there are requests; it never fills the pipe."""
        if self._pipe is not None:
            os.write(self._pipe[1], b"!")
