"""The one thread that writes what is kept, a piece of work at a time, in the order in which it was asked for.

any thread ── ask(work) ─▶ queue, of limited length ─▶ work(connection) ─▶ the answer, in a Future
                                                     └ when there is nothing to do for a while: at_leisure()
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST_WAITING: Final = 256
"""Pieces of work that may wait. A run that ends while they do is not kept: its end must wait for nobody."""

LEISURE_SECONDS: Final = 60.0
"""How often is looked for what may be removed, while nothing else is to be done."""


class Busy(Exception):
    """So much waits to be written that no more may."""


class Writer:
    """Does one piece of work after the other, until it is closed."""

    def __init__(self, at_leisure: Callable[[], object]) -> None:
        self._at_leisure = at_leisure
        self._waiting = queue.Queue[tuple[Callable[[], Any], Future[Any]] | None](MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="the writer of recordings", daemon=True)
        self._closed = False
        self._asking = threading.Lock()
        """Nothing is asked for after the end was asked for: it would never be answered."""
        self._thread.start()

    def ask(self, work: Callable[[], T]) -> "Future[T]":
        """Have this done. Returns at once. Raises `Busy`."""
        answer = Future[T]()
        answer.set_running_or_notify_cancel()
        with self._asking:
            if self._closed:
                raise Busy
            try:
                self._waiting.put_nowait((work, answer))
            except queue.Full:
                raise Busy from None
        return answer

    def close(self) -> None:
        """Do what still waits, and end."""
        with self._asking:
            was_closed, self._closed = self._closed, True
        if not was_closed:
            self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                asked = self._waiting.get(timeout=LEISURE_SECONDS)
            except queue.Empty:
                self._at_leisure()
                continue
            if asked is None:
                return
            work, answer = asked
            try:
                answer.set_result(work())
            except BaseException as error:
                answer.set_exception(error)
            del work, answer, asked  # what is waited for next may take long, and this holds a recording
