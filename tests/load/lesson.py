"""What a class does in a room: it follows its presenter, votes, and plays. And what must be so of it afterwards.

Used by the tests, which look at nothing but what must be so; by the bench and the campaign `rooms`, which also take
the time; and each with as many phones as it likes.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from tests.load.phones import Phone, Room, all_until
from tests.load.wire import Answer

QUESTION: Final[dict[str, Any]] = {"kind": "number", "text": "What will it show?", "most": 40, "chips": ["20", "fewer"]}
ANSWERS: Final = ("20", "11", "19", "fewer")

GATED: Final = ("read", "modify", "write", "acquire", "release")
"""The steps that are taken by a press."""

MOST_PROCESSES: Final = 32


@dataclass(frozen=True)
class Press:
    """A press of a phone, and its answer."""

    phone: Phone
    answer: Answer


@dataclass(frozen=True)
class Votes:
    """The answers to all votes, and how long after the last one the projector showed that all had been counted."""

    answers: list[Answer]
    counted_ms: float


@dataclass(frozen=True)
class Game:
    """A game that goes on, and its run."""

    number: int
    run: str
    processes: int


# The presenter moves.


async def move(room: Room, at: int, phones: Sequence[Phone] | None = None) -> list[float]:
    """The presenter moves: how long it takes, in ms, until it is on each of these phones, or of all that listen."""
    before = {phone: len(phone.heard) for phone in phones or room.listening}
    moved = await room.show(at)
    assert moved.status == 200, moved
    await all_until(before, lambda phone: shows(phone, at))
    return [(_heard_at(phone, at, before[phone]) - moved.asked_ns) / 1e6 for phone in before]


async def show_run(room: Room, run: str) -> list[float]:
    """The presenter shows a run that has ended: how long it takes, in ms, until each phone has all of its steps."""

    async def follow(phone: Phone) -> int:
        await phone.until(lambda: phone.room["shown"] and phone.room["shown"]["runs"] == [run])
        assert await phone.listen(run) == 200
        await phone.until(lambda: (phone.last("end") or {}).get("run") == run)
        return phone.heard[-1].ns

    following = [asyncio.create_task(follow(phone)) for phone in room.listening]
    moved = await room.show(0, run)
    return [(heard_ns - moved.asked_ns) / 1e6 for heard_ns in await asyncio.gather(*following)]


def shows(phone: Phone, at: int) -> bool:
    """Whether a phone was told of that moment last."""
    return bool(phone.room["shown"]) and bool(phone.room["shown"]["at"] == at)


def check_moves(phones: Iterable[Phone], last: int) -> None:
    """Each has heard of moments in the order in which they were shown, and of the last one in the end."""
    for phone in phones:
        shown = [each.content["shown"] for each in phone.heard if each.name == "room"]
        moments = [each["at"] for each in shown if each is not None]
        assert all(one <= other for one, other in pairwise(moments)), (phone.seat, moments)
        assert moments[-1] == last, (phone.seat, moments[-1])


def _heard_at(phone: Phone, at: int, begin: int) -> int:
    told = (each for each in phone.heard[begin:] if each.name == "room" and each.content["shown"])
    return next(each.ns for each in told if each.content["shown"]["at"] == at)


# It asks.


async def vote(room: Room, seconds: float, draw: random.Random) -> Votes:
    """A question is asked, and every phone answers at a moment within so many seconds."""
    asked = await room.present("POST", "questions", **QUESTION)
    assert asked.status == 201, asked
    question = asked.content["question"]["id"]
    phones = room.listening
    moments = {phone: draw.uniform(0, seconds) for phone in phones}

    async def answer(phone: Phone) -> Answer:
        await asyncio.sleep(moments[phone])
        return await phone.vote(question, ANSWERS[phone.seat % len(ANSWERS)])

    answers = await asyncio.gather(*map(answer, phones))
    await room.until(lambda: room.room["question"] and room.room["question"]["answered"][0] == len(phones))
    counted = next(
        each.ns
        for each in room.heard
        if each.name == "room" and each.content["question"] and each.content["question"]["answered"][0] == len(phones)
    )
    return Votes(answers, (counted - max(answer.asked_ns for answer in answers)) / 1e6)


async def check_votes(room: Room) -> None:
    """Everybody's answer counts once, and each phone has its own back. The question is revealed for that."""
    question = room.room["question"]["id"]
    phones = room.listening
    wanted = {phone: ANSWERS[phone.seat % len(ANSWERS)] for phone in phones}
    revealed = await room.present("PATCH", f"questions/{question}", state="revealed", truth="11", right=["11"])
    assert revealed.status == 200, revealed
    assert revealed.content["question"]["results"] == [Counter(wanted.values())]
    for phone in phones:
        await phone.until(lambda phone=phone: phone.own["answers"][0] == wanted[phone])  # type: ignore[misc]
    table = (await room.present("GET", "results.csv")).body.decode().splitlines()
    assert sum(line.startswith(f"{question},") for line in table) == len(phones)


