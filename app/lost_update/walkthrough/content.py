"""The walkthrough as data: one TOML file a chapter in `chapters/`, read and checked here.

A file is called `1-processes.toml`: its number is the chapter's place, its name stands in addresses. Text in
`backticks` is code. The requests are not checked here: the page that shows the walkthrough checks them against the
catalogue.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from lost_update.model.ops import Op
from lost_update.settings import MAX_REPEATS, MAX_RUNS_SIDE_BY_SIDE

FOLDER: Final = Path(__file__).parent / "chapters"

MOMENTS: Final = ("end", "deadlock", "first_loss", "last_loss", "most_tasks")
"""What a sentence can point at, besides the first or last step of a kind."""

TALLIES: Final = ("all_runs", "clean_runs", "lossy_runs")
"""What a sentence can point at if its request ran many times."""


def _one_paragraph(text: str) -> str:
    """A text as one line, however its file breaks it."""
    line = " ".join(text.split())
    if not line:
        raise ValueError("is empty")
    if line.count("`") % 2:
        raise ValueError("has a ` without its partner")
    return line


def _a_moment(at: str) -> str:
    """What a sentence points at, such as `end`, `first_wait` or `last_join`."""
    end, _, op = at.partition("_")
    if at in (*MOMENTS, *TALLIES) or (end in ("first", "last") and op in {each.word for each in Op}):
        return at
    raise ValueError(f"points at {at}, and nothing is called that")


Text = Annotated[str, AfterValidator(_one_paragraph)]
Moment = Annotated[str, AfterValidator(_a_moment)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Guess(_Content):
    """A question that a number answers; `why` says what to expect.

    The number is `right`, or, where chance decides, the result: the value at the end of the cell that `result`
    names, or how many runs lost something.
    """

    kind: Literal["guess"]
    ask: Text
    right: int | None = None
    result: str | None = None
    why: Text

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        if (self.right is None) == (self.result is None):
            raise ValueError("needs either right, or result where chance decides")
        return self


class MultipleChoice(_Content):
    """A question with options; the one that is right is counted from 1."""

    kind: Literal["choice"]
    ask: Text
    options: list[Text] = Field(min_length=2, max_length=4)
    right: int = Field(ge=1)
    why: Text

    @model_validator(mode="after")
    def _is_among_the_options(self) -> Self:
        if self.right > len(self.options):
            raise ValueError(f"right is {self.right}, and there are {len(self.options)} options")
        if len(set(self.options)) < len(self.options):
            raise ValueError("an option is given twice")
        return self


class Explanation(_Content):
    """One sentence that explains what to look at, and the moment that it points at.

    `at` is a moment of run number `run`, counted from 1. Where chance decides whether that moment exists, `otherwise`
    replaces the sentence if it does not.
    """

    text: Text
    at: Moment
    run: int = Field(1, ge=1)
    otherwise: Text | None = None


class ChapterStep(_Content):
    """One screen: what to know and to ask, then what runs, then what to look at, sentence by sentence.

    `code` says which runs' code is shown, as numbers from 1. `repeat` runs the one request that many times, one run
    after the other, and shows how often each result came.
    """

    slug: Slug
    title: Text
    text: Text
    look: list[Explanation] = Field(min_length=1, max_length=4)
    runs: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_RUNS_SIDE_BY_SIDE)
    code: list[int] = Field([1], min_length=1)
    repeat: int = Field(1, ge=1, le=MAX_REPEATS)
    question: Annotated[Guess | MultipleChoice, Field(discriminator="kind")] | None = None

    @model_validator(mode="after")
    def _fits_its_runs(self) -> Self:
        if not all(1 <= number <= len(self.runs) for number in self.code):
            raise ValueError(f"code names the runs {self.code}, and there are {len(self.runs)}")
        if self.repeat > 1 and len(self.runs) > 1:
            raise ValueError("only a single run can be repeated")
        for sight in self.look:
            if sight.run > len(self.runs):
                raise ValueError(f"a sentence looks at run {sight.run}, and there are {len(self.runs)}")
            if (sight.at in TALLIES) != (self.repeat > 1):
                kind = "repeated" if self.repeat > 1 else "not repeated"
                raise ValueError(f"{sight.at} is not to be seen where the run is {kind}")
        return self


class _File(_Content):
    """What a chapter's file holds."""

    title: Text
    about: Text
    steps: list[ChapterStep] = Field(min_length=2, max_length=6)

    @model_validator(mode="after")
    def _has_each_address_once(self) -> Self:
        twice = [slug for slug, count in Counter(step.slug for step in self.steps).items() if count > 1]
        if twice:
            raise ValueError(f"two steps are called {', '.join(twice)}")
        return self


class Chapter(_File):
    """A chapter, and what its file's name says: its number and its name in addresses."""

    number: int
    slug: Slug


class BadChapter(Exception):
    """A chapter's file cannot be used; the message names the file and what is wrong with it."""

    def __init__(self, file: Path, problem: object) -> None:
        super().__init__(f"{file}: {problem}")


def read_chapter(file: Path) -> Chapter:
    """One chapter."""
    number, dash, slug = file.stem.partition("-")
    if not (number.isdecimal() and dash):
        raise BadChapter(file, "its name must be a number, a dash and the name of the chapter")
    try:
        # First as it stands in the file, so that a file cannot set what its name says.
        content = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        return Chapter(number=int(number), slug=slug, **dict(content))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as problem:
        raise BadChapter(file, problem) from problem


def read(folder: Path = FOLDER) -> list[Chapter]:
    """All chapters, in order."""
    chapters = sorted((read_chapter(file) for file in folder.glob("*.toml")), key=lambda chapter: chapter.number)
    if [chapter.number for chapter in chapters] != list(range(1, len(chapters) + 1)):
        raise BadChapter(folder, "the chapters must be numbered from 1 on, each number once")
    return chapters
