"""Connections that say nothing at all."""

from tests.load.kind import Answers, Kind, Prepared, Size, connection, forever, nothing, status_of


async def press(url: str, _prepared: Prepared, size: Size, answers: Answers) -> None:
    """Connect and wait, and connect again when the server has hung up."""

    async def one(_number: int) -> str:
        async with connection(url) as (reader, _writer):
            return await status_of(reader)

    await forever(size.clients, one, answers)


KIND = Kind(
    name="silent",
    about="connections that say nothing, and come again when they are closed",
    full=Size(clients=1100),
    sample=Size(clients=40),
    prepare=nothing,
    press=press,
)
