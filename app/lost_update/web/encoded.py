"""What was encoded once is kept for the next who asks for the same: the most recently used pieces, up to a limit."""

from collections import OrderedDict
from collections.abc import Callable, Hashable


class Encoded:
    """Pieces of logs as text. Used by one thread at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self._pieces: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable, encode: Callable[[], bytes]) -> bytes:
        """The piece of that name, which is encoded only where it is not kept."""
        piece = self._pieces.get(key)
        if piece is not None:
            self._pieces.move_to_end(key)
            return piece
        piece = self._pieces[key] = encode()
        self._taken += len(piece)
        while self._taken > self._limit and len(self._pieces) > 1:
            self._taken -= len(self._pieces.popitem(last=False)[1])
        return piece
