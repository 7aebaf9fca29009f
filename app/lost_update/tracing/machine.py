"""What the machine may refuse: one more process, thread, descriptor, page of memory. That is no fault of ours.

A process that is refused something ends with an exit code that says what, so that the server can give the true reason.
"""

import errno
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shortage:
    """Something that the machine gave no more of: `what`, as in "no more …", and the exit code that stands for it."""

    what: str
    exitcode: int


PROCESSES: Final = Shortage("more processes or threads (its limits: pids.max, ulimit -u)", 81)
DESCRIPTORS: Final = Shortage("more open files (its limit: ulimit -n)", 82)
MEMORY: Final = Shortage("more memory", 83)
SPACE: Final = Shortage("more room in its shared memory or temporary folder (/dev/shm, /tmp)", 84)

SHORTAGES: Final = {shortage.exitcode: shortage for shortage in (PROCESSES, DESCRIPTORS, MEMORY, SPACE)}
"""By exit code."""

SOFT_LIMIT: Final = "LOST_UPDATE_SOFT_DESCRIPTORS"
"""The environment variable by which a fork server learns the limit that its processes are to have."""

_BY_ERRNO: Final = {
    errno.EAGAIN: PROCESSES,
    errno.EMFILE: DESCRIPTORS,
    errno.ENFILE: DESCRIPTORS,
    errno.ETOOMANYREFS: DESCRIPTORS,
    errno.ENOBUFS: MEMORY,
    errno.ENOMEM: MEMORY,
    errno.ENOSPC: SPACE,
    errno.EDQUOT: SPACE,
}


def shortage_of(error: BaseException) -> Shortage | None:
    """What the machine refused, where that is what the error says; None for any other error."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := shortage_of(each))), None)
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0)
    if isinstance(error, RuntimeError) and str(error).startswith("can't start new thread"):
        return PROCESSES
    return None
