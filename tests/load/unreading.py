"""Viewers that never read what they are sent."""

from tests.load.kind import HOST, Answers, Kind, Prepared, Size, connection, forever, little_room, status_of
from tests.serving import RunningServer


def prepare(server: RunningServer, size: Size) -> Prepared:
    """A run that has more steps than any buffer takes."""
    return {"run": server.run(iterations=size.amount)["id"]}


async def press(url: str, prepared: Prepared, size: Size, answers: Answers) -> None:
    """Ask for the events, and leave them where they are until the server hangs up."""

    async def one(_number: int) -> str:
        async with connection(url) as (reader, writer):
            little_room(writer)
            writer.write(b"GET /api/runs/%b/events HTTP/1.1\r\n" % prepared["run"].encode() + HOST + b"\r\n")
            status = await status_of(reader)
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            await writer.wait_closed()
            return f"{status}, then closed"

    await forever(size.clients, one, answers)


KIND = Kind(
    name="unreading",
    about="viewers that read nothing",
    full=Size(clients=100, amount=100_000),
    sample=Size(clients=4, amount=100_000),
    prepare=prepare,
    press=press,
)
