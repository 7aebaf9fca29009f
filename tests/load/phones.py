"""A whole class in one process: phones with real event streams, and the presenter of their room.

    presenter ── moves, questions, games ─▶ server ── one event stream a phone ─▶ heard: when, and what, as it came
    phones    ── votes, presses ──────────▶

Each phone has an address of its own, as in a classroom, and so is a visitor of its own. What it hears is kept as bytes
with the time, and is read only by who asks for it. How busy this process was itself is said by `tests.load.busyness`.
"""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from time import perf_counter_ns
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from tests.bench.viewer import splitter
from tests.load.wire import WAIT_SECONDS, Answer, Wire, wire_to

PRESENTER: Final = "127.0.0.1"


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
    """Somebody with an address, who sends requests and hears what goes on in a room."""

    def __init__(self, url: str, address: str) -> None:
        self.url = url
        self.heard: list[Heard] = []
        self._address = address
        self._wires: list[Wire] = []
        self._stream: Wire | None = None
        self._changed = asyncio.Event()

    async def ask(self, method: str, path: str, fields: Any = None, **headers: str) -> Answer:
        """Send a request: its answer. `Room_Key` is the header `Room-Key`."""
        wire = next((wire for wire in self._wires if wire.is_free), None) or await self._connect()
        return await wire.ask(method, path, fields, {name.replace("_", "-"): text for name, text in headers.items()})

    async def watch(self, room: str, run: str | None = None) -> int:
        """Open a stream of a room, and of a run where it stands there, in place of the one before. The status.

        It goes on where the run was heard last.
        """
        query = [("room", room)]
        if run is not None:
            query += [("run", run), ("after", f"{run}-{len(self.indexes_of(run))}")]
        stream = await self._connect()
        self.close_stream()
        self._stream = stream
        split = splitter()

        def on_piece(piece: bytes) -> None:
            now = perf_counter_ns()
            self.heard += [Heard(now, name.decode(), data) for name, data in split(piece) if name]
            self._changed.set()

        return await stream.stream(f"/api/events?{urlencode(query)}", on_piece)

    async def until(self, is_so: Callable[[], Any]) -> Any:
        """Wait for what is heard to be so. What `is_so` says in the end."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (found := is_so()):
                self._changed.clear()
                await self._changed.wait()
        return found

    async def until_stream_ends(self) -> None:
        """Wait until the server has closed its stream."""
        assert self._stream is not None
        async with asyncio.timeout(WAIT_SECONDS):
            await self._stream.closed.wait()

    def last(self, name: str) -> Any:
        """What the last event of that name said; None where there was none."""
        return next((each.content for each in reversed(self.heard) if each.name == name), None)

    @property
    def room(self) -> Any:
        """The room as its stream told it last."""
        return self.last("room")

    def indexes_of(self, run: str) -> list[int]:
        """The indexes of the steps of that run, as they came."""
        batches = [each.content for each in self.heard if each.name == "steps"]
        return [index for batch in batches if batch["run"] == run for index in batch["index"]]

    @property
    def is_listening(self) -> bool:
        """Whether its stream goes on."""
        return self._stream is not None and not self._stream.is_closed

    def stop_reading(self) -> None:
        """Take nothing more of its stream, and keep it."""
        assert self._stream is not None
        self._stream.stop_reading()

    def close_stream(self) -> None:
        """Hear no more."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    async def leave(self) -> None:
        """Close everything."""
        self.close_stream()
        for wire in self._wires:
            wire.close()
            await wire.closed.wait()
        self._wires.clear()

    async def _connect(self) -> Wire:
        wire = await wire_to(self.url, self._address)
        self._wires.append(wire)
        return wire


