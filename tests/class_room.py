"""A class for tests: a presenter who holds a room's key, and phones that hold seats and listen to its stream.

with a_class(server, phones=5) as room:
    room.ask("PUT", "shown", path="/", title="…")
    room.phones[0].send("votes", question=1, round=1, answer="20")
    until(lambda: room.phones[0].room["shown"])
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.serving import RunningServer, until
from tests.streaming import Event, Watching


@dataclass
class Phone:
    """A phone with a seat. It listens in a thread of its own until it leaves."""

    server: RunningServer
    code: str
    token: str
    events: list[Event] = field(default_factory=list)
    _stream: Watching | None = None
    _thread: threading.Thread | None = None

    @property
    def seat(self) -> int:
        """The number of its seat."""
        return int(self.token.partition(".")[0])

    @property
    def name(self) -> str:
        """What it watches."""
        return f"{self.code}.{self.token}"

    def arrive(self) -> None:
        """Open its stream, and wait until it has told how the room stands, and what this phone is in it."""
        self._stream = Watching(self.server, room=self.name)
        before = len(self.events)
        self._thread = threading.Thread(target=self._listen, args=(self._stream,), daemon=True)
        self._thread.start()
        until(lambda: {"room", "seat"} <= {event.name for event in self.events[before:]})

    def leave(self) -> None:
        """Close its stream."""
        if self._stream is not None:
            self._stream.close()
        if self._thread is not None:
            self._thread.join()
        self._stream = self._thread = None

    @property
    def is_listening(self) -> bool:
        """Whether its stream goes on."""
        return self._thread is not None and self._thread.is_alive()

    def send(self, what: str, **fields: Any) -> httpx.Response:
        """Send a vote or a press."""
        path = f"/api/rooms/{self.code}/{what}"
        return self.server.ask("POST", path, json=fields, headers={"Room-Seat": self.token})

    @property
    def room(self) -> dict[str, Any]:
        """The room as its stream told it last."""
        return next(event.data for event in reversed(self.events) if event.name == "room")

    @property
    def own(self) -> dict[str, Any]:
        """What it alone was told last."""
        return next(event.data for event in reversed(self.events) if event.name == "seat")

    def _listen(self, stream: Watching) -> None:
        # It ends with the room, or because the phone leaves.
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):
            for event in stream:
                self.events.append(event)  # one by one: others look at them meanwhile


@dataclass
class Class:
    """A room, its presenter's key, and its phones."""

    server: RunningServer
    code: str
    key: str
    phones: list[Phone] = field(default_factory=list)

    def ask(self, method: str, path: str = "", /, *, key: str | None = None, **fields: Any) -> httpx.Response:
        """A request of the presenter."""
        address = f"/api/rooms/{self.code}{f'/{path}' if path else ''}"
        body = {} if method in ("GET", "DELETE") else {"json": fields}
        return self.server.ask(method, address, headers={"Room-Key": self.key if key is None else key}, **body)

    @property
    def view(self) -> dict[str, Any]:
        """The room as everybody may see it."""
        view: dict[str, Any] = self.ask("GET").json()
        return view

    def join(self) -> Phone:
        """One more phone, with its stream open."""
        answer = self.server.ask("POST", f"/api/rooms/{self.code}/seats", json={})
        assert answer.status_code == 201, answer.text
        phone = Phone(self.server, self.code, answer.json()["seat"])
        self.phones.append(phone)
        phone.arrive()
        return phone


@contextmanager
def a_class(server: RunningServer, phones: int = 0) -> Iterator[Class]:
    """A room with so many phones that are connected. At the end they leave, and it ends."""
    opened = server.ask("POST", "/api/rooms", json={})
    assert opened.status_code == 201, opened.text
    room = Class(server, opened.json()["code"], opened.json()["key"])
    try:
        for _ in range(phones):
            room.join()
        yield room
    finally:
        for phone in room.phones:
            phone.leave()
        room.ask("DELETE")


def phones_at(servers: Iterable[RunningServer], room: Class) -> list[Phone]:
    """One more phone at each of these servers, which are one service."""
    before = len(room.phones)
    for server in servers:
        room.phones.append(Class(server, room.code, room.key).join())  # one by one: they leave with the room
    return room.phones[before:]
