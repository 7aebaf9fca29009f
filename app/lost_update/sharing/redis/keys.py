"""What is kept in Redis, under which name and for how long. Nothing is kept for good."""

from typing import Final

FORM: Final = 2
"""Of what is written. Replicas that write another form, while a service is being renewed, do not see each other."""

_PREFIX: Final = f"lost-update:{FORM}"

RUNS: Final = f"{_PREFIX}:runs"
"""The ids of all runs, a sorted set, by the time when each became known."""

REPLICAS: Final = f"{_PREFIX}:replicas"
"""The names of all replicas, a set. Some of them may be gone."""

ROOMS: Final = f"{_PREFIX}:rooms"
"""The codes of all rooms, a sorted set, by when each expires."""

ROOM_CHANGES: Final = f"{_PREFIX}:room-changes"
"""Which rooms have changed, a stream."""

BEAT_SECONDS: Final = 0.5
LIFE_SECONDS: Final = 3.0
"""A replica says so often that it lives; nobody believes it for longer than this after the last time."""

RUN_SECONDS: Final = 600
"""How long a run stays here after its replica has last said that it remembers it, and its steps after the last."""

REFRESH_SECONDS: Final = 60.0
"""How often a replica says of all its runs that it remembers them."""

MESSAGE_SECONDS: Final = 60
MOST_MESSAGES: Final = 10_000
"""How long, and how many, messages to one replica are kept. It reads them at once, or they are of no use any more."""

MOST_LISTED: Final = 1_000
"""Runs in a list, the newest ones."""


def run(run_id: str) -> str:
    """How a run stands, a hash: header, names, snapshot, number, owner, replica."""
    return f"{_PREFIX}:run:{run_id}"


def log(run_id: str) -> str:
    """The steps of a run, and how it stood after them, a stream."""
    return f"{_PREFIX}:log:{run_id}"


def replica(name: str) -> str:
    """There while that replica lives."""
    return f"{_PREFIX}:replica:{name}"


def messages(name: str) -> str:
    """What others want of that replica, and have answered it, a stream."""
    return f"{_PREFIX}:messages:{name}"


def room(code: str) -> str:
    """A room, a hash."""
    return f"{_PREFIX}:room:{code}"
