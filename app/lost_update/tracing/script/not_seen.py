"""What is shared where we cannot see it: said once for each place, and left as it is."""

import sys
from sys import _getframe as _caller
from typing import Any, Final

from lost_update.tracing.script.patching import instrument
from lost_update.tracing.script.stream import declare, disabled, in_child, is_internal, site_of

_noted: Final[set[tuple[str, int]]] = set()
in_child(_noted.clear)  # it says it again, of itself


def not_seen(what: str, frame: Any) -> None:
    """Say once for each place that something is shared there that we cannot see."""
    site = site_of(frame)
    if site and (what, site) not in _noted:
        _noted.add((what, site))
        declare("not_seen", what=what, site=site)


def follow_attaching() -> None:
    """Notice a `SharedMemory`."""
    from multiprocessing import shared_memory

    def before_attaching(*_: Any) -> None:
        frame = sys._getframe(3)
        if not disabled() and not is_internal(frame):
            not_seen("SharedMemory", frame)

    instrument(shared_memory.SharedMemory, "__init__", before_attaching)


def follow_mapping() -> None:
    """Notice an `mmap`."""
    import mmap

    plain = mmap.mmap

    class Mapped(plain):  # type: ignore[misc, valid-type]
        __slots__ = ()

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            frame = _caller(1)
            if not disabled() and not is_internal(frame):
                not_seen("mmap", frame)
            return plain.__new__(cls, *arguments, **named)

        def __repr__(self) -> str:
            return "<mmap.mmap " + plain.__repr__(self).partition(" ")[2]

    Mapped.__name__ = Mapped.__qualname__ = "mmap"
    Mapped.__module__ = "mmap"
    Mapped.__doc__ = plain.__doc__
    mmap.mmap = Mapped  # type: ignore[misc]
