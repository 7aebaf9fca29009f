"""Heads without end: each client sends one header, or an address, of as many bytes as the server takes."""

from contextlib import suppress

from tests.load.kind import HOST, Answers, Kind, Prepared, Size, connection, forever, nothing, status_of

PART = b"x" * 65536


async def press(url: str, _prepared: Prepared, size: Size, answers: Answers) -> None:
    """Send, until the server has enough of it."""

    async def one(number: int) -> str:
        begins = b"GET /" if number % 2 else b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Long: "
        async with connection(url) as (reader, writer):
            with suppress(ConnectionError):
                writer.write(begins)
                for _ in range(size.amount // len(PART)):
                    if reader.at_eof():
                        break
                    writer.write(PART)
                    await writer.drain()
            return await status_of(reader)

    await forever(size.clients, one, answers)


KIND = Kind(
    name="endless",
    about="a header or an address of 70 MB",
    full=Size(clients=8, amount=70_000_000),
    sample=Size(clients=2, amount=2_000_000),
    prepare=nothing,
    press=press,
)
