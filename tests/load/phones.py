"""A whole class in one process: two hundred phones with real event streams, and the presenter of their room.

    presenter ── moves, questions, games ─▶ server ── one event stream a phone ─▶ heard: when, and what, as it came
    phones    ── votes, presses ──────────▶

Each phone has an address of its own, as in a classroom, and therefore everything that a visitor has. What it hears is
kept as bytes with the time; only who asks for it reads it. How busy this process was is said by `tests.load.busyness`.
"""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter_ns
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from tests.bench.viewer import splitter
from tests.load.wire import WAIT_SECONDS, Answer, Wire, wire_to

KEPT_SECONDS: Final = 2.0
"""For how long a phone keeps a connection that it does not use: for less than the server does."""


@dataclass(frozen=True)
class Heard:
    """An event, and when it was there, in `perf_counter_ns`."""

    ns: int
    name: str
    data: bytes

    @cached_property
    def content(self) -> Any:
        """What it says."""
        return orjson.loads(self.data)


class Client:
    """Somebody who sends requests from an address of their own, over one connection as long as that is used."""

    def __init__(self, url: str, address: str) -> None:
        self.url = url
        self.address = address
        self._wire: Wire | None = None

    async def ask(self, method: str, path: str, fields: Any = None, **headers: str) -> Answer:
        """Send a request: the answer. Headers are named with `_` for `-`."""
        wire = self._wire
        if wire is None or wire.is_closed or perf_counter_ns() - wire.used_ns > KEPT_SECONDS * 1e9:
            self.hang_up()
            wire = self._wire = await wire_to(self.url, self.address)
        return await wire.ask(method, path, fields, {name.replace("_", "-"): text for name, text in headers.items()})

    def hang_up(self) -> None:
        """Close the connection for requests."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None


class Phone(Client):
    """A phone with a seat in a room."""

    def __init__(self, url: str, code: str, number: int) -> None:
        super().__init__(url, f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}")
        self.code = code
        self.token = ""
        self.heard: list[Heard] = []
        self._stream: Wire | None = None
        self._changed = asyncio.Event()

    @property
    def seat(self) -> int:
        """The number of its seat."""
        return int(self.token.partition(".")[0])

    @property
    def room(self) -> Any:
        """The room as its stream told it last."""
        return self.last("room")

    @property
    def own(self) -> Any:
        """What it alone was told last."""
        return self.last("seat")

    @property
    def is_listening(self) -> bool:
        """Whether its stream goes on."""
        return self._stream is not None and not self._stream.is_closed

    def last(self, name: str) -> Any:
        """What the last event of that name said; None where there was none."""
        return next((each.content for each in reversed(self.heard) if each.name == name), None)

    async def join(self) -> Answer:
        """Take a seat, or again the one that it has."""
        answer = await self.ask("POST", f"/api/rooms/{self.code}/seats", {}, Room_Seat=self.token)
        if answer.status in (200, 201):
            self.token = answer.content["seat"]
        return answer

    async def listen(self, run: str | None = None) -> int:
        """Open its stream, of a run besides the room where there is one. The status."""
        runs = [] if run is None else [("run", run)]
        wire = await wire_to(self.url, self.address)
        split = splitter()

        def on_piece(piece: bytes) -> None:
            now = perf_counter_ns()
            self.heard += [Heard(now, name.decode(), data) for name, data in split(piece) if name]
            self._changed.set()

        before = self._stream
        self._stream = wire
        status = await wire.stream(f"/api/events?{urlencode([*runs, ('room', f'{self.code}.{self.token}')])}", on_piece)
        if before is not None:
            before.close()
        return status

    async def vote(self, question: int, answer: str, round_: int = 1) -> Answer:
        """Answer a question."""
        fields = {"question": question, "round": round_, "answer": answer}
        return await self.ask("POST", f"/api/rooms/{self.code}/votes", fields, Room_Seat=self.token)

    async def press(self, game: int) -> Answer:
        """Let its process take its next step."""
        return await self.ask("POST", f"/api/rooms/{self.code}/presses", {"game": game}, Room_Seat=self.token)

    async def until(self, is_so: Callable[["Phone"], Any]) -> Any:
        """Wait for what is heard to be so. What `is_so` says in the end."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (found := is_so(self)):
                self._changed.clear()
                await self._changed.wait()
        return found

    def stop_reading(self) -> None:
        """Take nothing more of its stream, and keep it."""
        assert self._stream is not None
        self._stream.stop_reading()

    def leave(self) -> None:
        """Close everything."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self.hang_up()


class Room(Client):
    """A room, whose presenter this is, and its phones."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "127.0.0.1")
        self.code = ""
        self._key = ""
        self.phones: list[Phone] = []

    async def open(self) -> None:
        """Open it."""
        opened = await self.ask("POST", "/api/rooms", {})
        assert opened.status == 201, opened
        self.code, self._key = opened.content["code"], opened.content["key"]

    async def come(self, count: int) -> Sequence[Phone]:
        """So many more phones come, all at the same moment, and listen."""
        coming = [Phone(self.url, self.code, len(self.phones) + number) for number in range(count)]
        self.phones += coming
        await asyncio.gather(*map(_come, coming))
        return coming

    async def present(self, method: str, what: str, /, **fields: Any) -> Answer:
        """A request of the presenter."""
        to = f"/api/rooms/{self.code}{what and '/'}{what}"
        return await self.ask(method, to, None if method in ("GET", "DELETE") else fields, Room_Key=self._key)

    async def show(self, at: int, runs: Sequence[str] = ()) -> Answer:
        """Move: show that moment of those runs."""
        return await self.present("PUT", "shown", path=f"/?at={at}", title="A run", runs=list(runs), at=at)

    async def view(self) -> Any:
        """The room as everybody may see it."""
        return (await self.present("GET", "")).content

    async def all_until(self, is_so: Callable[[Phone], Any]) -> None:
        """Wait for each phone until what it hears is so."""
        await asyncio.gather(*(phone.until(is_so) for phone in self.phones if phone.is_listening))

    async def close(self) -> None:
        """Everybody leaves, and the room ends."""
        for phone in self.phones:
            phone.leave()
        with contextlib.suppress(OSError):
            await self.present("DELETE", "")
        self.hang_up()


@asynccontextmanager
async def a_room(url: str, phones: int) -> AsyncIterator[Room]:
    """A room with so many phones that came at the same moment and listen."""
    room = Room(url)
    await room.open()
    try:
        await room.come(phones)
        yield room
    finally:
        await room.close()


def as_many_connections_as_may_be() -> None:
    """A class takes two descriptors a phone: usually no process may have so many unless it asks."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _come(phone: Phone) -> None:
    answer = await phone.join()
    assert answer.status == 201, answer
    status = await phone.listen()
    assert status == 200, status
    await phone.until(lambda phone: phone.room and phone.own)
