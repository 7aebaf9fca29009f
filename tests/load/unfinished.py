"""Requests that are never finished: half a head or half a body, and then nothing, or a byte now and then."""

import asyncio

from tests.load.kind import HOST, JSON, Answers, Kind, Prepared, Size, connection, forever, nothing, status_of

BEGINNINGS = (
    b"GET /heal",
    b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Slow: ",
    b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 60000\r\n\r\n{",
    b"POST /api/explore HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n{",
)
DRIP_SECONDS = 0.5


async def press(url: str, _prepared: Prepared, size: Size, answers: Answers) -> None:
    """Begin, and wait for what the server does about it."""

    async def one(number: int) -> str:
        async with connection(url) as (reader, writer):
            writer.write(BEGINNINGS[number % len(BEGINNINGS)])
            coming = asyncio.ensure_future(status_of(reader))
            while not (await asyncio.wait([coming], timeout=DRIP_SECONDS))[0]:
                if number % 8 < len(BEGINNINGS):
                    writer.write(b" ")
            return coming.result()

    await forever(size.clients, one, answers)


KIND = Kind(
    name="unfinished",
    about="half a head or half a body, then nothing, or a byte every half second",
    full=Size(clients=200),
    sample=Size(clients=8),
    prepare=nothing,
    press=press,
)
