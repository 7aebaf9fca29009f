"""Whether a server is alone or one of several, as its settings say. Only then is `sharing.redis` loaded."""

from collections.abc import Callable

from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from lost_update.sharing.replicas import Alone, Replicas

HOW_TO_INSTALL = "pip install 'lost-update[redis]'"


class CannotJoin(Exception):
    """The settings ask for what cannot be. The message says why, and what to do."""


def check(settings: Settings) -> None:
    """See that the settings can be followed; whether Redis answers shows later. Raises `CannotJoin`."""
    if settings.redis_url is None:
        return
    try:
        from lost_update.sharing.redis.link import BadAddress, Link
    except ModuleNotFoundError as error:
        raise CannotJoin(
            f"LOST_UPDATE_REDIS_URL is set, and the package {error.name} is missing: {HOW_TO_INSTALL}"
        ) from None
    try:
        Link(settings.redis_url)
    except BadAddress as error:
        raise CannotJoin(f"LOST_UPDATE_REDIS_URL is no address of a Redis: {error}") from None


def replicas_of(settings: Settings, registry: Registry, find: Callable[[str], Recording | None]) -> Replicas:
    """The others, as the server of that registry sees them, which finds in this way what it keeps. Starts nothing yet.

    Raises `CannotJoin`.
    """
    check(settings)
    if settings.redis_url is None:
        return Alone(settings)
    from lost_update.sharing.redis.replica import Replica

    return Replica(settings, registry, settings.redis_url, find)
