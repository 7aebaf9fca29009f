"""Reads the messages that a process has sent so far, and never waits for the rest of one.

`Connection.recv` waits for the whole of a message that has begun to arrive. A process that is suspended in the middle
of one would hold up the run's thread, and with it the run's deadline and every request to stop.

On a pipe `multiprocessing` writes each pickled object after its length: four bytes, the highest first.
(Messages of 2 GB or more are written otherwise; a run may not take so many steps.)
"""

import os
import select
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from struct import Struct
from typing import Any, Final

from lost_update.tracing.recorder import Message

_LENGTH: Final = Struct("!i")

PIPE_BYTES: Final = 1 << 16
"""What a pipe holds."""

READ_AT_ONCE: Final = 16 * PIPE_BYTES
"""Bytes in one call of `read`: a process that never stops sending must leave time for the others."""


class MessageReader:
    """The reading end of one process's pipe."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._descriptor = pipe.fileno()
        self._arrivals = select.poll()  # `Connection.poll` makes a new one each time
        self._arrivals.register(self._descriptor, select.POLLIN)
        self._bytes = bytearray()
        self.is_at_end = False
        """Whether nothing will come any more."""

    def read(self) -> list[Message]:
        """The messages that have come in full."""
        enough = len(self._bytes) + READ_AT_ONCE
        while not self.is_at_end and len(self._bytes) < enough and self._arrivals.poll(0):
            piece = os.read(self._descriptor, PIPE_BYTES)
            self._bytes += piece
            self.is_at_end = not piece
        messages = []
        begin = 0
        while len(self._bytes) >= (start := begin + _LENGTH.size):
            end = start + _LENGTH.unpack_from(self._bytes, begin)[0]
            if len(self._bytes) < end:
                break
            with memoryview(self._bytes) as whole, whole[start:end] as message:
                messages.append(ForkingPickler.loads(message))
            begin = end
        del self._bytes[:begin]
        return messages
