"""Explorations that take a core for as long as they may, asked for by clients that leave."""

import asyncio

from tests.load.kind import HOST, JSON, Answers, Kind, Prepared, Size, connection, forever, nothing

STAY_SECONDS = 1.0


async def press(url: str, _prepared: Prepared, size: Size, answers: Answers) -> None:
    """Ask, stay for a while, and leave."""

    async def one(number: int) -> str:
        async with connection(url) as (reader, writer):
            body = b'{"processes": 4, "iterations": %d}' % (20 + number)
            head = b"POST /api/explore HTTP/1.1\r\n" + HOST + JSON
            writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            try:
                line = await asyncio.wait_for(reader.readline(), STAY_SECONDS)
            except TimeoutError:
                return "left before the answer"
            return line.split()[1].decode() if line else "closed"

    await forever(size.clients, one, answers)


KIND = Kind(
    name="abandoned",
    about="explorations that nobody waits for",
    full=Size(clients=5),
    sample=Size(clients=5),
    prepare=nothing,
    press=press,
)
