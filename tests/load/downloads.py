"""Everybody takes the same long recording away, again and again."""

from contextlib import suppress

from tests.load.kind import HOST, Answers, Kind, Prepared, Size, connection, forever, status_of
from tests.serving import RunningServer, until


def prepare(server: RunningServer, size: Size) -> Prepared:
    """A run of eight processes: three steps an iteration each, and two more."""
    run_id = server.start(processes=8, iterations=size.amount)
    view = until(lambda: server.view(run_id), lambda view: view["status"] == "finished")
    assert view["steps"] == 8 * (3 * size.amount + 2)
    return {"run": run_id}


async def press(url: str, prepared: Prepared, size: Size, answers: Answers) -> None:
    """Read all of it as fast as it comes."""

    async def one(_number: int) -> str:
        async with connection(url) as (reader, writer):
            head = b"GET /api/runs/%b/steps.ndjson HTTP/1.1\r\n" % prepared["run"].encode()
            writer.write(head + HOST + b"Connection: close\r\n\r\n")
            status = await status_of(reader)
            if status != "200":
                return status
            answers[status] += 1
            with suppress(ConnectionError):
                while await reader.read(1 << 18):
                    pass
            return "read to its end"

    await forever(size.clients, one, answers)


KIND = Kind(
    name="downloads",
    about="`steps.ndjson` of 720,016 steps",
    full=Size(clients=30, amount=30_000),
    sample=Size(clients=20, amount=300),
    prepare=prepare,
    press=press,
)
