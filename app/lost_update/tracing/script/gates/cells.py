"""Gates before reads and writes of shared memory: its accessors are wrapped as they are made."""

from types import FrameType
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.script.gates.attempt import Attempt, Making, gated, is_free
from lost_update.tracing.script.memory import arming, blocks

_VERSIONS: Final = 3
_KIND: Final = 4
"""Where `memory` has the versions of the cells, and the kind of a READ of the first, in what an access needs."""


class _Access(Attempt):
    """An access to one cell or several."""

    __slots__ = ("parts", "whole")

    parts: Any
    whole: Any

    @property
    def _block(self) -> Any:
        return blocks.block_of(blocks.root_of(self.whole(self.subject)))

    @property
    def key(self) -> str:
        """That of the memory."""
        return str(self._block.key)

    @property
    def part(self) -> tuple[int, int]:
        """Which of its cells."""
        first = (self.parts[_KIND] >> 8) - self._block.number
        chosen = self._chosen()
        return (first + min(chosen), first + max(chosen)) if chosen else (first, first)

    def _chosen(self) -> range:
        all_of_them = range(len(self.parts[_VERSIONS]))
        says_which = len(self.arguments) > (self.op == Op.WRITE)
        index = self.arguments[0] if says_which else slice(None)
        try:
            return all_of_them[index] if isinstance(index, slice) else all_of_them[index : index + 1 or None]
        except TypeError:
            return range(0)  # It is about to be told that this is no index.

    @property
    def lock(self) -> Any:
        """That of the wrapper."""
        return getattr(self.subject, "_lock", None) if self.whole(self.subject) is not self.subject else None

    def can_go(self) -> bool:
        """Whoever holds the lock of the object keeps all others from a single access."""
        return is_free(self.lock)

    def version(self) -> int:
        """How often these cells have been written."""
        versions = self.parts[_VERSIONS]
        return sum(versions[number] for number in self._chosen())


def _accesses(op: Op, name: str | None, whole: Any) -> Making:
    def make(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = arming.arm(self, whole)
        if parts and name is None and not isinstance(parts, tuple):
            return None
        if isinstance(parts, dict):
            parts = parts[name]
        if not parts:
            return None
        attempt = _Access(op, frame, self, arguments, named)
        attempt.parts, attempt.whole = parts, whole
        return attempt

    return make


def _around(get: Any, put: Any, name: str | None, whole: Any) -> tuple[Any, Any]:
    return gated(get, _accesses(Op.READ, name, whole)), gated(put, _accesses(Op.WRITE, name, whole))


def install() -> None:
    """Before `memory` changes anything."""
    arming.STEERING.around = _around
