"""What replicas ask of each other: to stop a run, to let a process take a step, to tell of a run, or of it again.

    asked here                              the replica where the run lives
    ──────────                              ───────────────────────────────
    ask ── its stream of messages ────────▶ reader ─▶ done: Run.grant, Registry.stop, or lent
    answer or refusal ◀── ours ─────────── publisher, after the steps and the view that came of it

Who may stop a run or step it has been decided where it was asked.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

import orjson

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.settings import GRANT_SECONDS
from lost_update.sharing.redis import keys
from lost_update.sharing.redis.link import Link
from lost_update.sharing.redis.publisher import Publisher
from lost_update.sharing.redis.reader import Said
from lost_update.sharing.replicas import Granted, OfAnotherReplica, Refused, Silent, refused
from lost_update.sources.request import Refusal

ANSWER_SECONDS: Final = GRANT_SECONDS + 2.0
"""A grant may wait for the process that is taking a step."""

LEND_SECONDS: Final = 5.0
"""A recording of a million steps has to be read and unpacked."""

Lend = Callable[[str], "Future[bool]"]
"""Tells of a recording that is kept here. Whether there is one."""

MOST_REMEMBERED: Final = 256
"""Messages that would be known again."""

FIELD: Final = "said"

LOOK: Final = "look"
"""Asks for nothing: it wakes the reader, which then reads from what it is to read from now."""

STOPPED: Final = "It was stopped on request."


class Messages:
    """`ask` and `look` are the event loop's, `take` is called by the reader's thread."""

    def __init__(self, registry: Registry, publisher: Publisher, link: Link, replica: str, lend: Lend) -> None:
        self._registry = registry
        self._lend = lend
        self._publisher = publisher
        self._link = link
        self._replica = replica
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._done: deque[str] = deque(maxlen=MOST_REMEMBERED)
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Answers come to this loop."""
        self._loop = asyncio.get_running_loop()

    async def grant(self, replica: str, run_id: str, process: str) -> Granted:
        """Have a process of a run there take its next step."""
        granted: Granted = await self._ask(replica, "grant", run=run_id, process=process)
        return granted

    async def stop(self, replica: str, run_id: str) -> None:
        """Have a run there stopped."""
        await self._ask(replica, "stop", run=run_id)

    async def lend(self, replica: str, run_id: str) -> bool:
        """Have it tell of that run, if it keeps the recording. Whether it does."""
        async with asyncio.timeout(LEND_SECONDS):
            return bool(await self._ask(replica, "lend", run=run_id))

    async def publish_again(self, replica: str, run_id: str) -> None:
        """Have all steps of a run told again. It is not waited for."""
        with self._link.asking() as client:
            await self._write(client, replica, _publishing(run_id))

    def need_again(self, replica: str, run_id: str) -> None:
        """The same, from any thread."""
        self._publisher.send(replica, {FIELD: orjson.dumps(_publishing(run_id))})

    async def look(self) -> None:
        """Have the reader look what it is to read."""
        with self._link.asking() as client:
            await self._write(client, self._replica, {"kind": LOOK})

    async def _ask(self, replica: str, kind: str, **more: str) -> Any:
        assert self._loop is not None
        number = secrets.token_hex(8)
        answer = self._asked[number] = self._loop.create_future()
        try:
            with self._link.asking() as client:
                if not await client.exists(keys.replica(replica)):
                    raise Silent
                await self._write(client, replica, {"kind": kind, "id": number, "from": self._replica, **more})
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise Silent from None
        finally:
            del self._asked[number]

    async def _write(self, client: Any, replica: str, message: dict[str, str]) -> None:
        stream = keys.messages(replica)
        async with client.pipeline(transaction=False) as pipeline:
            pipeline.xadd(stream, {FIELD: orjson.dumps(message)}, maxlen=keys.MOST_MESSAGES)
            pipeline.expire(stream, keys.MESSAGE_SECONDS)
            await pipeline.execute()

    def take(self, said: Said, age_seconds: float) -> None:
        """Do what is asked for, or hand on an answer. What nobody waits for any more is not done, and nothing twice."""
        message = orjson.loads(said[FIELD.encode()])
        match message["kind"]:
            case "answer":
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._settle, message)
            case "publish":
                self._publisher.publish_again(message["run"])
            case "lend" if age_seconds < LEND_SECONDS:
                self._lend(message["run"]).add_done_callback(partial(self._answer_lent, message))
            case "grant" | "stop" if age_seconds < ANSWER_SECONDS and message["id"] not in self._done:
                self._done.append(message["id"])
                self._do(message)

    def _do(self, message: dict[str, str]) -> None:
        """Each comes to a future; whoever completes it sends the answer."""
        run = self._registry.get(message["run"])
        try:
            if run is None:
                raise Refusal("no_such_run", "There is no such run any more: it has expired.", "Start a new one.")
            if message["kind"] == "grant":
                run.grant(message["process"]).add_done_callback(partial(self._answer_granted, message, run))
            else:
                self._registry.stop(run, STOPPED)
                run.over.add_done_callback(lambda _over: self._answer(message, None))
        except Refusal as refusal:
            self._refuse(message, refusal)

    def _answer_granted(self, message: dict[str, str], run: Run, index: "Future[int]") -> None:
        try:
            self._answer(message, Granted(step=run.step(index.result()), run=run.view()))
        except Refusal as refusal:
            self._refuse(message, refusal)

    def _answer_lent(self, message: dict[str, str], lent: "Future[bool]") -> None:
        self._answer(message, not lent.cancelled() and lent.exception() is None and lent.result())

    def _answer(self, message: dict[str, str], content: object) -> None:
        self._send(message, {"content": content})

    def _refuse(self, message: dict[str, str], refusal: Refusal) -> None:
        self._send(message, {"refused": refused(refusal)})

    def _send(self, message: dict[str, str], answer: dict[str, object]) -> None:
        said = orjson.dumps({"kind": "answer", "id": message["id"], **answer})
        self._publisher.send(message["from"], {FIELD: said})

    def _settle(self, message: dict[str, Any]) -> None:
        answer = self._asked.get(message["id"])
        if answer is None or answer.done():
            return
        refusal: Refused | None = message.get("refused")
        if refusal is None:
            answer.set_result(message["content"])
        else:
            answer.set_exception(OfAnotherReplica(refusal))


def _publishing(run_id: str) -> dict[str, str]:
    return {"kind": "publish", "run": run_id}
