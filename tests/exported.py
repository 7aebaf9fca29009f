"""What exports hand out, for their tests."""

from collections.abc import Generator
from typing import TypeVar

from lost_update.exports.formats import FORMATS
from lost_update.model.recording import Recording

Worked = TypeVar("Worked")


def done(working: Generator[bytes, None, Worked]) -> Worked:
    """What a piece of work comes to that lets others have their turn meanwhile."""
    while True:
        try:
            next(working)
        except StopIteration as end:
            worked: Worked = end.value
            return worked


def exported(recording: Recording, name: str) -> bytes:
    """The recording in that format."""
    FORMATS[name].check(recording)
    return b"".join(FORMATS[name].write(recording))
