"""The class as the processes: every phone lets one process of a real run take its steps. Pure.

A phone has one process. Where there are more phones than processes, several share one: a *team*. Nobody coordinates:
whoever presses lets the process go on.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import orjson
from typing_extensions import TypedDict

from lost_update.sharing.fields import Changes, Fields, as_text, below, count_in, here
from lost_update.sharing.refusals import NotNow

MOST_PROCESSES: Final = 32


class Game(TypedDict):
    """A game as it is kept: its run, at the pace `step`. `goal` is the slug of one of the scheduler's, if any."""

    id: int
    run: str
    goal: str | None
    guard: str
    processes: list[str]


class GameView(Game):
    """The game that goes on. `teams` says how many phones that are here let each process go on."""

    teams: dict[str, int]


def begin(fields: Fields, run: str, goal: str | None, guard: str, processes: Sequence[str]) -> Changes:
    """Play with this run from now on: every phone gets a process."""
    number = count_in(fields, "played") + 1
    game = Game(id=number, run=run, goal=goal, guard=guard, processes=list(processes))
    # Phones that are here come first, so that as few processes as possible are left alone.
    present = here(fields)
    seats = sorted((int(seat) for seat, _ in below(fields, "seat:")), key=lambda seat: (seat not in present, seat))
    teams = {f"team:{seat}": f"{number} {processes[place % len(processes)]}" for place, seat in enumerate(seats)}
    return {"played": str(number), "game": as_text(game), **teams}


def end(_fields: Fields) -> Changes:
    """Play no more."""
    return {"game": None}


def place(fields: Fields, seat: int) -> Changes:
    """Give a phone that has come to a game the process that the fewest have."""
    game = game_in(fields)
    if game is None or process_of(fields, seat) is not None:
        return {}
    holders = _holders(fields, game["processes"])
    fewest = min(game["processes"], key=lambda process: len(holders[process]))
    return {f"team:{seat}": f"{game['id']} {fewest}"}


def hand_over(fields: Fields, ended: Collection[str]) -> Changes:
    """Give the processes that nobody holds any more, because their phones have left, to phones that can be spared.

    First to those whose own process is among the `ended`, then to members of the largest teams.
    """
    game = game_in(fields)
    if game is None:
        raise NotNow("No game goes on in this room.")
    holders = _holders(fields, game["processes"])
    left = [process for process in game["processes"] if process not in ended and not holders[process]]
    changes: dict[str, str | None] = {}
    for process in left:
        seat = _free(holders, ended)
        if seat is None:
            break
        holders[process].append(seat)
        changes[f"team:{seat}"] = f"{game['id']} {process}"
    return changes


def game_in(fields: Fields) -> Game | None:
    """The game that goes on."""
    text = fields.get("game")
    if text is None:
        return None
    game: Game = orjson.loads(text)
    return game


def number_in(fields: Fields) -> int | None:
    """Its number, without reading all of it: each phone asks whenever anything has changed in the room."""
    return count_in(fields, "played") if "game" in fields else None


def game_view(fields: Fields) -> GameView | None:
    """The game that goes on, with its teams."""
    game = game_in(fields)
    if game is None:
        return None
    holders = _holders(fields, game["processes"])
    return GameView(**game, teams={process: len(seats) for process, seats in holders.items()})


def process_of(fields: Fields, seat: int) -> str | None:
    """The process of a phone in the game that goes on."""
    game, _, process = fields.get(f"team:{seat}", "").partition(" ")
    return process if game == fields.get("played") and "game" in fields else None


def process_for(fields: Fields, seat: int, number: int) -> tuple[str, str]:
    """The run and the process that a press of this phone in that game is about. Raises `NotNow`."""
    game = game_in(fields)
    process = process_of(fields, seat)
    if game is None or game["id"] != number or process is None:
        raise NotNow("This game does not go on.")
    return game["run"], process


def _holders(fields: Fields, processes: Iterable[str]) -> dict[str, list[int]]:
    """The phones that are here, by their processes."""
    holders: dict[str, list[int]] = {process: [] for process in processes}
    present = here(fields)
    for seat, _ in below(fields, "team:"):
        process = process_of(fields, int(seat))
        if process in holders and int(seat) in present:
            holders[process].append(int(seat))
    return holders


def _free(holders: dict[str, list[int]], ended: Collection[str]) -> int | None:
    """Take away a phone that can be spared; None where there is none."""
    idle = next((process for process in holders if process in ended and holders[process]), None)
    largest = max(holders, key=lambda process: len(holders[process]))
    if idle is not None:
        return holders[idle].pop()
    return holders[largest].pop() if len(holders[largest]) > 1 else None
