"""Several real servers as one service, over a Redis of their own, each on a way to it that a test can cut.

server A ── Cutter ──┐
server B ── Cutter ──┼──▶ Redis, on a free port, killed and started again as a test wants
server C ── Cutter ──┘
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.cutting import Cutter, cutting
from tests.redis_server import RedisServer, redis_server
from tests.serving import RunningServer, serving, until
from tests.streaming import Event, Steps, events, steps_of


@dataclass
class Replica(RunningServer):
    """One of the servers, and its way to Redis. What it says of Redis stands in its file of errors."""

    way: Cutter
    errors: Path

    def kill(self) -> None:
        """Kill it, at once."""
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """What it has said on its standard error so far."""
        return self.errors.read_text()


@dataclass
class Replicas:
    """All of it."""

    redis: RedisServer
    servers: Sequence[Replica]


@contextmanager
def replicas(folder: Path, count: int, **environment: str) -> Iterator[Replicas]:
    """So many servers as one service."""
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder))
        servers = [stack.enter_context(replica(folder, redis.url, **environment)) for _ in range(count)]
        yield Replicas(redis, servers)


@contextmanager
def replica(folder: Path, redis_url: str, **environment: str) -> Iterator[Replica]:
    """A server of that service."""
    number = len(list(folder.glob("replica-*.stderr")))
    errors = folder / f"replica-{number}.stderr"
    with cutting(redis_url) as way:
        url = f"redis://{urlsplit(way.url).netloc}/0"
        data = os.fspath(folder / f"data-{number}")
        environment = {"LOST_UPDATE_REDIS_URL": url, "LOST_UPDATE_DATA_DIR": data, **environment}
        with serving(errors=errors, on_one_core=False, **environment) as server:
            yield Replica(server.url, server.process, way, errors)


class Viewer:
    """One who watches a run, is cut off, and goes on at another server: how a browser behaves."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.seen: list[Event] = []
        self._last_id = ""

    def watch(self, server: RunningServer, steps: int | None = None) -> None:
        """Go on at that server, up to so many more steps, or to the end of the run or the stream."""
        stream = events(server, self.run_id, self._last_id)
        try:
            taken = 0
            for event in stream:
                self.seen.append(event)
                self._last_id = event.id or self._last_id
                taken += len(event.data["index"]) if event.name == "steps" else 0
                if steps is not None and taken >= steps:
                    return
        finally:
            stream.close()

    def watch_to_the_end(self, *servers: RunningServer) -> None:
        """Go on at these servers in turn, whoever answers, until the run is over."""

        def is_over() -> bool:
            for server in servers:
                try:
                    self.watch(server)
                except (AssertionError, httpx.TransportError):  # refused, or gone
                    continue
                if self.has_ended:
                    return True
            return False

        until(is_over)

    @property
    def has_ended(self) -> bool:
        """Whether the end has come."""
        return any(event.name == "end" for event in self.seen)

    @property
    def steps(self) -> Steps:
        """Every step that came, in the order in which it came."""
        return steps_of(self.seen)

    @property
    def indexes(self) -> list[int]:
        """Their numbers: without a gap and a repeat they are 0, 1, 2 and so on."""
        return [step["index"] for step in self.steps]
