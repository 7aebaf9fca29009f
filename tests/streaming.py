"""Reads event streams, by a reader that understands the standard as its own author does: httpx-sse."""

import json
import socket
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from httpx_sse import EventSource

from tests.serving import CLIENT, RunningServer

Steps = list[dict[str, Any]]


class Event(NamedTuple):
    """One event. `id` is the last one that the stream has named so far, as a browser would send it to come back."""

    name: str
    data: dict[str, Any]
    id: str


def events(
    server: RunningServer, run_id: str, last_event_id: str | bytes = "", **query: str
) -> Generator[Event, None, None]:
    """The events of a run, as they come. Close it to leave before the end."""
    return _events_at(f"{server.url}/api/runs/{run_id}/events", last_event_id, query)


def events_of(
    server: RunningServer, runs: Iterable[str], last_event_id: str | bytes = "", **query: str
) -> Generator[Event, None, None]:
    """The events of several runs in one stream."""
    return _events_at(f"{server.url}/api/events", last_event_id, {"run": list(runs), **query})


class Watching:
    """A stream that another thread may close."""

    def __init__(self, server: RunningServer, **query: str | list[str]) -> None:
        self._context = CLIENT.stream("GET", f"{server.url}/api/events", params=query)
        self._response = self._context.__enter__()
        assert self._response.status_code == 200, self._response.read()

    def __iter__(self) -> Iterator[Event]:
        for event in EventSource(self._response).iter_sse():
            yield Event(event.event, json.loads(event.data), event.id)

    def close(self) -> None:
        """Leave. Whoever reads is told so by an error. One that has ended stays as it is."""
        if not self._response.is_closed:
            network = self._response.extensions["network_stream"].get_extra_info("socket")
            with suppress(OSError):  # it ends in this moment
                network.shutdown(socket.SHUT_RDWR)


def _events_at(
    url: str, last_event_id: str | bytes, query: Mapping[str, str | list[str]]
) -> Generator[Event, None, None]:
    headers = {b"Last-Event-ID": last_event_id if isinstance(last_event_id, bytes) else last_event_id.encode()}
    with CLIENT.stream("GET", url, headers=headers, params=query) as response:
        assert response.status_code == 200, response.status_code
        for event in EventSource(response).iter_sse():
            yield Event(event.event, json.loads(event.data), event.id)


def steps_of(stream: Iterable[Event]) -> Steps:
    """The batches of columns among these events, put together again as steps."""
    found = []
    for event in stream:
        if event.name == "steps":
            columns = event.data
            for position in range(len(columns["index"])):
                row = {name: column[position] for name, column in columns.items()}
                found.append({name: item for name, item in row.items() if item is not None})
    return found