# It plays.


async def begin_game(room: Room, **wanted: Any) -> Game:
    """A game begins; all phones watch its run, up to where all of its processes can move."""
    begun = await room.present("POST", "game", **wanted)
    assert begun.status == 201, begun
    shown = begun.content["game"]
    game = Game(shown["id"], shown["run"], len(shown["processes"]))
    assert set(await asyncio.gather(*(phone.listen(game.run) for phone in room.listening))) == {200}
    await all_until(room.listening, lambda phone: _can_move(phone, game) == game.processes)
    return game


async def press_to_the_end(phones: Iterable[Phone], game: Game, draw: random.Random, pause: float) -> list[Press]:
    """Each presses, at random and again and again, about so many seconds apart, until its process has ended."""
    presses: list[Press] = []
    seeds = {phone: draw.random() for phone in phones}

    async def press(phone: Phone) -> None:
        own = random.Random(seeds[phone])
        while True:
            await asyncio.sleep(own.uniform(0, 2 * pause))
            answer = await phone.press(game.number)
            presses.append(Press(phone, answer))
            if answer.code == "not_now" or (answer.code and "has ended" in answer.content["error"]["message"]):
                return

    await asyncio.gather(*map(press, seeds))
    return presses


def check_presses(presses: Sequence[Press], steps: Sequence[dict[str, Any]]) -> None:
    """Every step that takes a press was the answer to exactly one, of a phone whose process took it."""
    assert {press.answer.status for press in presses} <= {200, 409}, Counter(p.answer.status for p in presses)
    granted = [press for press in presses if press.answer.status == 200]
    answered = [press.answer.content["step"] for press in granted]
    assert sorted(step["index"] for step in answered) == [step["index"] for step in steps if step["op"] in GATED]
    for press, step in zip(granted, answered, strict=True):
        assert step == steps[step["index"]]
        assert step["process"] == press.answer.content["process"]


async def check_viewers(phones: Sequence[Phone], game: Game, steps: Sequence[dict[str, Any]]) -> None:
    """Each has heard of every step once, in order, and of the end."""
    await all_until(phones, lambda phone: phone.last("end"))
    for phone in phones:
        assert phone.indexes_of(game.run) == list(range(len(steps))), phone.seat


def delays(phones: Iterable[Phone], game: Game, presses: Iterable[Press]) -> list[float]:
    """From each press to its step on each of these phones, in ms."""
    pressed = {
        press.answer.content["step"]["index"]: press.answer.asked_ns for press in presses if press.answer.status == 200
    }
    return [
        (each.ns - pressed[index]) / 1e6
        for phone in phones
        for each in phone.heard
        if each.name == "steps" and each.content["run"] == game.run
        for index in each.content["index"]
        if index in pressed
    ]


def _can_move(phone: Phone, game: Game) -> int:
    view = phone.last("run")
    return len(view["runnable"]) if view and view["run"] == game.run else 0
