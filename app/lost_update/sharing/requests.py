"""What is asked of a room: just these fields, of just these types. A phone sends choices and presses, never words."""

from typing import Annotated, Final, Literal

from pydantic import Field

from lost_update.model.recording import PLAIN
from lost_update.settings import MAX_RUNS_SIDE_BY_SIDE, MAX_SCHEDULER_ITERATIONS
from lost_update.sharing.games import MOST_PROCESSES
from lost_update.sources.request import FromJSON

LONGEST_PATH: Final = 1500
MOST_OPTIONS: Final = 8
LARGEST: Final = 10**9

Answer = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=300)]
Position = Annotated[int, Field(ge=0, le=2**53 - 1)]


class ShownRequest(FromJSON):
    """What the presenter shows: see the room view."""

    path: str = Field(pattern=r"^/([^/]|$)", max_length=LONGEST_PATH)
    title: str = Field("", max_length=300)
    runs: list[Annotated[str, Field(pattern=PLAIN)]] = Field([], max_length=MAX_RUNS_SIDE_BY_SIDE)
    at: Position | None = None
    clip: Position | None = None


class QuestionRequest(FromJSON):
    """A question. Of the kind `number` it is for one from `least` to `most`; `chips` are answers to choose quickly.

    A choice without options is a question to talk about: nobody can answer it here.
    """

    kind: Literal["number", "choice"]
    text: Words
    detail: str = Field("", max_length=500)
    least: int = Field(0, ge=0, le=LARGEST)
    most: int = Field(0, ge=0, le=LARGEST)
    chips: list[Answer] = Field([], max_length=MOST_OPTIONS)
    options: list[Words] = Field([], max_length=MOST_OPTIONS)


class TurnRequest(FromJSON):
    """What becomes of the question on the screens. What came out, and which answers are right, go with `revealed`."""

    state: Literal["open", "closed", "revealed"]
    truth: Answer | None = None
    right: list[Answer] = Field([], max_length=MOST_OPTIONS)


class VoteRequest(FromJSON):
    """What a phone answers: a number or a word as a chip has it, or the number of an option, from 1."""

    question: int = Field(ge=1)
    round: int = Field(ge=1, le=2)
    answer: Answer


class GameRequest(FromJSON):
    """What the class plays. Without `processes` there are as many as phones; a goal of the scheduler brings its own."""

    processes: int | None = Field(None, ge=1, le=MOST_PROCESSES)
    iterations: int = Field(2, ge=1, le=MAX_SCHEDULER_ITERATIONS)
    guard: str = "none"
    goal: str | None = None


class PressRequest(FromJSON):
    """A press in a game."""

    game: int = Field(ge=1)
