"""The goals as data: `goals.toml`, read and checked here.

The requests are not checked here: the page that shows the goals checks them against the catalogue. Whether a goal was
reached is decided from the steps of a run that has ended.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = Path(__file__).parent / "goals.toml"


def _one_paragraph(text: str) -> str:
    """A text as one line, however its file breaks it."""
    line = " ".join(text.split())
    if not line:
        raise ValueError("is empty")
    return line


Text = Annotated[str, AfterValidator(_one_paragraph)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class GoalRequest(_Content):
    """What to run: the number of processes, the increments of each, and the guard."""

    processes: int = Field(ge=1)
    iterations: int = Field(ge=1)
    guard: str


class Requirement(_Content):
    """What must be true when the run has ended. All the given fields must hold.

    `lost` and `revived` are the least numbers of updates. `deadlock` requires that all processes wait for ever;
    without it the run must end by itself.
    """

    final: int | None = None
    lost: int | None = Field(None, ge=1)
    revived: int | None = Field(None, ge=1)
    deadlock: bool = False

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("asks for nothing")
        return self


class Goal(_Content):
    """One goal. `par` is the smallest number of context switches that reaches it; `hint` does not give it away."""

    slug: Slug
    title: Text
    text: Text
    hint: Text
    request: GoalRequest
    reach: Requirement
    par: int = Field(ge=0)


class _File(_Content):
    goals: list[Goal] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_each_name_once(self) -> Self:
        twice = [slug for slug, count in Counter(goal.slug for goal in self.goals).items() if count > 1]
        if twice:
            raise ValueError(f"two goals are called {', '.join(twice)}")
        return self


class BadGoals(Exception):
    """The goals' file cannot be used; the message names it and says what is wrong with it."""

    def __init__(self, file: Path, problem: object) -> None:
        super().__init__(f"{file}: {problem}")


def read(file: Path = FILE) -> list[Goal]:
    """All goals, the easiest first."""
    try:
        return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).goals
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as problem:
        raise BadGoals(file, problem) from problem
