"""The clients of some kinds, in a process of their own, while this process asks as everybody else would.

this process                                  clients
────────────                                  ───────
prepare
pressing ── what to do ── Pipe ─────────────▶ press, all kinds at once, until told to stop
/healthz, again and again; runs, too ──▶ server ◀── …
stop ───────────────────────────────────────▶ cancel
their answers ◀── Pipe ────────────────────── what became of the requests
"""

import asyncio
import contextlib
import os
import resource
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.load import abandoned, downloads, endless, grants, silent, unfinished, unreading
from tests.load.kind import Answers, Kind, Prepared, Size
from tests.serving import RunningServer

KINDS = {
    kind.name: kind
    for kind in (
        *(endless.KIND, unfinished.KIND, silent.KIND, unreading.KIND),
        *(downloads.KIND, grants.KIND, abandoned.KIND),
    )
}
"""By name, in the order in which they are applied."""

POLITENESS = 10
"""Clients would have a machine of their own. Here they leave the cores to the server where they can."""

LOOK_SECONDS = 0.02

Work = list[tuple[str, Prepared, Size]]


class Pressed:
    """What became of the requests of each kind, once the pressing is over."""

    answers: dict[str, Answers]


@contextlib.contextmanager
def pressing(server: RunningServer, sizes: dict[str, Size]) -> Iterator[Pressed]:
    """These kinds press the server meanwhile."""
    work = [(name, KINDS[name].prepare(server, size), size) for name, size in sizes.items()]
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_clients, args=(theirs, server.url, work))
    process.start()
    theirs.close()
    pressed = Pressed()
    try:
        assert ours.recv() == "pressing"
        yield pressed
        ours.send("stop")
        pressed.answers = ours.recv()
    finally:
        ours.close()
        process.join(5)
        process.kill()
        process.join()


def _clients(pipe: Connection, url: str, work: Work) -> None:
    os.nice(POLITENESS)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_press(pipe, url, work))


async def _press(pipe: Connection, url: str, work: Work) -> None:
    answers: dict[str, Answers] = {name: Counter() for name, *_ in work}
    tasks = [
        asyncio.create_task(_one_kind(KINDS[name], url, prepared, size, answers[name])) for name, prepared, size in work
    ]
    await asyncio.gather(*map(_until_there_is_any, answers.values()))
    pipe.send("pressing")
    with contextlib.suppress(EOFError):
        await asyncio.to_thread(pipe.recv)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pipe.send(answers)


async def _until_there_is_any(answers: Answers) -> None:
    while not answers:  # noqa: ASYNC110  a counter cannot be waited for
        await asyncio.sleep(LOOK_SECONDS)


async def _one_kind(kind: Kind, url: str, prepared: Prepared, size: Size, answers: Answers) -> None:
    try:
        await kind.press(url, prepared, size, answers)
    except Exception as error:
        answers[f"the clients failed: {error!r}"] += 1
