"""Memory that a long run has used and needs no more, given back to the system.

The C library keeps what was freed, up to twice the largest piece that it ever had, and scattered over its heap: after a
run of a million steps that is more than its log takes.
"""

import ctypes
from typing import Final

LONG: Final = 100_000
"""Steps of a run from which on it is worth the few milliseconds."""


def give_back_memory(steps: int) -> None:
    """After a run of so many steps. Where the C library knows nothing of it, nothing is done."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if steps >= LONG else None
    if trim is not None:
        trim(0)
