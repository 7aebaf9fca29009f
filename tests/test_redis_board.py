"""Rooms in a real Redis: all or nothing, whoever changes them, and put there again where it has lost them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from operator import eq

import pytest
import redis

from lost_update.sharing.board import Act
from lost_update.sharing.fields import Changes, Fields
from lost_update.sharing.redis import keys
from lost_update.sharing.redis.board import RedisBoard
from lost_update.sharing.redis.link import Link
from tests.redis_server import RedisServer, redis_server
from tests.serving import until

pytestmark = pytest.mark.processes

SECONDS = 100.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def client(server: RedisServer) -> Iterator["redis.Redis"]:
    """A look from outside at a Redis with nothing in it."""
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
        yield client


@asynccontextmanager
async def boards(server: RedisServer, count: int = 1) -> AsyncIterator[list[RedisBoard]]:
    """Those of so many replicas."""
    links = [Link(server.url) for _ in range(count)]
    made = [RedisBoard(link, SECONDS, f"replica {number}") for number, link in enumerate(links)]
    try:
        yield made
    finally:
        for board, link in zip(made, links, strict=True):
            await board.close()
            await link.asked.aclose()


def with_board(server: RedisServer, act: Callable[[RedisBoard], Awaitable[None]]) -> None:
    """Do this with one of one replica that has a room."""

    async def do() -> None:
        async with boards(server) as (board,):
            assert await board.create("K7F4", {"seats": "0"})
            await act(board)

    asyncio.run(do())


@pytest.mark.usefixtures("client")
def test_a_code_is_given_once(server: RedisServer) -> None:
    async def act(board: RedisBoard) -> None:
        assert not await board.create("K7F4", {"seats": "9"})
        assert await board.read("K7F4") == {"seats": "0"}
        assert await board.create("A2A2", {"seats": "1"})
        assert sorted(await board.codes()) == ["A2A2", "K7F4"]
        await board.remove("K7F4")
        assert (await board.read("K7F4"), await board.codes()) == (None, ["A2A2"])

    with_board(server, act)


@pytest.mark.usefixtures("client")
def test_a_change_sets_lines_and_takes_them_away(server: RedisServer) -> None:
    async def act(board: RedisBoard) -> None:
        assert await board.change("K7F4", lambda _: {"shown": "x", "seats": "1"}) == {"shown": "x", "seats": "1"}
        assert await board.change("K7F4", lambda _: {"shown": None, "game": None}) == {"seats": "1"}
        assert await board.read("K7F4") == {"seats": "1"}
        assert await board.change("A2A2", lambda _: {"seats": "1"}) is None

    with_board(server, act)


def test_what_an_act_raises_is_passed_on_and_nothing_is_changed(server: RedisServer, client: "redis.Redis") -> None:
    def fail(fields: Fields) -> Changes:
        raise ValueError(f"as this test wants it: {dict(fields)}")

    async def act(board: RedisBoard) -> None:
        told = client.xlen(keys.ROOM_CHANGES)
        with pytest.raises(ValueError, match="as this test wants it"):
            await board.change("K7F4", fail)
        await board.change("K7F4", lambda _: {})
        assert await board.read("K7F4") == {"seats": "0"}
        assert client.xlen(keys.ROOM_CHANGES) == told, "nothing had changed"

    with_board(server, act)


@pytest.mark.usefixtures("client")
def test_of_changes_that_meet_none_is_lost(server: RedisServer) -> None:
    """What this project is about, in its own house."""

    def one_more(fields: Fields) -> Changes:
        return {"seats": str(int(fields["seats"]) + 1)}

    async def do() -> None:
        async with boards(server, 3) as made:
            await made[0].create("K7F4", {"seats": "0"})
            await asyncio.gather(*(board.change("K7F4", one_more) for board in made for _ in range(30)))
            assert await made[0].read("K7F4") == {"seats": "90"}

    asyncio.run(do())


def test_what_a_class_sends_in_the_same_moment_is_written_together_and_each_has_its_own_answer(
    server: RedisServer, client: "redis.Redis"
) -> None:
    def voted(seat: int) -> Act:
        def act(fields: Fields) -> Changes:
            if seat % 10 == 0:
                raise ValueError(f"seat {seat} may not, of {fields['seats']}")
            return {f"vote:1:1:{seat}": "20", "seats": str(int(fields["seats"]) + 1)}

        return act

    async def act(board: RedisBoard) -> None:
        told = client.xlen(keys.ROOM_CHANGES)
        seats = range(1, 51)
        answers = await asyncio.gather(*(board.change("K7F4", voted(seat)) for seat in seats), return_exceptions=True)
        for seat, answer in zip(seats, answers, strict=True):
            if seat % 10 == 0:
                assert isinstance(answer, ValueError)
                assert f"seat {seat} may not" in str(answer)
            else:
                assert isinstance(answer, dict)
                assert answer[f"vote:1:1:{seat}"] == "20"
        kept = await board.read("K7F4")
        assert kept is not None
        assert kept["seats"] == "45"
        assert sum(name.startswith("vote:") for name in kept) == 45
        assert client.xlen(keys.ROOM_CHANGES) == told + 2, "the first one alone, and all others with one write"

    with_board(server, act)


def test_who_asks_in_the_same_moment_is_answered_by_one_read_and_after_a_change_by_another(
    server: RedisServer, client: "redis.Redis"
) -> None:
    def reads() -> int:
        calls: int = client.info("commandstats")["cmdstat_hgetall"]["calls"]
        return calls

    async def act(board: RedisBoard) -> None:
        before = reads()
        together = [asyncio.create_task(board.read("K7F4")) for _ in range(50)]
        await asyncio.sleep(0)  # they have asked
        changed = await board.change("K7F4", lambda _: {"seats": "7"})
        after = await board.read("K7F4")
        assert after == changed == {"seats": "7"}
        assert all(read in ({"seats": "0"}, after) for read in await asyncio.gather(*together))
        assert reads() - before == 3, "fifty at once, the change, and the one after it"

    with_board(server, act)


def test_a_room_expires_when_nobody_uses_it_and_stays_while_somebody_looks(
    server: RedisServer, client: "redis.Redis"
) -> None:
    async def act(board: RedisBoard) -> None:
        key = keys.room("K7F4")
        assert 0 < client.ttl(key) <= SECONDS
        client.expire(key, 5)
        await board.refresh()
        assert client.ttl(key) <= 5, "nobody looks"
        board.listen("K7F4", lambda: None)
        await board.refresh()
        assert client.ttl(key) > 5

    with_board(server, act)


@pytest.mark.usefixtures("client")
def test_listeners_are_told_of_what_others_change(server: RedisServer) -> None:
    async def act(board: RedisBoard) -> None:
        told: list[str] = []

        def listener() -> None:
            told.append("told")

        board.listen("K7F4", listener)
        board.changed({"A2A2": "replica 1"})
        assert told == []
        board.changed({"K7F4": "replica 1"})
        board.changed(None)
        assert len(told) == 2
        board.unlisten("K7F4", listener)
        board.changed({"K7F4": "replica 1"})
        assert len(told) == 2

    with_board(server, act)


def test_a_redis_that_lost_its_rooms_is_given_the_newest_that_any_replica_has_seen(
    server: RedisServer, client: "redis.Redis"
) -> None:
    async def do() -> None:
        async with boards(server, 2) as (older, newer):
            await older.create("K7F4", {"seats": "0"})
            await older.change("K7F4", lambda _: {"seats": "1"})
            await newer.change("K7F4", lambda _: {"seats": "2"})
            client.flushall()
            for board, seats in ((older, b"1"), (newer, b"2")):
                board.changed(None)
                await asyncio.to_thread(until, partial(client.hget, keys.room("K7F4"), "seats"), partial(eq, seats))
            assert await older.read("K7F4") == {"seats": "2"}

    asyncio.run(do())


def test_a_dead_replica_has_no_phones(server: RedisServer, client: "redis.Redis") -> None:
    async def act(board: RedisBoard) -> None:
        await board.change("K7F4", lambda _: {"here:replica 0": "1,2", "here:replica 9": "3"})
        assert board.replicas_here() == {"replica 0", "replica 9"}
        await board.forget({"replica 9"})
        assert await board.read("K7F4") == {"seats": "0", "here:replica 0": "1,2"}

    client.flushall()
    with_board(server, act)
