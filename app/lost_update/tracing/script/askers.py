"""Who asks: a process, a thread of it and its site as one number, which travels to the server of a manager.

Steps that the server takes for others carry it in place of a site of its own (`managers`). Who reads them needs this
and nothing of `multiprocessing`.
"""

from typing import Final

ASKER: Final = "\0lost_update"
"""The keyword by which a client tells a server who asks. No function has an argument of that name."""

_PROCESS_AT: Final = 40
_THREAD_AT: Final = 24


def asked_by(process: int, thread: int, site: int) -> int:
    """The site in a step that a server takes for that thread of that process."""
    return process + 1 << _PROCESS_AT | thread << _THREAD_AT | site


def asker_of(site: int) -> tuple[int, int, int] | None:
    """Of a site in a step of a server: process, thread and site of who asked; None where it is the server's own."""
    process = (site >> _PROCESS_AT) - 1
    if process < 0:
        return None
    return process, site >> _THREAD_AT & (1 << _PROCESS_AT - _THREAD_AT) - 1, site & (1 << _THREAD_AT) - 1
