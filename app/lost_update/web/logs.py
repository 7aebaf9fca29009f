"""The log of a server, on standard error: for people in a terminal, or a line of JSON for whoever collects it.

    text   what goes wrong, as it always was: nothing is set up here, and what happens in the journal is not shown
    json   the root logger ─▶ one formatter for everything: the journal, faults, what uvicorn, asyncio and Python warn
           of ─▶ {"at": …, "level": …, "logger": …, "event": …, the fields of the event}

`structlog` is imported for `json` alone: it takes as long as a third of the server.
"""

import logging
from typing import TYPE_CHECKING, Any, Final

from uvicorn.config import LOGGING_CONFIG

from lost_update.execution.journal import FIELDS, LOG
from lost_update.settings import LogForm

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

FIRST: Final = ("at", "level", "logger", "event")
"""What every line begins with."""


def begin(form: LogForm) -> None:
    """From now on whatever this process logs has that form."""
    if form == "text":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    logging.captureWarnings(True)


def of_uvicorn(form: LogForm) -> dict[str, Any] | None:
    """How uvicorn sets up its loggers; None where they have nothing of their own and pass everything on."""
    return LOGGING_CONFIG if form == "text" else None


def _formatter() -> logging.Formatter:
    from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
    from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

    return ProcessorFormatter(
        foreign_pre_chain=[TimeStamper(fmt="iso", utc=True, key="at"), add_log_level, add_logger_name, _add_fields],
        processors=[ProcessorFormatter.remove_processors_meta, format_exc_info, _in_order, JSONRenderer()],
    )


def _add_fields(_logger: "WrappedLogger", _method: str, event: "EventDict") -> "EventDict":
    """What the journal has put into the record."""
    event.update(getattr(event["_record"], FIELDS, {}))
    return event


def _in_order(_logger: "WrappedLogger", _method: str, event: "EventDict") -> "EventDict":
    """The same, beginning with what every line has, and without what there is not."""
    rest = {name: value for name, value in event.items() if name not in FIRST and value is not None}
    return {**{name: event[name] for name in FIRST}, **rest}
