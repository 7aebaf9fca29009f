"""The steps of a recording, some at a time. Pure.

To write a format may take seconds. It is made in parts, so that everything else goes on in between: a writer yields
`WORKING` wherever it has worked for a few milliseconds and has nothing to hand out yet.
"""

from collections.abc import Iterator
from typing import Final

from lost_update.model.encoding import Step, steps
from lost_update.model.recording import Recording
from lost_update.model.targets import Held

AT_ONCE: Final = 256
"""Steps at a time: what a format makes of them takes one to three milliseconds."""

WORKING: Final = b""
"""A part in which there is nothing: whoever takes the parts lets others have their turn."""


def batches(recording: Recording) -> Iterator[list[Step]]:
    """Every step, in log order."""
    for first, rows in recording.log.pieces(AT_ONCE):
        yield steps(rows, first, recording.names)


def step_at(recording: Recording, index: int) -> Step:
    """One step."""
    return steps(recording.log.rows(index, index + 1), index, recording.names)[0]


def value_of(step: Step) -> Held | None:
    """What it read, computed, wrote or moved, where it tells."""
    return step["text"] if "text" in step else step.get("value")
