"""Where recordings are kept, and who may write there: one process at a time, whoever comes first.

    recordings.sqlite3   the recordings
    recordings.lock      locked by the one that writes; the system takes the lock back when that process is gone,
                         however it ended, so that nothing has to be cleared up after a crash

A process that is started by ours inherits neither: Python opens files so that they are closed when a program begins.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

MEMORY: Final = ":memory:"
"""In place of a directory: nothing is kept."""

FILE: Final = "recordings.sqlite3"
LOCK_FILE: Final = "recordings.lock"

OF_THE_OWNER_ALONE: Final = 0o700
"""What scripts print, and where their files lie, is nobody else's."""


class Taken(Exception):
    """Another process writes there."""


def directory_of(data_dir: str) -> Path | None:
    """The directory that a setting names, by default one of the user's own; None where nothing is to be kept."""
    if data_dir == MEMORY:
        return None
    if data_dir:
        return Path(data_dir).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("lost-update", appauthor=False)


def made(directory: Path) -> Path:
    """The directory, which is made where there is none. Raises OSError."""
    directory.mkdir(mode=OF_THE_OWNER_ALONE, parents=True, exist_ok=True)
    return directory


class WriteLock:
    """The right to write. It is held until it is closed, or its process is gone."""

    def __init__(self, directory: Path) -> None:
        """Take it. Raises `Taken` where another process has it, and OSError where there can be none."""
        self._descriptor = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise Taken from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give it back. The file stays: who removes it could take away the lock of one who has just made it."""
        with suppress(OSError):
            os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Of the file as it was opened here: another opening of it, even in this process, is refused."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
