"""People who grant steps of a run that still follows its schedule."""

import orjson

from tests.load.kind import HOST, JSON, Answers, Kind, Prepared, Size, connection, forever, status_of
from tests.serving import RunningServer

BODY = b'{"process": "P1"}'


def prepare(_server: RunningServer, size: Size) -> Prepared:
    """The run is theirs, so it is started where they are."""
    return {"request": {"pace": "step", "iterations": size.amount, "schedule": ["P1", "P2"] * (size.amount * 3 // 2)}}


async def press(url: str, prepared: Prepared, size: Size, answers: Answers) -> None:
    """Grant, whatever comes of it; where the run is over, start it anew."""
    runs = [await _start(url, prepared)]

    async def one(_number: int) -> str:
        run_id = runs[-1]
        async with connection(url) as (reader, writer):
            head = b"POST /api/runs/%b/grants HTTP/1.1\r\n" % run_id + HOST + JSON
            writer.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY)
            status = await status_of(reader)
            if b"The run has ended" in await reader.read() and run_id == runs[-1]:
                runs.append(b"")
                runs[-1] = await _start(url, prepared)
            return status

    await forever(size.clients, one, answers)


async def _start(url: str, prepared: Prepared) -> bytes:
    body = orjson.dumps(prepared["request"])
    async with connection(url) as (reader, writer):
        head = b"POST /api/runs HTTP/1.1\r\n" + HOST + JSON
        writer.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        _, _, answer = (await reader.read()).partition(b"\r\n\r\n")
        return str(orjson.loads(answer)["id"]).encode()


KIND = Kind(
    name="grants",
    about="grants, while a schedule of 9,999 steps is followed",
    full=Size(clients=60, amount=3333),
    sample=Size(clients=8, amount=40),
    prepare=prepare,
    press=press,
)
