"""What `/metrics` tells: each source here is asked for its figures when somebody asks for all.

    Counts, Seats ─────────────┐   the event loop's thread, which counts them
    Registry, Explorations ────┼─▶ Metrics.text() ─▶ exposition: Prometheus's text, in a thread
    Rooms, Store ──────────────┘   what looks at all that is remembered or kept is asked in a thread

A metric more is one more `Family` in a source; a part of the server more is one more source in `sources_of`. Names end
in their unit, counters in `_total`. A label takes few values that are known before: never an id, an address or a text
of somebody's.
"""

import platform
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, get_args

from starlette.concurrency import run_in_threadpool

from lost_update import __version__
from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.model.recording import OVER, Status
from lost_update.settings import Settings
from lost_update.sharing.replicas import Away, Replicas
from lost_update.sharing.rooms import Rooms
from lost_update.store.store import Store
from lost_update.web.counts import Counts
from lost_update.web.exposition import Family, gauge, text_of
from lost_update.web.known import Known
from lost_update.web.seats import Seats

Source = Callable[[], Awaitable[list[Family]]]
"""Asked in the event loop's thread."""

LIMITS: Final = (
    "max_live_processes",
    "max_waiting_runs",
    "max_viewers",
    "max_rooms",
    "max_explorations",
    "max_waiting_explorations",
    "memory",
    "keep_bytes",
)
"""Those that a server may come near to."""


class Metrics:
    """All metrics of one application: what it counts itself, and what its sources tell."""

    def __init__(self, counts: Counts, sources: Sequence[Source]) -> None:
        self.counts = counts
        self._sources = sources

    async def text(self) -> bytes:
        """What they are now."""
        families = [family for source in self._sources for family in await source()]
        return await run_in_threadpool(text_of, families)


def sources_of(counts: Counts, known: Known, explorations: Explorations, seats: Seats, rooms: Rooms) -> list[Source]:
    """What every server has."""
    return [
        partial(_server, rooms.settings),
        partial(_requests, counts),
        partial(_runs, known.registry),
        partial(_viewers, counts, seats),
        partial(_rooms, rooms),
        partial(_explorations, explorations),
        partial(_recordings, known.store),
        *([partial(_redis, known.replicas)] if rooms.settings.redis_url else []),
    ]


async def _server(settings: Settings) -> list[Family]:
    build = {(__version__, platform.python_version()): 1.0}
    limits = {(name,): float(getattr(settings, name)) for name in LIMITS}
    return [
        Family("lost_update_build_info", "gauge", "Which Lost Update this is.", build, ("version", "python")),
        Family("lost_update_limit", "gauge", "What this server allows, by its setting.", limits, ("setting",)),
    ]


async def _requests(counts: Counts) -> list[Family]:
    answers = {labels: histogram.copy() for labels, histogram in counts.answers.items()}
    return [
        Family(
            "lost_update_http_requests_total",
            "counter",
            "Requests that were answered, by the template of their address. A stream counts when it ends.",
            dict(counts.requests),
            ("route", "method", "status"),
        ),
        Family(
            "lost_update_http_request_duration_seconds",
            "histogram",
            "From a request to the end of its answer, streams left out.",
            answers,
            ("route", "method"),
        ),
        Family(
            "lost_update_refusals_total",
            "counter",
            "Answers that were an error, by its code; the code internal is a fault of Lost Update.",
            dict(counts.refusals),
            ("code", "status"),
        ),
    ]


async def _runs(registry: Registry) -> list[Family]:
    figures = await run_in_threadpool(registry.figures)
    return [
        Family(
            "lost_update_runs",
            "gauge",
            "Runs that are remembered, by how they stand. Those that wait for their turn are queued.",
            {(status,): figures.by_status[status] for status in get_args(Status)},
            ("status",),
        ),
        Family("lost_update_runs_started_total", "counter", "Runs that have begun.", {(): figures.started}),
        Family(
            "lost_update_runs_ended_total",
            "counter",
            "Runs that have ended, by how. One that never began ends as stopped.",
            {(status,): figures.ended[status] for status in OVER},
            ("status",),
        ),
        gauge("lost_update_live_processes", "Processes of runs that are alive.", figures.live_processes),
        gauge("lost_update_memory_bytes", "What the recordings in memory take.", figures.nbytes),
    ]


async def _viewers(counts: Counts, seats: Seats) -> list[Family]:
    return [
        gauge("lost_update_viewers", "Event streams that are open.", len(seats)),
        Family(
            "lost_update_event_lag_seconds",
            "histogram",
            "From new steps in the log to these steps sent to a viewer who watches, one for each time.",
            {(): counts.lag.copy()},
        ),
    ]


async def _rooms(rooms: Rooms) -> list[Family]:
    phones = gauge("lost_update_phones", "Phones that are connected to this server.", rooms.presence.phones)
    try:
        count = await rooms.count()
    except Away:
        return [phones]
    return [gauge("lost_update_rooms", "Rooms that are open, here or on any server that shares them.", count), phones]


async def _explorations(explorations: Explorations) -> list[Family]:
    values = {}
    for kind, load in explorations.load().items():
        values[kind, "running"], values[kind, "waiting"] = load
    about = "Questions to the explorer, by what is asked: every interleaving, or whether a lock placement is right."
    return [Family("lost_update_explorations", "gauge", about, values, ("kind", "state"))]


async def _recordings(store: Store) -> list[Family]:
    totals = await run_in_threadpool(store.totals)
    is_kept = "Whether what runs is kept: 0 where there is no directory, or it cannot be written to."
    return [
        gauge("lost_update_recordings_kept", "Recordings that are kept.", totals.recordings),
        gauge("lost_update_recordings_kept_bytes", "What they take of LOST_UPDATE_KEEP_BYTES.", totals.nbytes),
        gauge("lost_update_recordings_writable", is_kept, store.why_not is None),
    ]


async def _redis(replicas: Replicas) -> list[Family]:
    return [gauge("lost_update_redis_up", "Whether Redis answers, where servers meet there.", not replicas.is_away)]
