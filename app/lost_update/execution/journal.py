"""What happens in a server, for whoever collects its log: one call for each event, with fields and no sentence.

    tell("run ended", run="1a2b…", status="finished") ─▶ the project's logger, below what a terminal shows
                                                         └ LOST_UPDATE_LOG=json: a line of JSON (lost_update.web.logs)

By default nobody reads it, and then a call costs less than a microsecond. Fields hold what anybody may read: never a
key, a seat, a cookie, the address of a client or what somebody has typed.
"""

import logging
from typing import Final

LOG: Final = logging.getLogger("lost_update")

FIELDS: Final = "fields"
"""Where a record carries them: under one name, because records have many names of their own."""


def is_read() -> bool:
    """Whether anybody reads it."""
    return LOG.isEnabledFor(logging.INFO)


def tell(event: str, **fields: object) -> None:
    """Something has happened. A field that is None is left out."""
    LOG.info(event, extra={FIELDS: fields})
