"""What is said of an error that nobody expected: what the machine refused, or, where it is ours, where to look.

Each error of ours is one line in the server's log, with an id. Whatever people are told of it names that id.
"""

import secrets
import traceback
from pathlib import Path
from typing import Final

from lost_update.execution import journal
from lost_update.tracing.machine import shortage_of

LOG: Final = journal.LOG

ID_BYTES: Final = 4

LOGGED_PLACES: Final = 12
"""Of the calls that led to an error, the innermost. Those further out are the web framework's."""

FAULT: Final = "fault"
"""What such a line begins with."""


def refused(error: BaseException) -> str | None:
    """What the machine refused, as the end of a sentence; None for an error that is not the machine's."""
    shortage = shortage_of(error)
    return None if shortage is None else f"the machine gave this server no {shortage.what}"


def reason(error: BaseException) -> str:
    """Why a run failed, in a sentence or two. An error of ours is logged."""
    if (of_the_machine := refused(error)) is not None:
        return f"It could not go on: {of_the_machine}."
    return f"The run failed. This is a bug in Lost Update. The line {log(error)} of the server's log says where."


def log(error: BaseException) -> str:
    """Log an error of ours, on one line. Returns the id in that line."""
    error_id = secrets.token_hex(ID_BYTES)
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-LOGGED_PLACES:])
    ]
    said = " ".join(repr(error).split())
    fields = {"fault": error_id, "error": said, "places": places}
    LOG.error("%s %s: %s at %s", FAULT, error_id, said, " < ".join(places), extra={journal.FIELDS: fields})
    return error_id
