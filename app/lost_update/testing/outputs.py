"""What other processes print goes where the test's own output goes, however pytest captures that."""

import contextlib
import os
import sys
import tempfile
from types import TracebackType
from typing import Any, Self


class Output:
    """The descriptors for the standard output and error of a process: None where it inherits the test's own.

    pytest captures descriptors by default. Where it replaces `sys.stdout` alone (`--capture=sys`, `capsys`), what a
    process prints goes to a file, and from there to that.
    """

    def __init__(self) -> None:
        self.descriptors: list[int | None] = []

    def __enter__(self) -> Self:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
            self.descriptors.append(None if _has_descriptor(stream) else _file())
        return self

    def __exit__(self, *_: TracebackType | type[BaseException] | BaseException | None) -> None:
        for stream, descriptor in zip((sys.stdout, sys.stderr), self.descriptors, strict=True):
            if descriptor is not None:
                with open(descriptor, "rb") as file:
                    file.seek(0)
                    stream.write(file.read().decode("utf-8", "replace"))


def _file() -> int:
    return os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR | os.O_APPEND, 0o600)


def _has_descriptor(stream: Any) -> bool:
    try:
        return isinstance(stream.fileno(), int)
    except (OSError, ValueError, AttributeError):
        return False