class Phone(Client):
    """A phone. It has a seat once it has joined."""

    def __init__(self, url: str, code: str, number: int) -> None:
        super().__init__(url, f"127.1.{number // 250}.{1 + number % 250}")
        self.code = code
        self.token = ""

    @property
    def seat(self) -> int:
        """The number of its seat."""
        return int(self.token.partition(".")[0])

    @property
    def own(self) -> Any:
        """What it alone was told last."""
        return self.last("seat")

    async def join(self) -> Answer:
        """Take a seat, or again the one that it has."""
        answer = await self._send("seats")
        if answer.status in (200, 201):
            self.token = answer.content["seat"]
        return answer

    async def listen(self, run: str | None = None) -> int:
        """Open its stream. The status."""
        return await self.watch(f"{self.code}.{self.token}", run)

    async def come(self) -> None:
        """Join and listen, up to where it has heard how the room stands."""
        joined = await self.join()
        assert joined.status in (200, 201), joined
        assert await self.listen() == 200
        await self.until(lambda: self.room and self.own)

    async def vote(self, question: int, answer: str, round_: int = 1) -> Answer:
        """Answer a question."""
        return await self._send("votes", question=question, round=round_, answer=answer)

    async def press(self, game: int) -> Answer:
        """Let its process take its next step."""
        return await self._send("presses", game=game)

    async def _send(self, what: str, **fields: Any) -> Answer:
        return await self.ask("POST", f"/api/rooms/{self.code}/{what}", fields, Room_Seat=self.token)


class Room(Client):
    """A room, whose presenter this is, and its phones. What it hears is what the projector shows."""

    def __init__(self, url: str) -> None:
        super().__init__(url, PRESENTER)
        self.code = ""
        self.phones: list[Phone] = []
        self._key = ""

    async def open(self) -> None:
        """Open it, and listen."""
        opened = await self.ask("POST", "/api/rooms", {})
        assert opened.status == 201, opened
        self.code, self._key = opened.content["code"], opened.content["key"]
        assert await self.watch(self.code) == 200

    def new_phones(self, count: int) -> list[Phone]:
        """So many more phones, which have not joined yet."""
        phones = [Phone(self.url, self.code, len(self.phones) + number) for number in range(count)]
        self.phones += phones
        return phones

    async def fill(self, count: int) -> Sequence[Phone]:
        """So many more phones come, all in the same moment, and listen."""
        phones = self.new_phones(count)
        await asyncio.gather(*(phone.come() for phone in phones))
        return phones

    async def present(self, method: str, what: str, /, **fields: Any) -> Answer:
        """A request of the presenter."""
        path = f"/api/rooms/{self.code}{what and '/'}{what}"
        return await self.ask(method, path, None if method in ("GET", "DELETE") else fields, Room_Key=self._key)

    async def show(self, at: int, run: str = "race") -> Answer:
        """Move: show that moment of that run."""
        return await self.present("PUT", "shown", path=f"/runs/{run}?at={at}", title="A race", runs=[run], at=at)

    async def view(self) -> Any:
        """The room as everybody may see it."""
        return (await self.present("GET", "")).content

    @property
    def listening(self) -> list[Phone]:
        """The phones whose streams are open."""
        return [phone for phone in self.phones if phone.is_listening]

    async def close(self) -> None:
        """Everybody leaves, and the room ends."""
        with contextlib.suppress(OSError):  # the server may have been stopped
            await self.present("DELETE", "")
        for client in (self, *self.phones):
            await client.leave()


async def all_until(phones: Iterable[Phone], is_so: Callable[[Phone], Any]) -> None:
    """Wait until what each of these phones hears is so."""
    await asyncio.gather(*(phone.until(partial(is_so, phone)) for phone in phones))


@asynccontextmanager
async def a_room(url: str, phones: int = 0) -> AsyncIterator[Room]:
    """A room with so many phones that have come in the same moment and listen."""
    room = Room(url)
    await room.open()
    try:
        await room.fill(phones)
        yield room
    finally:
        await room.close()


def allow_a_class() -> None:
    """A class takes two descriptors a phone: usually a process may have too few, unless it asks."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
