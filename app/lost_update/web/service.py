"""What the routes of one server use, put together once."""

from dataclasses import dataclass

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.sharing.replicas import Alone, Replicas
from lost_update.sharing.rooms import Rooms
from lost_update.store.store import Store, nothing
from lost_update.web.counts import Counts
from lost_update.web.downloads import Downloads
from lost_update.web.known import Known
from lost_update.web.metrics import Metrics, sources_of
from lost_update.web.stream import Viewers


@dataclass(frozen=True)
class Service:
    """`listens_on` is the address of this machine at which it is reached; empty where that is not known."""

    known: Known
    explorations: Explorations
    viewers: Viewers
    downloads: Downloads
    rooms: Rooms
    replicas: Replicas
    metrics: Metrics
    listens_on: str = ""


def service(
    registry: Registry,
    explorations: Explorations,
    store: Store | None = None,
    listens_on: str = "",
    replicas: Replicas | None = None,
) -> Service:
    """The service of one server: alone, or one of several replicas."""
    settings = registry.settings
    counts = Counts()
    replicas = replicas or Alone(settings)
    known = Known(registry, store or nothing(), replicas)
    rooms = Rooms(settings, replicas.board, replicas.name)
    viewers = Viewers(settings, rooms, counts.lag)
    return Service(
        known=known,
        explorations=explorations,
        viewers=viewers,
        downloads=Downloads(settings),
        rooms=rooms,
        replicas=replicas,
        metrics=Metrics(counts, sources_of(counts, known, explorations, viewers.seats, rooms)),
        listens_on=listens_on,
    )
