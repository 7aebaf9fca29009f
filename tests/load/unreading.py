"""Viewers that never read what they are sent."""

import asyncio
from contextlib import suppress

from tests.load.kind import HOST, Answers, Kind, Prepared, Size, connection, forever, little_room, status_of
from tests.serving import RunningServer

PATIENT_SECONDS = 7.0
"""After which it looks what has become of its connection: later than the server gives it up."""


def prepare(server: RunningServer, size: Size) -> Prepared:
    """A run that has more steps than any buffer takes."""
    return {"run": server.run(iterations=size.amount)["id"]}


async def press(url: str, prepared: Prepared, size: Size, answers: Answers) -> None:
    """Ask for the events, and leave them where they are until the server hangs up."""

    async def one(_number: int) -> str:
        async with connection(url) as (reader, writer):
            little_room(writer)
            writer.write(b"GET /api/runs/%b/events HTTP/1.1\r\n" % prepared["run"].encode() + HOST + b"\r\n")
            answers[await status_of(reader)] += 1
            await asyncio.sleep(PATIENT_SECONDS)
            last = b""
            with suppress(ConnectionError):
                while part := await reader.read(1 << 16):
                    last = part
            return "still connected" if b"event: end" in last else "disconnected meanwhile"

    await forever(size.clients, one, answers)


KIND = Kind(
    name="unreading",
    about="viewers that read nothing",
    full=Size(clients=100, amount=100_000),
    sample=Size(clients=4, amount=100_000),
    prepare=prepare,
    press=press,
)
